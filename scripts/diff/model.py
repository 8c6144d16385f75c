"""What a comparison of two releases found: rows, cells and changes of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scripts.contract import DESCRIPTOR

TEXTS = ("title", "description")

Key = tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """A row that is on one side only, with its cells by field."""

    key: Key
    cells: dict[str, str]


@dataclass(frozen=True)
class Cell:
    """A changed cell of a row on both sides; None where that side does not have the field."""

    key: Key
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class TableDiff:
    """The changes of one table, sorted by key. `key` names the fields of the key."""

    name: str
    key: tuple[str, ...] = ()
    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[Cell, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.changed)

    @property
    def corrected(self) -> tuple[Cell, ...]:
        """The cells that had another value before: not those of fields that came or went."""
        return tuple(c for c in self.changed if c.old is not None and c.new is not None)


@dataclass(frozen=True)
class ContractChange:
    """One change of the contract. `table` and `field` say where; None is the contract at large.

    `what` is table, field, or a property such as type, references or constraints.minimum. An
    allowed value is `enum.VALUE`; `enum` alone is a whole list that came or went. `old` is None
    for what was added, `new` for what was removed.
    """

    table: str | None
    field: str | None
    what: str
    old: Any
    new: Any

    @property
    def place(self) -> str:
        """Table and field, such as scores.number; datapackage.json for the contract at large."""
        return ".".join(n for n in (self.table, self.field) if n) or DESCRIPTOR

    @property
    def is_text(self) -> bool:
        """Whether it is a title, a description or another text to read, and no structure."""
        return self.what.startswith("texts.") or self.what.rsplit(".", 1)[-1] in TEXTS


@dataclass(frozen=True)
class Diff:
    """All changes from one release to the next; tables without any are left out.

    `old` and `new` are the versions; `old` is None where there is no earlier release.
    """

    old: str | None
    new: str
    contract: tuple[ContractChange, ...]
    tables: tuple[TableDiff, ...]

    @property
    def empty(self) -> bool:
        return not (self.contract or self.tables)

    def table(self, name: str) -> TableDiff:
        """The changes of a table, which may be none."""
        return next((t for t in self.tables if t.name == name), TableDiff(name))
