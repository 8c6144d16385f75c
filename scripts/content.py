"""`python -m scripts.content RELEASE`: do CSV, Parquet and SQLite hold what the manifest says?

The content hash of a table is the SHA-256 of a canonical text, in UTF-8, each line ended by LF:

* The first line is a JSON array with a pair for each field, in order: its name and its type.
* Then comes one line a row, a JSON array of its values in the order of the fields: a text as a
  JSON string, a number or integer as a JSON number, a date as a string such as "2026-04-11", a
  missing value as null. The lines are sorted by their bytes, as `LC_ALL=C sort` does.

JSON is spelled as RFC 8785 and JSON.stringify of JavaScript spell it: no spaces, no escapes but
the necessary ones, each number in the shortest digits that read back as the same double. So the
hash depends on what a table says, not on quoting, on the order of its rows or on any writer. An
empty cell of a CSV file is a missing value; Parquet and SQLite could hold an empty text as well,
and that is another content.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
from rich.console import Console
from rich.progress import track

from scripts.contract import DESCRIPTOR, BrokenContract, Table, parse_table
from scripts.release_folder import STORE
from scripts.reading.rows import Unstorable, read_rows

MANIFEST = "manifest.json"
FORMAT = 1

AGAIN = "download the release again, or build it again: python -m scripts.build"

QUOTE = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes an encoder at each call

Value = str | int | float | date | None


class Unreadable(Exception):
    """A file does not hold what it should; the message names it, the place and what to do."""


def table_hash(table: Table, rows: Iterable[Sequence[Value]]) -> str:
    """The content hash, "sha256:" and 64 digits. Raises Unreadable at a value of another type.

    Rows may come in any order. Takes the memory of the table's text, for it is sorted.
    """
    spellings = [(f.name, f.type, SPELLINGS[f.type]) for f in table.fields]
    lines = []
    for n, row in enumerate(rows, start=1):
        if len(row) != len(spellings):
            raise Unreadable(f"{table.name}: row {n} has {len(row)} values, not {len(spellings)}")
        cells = []
        for (name, kind, spelling), value in zip(spellings, row, strict=True):
            spelled = "null" if value is None else spelling(value)
            if spelled is None:
                raise Unreadable(f"{table.name}: row {n}: {name} is {value!r}, which is no {kind}")
            cells.append(spelled)
        lines.append(f"[{','.join(cells)}]\n".encode())
    heading = json.dumps([[name, kind] for name, kind, _ in spellings], separators=(",", ":"))
    digest = hashlib.sha256(f"{heading}\n".encode())
    for line in sorted(lines):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"


def _text(value: Value) -> str | None:
    return QUOTE(value) if isinstance(value, str) else None


def _integer(value: Value) -> str | None:
    return str(value) if type(value) is int else None


def _number(value: Value) -> str | None:
    if type(value) not in (int, float) or not math.isfinite(double := float(value)):  # type: ignore[arg-type]
        return None
    if not double:
        return "0"  # there is no minus nought in a table
    shortest = repr(double)
    if 1e-6 <= abs(double) < 1e21:
        return format(Decimal(shortest), "f").removesuffix(".0")
    digits, exponent = shortest.split("e")
    return f"{digits}e{int(exponent):+d}"


def _date(value: Value) -> str | None:
    if type(value) is date:
        return f'"{value.isoformat()}"'
    try:
        return f'"{value}"' if date.fromisoformat(str(value)).isoformat() == value else None
    except ValueError:
        return None


SPELLINGS: dict[str, Callable[[Value], str | None]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "date": _date,
}


def from_csv(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's CSV. Raises Unreadable where they cannot be read."""
    try:
        yield from read_rows(release, table)
    except Unstorable as error:
        raise Unreadable(str(error)) from None


