"""Prints a grid of values as a table, CSV, JSON or Markdown."""

import sys
from typing import Any

from hikaku._render import distinct, markdown, text, unsafe, visible
from hikaku.errors import MissingExtra

FORMATS = ("table", "csv", "json", "markdown")


class Grid:
    """Columns and rows of an answer, with a title above and a note below for people.

    `about` are facts on the whole, as names and values; JSON gives them beside the rows.
    """

    def __init__(
        self,
        columns: list[str],
        rows: list[list[Any]],
        title: str = "",
        note: str = "",
        about: "list[tuple[str, str]] | None" = None,
        labelled: str = "{label}: {value}",
    ) -> None:
        self.columns, self.rows, self.title, self.note = columns, rows, title, note
        self.about, self.labelled = about or [], labelled

    def lines(self) -> "list[str]":
        """The facts on the whole, a line each."""
        return [self.labelled.format(label=name, value=value) for name, value in self.about]


def show(grid: Grid, form: str) -> None:
    """Print to standard output. Values that are missing are empty, or null in JSON.

    Where columns go by name, in CSV and JSON, a heading that comes again is followed by a number.
    A table, and whatever goes to a terminal, shows the control characters of the data, so that
    nothing obeys them. JSON escapes them. CSV and Markdown in a file or a pipe are exact.
    """
    shown = {"table": _table, "csv": _csv, "json": _json, "markdown": _markdown}[form](grid)
    exact = form == "table" or not sys.stdout.isatty()  # a table has colours on a terminal
    sys.stdout.write(shown if exact else visible(shown))


def _table(grid: Grid) -> str:
    try:
        from rich import box
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        raise MissingExtra(
            "rich is not installed; get it with: pip install rich, or choose --format csv"
        ) from None

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title_justify="left", show_edge=False)
    for column in grid.columns:
        table.add_column(Text(visible(column)), overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(visible(text(v))) for v in row))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:  # a pipe gets whole lines, however long
        console.width = 1_000_000
    with console.capture() as capture:
        console.print(table)
    body = "\n".join(line.rstrip() for line in capture.get().splitlines())
    parts = [
        visible(grid.title),
        visible("\n".join(grid.lines())),
        body if grid.rows else "",
        visible(grid.note),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _csv(grid: Grid) -> str:
    import csv
    import io

    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(distinct(grid.columns))
    writer.writerows([text(v) for v in row] for row in grid.rows)
    return lines.getvalue()


def _json(grid: Grid) -> str:
    import json

    columns = distinct(grid.columns)
    rows: Any = [dict(zip(columns, row, strict=True)) for row in grid.rows]
    if grid.about:
        rows = {"about": [{"name": n, "value": v} for n, v in grid.about], "rows": rows}
    shown = json.dumps(rows, ensure_ascii=False, indent=2, default=str)
    for character in unsafe(shown):  # in JSON, an escape is the same text
        shown = shown.replace(character, json.dumps(character)[1:-1])
    return shown + "\n"


def _markdown(grid: Grid) -> str:
    facts = "".join(f"- {fact}\n" for fact in grid.lines())
    return (facts and f"{facts}\n") + markdown(grid.columns, grid.rows)
