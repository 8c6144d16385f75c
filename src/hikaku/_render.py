"""How values are written: as the text of a cell, as an HTML table, as a Markdown table."""

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
    head: "Sequence[str]", rows: "Iterable[Sequence[Any]]", right: int = 0, tight: bool = False
) -> str:
    """A Markdown table, ending with a line end; its last `right` columns hold numbers.

    `tight` sets no spaces into the line below the heading, as our sources print it.
    """
    rule = ["---"] * (len(head) - right) + ["--:"] * right
    lines = ["| " + " | ".join(cell(v) for v in line) + " |" for line in (head, *rows)]
    lines.insert(1, f"|{'|'.join(rule)}|" if tight else f"| {' | '.join(rule)} |")
    return "\n".join(lines) + "\n"


def cell(value: "Any") -> str:
    """A value as a cell of a Markdown table."""
    return text(value).replace("|", "\\|")
