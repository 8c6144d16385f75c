"""Tables and selections of tables: counting, iterating, looking up, narrowing, exporting."""

from hikaku._row import Record
from hikaku.errors import InvalidValue, UnknownField, UnknownId, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Generic, Self, TypeVar

    import pandas
    import polars
    import pyarrow

    from hikaku._protocol import Data

    R = TypeVar("R", bound=Record, covariant=True)

    class _Generic(Generic[R]):
        pass
else:
    R = None

    class _Generic:
        def __class_getitem__(cls, item):
            return cls


SHOWN = 20  # rows in a notebook


class Table(_Generic[R]):
    """The rows of one table that meet all conditions so far, in key order.

    Nothing is loaded until it is asked for. Look-up by key is one indexed query; iteration
    reads all rows.
    """

    def __init__(
        self,
        dataset: "Data",
        record: "type[Record]",
        name: str,
        conditions: "tuple[tuple[str, tuple[Any, ...]], ...]" = (),
    ) -> None:
        self._dataset, self._record, self.name = dataset, record, name
        self._conditions = conditions

    @property
    def fields(self) -> "tuple[str, ...]":
        """Names of the fields, in the contract's order."""
        return self._record._fields

    def __len__(self) -> int:
        for row in self._dataset.store.rows(*self._sql("count(*)", ordered=False)):
            return int(row[0])
        return 0

    def __iter__(self) -> "Iterator[R]":
        make = self._dataset.make
        for values in self.rows():
            yield make(self._record, values)

    def __getitem__(self, key: "Any") -> "R":
        """The record with that key. Raises UnknownId, naming close keys."""
        found = self.get(key)
        if found is None:
            known = ["|".join(r) for r in self._dataset.store.rows(*self._sql(self._keys()))]
            shown = key if isinstance(key, str) else repr(key)
            text = "|".join(map(str, key)) if isinstance(key, tuple) else str(key)
            there = f"it has {len(known)}, iterate over hikaku.{self.name} to see them"
            if len(known) <= 12:
                there = f"its rows: {', '.join(known) or 'none'}"
            raise UnknownId(f"{self.name} has no row {shown!r}{close_to(text, known)}; {there}")
        return found

    def get(self, key: "Any") -> "R | None":
        """The record with that key, or None."""
        parts = key if isinstance(key, tuple) else (key,)
        names = self._record._key
        if len(parts) != len(names) or not all(isinstance(p, str) for p in parts):
            return None
        alias = self._alias()
        extra = tuple((f'{alias}."{n}" = ?', (p,)) for n, p in zip(names, parts, strict=True))
        for values in self._dataset.store.rows(*self._sql(self._columns(), extra)):
            found: R = self._dataset.make(self._record, values)
            return found
        return None

    def __contains__(self, key: object) -> bool:
        if isinstance(key, Record):
            return self.get(key.row_key) == key
        return self.get(key) is not None

    def where(self, **conditions: "Any") -> "Self":
        """The rows that meet all conditions. A condition names a field and gives its value.

        A foreign key may be named without `_id`, and its value may be an id or a record. None
        means empty. A list or set means any of its members. Raises UnknownField for a name and
        UnknownId or InvalidValue for a value that no row can have.
        """
        added = tuple(self._condition(name, value) for name, value in conditions.items())
        return type(self)(self._dataset, self._record, self.name, self._conditions + added)

    def rows(self) -> "Iterator[tuple[Any, ...]]":
        """Plain tuples of field values, without making records."""
        return self._dataset.store.rows(*self._sql(self._columns()))

    def to_pandas(self, lang: "str | list[str] | None" = None) -> "pandas.DataFrame":
        """A DataFrame: string, Int64, Float64 and datetime64 columns, missing as NA.

        With a language, column titles, names and allowed values are in that language; with a
        list of languages, a column `label_<language>` is added for each.
        """
        from hikaku import _frames

        return _frames.to_pandas(self, lang)

    def to_polars(self) -> "polars.DataFrame":
        """A polars DataFrame: String, Int64, Float64 and Date columns, missing as null."""
        from hikaku import _frames

        return _frames.to_polars(self)

    def to_arrow(self) -> "pyarrow.Table":
        """An Arrow table: string, int64, float64 and date32 columns, missing as null."""
        from hikaku import _frames

        return _frames.to_arrow(self)

    def __repr__(self) -> str:
        return f"<hikaku.{self.name}: {len(self)} rows of {', '.join(self.fields)}>"

    def _repr_html_(self) -> str:
        from hikaku._render import html

        rows = [list(row) for _, row in zip(range(SHOWN), self.rows(), strict=False)]
        count = len(self)
        note = f"{SHOWN} of {count} rows" if count > SHOWN else f"{count} rows"
        return html(list(self.fields), rows, f"hikaku.{self.name}", note)

    # --- SQL ---

    def _alias(self) -> str:
        return "t" if self._record._extends is None else "x"

    def _column(self, name: str) -> str:
        extends = self._record._extends
        if extends is not None and name in self._dataset.record(extends)._fields:
            return f't."{name}"'
        return f'{self._alias()}."{name}"'

    def _columns(self) -> str:
        return ", ".join(map(self._column, self.fields))

    def _keys(self) -> str:
        return ", ".join(map(self._column, self._record._key))

    def _sql(
        self,
        columns: str,
        extra: "tuple[tuple[str, tuple[Any, ...]], ...]" = (),
        ordered: bool = True,
    ) -> "tuple[str, tuple[Any, ...]]":
        record = self._record
        sql = f'SELECT {columns} FROM "{record._extends or record._table}" AS t'
        if record._extends is not None:
            sql += f' JOIN "{record._table}" AS x ON x.id = t.id'
        conditions = self._conditions + extra
        if conditions:
            sql += " WHERE " + " AND ".join(c for c, _ in conditions)
        if ordered:
            sql += " ORDER BY " + self._keys()
        return sql, tuple(p for _, values in conditions for p in values)

    def _condition(self, name: str, value: "Any") -> "tuple[str, tuple[Any, ...]]":
        record = self._record
        field = name + "_id" if name + "_id" in record._links else name
        if field not in record._fields:
            known = [*record._fields, *(link[:-3] for link in record._links)]
            raise UnknownField(
                f"{self.name} has no field {name!r}{close_to(name, known)}; "
                f"its fields: {', '.join(record._fields)}"
            )
        column = self._column(field)
        if value is None:
            return f"{column} IS NULL", ()
        named = self._named_state(name, field, value)
        if named:
            # A verdict may be named by what it says: where(verdict="contradicted").
            return f'{column} IN (SELECT id FROM "{named}" WHERE "{name}" = ?)', (value,)
        if isinstance(value, (list, tuple, set, frozenset)):
            if not value:
                return "0", ()
            parts = [self._condition(name, v) for v in value]
            either = " OR ".join(c for c, _ in parts)
            return f"({either})", tuple(p for _, values in parts for p in values)
        return f"{column} = ?", (self._parameter(field, value),)

    def _named_state(self, name: str, field: str, value: "Any") -> "str | None":
        """The table that the field points at, if that has an enum of the same name with it."""
        target = self._record._links.get(field)
        if target is None or field == name or not isinstance(value, str):
            return None
        return target if value in self._dataset.record(target)._enums.get(name, ()) else None

    def _parameter(self, field: str, value: "Any") -> "Any":
        record = self._record
        target = record._links.get(field)
        if target is not None:
            found = value.row_key if isinstance(value, Record) else value
            self._dataset.table(target)[found]  # an unknown id is an error, not an empty result
            return found
        allowed = record._enums.get(field)
        if allowed is not None and value not in allowed:
            raise InvalidValue(
                f"{self.name}.{field} is never {value!r}; it is one of: {', '.join(allowed)}"
            )
        kind = record._types[record._fields.index(field)]
        if kind == "date" and hasattr(value, "isoformat"):
            return value.isoformat()[:10]
        wanted = (int, float) if kind in ("integer", "number") else str
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise InvalidValue(f"{self.name}.{field} is a {kind}; no row can equal {value!r}")
        return value
