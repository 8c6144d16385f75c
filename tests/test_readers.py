"""Other programs read a release as the accessors do: each cell, with the contract's type."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import numpy
import openpyxl
import pandas
import polars
import pyarrow
import pyarrow.dataset
import pytest
from frictionless import system

from scripts.build.parquet import ARROW_TYPES
from scripts.build.run import build
from scripts.package import Package
from scripts.validate.run import validate
from tests.planting import ROOT
from tests.reading import NAMES, Held, awkward_package, descriptor, held

DUCKDB = {"string": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "date": "DATE"}
POLARS: dict[str, Any] = {
    "string": polars.String, "integer": polars.Int64, "number": polars.Float64,
    "date": polars.Date,
}  # fmt: skip
PANDAS = {"string": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}
AFFINITY = {"string": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "date": "TEXT"}
FORMULA = re.compile(r"[=@]|[+-](?![0-9.,]+%?$).")


@pytest.fixture(scope="module", params=[pytest.param("real", marks=pytest.mark.long), "awkward"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the real tables, and one of values that readers stumble over."""
    if request.param == "real":
        real: Path = request.getfixturevalue("release")
        return real
    return build(Package(awkward_package(tmp_path_factory.mktemp("awkward"))))


@pytest.fixture(scope="module")
def tables(folder: Path) -> list[Held]:
    found = held(folder)
    assert any(table.rows for table in found)
    return found


def csv_file(folder: Path, table: Held) -> str:
    return str(folder / "tables" / f"{table.name}.csv")


def parquet_file(folder: Path, table: Held) -> str:
    return str(folder / "parquet" / f"{table.name}.parquet")


def by_name(table: Held, types: dict[str, Any]) -> dict[str, Any]:
    return {name: types[kind] for name, kind in zip(table.names, table.types, strict=True)}


def plain(values: Iterable[Any]) -> list[object]:
    """Cells of a pandas column: missing is None, a day is a date, numbers are Python's."""
    return [
        None if value is None or value is pandas.NA or value is pandas.NaT
        else value.date() if isinstance(value, datetime)
        else value.item() if isinstance(value, numpy.generic) else value
        for value in values
    ]  # fmt: skip


def test_awkward_values_are_valid_so_a_release_may_hold_them(tmp_path: Path) -> None:
    assert validate(Package(awkward_package(tmp_path))).findings == []
    assert list(NAMES) == sorted(NAMES)


def test_pandas_takes_the_types_of_the_contract_from_csv(folder: Path, tables: list[Held]) -> None:
    """With the very lines that the README shows."""
    (recipe,) = re.findall(r"^```py\n(.*?)^```$", readme(), re.MULTILINE | re.DOTALL)
    (place,) = re.findall(
        r'^release, table = "catalogue/[0-9.]+", "scores"\n', recipe, re.MULTILINE
    )
    for table in tables:
        scope: dict[str, Any] = {"release": str(folder), "table": table.name}
        exec(recipe.replace(place, ""), scope)
        frame = scope["frame"]
        assert [str(d) for d in frame.dtypes] == [PANDAS[t] for t in table.types]
        table.check_columns(frame.columns, [plain(frame[n]) for n in frame.columns])


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_pandas_takes_the_types_of_the_contract_from_parquet(
    folder: Path, tables: list[Held]
) -> None:
    for table in tables:
        frame = pandas.read_parquet(parquet_file(folder, table), dtype_backend="numpy_nullable")
        table.check_columns(frame.columns, [plain(frame[n]) for n in frame.columns])


def test_polars_takes_the_types_of_the_contract_from_csv(folder: Path, tables: list[Held]) -> None:
    for table in tables:
        schema = by_name(table, POLARS)
        frame = polars.read_csv(csv_file(folder, table), schema=schema)
        assert dict(frame.schema) == schema
        table.check(frame.columns, frame.rows())


def test_polars_takes_the_types_of_the_contract_from_parquet(
    folder: Path, tables: list[Held]
) -> None:
    for table in tables:
        frame = polars.read_parquet(parquet_file(folder, table))
        assert dict(frame.schema) == by_name(table, POLARS)
        table.check(frame.columns, frame.rows())


def test_duckdb_takes_the_types_of_the_contract_from_csv(folder: Path, tables: list[Held]) -> None:
    options = "auto_detect=false, header=true, delim=',', quote='\"', escape='\"', nullstr=''"
    with duckdb.connect() as con:
        for table in tables:
            columns = by_name(table, DUCKDB)
            found = con.execute(
                f"SELECT * FROM read_csv(?, columns={columns}, {options})",
                [csv_file(folder, table)],
            )
            check_duckdb(table, found)


def test_duckdb_takes_the_types_of_the_contract_from_parquet(
    folder: Path, tables: list[Held]
) -> None:
    with duckdb.connect() as con:
        for table in tables:
            check_duckdb(table, con.execute("FROM read_parquet(?)", [parquet_file(folder, table)]))


def check_duckdb(table: Held, found: duckdb.DuckDBPyConnection) -> None:
    head = found.description or []
    assert [str(column[1]) for column in head] == [DUCKDB[t] for t in table.types]
    table.check([column[0] for column in head], found.fetchall())


