"""Exports to pandas, polars and Arrow, each imported only when asked for."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    import pandas
    import polars
    import pyarrow

    from hikaku._dataset import Dataset
    from hikaku._table import Table

from hikaku.errors import MissingExtra

PANDAS = {"string": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}


def _need(library: str, extra: str) -> "ModuleType":
    from importlib import import_module

    try:
        return import_module(library)
    except ImportError:
        raise MissingExtra(
            f"{library} is not installed; get it with: pip install 'hikaku[{extra}]'"
        ) from None


def _columns(table: "Table[Any]") -> "list[tuple[str, str, list[Any]]]":
    """Name, type and values of each column; dates as dates."""
    record = table._record
    rows = list(table.rows())
    values = [list(v) for v in zip(*rows, strict=True)] if rows else [[] for _ in record._fields]
    for i in record._dates:
        from datetime import date

        values[i] = [None if v is None else date.fromisoformat(v) for v in values[i]]
    return list(zip(record._fields, record._types, values, strict=True))


def attributes(dataset: "Dataset") -> "dict[str, str]":
    """What every frame carries in `attrs`."""
    return {
        "version": dataset.version,
        "licence": dataset.licence,
        "citation": dataset.citation,
    }


def to_pandas(table: "Table[Any]") -> "pandas.DataFrame":
    pandas = _need("pandas", "pandas")
    frame: pandas.DataFrame = pandas.DataFrame(
        {name: pandas.Series(v, dtype=PANDAS[kind]) for name, kind, v in _columns(table)}
    )
    frame.attrs = attributes(table._dataset)
    return frame


def printed(dataset: "Dataset", head: "list[str]", body: "list[list[str]]") -> "pandas.DataFrame":
    pandas = _need("pandas", "pandas")
    frame: pandas.DataFrame = pandas.DataFrame(body, columns=head, dtype="string")
    frame.attrs = attributes(dataset)
    return frame


def to_polars(table: "Table[Any]") -> "polars.DataFrame":
    polars = _need("polars", "polars")
    types = {
        "string": polars.String,
        "integer": polars.Int64,
        "number": polars.Float64,
        "date": polars.Date,
    }
    frame: polars.DataFrame = polars.DataFrame(
        {
            name: polars.Series(name, v, dtype=types[kind], strict=False)
            for name, kind, v in _columns(table)
        }
    )
    return frame


def to_arrow(table: "Table[Any]") -> "pyarrow.Table":
    pyarrow = _need("pyarrow", "arrow")
    types = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "date": pyarrow.date32(),
    }
    columns = _columns(table)
    schema = pyarrow.schema([(name, types[kind]) for name, kind, _ in columns])
    result: pyarrow.Table = pyarrow.Table.from_pydict(
        {name: [float(x) if kind == "number" and x is not None else x for x in v]
         for name, kind, v in columns},
        schema=schema,
    ).replace_schema_metadata(attributes(table._dataset))  # fmt: skip
    return result
