"""Parquet of a release: each table with the contract's types."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from scripts.contract import Table
from scripts.labels.rows import FIELDS, LABELS, Label

BLOCK = 16 * 1024 * 1024
ARROW_TYPES = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "date": pyarrow.date32(),
}


def path_of(table: str) -> str:
    """Where the Parquet of a table lies in a release."""
    return f"parquet/{table}.parquet"


def arrow_schema(table: Table) -> pyarrow.Schema:
    """The contract's types as an Arrow schema; required fields are not nullable."""
    return pyarrow.schema(
        [pyarrow.field(f.name, ARROW_TYPES[f.type], nullable=not f.required) for f in table.fields]
    )


def write_table(table: Table, folder: Path) -> None:
    """The table of the release in `folder`, from its CSV there, which must be valid."""
    schema = arrow_schema(table)
    data = pyarrow.csv.read_csv(
        folder / table.path,
        # A row has to fit into a block, or into two that meet in it.
        read_options=pyarrow.csv.ReadOptions(block_size=BLOCK),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    _write(data.cast(schema), folder / path_of(table.name))


def write_labels(rows: Sequence[Label], folder: Path) -> None:
    """The labels of all languages, sorted."""
    columns = dict(zip(FIELDS, map(list, zip(*rows, strict=True)), strict=True))
    schema = pyarrow.schema([(name, pyarrow.string()) for name in FIELDS])
    _write(pyarrow.Table.from_pydict(columns, schema=schema), folder / path_of(LABELS))


def _write(data: pyarrow.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(data, path, compression="zstd")