def test_arrow_takes_the_types_of_the_contract_from_a_dataset(
    folder: Path, tables: list[Held]
) -> None:
    for table in tables:
        found = pyarrow.dataset.dataset(parquet_file(folder, table), format="parquet").to_table()
        assert found.schema.types == [ARROW_TYPES[t] for t in table.types]
        table.check_columns(found.column_names, [c.to_pylist() for c in found.columns])


def test_sqlite_takes_the_types_of_the_contract(folder: Path, tables: list[Held]) -> None:
    con = sqlite3.connect(f"file:{folder / 'hikaku.sqlite'}?mode=ro", uri=True)
    for table in tables:
        declared = [(n, t) for _, n, t, *_ in con.execute(f'PRAGMA table_info("{table.name}")')]
        assert [t for _, t in declared] == [AFFINITY[t] for t in table.types]
        names = ["table" if n == "tbl" else n for n, _ in declared]
        rows = [
            [from_sqlite(v, t) for v, t in zip(row, table.types, strict=True)]
            for row in con.execute(f'SELECT * FROM "{table.name}"')
        ]
        table.check_unordered(names, rows)
    con.close()


def from_sqlite(value: Any, kind: str) -> object:
    """SQLite has no dates and keeps 12.0 as 12; anything else must come as it is."""
    if kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    return float(value) if kind == "number" and isinstance(value, int) else value


@pytest.mark.parametrize("name", ["datapackage.json", "datapackage.parquet.json"])
def test_frictionless_takes_the_types_of_the_contract(
    name: str, folder: Path, tables: list[Held]
) -> None:
    with system.use_context(trusted=True):
        package = frictionless.Package(str(folder / name))
        assert [r.name for r in package.resources] == [t.name for t in tables]
        for table in tables:
            resource: Any = package.get_resource(table.name)
            assert [f.type for f in resource.schema.fields] == list(table.types)
            rows = [[from_frictionless(v) for v in row.values()] for row in resource.read_rows()]
            table.check(resource.schema.field_names, rows)


def from_frictionless(value: Any) -> object:
    """Its numbers are decimal; it reads Parquet by way of pandas, where an empty one is NaN."""
    if isinstance(value, Decimal):
        return None if value.is_nan() else float(value)
    return value


def test_a_spreadsheet_import_keeps_each_cell(
    folder: Path, tables: list[Held], tmp_path: Path
) -> None:
    """The import of a spreadsheet, with each column set to the contract's type, saved and
    opened again. A column set to text holds no formula, whatever its cells look like.
    """
    book = openpyxl.Workbook()
    for table in tables:
        sheet = book.create_sheet(table.name)
        with Path(csv_file(folder, table)).open(encoding="utf-8", newline="") as file:
            for n, row in enumerate(csv.reader(file), start=1):
                for m, text in enumerate(row, start=1):
                    kind = "string" if n == 1 else table.types[m - 1]
                    put(sheet.cell(n, m), kind, text)
    path = tmp_path / "imported.xlsx"
    book.save(path)
    opened = openpyxl.load_workbook(path)
    for table in tables:
        rows = [list(row) for row in opened[table.name].iter_rows()]
        assert not [c for row in rows for c in row if c.data_type == "f"]
        head, *body = [[c.value for c in row] for row in rows]
        width = len(table.names)
        table.check(
            map(str, head),
            ([from_sheet(v, t) for v, t in zip(row[:width], table.types, strict=True)]
             for row in body),
        )  # fmt: skip


def put(cell: Any, kind: str, text: str) -> None:
    if not text:
        return
    if kind == "date":
        cell.value = date.fromisoformat(text)
    elif kind in ("integer", "number"):
        cell.value = float(text)
    else:
        cell.value = text
        cell.data_type = "s"


def from_sheet(value: Any, kind: str) -> object:
    """A spreadsheet knows one kind of number, and days as moments."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, (int, float)):
        return int(value) if kind == "integer" else float(value)
    return value


def test_our_own_texts_are_no_formulas(folder: Path, tables: list[Held]) -> None:
    """A cell that a spreadsheet may run holds printed words, and those alone."""
    printed = {
        (resource["name"], field["name"])
        for resource in descriptor(folder)["resources"]
        for field in resource["schema"]["fields"]
        if field.get("verbatim")
    }
    run = [
        (table.name, name, text)
        for table in tables
        for row in table.rows
        for name, text in zip(table.names, row, strict=True)
        if isinstance(text, str) and FORMULA.match(text) and (table.name, name) not in printed
    ]
    assert run == []


def test_a_printed_formula_survives_exactly(tmp_path: Path) -> None:
    """As printed is as printed: nothing is put in front of it."""
    release = build(Package(awkward_package(tmp_path)))
    shown = {
        (table.name, name): column
        for table in held(release)
        for name, column in zip(table.names, zip(*table.rows, strict=True), strict=True)
    }
    assert '=HYPERLINK("https://example.org","look")' in shown["aliases", "text"]
    assert {"+0.00000000000001", "@12.3456789012345"} <= set(shown["scores", "as_printed"])
    assert "=B+" in shown["observations", "as_printed"]
    raw = (release / "tables" / "scores.csv").read_text(encoding="utf-8")
    assert "\nrepo-2:L5C2,@12.3456789012345,reported," in raw
