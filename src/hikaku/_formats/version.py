"""Versions: three whole numbers with dots between them, such as 0.10.2."""

from hikaku.errors import InvalidValue

LONGEST = 9  # digits of a number


def parse(text: str) -> "tuple[int, int, int]":
    """The three numbers, which sort as versions do. Raises InvalidValue for any other form."""
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 3 or not all(map(_is_number, parts)):
        raise InvalidValue(f"{_shown(text)} is no version; write three numbers, such as 1.2.0")
    major, minor, patch = map(int, parts)
    return major, minor, patch


def is_version(text: object) -> bool:
    """Whether `parse` takes it."""
    if not isinstance(text, str):
        return False
    try:
        parse(text)
    except InvalidValue:
        return False
    return True


def _is_number(part: str) -> bool:
    plain = part.isascii() and part.isdigit() and len(part) <= LONGEST
    return plain and (part == "0" or part[0] != "0")


def _shown(text: object) -> str:
    shown = repr(text)
    return shown if len(shown) <= 60 else f"{shown[:57]}…"
