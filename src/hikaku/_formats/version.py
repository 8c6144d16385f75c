"""A version of the data: three numbers with dots between them."""

from hikaku.errors import InvalidValue

LONGEST = 9  # digits of a number


def parse(text: str) -> "tuple[int, int, int]":
    """The numbers of a version such as 1.2.0; as tuples, versions sort by their age.

    Raises InvalidValue for any other form: no number begins with a needless zero, so that one
    version has one name.
    """
    parts = text.split(".") if isinstance(text, str) else []
    if len(parts) != 3 or not all(map(_is_number, parts)):
        raise InvalidValue(f"{text!r} is no version; give three numbers with dots, such as 1.2.0")
    major, minor, patch = map(int, parts)
    return major, minor, patch


def _is_number(part: str) -> bool:
    digits = part.isascii() and part.isdigit() and len(part) <= LONGEST
    return digits and (part == "0" or not part.startswith("0"))
