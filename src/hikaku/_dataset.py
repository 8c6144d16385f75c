"""A data set: all tables of one version of the data."""

from hikaku._records import RECORDS, VIEWS, Tables
from hikaku._table import Table
from hikaku.errors import UnknownTable, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hikaku._labels import Label
    from hikaku._records import Entity
    from hikaku._row import Record
    from hikaku._store import Store

FUNCTIONS = ("cite", "find", "label", "labels", "version", "licence", "title")


class Dataset(Tables):
    """All tables of one version. Tables and kinds of entity are attributes.

    `location` is the path or address that opens it again, None for the installed data. Of an
    address it has no password and no query, `***` in their place. `reopen` gives the data set of a
    location: a pickle holds no data, only where it is. `base` gives the data set whose words fill
    in what an older release lacks.
    """

    def __init__(
        self,
        store: "Store",
        location: "str | None",
        reopen: "Callable[[str | None], Dataset]",
        base: "Callable[[], Dataset] | None" = None,
    ) -> None:
        self.store, self.location = store, location
        self._reopen, self._base = reopen, base
        self._tables: dict[str, Table[Any]] = {}

    @property
    def version(self) -> str:
        """Version of the data, such as 0.1.0."""
        return self.store.meta("version")

    @property
    def licence(self) -> str:
        """SPDX identifier of the data's licence."""
        return self.store.meta("licence")

    @property
    def title(self) -> str:
        """Title of the data set."""
        return self.store.meta("title")

    def cite(self) -> str:
        """How to cite the data set as a whole, with its version."""
        return f"The hikaku authors. {self.title}. Version {self.version}. {self.licence}."

    def find(self, text: str) -> "tuple[Entity, ...]":
        """Entities with that name or id, sorted by id; see hikaku.find."""
        from hikaku._find import find

        return find(self, text)

    def label(self, id: str, lang: str = "en") -> "Label":
        """The label of whatever has that id, in a language. Raises UnknownId, UnknownLanguage."""
        from hikaku._labels import label

        return label(self, id, lang)

    def labels(self, id: str) -> "dict[str, Label]":
        """The label of whatever has that id, in all languages by tag."""
        from hikaku._labels import LANGUAGES, label

        return {lang: label(self, id, lang) for lang in LANGUAGES}

    def table(self, name: str) -> "Table[Any]":
        """A table or view by name. Raises UnknownTable, naming what there is."""
        table = self._tables.get(name)
        if table is None:
            if name in RECORDS:
                table = Table(self, RECORDS[name], name)
            elif name in VIEWS:
                base, field, value = VIEWS[name]
                table = Table(self, RECORDS[base], name, ((field, (value,)),))
            elif name in FUNCTIONS:
                raise UnknownTable(
                    f"{name} is no table here: hikaku.{name} is what else the data set offers"
                    + "; all labels are in the CSV and SQLite of a release" * (name == "labels")
                )
            else:
                known = [*RECORDS, *VIEWS, *FUNCTIONS]
                raise UnknownTable(
                    f"hikaku has no {name!r}{close_to(name, known)}; tables: "
                    f"{', '.join(RECORDS)}; kinds of entity: {', '.join(VIEWS)}"
                )
            self._tables[name] = table
        return table

    def record(self, table: str) -> "type[Record]":
        """The record class of a table."""
        return RECORDS[table]

    def make(self, record: "type[Record]", values: "tuple[Any, ...]") -> "Any":
        """A record from a row of the store; an entity becomes the subtype that its kind has."""
        if record._kinds:
            subtype = record._kinds.get(values[1])
            if subtype is not None:
                found = self.table(subtype).get(values[0])
                if found is not None:
                    return found
        if record._dates:
            from datetime import date

            listed = list(values)
            for i in record._dates:
                if listed[i] is not None:
                    listed[i] = date.fromisoformat(listed[i])
            values = tuple(listed)
        return record(self, values)

    def __repr__(self) -> str:
        return f"<hikaku {self.version} at {self.store.path}>"

    def __reduce__(self) -> "tuple[Any, ...]":
        return self._reopen, (self.location,)

    def __copy__(self) -> "Dataset":
        return self  # nothing of it changes

    def __deepcopy__(self, memo: "Any") -> "Dataset":
        return self

    def __dir__(self) -> "list[str]":
        return [*super().__dir__(), *RECORDS, *VIEWS]

    if not TYPE_CHECKING:  # hidden, or a type checker would accept any name

        def __getattr__(self, name):
            if name.startswith("_"):
                raise AttributeError(name)
            return self.table(name)
