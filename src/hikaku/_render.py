"""How values are written: as text, in HTML, in Markdown. Each kind of escaping is here alone."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any


def text(value: "Any") -> str:
    """A value as the CSV of the tables writes it: missing is empty, numbers are plain digits."""
    if isinstance(value, float):
        shown = repr(value)
        if "e" in shown:
            from decimal import Decimal

            shown = format(Decimal(shown), "f")
        return shown.removesuffix(".0")
    return "" if value is None else str(value)


def visible(text: str) -> str:
    """A text that can do nothing to a terminal: control characters, escape sequences and marks
    that turn the direction of writing are shown as \\x1b or \\u202e; lines and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    for character in unsafe(text):
        text = text.replace(character, ascii(character)[1:-1])
    return text


def unsafe(text: str) -> "list[str]":
    """The characters of a text, each once, that a terminal would obey and not show."""
    from unicodedata import category

    return [
        character
        for character in sorted({*text})
        if not character.isprintable()
        and character not in "\n\t\u200c\u200d"  # the last two join emoji, and letters of Persian
        and category(character) not in ("Zs", "Cn", "Co")
    ]


def distinct(names: "Sequence[str]") -> "list[str]":
    """The names, each once: a second "Score" becomes "Score (2)". Others stay as they are.

    Where columns go by name, none may be lost because a source gave two of them one heading.
    """
    taken = {*names}
    counts: dict[str, int] = {}
    found = []
    for name in names:
        number = counts.get(name, 0) + 1
        shown = name
        while number > 1 and shown in taken:
            shown = f"{name} ({number})".strip()
            number += shown in taken
        counts[name] = number
        taken.add(shown)
        found.append(shown)
    return found


def html(
    columns: "Sequence[str]", rows: "Iterable[Sequence[Any]]", title: str = "", note: str = ""
) -> str:
    """An HTML table for notebooks, every text escaped."""
    from html import escape

    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(text(v))}</td>" for v in row) + "</tr>" for row in rows
    )
    caption = f"<caption>{escape(title)}</caption>" if title else ""
    below = f"<p>{escape(note)}</p>" if note else ""
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


def markdown(
    head: "Sequence[Any]",
    rows: "Iterable[Sequence[Any]]",
    right: int = 0,
    tight: bool = False,
) -> str:
    """A Markdown table, ending with a line end; its last `right` columns hold numbers.

    `tight` writes the line below the heading without spaces, as the tables that are held print it.
    """
    rule = ["---"] * (len(head) - right) + ["--:"] * right
    lines = [_line(map(cell, row)) for row in (head, *rows)]
    lines.insert(1, f"|{'|'.join(rule)}|" if tight else _line(rule))
    return "\n".join(lines) + "\n"


def cell(value: "Any") -> str:
    """A value as a cell of a Markdown table, which neither a bar nor a line end in it breaks."""
    shown = " ".join(text(value).splitlines())
    if "|" not in shown:
        return shown
    import re

    # Backslashes before the bar are doubled, or they would take the escape away from it.
    return re.sub(r"(\\*)\|", r"\1\1\\|", shown)


def _line(cells: "Iterable[str]") -> str:
    return f"| {' | '.join(cells)} |"
