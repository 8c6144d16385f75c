"""What all typed records share: immutable, comparable, hashable, picklable, following keys."""

from hikaku.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hikaku._labels import Label
    from hikaku._protocol import Data


class Record:
    """One row of a table. Fields are attributes; a field `x_id` also gives the record `x`."""

    __slots__ = ("_dataset", "_values", "_version")
    _table = ""
    _extends: "str | None" = None
    _key: "tuple[str, ...]" = ("id",)
    _fields: "tuple[str, ...]" = ()
    _types: "tuple[str, ...]" = ()
    _links: "dict[str, str]" = {}
    _enums: "dict[str, tuple[str, ...]]" = {}
    _kinds: "dict[str, str]" = {}
    _dates: "tuple[int, ...]" = ()
    _label = ""

    def __init_subclass__(cls) -> None:
        cls._dates = tuple(i for i, kind in enumerate(cls._types) if kind == "date")
        for i, name in enumerate(cls._fields):
            if not hasattr(cls, name):
                setattr(cls, name, property(_getter(i)))
        for name, table in cls._links.items():
            if not hasattr(cls, name[:-3]):
                setattr(cls, name[:-3], property(_follower(name, table)))

    def __init__(
        self, dataset: "Data", values: "tuple[Any, ...]", version: "str | None" = None
    ) -> None:
        self._dataset = dataset
        self._values = values
        self._version = version  # of the data it was read from; None is that of its data set

    @property
    def row_key(self) -> "Any":
        """The row's key: a string, or a tuple where the key has several fields."""
        parts = tuple(getattr(self, name) for name in self._key)
        return parts[0] if len(parts) == 1 else parts

    def label(self, lang: str = "en") -> "Label":
        """The record in words: its name, title or statement, or its value with its unit.

        In English, marked as fallback, where the language has no text. Raises UnknownLanguage.
        """
        from hikaku._labels import Label, resolve, text

        if self._label:
            table = self._extends or self._table
            found = text(self._dataset, table, str(self.row_key), self._label, lang)
            if found is not None:
                return found
        named = getattr(self, "entity", None)  # a heading without a name of its own
        if named is not None:
            label: Label = named.label(lang)
            return label
        tag, fallback = resolve(lang)
        return Label(str(self.row_key), "en", fallback or tag != "en")

    def to_dict(self) -> "dict[str, Any]":
        """Field names and values, in the contract's order."""
        return dict(zip(self._fields, self._values, strict=True))

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        assert isinstance(other, Record)
        return self._values == other._values

    def __hash__(self) -> int:
        return hash((self._table, self._values))

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v!r}" for k, v in self.to_dict().items() if v is not None)
        return f"{type(self).__name__}({shown})"

    def __reduce__(self) -> "tuple[Any, ...]":
        version = self._version or self._dataset.version
        return restored, (self._dataset, self._table, self.to_dict(), version)


def _getter(i: int) -> "Any":
    def get(record: Record) -> "Any":
        return record._values[i]

    return get


def _follower(name: str, table: str) -> "Any":
    def follow(record: Record) -> "Any":
        key = getattr(record, name)
        return None if key is None else record._dataset.table(table)[key]

    return follow


def restored(
    dataset: "Data", table: str, fields: "dict[str, Any]", version: "str | None"
) -> Record:
    """Unpickle: the record of that version again, on its data set.

    Fields that came since are None. Raises InvalidValue if a value has no place any more.
    """
    try:
        record = dataset.record(table)
    except KeyError:
        raise _no_place(dataset, table, version, f"there is no table {table}") from None
    for name, value in fields.items():
        if value is None:
            continue
        if name not in record._fields:
            raise _no_place(dataset, table, version, f"{name}={value!r} is of no field")
        kind = record._types[record._fields.index(name)]
        if not _is_of(kind, value):
            raise _no_place(dataset, table, version, f"{name}={value!r} is no {kind}")
    for name in record._key:
        if fields.get(name) is None:
            raise _no_place(dataset, table, version, f"it has no {name}, which is part of the key")
    made: Record = record(dataset, tuple(map(fields.get, record._fields)), version)
    return made


def _is_of(kind: str, value: "Any") -> bool:
    if kind == "date":
        return hasattr(value, "isoformat")
    wanted = {"string": str, "integer": int}.get(kind, (int, float))
    return isinstance(value, wanted) and not isinstance(value, bool)


def _no_place(dataset: "Data", table: str, version: "str | None", why: str) -> InvalidValue:
    now = (dataset._base() if dataset._base else dataset).version
    wrote = f"version {version}" if version else "an earlier version"
    return InvalidValue(
        f"a record of {table} that {wrote} wrote cannot be held by version {now}: {why} there; "
        f"read it with hikaku {version or 'of that version'}, or look the row up again"
    )


def _restored(dataset: "Data", cls: "type[Record]", values: "tuple[Any, ...]") -> Record:
    """Unpickle what 0.1.0 wrote, by the positions that fields had.

    It did not keep the version of the data, which is known of the installed data alone.
    """
    from hikaku import _first

    version = _first.FIRST if dataset.location is None else None
    return restored(dataset, cls._table, _first.fields(cls._table, values), version)
