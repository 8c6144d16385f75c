"""Exports to pandas, polars and Arrow, each imported only when asked for."""

from hikaku.errors import MissingExtra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    import pandas
    import polars
    import pyarrow

    from hikaku._protocol import Data
    from hikaku._table import Table

PANDAS = {"string": "string", "integer": "Int64", "number": "Float64", "date": "datetime64[s]"}


def _missing(library: str, extra: str) -> MissingExtra:
    return MissingExtra(f"{library} is not installed; get it with: pip install 'hikaku[{extra}]'")


def _columns(table: "Table[Any]") -> "list[tuple[str, str, list[Any]]]":
    """Name, type and values of each column; dates as dates."""
    record = table._record
    rows = list(table.rows())
    values = [list(v) for v in zip(*rows, strict=True)] if rows else [[] for _ in record._fields]
    for i in record._dates:
        from datetime import date

        values[i] = [None if v is None else date.fromisoformat(v) for v in values[i]]
    return list(zip(record._fields, record._types, values, strict=True))


def columns(table: "Table[Any]", lang: "str | None" = None) -> "list[tuple[str, str, list[Any]]]":
    """Name, type and values of each column, in a language if one is given."""
    plain = _columns(table)
    return plain if lang is None else _in_language(table, plain, lang)


def _in_language(
    table: "Table[Any]", columns: "list[tuple[str, str, list[Any]]]", lang: str
) -> "list[tuple[str, str, list[Any]]]":
    """The columns with titles, names and allowed values in a language."""
    from hikaku._labels import states, texts

    data, record = table._dataset, table._record
    own = record._extends or record._table
    keys = [str(key) for key in columns[0][2]]
    titles = texts(data, "fields", "title", lang)
    allowed = texts(data, "values", "title", lang)
    result = []
    for name, kind, values in columns:
        place = f"{record._table}.{name}"
        if f"{place}" not in titles:
            place = f"{own}.{name}"
        if name in record._enums:
            shown = [None if v is None else allowed.get(f"{place}.{v}", v) for v in values]
        elif name in record._links:
            target = data.record(record._links[name])
            if name[:-3] in target._enums:  # a verdict is its word, not its reasons
                names = states(data, target._table, name[:-3], allowed)
            else:
                names = texts(data, target._extends or target._table, target._label, lang)
            shown = [None if v is None else names.get(v, v) for v in values]
        elif translated := texts(data, own, name, lang):
            shown = [
                None if v is None else translated.get(k, v)
                for k, v in zip(keys, values, strict=True)
            ]
        else:
            shown = values
        result.append((titles.get(place, name), kind, shown))
    return _distinct(result)


def _distinct(
    columns: "list[tuple[str, str, list[Any]]]",
) -> "list[tuple[str, str, list[Any]]]":
    """The columns, of which no two have one title."""
    from hikaku._render import distinct

    names = distinct([name for name, _, _ in columns])
    return [(name, kind, v) for name, (_, kind, v) in zip(names, columns, strict=True)]


def attributes(dataset: "Data") -> "dict[Any, Any]":
    """What every frame carries in `attrs`."""
    return {
        "version": dataset.version,
        "licence": dataset.licence,
        "citation": dataset.cite(),
    }


def to_pandas(table: "Table[Any]", lang: "str | Iterable[str] | None" = None) -> "pandas.DataFrame":
    try:
        import pandas
    except ImportError:
        raise _missing("pandas", "pandas") from None

    found = columns(table, lang if isinstance(lang, str) else None)
    for one in () if lang is None or isinstance(lang, str) else lang:
        found.append((f"label_{one}", "string", [str(r.label(one)) for r in table]))
    frame = pandas.DataFrame(
        {name: pandas.Series(v, dtype=PANDAS[kind]) for name, kind, v in _distinct(found)}
    )
    frame.attrs = attributes(table._dataset)
    return frame


def printed(dataset: "Data", head: "list[str]", body: "list[list[str]]") -> "pandas.DataFrame":
    try:
        import pandas
    except ImportError:
        raise _missing("pandas", "pandas") from None

    from hikaku._render import distinct

    frame = pandas.DataFrame(body, columns=distinct(head), dtype="string")
    frame.attrs = attributes(dataset)
    return frame


def to_polars(table: "Table[Any]") -> "polars.DataFrame":
    try:
        import polars
    except ImportError:
        raise _missing("polars", "polars") from None

    types = {
        "string": polars.String,
        "integer": polars.Int64,
        "number": polars.Float64,
        "date": polars.Date,
    }
    return polars.DataFrame(
        {
            name: polars.Series(name, v, dtype=types[kind], strict=False)
            for name, kind, v in _columns(table)
        }
    )


def to_arrow(table: "Table[Any]") -> "pyarrow.Table":
    try:
        import pyarrow
    except ImportError:
        raise _missing("pyarrow", "arrow") from None

    types: dict[str, pyarrow.DataType] = {
        "string": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "date": pyarrow.date32(),
    }
    found = _columns(table)
    schema = pyarrow.schema([(name, types[kind]) for name, kind, _ in found])
    made = {
        name: [float(x) if kind == "number" and x is not None else x for x in values]
        for name, kind, values in found
    }
    result: pyarrow.Table = pyarrow.Table.from_pydict(made, schema=schema)
    return result.replace_schema_metadata(attributes(table._dataset))
