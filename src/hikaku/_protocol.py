"""What records and tables ask of their data set. For type checkers; nothing imports it at run time.

So the modules of a record need not know that of the data set, which knows them all.
"""

from collections.abc import Callable
from typing import Any, Protocol, Self

from hikaku._store import Store


class Data(Protocol):
    """A data set, as its parts see it; see hikaku._dataset.Dataset."""

    store: Store
    location: str | None
    base: Callable[[], Self] | None

    @property
    def version(self) -> str: ...
    @property
    def licence(self) -> str: ...
    def cite(self) -> str: ...
    def table(self, name: str) -> Any: ...
    def record(self, table: str) -> Any: ...
    def make(self, record: Any, values: tuple[Any, ...]) -> Any: ...
