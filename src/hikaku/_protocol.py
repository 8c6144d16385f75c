"""What records and tables need of a data set; imported by type checkers only.

So records, tables and labels know what they are given, and not who makes it. Records and tables are
`Any` here: they are what asks.
"""

from collections.abc import Callable
from typing import Any, Protocol

from hikaku._store import Store


class Data(Protocol):
    """The part of a `Dataset` that what it holds may use."""

    @property
    def store(self) -> Store:
        """Where rows are read."""

    @property
    def location(self) -> str | None:
        """The path or address it was opened at; None is the installed one."""

    @property
    def _base(self) -> "Callable[[], Data] | None":
        """Gives the data set whose words fill in what this one lacks, if it is an older one."""

    @property
    def version(self) -> str:
        """Version of the data."""

    @property
    def licence(self) -> str:
        """SPDX identifier of the data's licence."""

    def cite(self) -> str:
        """How to cite the data set as a whole."""

    def table(self, name: str) -> Any:
        """A table or view by name."""

    def record(self, table: str) -> Any:
        """The record class of a table."""

    def make(self, record: Any, values: tuple[Any, ...]) -> Any:
        """A record from a row of the store."""
