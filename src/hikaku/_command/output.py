"""Prints a grid of values as a table, CSV, JSON or Markdown."""

import sys
from typing import Any

from hikaku._render import markdown, text
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
    """Print to standard output. Values that are missing are empty, or null in JSON."""
    {"table": _table, "csv": _csv, "json": _json, "markdown": _markdown}[form](grid)


def _table(grid: Grid) -> None:
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
        table.add_column(Text(column), overflow="fold")
    for row in grid.rows:
        table.add_row(*(Text(text(v)) for v in row))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:  # a pipe gets whole lines, however long
        console.width = 1_000_000
    with console.capture() as capture:
        console.print(table)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    parts = [grid.title, "\n".join(grid.lines()), "\n".join(lines) if grid.rows else "", grid.note]
    sys.stdout.write("\n\n".join(part for part in parts if part) + "\n")


def _csv(grid: Grid) -> None:
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(grid.columns)
    writer.writerows([text(v) for v in row] for row in grid.rows)


def _json(grid: Grid) -> None:
    import json

    rows: Any = [dict(zip(grid.columns, row, strict=True)) for row in grid.rows]
    if grid.about:
        rows = {"about": [{"name": n, "value": v} for n, v in grid.about], "rows": rows}
    print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))


def _markdown(grid: Grid) -> None:
    for fact in grid.lines():
        print(f"- {fact}")
    if grid.about:
        print()
    sys.stdout.write(markdown(grid.columns, grid.rows))
