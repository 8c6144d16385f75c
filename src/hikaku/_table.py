"""Tables and selections of tables: counting, iterating, looking up, narrowing, exporting."""

from hikaku._row import Record
from hikaku.errors import InvalidValue, UnknownField, UnknownId, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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
FEW = 900  # values that every SQLite takes in one query


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
        counts = (part._select("count(*)", ordered=False) for part in self._parts())
        return sum(int(row[0]) for rows in counts for row in rows)

    def __iter__(self) -> "Iterator[R]":
        make = self._dataset.make
        for values in self.rows():
            yield make(self._record, values)

    def __getitem__(self, key: "Any") -> "R":
        """The record with that key. Raises UnknownId, naming close keys."""
        found = self.get(key)
        if found is None:
            raise self._unknown(key)
        return found

    def get(self, key: "Any") -> "R | None":
        """The record with that key, or None."""
        parts = key if isinstance(key, tuple) else (key,)
        names = self._record._key
        if len(parts) != len(names) or not all(isinstance(p, str) for p in parts):
            return None
        if not all(p.isascii() or _is_text(p) for p in parts):
            return None
        extra = tuple((n, (str.__str__(p),)) for n, p in zip(names, parts, strict=True))
        for part in self._parts():
            for values in part._having(extra)._select(self._columns()):
                found: R = self._dataset.make(self._record, values)
                return found
        return None

    def __contains__(self, key: object) -> bool:
        if isinstance(key, Record):
            return self.get(key.row_key) == key
        return self.get(key) is not None

    def where(self, **conditions: "Any") -> "Self":
        """The rows that meet all conditions. A condition names a field and gives its value.

        A foreign key may be named without `_id`, and its value may be an id or a record. Several
        values, in a collection of any kind and number, mean any of them. None, NaN, NaT and
        pandas.NA mean empty. Scalars of numpy, pandas and Arrow, decimals and fractions are worth
        what they print: Decimal("0.1") and numpy.float32(0.1) are 0.1. A day may be a date, a
        midnight, or ISO 8601. Raises UnknownField for a name and UnknownId or InvalidValue for a
        value that no row can have.
        """
        added = tuple(self._condition(name, value) for name, value in conditions.items())
        return self._having(added)

    def rows(self) -> "Iterator[tuple[Any, ...]]":
        """Plain tuples of field values, without making records."""
        first, *others = self._parts()
        rows = first._select(self._columns())
        if not others:
            return rows
        found = [*rows, *(row for part in others for row in part._select(self._columns()))]
        key = [self.fields.index(name) for name in self._record._key]
        return iter(sorted(found, key=lambda row: [row[i] for i in key]))

    def to_pandas(self, lang: "str | Iterable[str] | None" = None) -> "pandas.DataFrame":
        """A DataFrame: string, Int64, Float64 and datetime64 columns, missing as NA.

        With a language, column titles, names and allowed values are in that language; with
        several languages, a column `label_<language>` is added for each. A title that another
        column has already is followed by a number.
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

    def __reduce__(self) -> "tuple[Any, ...]":
        whole = self._dataset.table(self.name)
        return _restored, (self._dataset, self.name, self._conditions[len(whole._conditions) :])

    def __setstate__(self, state: "dict[str, Any]") -> None:
        """What 0.1.0 pickled: the attributes, with conditions in SQL."""
        from hikaku._first import conditions

        whole = state["_dataset"].table(state["name"])
        self.__dict__.update(whole.__dict__)
        key = self._record._key[0]  # what matches nothing names no field
        written = conditions(state["_conditions"])
        added = tuple(self._condition(name or key, values) for name, values in written)
        self._conditions = tuple(dict.fromkeys(whole._conditions + added))

    # --- Errors ---

    def _unknown(self, key: "Any") -> UnknownId:
        names = self._record._key
        parts = key if isinstance(key, tuple) else (key,)
        how = f"hikaku.{self.name}[{', '.join(names)}]"
        if not all(isinstance(part, str) for part in parts):
            return UnknownId(
                f"{self.name} has no row {_shown(key)}: rows have keys, not positions",
                f"{how} gives one, list(hikaku.{self.name}) all in order",
                f"hikaku table {self.name} lists them",
            )
        known = ["|".join(row) for part in self._parts() for row in part._select(self._keys())]
        near = close_to("|".join(parts), known)
        what = f"{self.name} has no row {_shown(key)}{near}"
        if len(parts) != len(names):
            what = f"{what}: its key is {how}"
        if len(known) <= 12:
            return UnknownId(f"{what}; its rows: {', '.join(known) or 'none'}")
        return UnknownId(
            f"{what}; it has {len(known)}",
            f"iterate over hikaku.{self.name} to see them",
            f"hikaku table {self.name} lists them",
        )

    # --- Conditions ---

    def _having(self, added: "tuple[tuple[str, tuple[Any, ...]], ...]") -> "Self":
        return type(self)(self._dataset, self._record, self.name, self._conditions + added)

    def _field(self, name: str) -> str:
        """The field that a condition names. Raises UnknownField."""
        record = self._record
        field = name + "_id" if name + "_id" in record._links else name
        if field not in record._fields:
            known = [*record._fields, *(link[:-3] for link in record._links)]
            raise UnknownField(
                f"{self.name} has no field {name!r}{close_to(name, known)}; "
                f"its fields: {', '.join(record._fields)}"
            )
        return field

    def _condition(self, name: str, given: "Any") -> "tuple[str, tuple[Any, ...]]":
        """A condition as it is kept: what it names, and the plain values that it allows."""
        from hikaku._values import Nothing, singles

        field = self._field(name)
        found = singles(given)
        states = self._states(name, field)
        named = [value for value in found if isinstance(value, str) and value in states]
        if named:
            # A verdict may be named by what it says: where(verdict="contradicted").
            others = [value for value in found if not isinstance(value, str) or value not in states]
            if all(value is None for value in others):
                return name, tuple(dict.fromkeys(found))
            target = self._dataset.table(self._record._links[field])
            found = [*target.where(**{name: named}), *others]
        if field in self._record._links:
            fitted = self._ids(name, field, found)
        else:
            fitted = [value if value is None else self._fitted(field, value) for value in found]
        return field, tuple(dict.fromkeys(value for value in fitted if value is not Nothing))

    def _states(self, name: str, field: str) -> "tuple[str, ...]":
        """The words that may stand for the rows that the field points at, if there are any."""
        target = self._record._links.get(field)
        if target is None or field == name:
            return ()
        words: tuple[str, ...] = self._dataset.record(target)._enums.get(name, ())
        return words

    def _ids(self, name: str, field: str, found: "list[Any]") -> "list[Any]":
        """Ids of rows that there are. An unknown one is an error, not an empty result."""
        table = self._dataset.table(self._record._links[field])
        tables = {table.name, table._record._extends or table.name}
        ids = []
        for value in found:
            if isinstance(value, Record) and tables & {value._table, value._extends}:
                value = value.row_key
            ids.append(value if value is None else self._fitted(field, value))
        asked = [value for value in dict.fromkeys(ids) if value is not None]
        there = table._having((("id", tuple(asked)),))
        known = {row[0] for part in there._parts() for row in part._select(table._keys())}
        for value in asked:
            if value not in known:
                error = table._unknown(value)
                words = ", ".join(self._states(name, field))
                if words:
                    raise UnknownId(f"{error.args[0]}; {name} may also be one of: {words}")
                raise error
        return ids

    def _fitted(self, field: str, value: "Any") -> "Any":
        """A value as the field holds it. Raises InvalidValue."""
        from hikaku._values import fitting

        allowed = self._record._enums.get(field)
        if allowed is not None and not (isinstance(value, str) and value in allowed):
            raise InvalidValue(
                f"{self.name}.{field} is never {_shown(value)}; it is one of: {', '.join(allowed)}"
            )
        try:
            return fitting(self._record._types[self._record._fields.index(field)], value)
        except ValueError:
            raise self._never(field, value) from None

    def _never(self, field: str, value: "Any") -> InvalidValue:
        kind = self._record._types[self._record._fields.index(field)]
        what = f"{'an' if kind == 'integer' else 'a'} {kind}"
        if field in self._record._links:
            what = f"the id of a row of {self._record._links[field]}, or that record"
        return InvalidValue(f"{self.name}.{field} is {what}; no row can equal {_shown(value)}")

    # --- SQL ---

    def _parts(self) -> "Iterator[Self]":
        """Selections that have together the rows of this one, each with few enough values."""
        conditions = self._conditions
        if sum(len(values) for _, values in conditions) <= FEW:
            yield self
            return
        most = max(1, self._dataset.store.most_parameters() // (len(conditions) + 1))
        for n, (name, values) in enumerate(conditions):
            if len(values) > most:
                for start in range(0, len(values), most):
                    part = (name, values[start : start + most])
                    chosen = (*conditions[:n], part, *conditions[n + 1 :])
                    yield from type(self)(self._dataset, self._record, self.name, chosen)._parts()
                return
        yield self

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

    def _select(self, columns: str, ordered: bool = True) -> "Iterator[tuple[Any, ...]]":
        """The rows of one query."""
        record = self._record
        sql = f'SELECT {columns} FROM "{record._extends or record._table}" AS t'
        if record._extends is not None:
            sql += f' JOIN "{record._table}" AS x ON x.id = t.id'
        if self._conditions:
            sql += " WHERE " + " AND ".join(self._sql(*one) for one in self._conditions)
        if ordered:
            sql += " ORDER BY " + self._keys()
        given = (value for _, values in self._conditions for value in values if value is not None)
        return self._dataset.store.rows(sql, tuple(given))

    def _sql(self, name: str, values: "tuple[Any, ...]") -> str:
        """A condition, with a mark for each of its values but None."""
        field = self._field(name)
        column = self._column(field)
        marks = ", ".join("?" for value in values if value is not None)
        one_of = f"{column} IN ({marks})"
        if name != field:
            target = self._record._links[field]
            one_of = f'{column} IN (SELECT id FROM "{target}" WHERE "{name}" IN ({marks}))'
        empty = f"{column} IS NULL" if None in values else ""
        return f"({' OR '.join(filter(None, [marks and one_of, empty])) or '0'})"


def _restored(
    dataset: "Data", name: str, conditions: "tuple[tuple[str, tuple[Any, ...]], ...]"
) -> "Table[Any]":
    """Unpickle: the selection again. Raises UnknownTable or UnknownField for what is gone."""
    table: Table[Any] = dataset.table(name)
    for named, _ in conditions:
        field = table._field(named)
        if named != field and not table._states(named, field):
            raise UnknownField(f"{name}.{named} has no words any more; select by {field} instead")
    return table._having(conditions) if conditions else table


def _is_text(value: str) -> bool:
    from hikaku._values import is_text

    return is_text(value)


def _shown(value: object) -> str:
    from hikaku._values import shown

    return shown(value)
