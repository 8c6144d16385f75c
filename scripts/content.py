"""`python -m scripts.content RELEASE`: do CSV, Parquet and SQLite hold what the manifest says?

What is compared is the content hash of each table; see `scripts/build/content_hash.py`.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pyarrow
import pyarrow.parquet

from hikaku._release.sound import harden, only_tables
from hikaku._store import STORE
from hikaku.errors import DamagedStore, quoted
from scripts import command
from scripts.build.content_hash import Value, table_hash
from scripts.build.manifest import FORMAT
from scripts.build.parquet import path_of
from scripts.contract import DESCRIPTOR, Table, parse_table
from scripts.errors import BrokenContract, BrokenRelease, BrokenTable
from scripts.reading.rows import read_rows
from scripts.release_folder import AGAIN, MANIFEST, read_json


def from_csv(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's CSV. Raises BrokenRelease where they cannot be read."""
    try:
        yield from read_rows(release, table)
    except BrokenTable as error:
        raise BrokenRelease(str(error)) from None


def from_parquet(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's Parquet. Raises BrokenRelease like from_csv."""
    path = release / path_of(table.name)
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _same_fields(table, file.schema_arrow.names, path)
            for batch in file.iter_batches():
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
    except (pyarrow.ArrowException, OSError) as error:
        raise BrokenRelease(f"{path} cannot be read: {error}") from None


def from_sqlite(table: Table, release: Path) -> Iterator[Sequence[Value]]:
    """The rows of the table in a release's store. Raises BrokenRelease like from_csv."""
    path = release / STORE
    try:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as con:
            harden(con)
            only_tables(con)
            # Not by name: SQLite takes a quoted name that it does not know for a text.
            found = con.execute(f'SELECT * FROM "{table.name}"')
            _same_fields(table, [column[0] for column in found.description], path)
            yield from found
    except (sqlite3.Error, UnicodeDecodeError, DamagedStore) as error:
        raise BrokenRelease(f"{path} cannot be read: {quoted(str(error))}") from None


def _same_fields(table: Table, names: Sequence[str], path: Path) -> None:
    if tuple(names) != table.names:
        raise BrokenRelease(
            f"{path} has other fields for {table.name} than {DESCRIPTOR}: {', '.join(names)}"
        )


READERS: dict[str, Callable[[Table, Path], Iterator[Sequence[Value]]]] = {
    "csv": from_csv,
    "parquet": from_parquet,
    "sqlite": from_sqlite,
}


def compare(release: Path, step: command.Step = command.silent) -> tuple[int, list[str]]:
    """How many tables the release has, and a sentence for each that differs in some form.

    Reads every table three times. Raises BrokenRelease if there is no manifest to compare with.
    """
    tables = {table.name: table for table in _tables(release)}
    stated = _stated(release)
    wrong = [f"{name}: only in {MANIFEST}" for name in stated if name not in tables]
    for done, name in enumerate(tables):
        step(done, len(tables), name)
        if name not in stated:
            wrong.append(f"{name}: not in {MANIFEST}")
            continue
        for form, reader in READERS.items():
            try:
                actual = table_hash(tables[name], reader(tables[name], release))
            except BrokenRelease as error:
                wrong.append(f"{name}: {form}: {error}")
                continue
            if actual != stated[name]:
                wrong.append(f"{name}: {form}: {actual}, but {MANIFEST} says {stated[name]}")
    return len(tables), wrong


def _tables(release: Path) -> list[Table]:
    """The tables of the release's own contract; it adds the labels, which no contract describes."""
    resources = read_json(release / DESCRIPTOR).get("resources")
    if not isinstance(resources, list) or not all(isinstance(r, dict) for r in resources):
        raise BrokenRelease(f"{release / DESCRIPTOR} has no resources; {AGAIN}")
    try:
        return [parse_table(r, f"resources/{i}") for i, r in enumerate(resources) if "record" in r]
    except BrokenContract as error:
        raise BrokenRelease(f"{release / DESCRIPTOR}: {error.what}; {AGAIN}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenRelease(
            f"{release / DESCRIPTOR}: a part of it has the wrong shape ({error}); {AGAIN}"
        ) from None


def _stated(release: Path) -> dict[str, str]:
    raw = read_json(release / MANIFEST)
    if raw.get("format") != FORMAT:
        raise BrokenRelease(
            f"{release / MANIFEST} has the format {raw.get('format')!r}, this program reads "
            f"{FORMAT}; use the program of that release"
        )
    try:
        return {name: str(about["content_hash"]) for name, about in raw["tables"].items()}
    except (AttributeError, KeyError, TypeError):
        raise BrokenRelease(f"{release / MANIFEST} names no content hashes; {AGAIN}") from None


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser(
        "content", "Compare a release's CSV, Parquet and SQLite with its manifest.", root=False
    )
    parser.add_argument("release", type=Path, metavar="RELEASE", help="folder of one version")
    return command.run(parser, _act, arguments, failed="not compared")


def _act(options: argparse.Namespace) -> int:
    with command.progress("comparing") as step:
        tables, wrong = compare(options.release, step)
    if options.json:
        command.show_json(
            {"equal": not wrong, "tables": tables, "forms": [*READERS], "differences": wrong}
        )
    else:
        print("\n".join(wrong) or f"equal: {tables} tables in {', '.join(READERS)}")
        if wrong:
            print(f"to do: {AGAIN}")
    return command.WRONG if wrong else command.OK


if __name__ == "__main__":
    sys.exit(main())