def from_parquet(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's Parquet. Raises Unreadable like from_csv."""
    path = release / "parquet" / f"{table.name}.parquet"
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _same_fields(table, file.schema_arrow.names, path)
            for batch in file.iter_batches():
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
    except (pyarrow.ArrowException, OSError) as error:
        raise Unreadable(f"{path} cannot be read: {error}") from None


def from_sqlite(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's store. Raises Unreadable like from_csv."""
    path = release / STORE
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as con:
            # Not by name: SQLite takes a quoted name that it does not know for a text.
            found = con.execute(f'SELECT * FROM "{table.name}"')
            _same_fields(table, [column[0] for column in found.description], path)
            yield from found
    except sqlite3.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}") from None


def _same_fields(table: Table, names: Sequence[str], path: Path) -> None:
    if tuple(names) != table.names:
        raise Unreadable(
            f"{path} has other fields for {table.name} than {DESCRIPTOR}: {', '.join(names)}"
        )


READERS: dict[str, Callable[[Table, Path], Iterator[Sequence[Value]]]] = {
    "csv": from_csv,
    "parquet": from_parquet,
    "sqlite": from_sqlite,
}


def compare(release: Path) -> tuple[int, list[str]]:
    """How many tables the release has, and a sentence for each that differs in some form.

    Reads every table three times. Raises Unreadable if there is no manifest to compare with.
    """
    tables = {table.name: table for table in _tables(release)}
    stated = _stated(release)
    wrong = [f"{name}: only in {MANIFEST}" for name in stated if name not in tables]
    shown = Console(stderr=True)
    names = track(tables, "comparing", console=shown, transient=True, disable=not shown.is_terminal)
    for name in names:
        if name not in stated:
            wrong.append(f"{name}: not in {MANIFEST}")
            continue
        for form, reader in READERS.items():
            try:
                actual = table_hash(tables[name], reader(tables[name], release))
            except Unreadable as error:
                wrong.append(f"{name}: {form}: {error}")
                continue
            if actual != stated[name]:
                wrong.append(f"{name}: {form}: {actual}, but {MANIFEST} says {stated[name]}")
    return len(tables), wrong


def _tables(release: Path) -> list[Table]:
    """The tables of the release's own contract; it adds the labels, which no contract describes."""
    resources = read_json(release / DESCRIPTOR).get("resources")
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        raise Unreadable(f"{release / DESCRIPTOR} has no resources; {AGAIN}")
    return [parse_table(r, f"resources/{i}") for i, r in enumerate(resources) if "record" in r]


def _stated(release: Path) -> dict[str, str]:
    raw = read_json(release / MANIFEST)
    if raw.get("format") != FORMAT:
        raise Unreadable(
            f"{release / MANIFEST} has the format {raw.get('format')!r}, this program reads "
            f"{FORMAT}; use the program of that release"
        )
    try:
        return {name: str(about["content_hash"]) for name, about in raw["tables"].items()}
    except (AttributeError, KeyError, TypeError):
        raise Unreadable(f"{release / MANIFEST} names no content hashes; {AGAIN}") from None


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a release. Raises Unreadable if it holds none."""
    try:
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read: {error}; {AGAIN}") from None
    if not isinstance(raw, dict):
        raise Unreadable(f"{path} is no JSON object; {AGAIN}")
    return raw


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.content",
        description="Compare a release's CSV, Parquet and SQLite with its manifest.",
    )
    parser.add_argument("release", type=Path, metavar="RELEASE", help="folder of one version")
    parser.add_argument("--json", action="store_true", help="the answer for machines")
    options = parser.parse_args(arguments)
    try:
        tables, wrong = compare(options.release)
    except Unreadable as error:
        print(f"not compared: {error}", file=sys.stderr)
        return 1
    except BrokenContract as error:
        print(
            f"not compared: {options.release / DESCRIPTOR}: {error.what}; {AGAIN}", file=sys.stderr
        )
        return 1
    if options.json:
        answer = {"equal": not wrong, "tables": tables, "forms": [*READERS], "differences": wrong}
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        print("\n".join(wrong) or f"equal: {tables} tables in {', '.join(READERS)}")
        if wrong:
            print(f"to do: {AGAIN}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
