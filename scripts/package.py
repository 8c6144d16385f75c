"""The package that a command works on, loaded once and handed on: contract, rows, what they give.

A `Package` stands for the state of its folder when each part was first asked for. Whoever changes
files makes a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

from scripts.contract import ROOT, Contract, load
from scripts.reading.rows import Row, read_rows

Made = TypeVar("Made")


class Package:
    """The package under `root`. Nothing is read until it is asked for; tables stay in memory."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.made: dict[Callable[[Package], Any], Any] = {}
        self._rows: dict[str, list[Row]] = {}

    @cached_property
    def contract(self) -> Contract:
        """Raises BrokenContract."""
        return load(self.root)

    def rows(self, table: str) -> list[Row]:
        """The typed rows of a table. Raises BrokenTable where one does not fit the contract."""
        if table not in self._rows:
            self._rows[table] = list(read_rows(self.root, self.contract[table]))
        return self._rows[table]

    def records(self, table: str) -> Iterator[dict[str, Any]]:
        """The same rows, each as its values by field."""
        names = self.contract[table].names
        for row in self.rows(table):
            yield dict(zip(names, row, strict=True))


def once(make: Callable[[Package], Made]) -> Callable[[Package], Made]:
    """Keeps what a function makes of a package with that package: it is made once a run."""

    @wraps(make)
    def get(package: Package) -> Made:
        if make not in package.made:
            package.made[make] = make(package)
        made: Made = package.made[make]
        return made

    return get
