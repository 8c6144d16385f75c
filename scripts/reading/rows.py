"""The typed rows of a table, read with the standard library alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hikaku.errors import quoted
from scripts import csv_files
from scripts.contract import Field, Table
from scripts.errors import BrokenCsv, BrokenTable

INTEGER = re.compile(r"-?[0-9]{1,15}")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | int | float | None
Row = tuple[Value, ...]


def read_rows(root: Path, table: Table) -> Iterator[Row]:
    """The typed rows of one table. Raises BrokenTable where a row does not fit the contract."""
    rows = csv_files.cells(root / table.path, table.path)
    try:
        if next(rows, (1, None))[1] != list(table.names):
            raise BrokenTable(message(table, 0, "the heading line is not the contract's"))
        for n, (_, cells) in enumerate(rows, start=1):
            if len(cells) != len(table.fields):
                raise BrokenTable(message(table, n, f"{len(cells)} cells"))
            yield tuple(
                _value(table, n, f, text) for f, text in zip(table.fields, cells, strict=True)
            )
    except BrokenCsv as error:
        raise BrokenTable(f"{table.path} cannot be read: {error}") from None


def _value(table: Table, n: int, field: Field, text: str) -> Value:
    if not text:
        return None
    if field.type == "string":
        return text
    if field.type == "date" and DATE.fullmatch(text):
        return text
    if field.type == "integer" and INTEGER.fullmatch(text):
        return int(text)
    if field.type == "number" and NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    raise BrokenTable(message(table, n, f"{field.name} is {text!r}, which is no {field.type}"))


def message(table: Table, row: int, what: str) -> str:
    told = quoted(what)
    return f"{table.path}:{row + 1}: {told}; run `python -m scripts.validate` to see all findings"
