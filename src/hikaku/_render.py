"""How values are written: as text, in HTML, and in Markdown."""

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


def markdown(head: "Sequence[Any]", rows: "Iterable[Sequence[Any]]", right: int = 0) -> str:
    """A Markdown table, without a line end at its end; its last `right` columns hold numbers."""
    rule = ["---"] * (len(head) - right) + ["--:"] * right
    return "\n".join(map(markdown_row, (head, rule, *rows)))


def markdown_row(values: "Iterable[Any]") -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(text(v).replace("|", "\\|") for v in values) + " |"
