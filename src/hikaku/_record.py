"""Unpickles records of version 0.1.0, which name this module, and the place of their data set.

Records pickled since then carry a data set that knows how it is opened again; see `_row`.
"""

from hikaku._open import dataset_at
from hikaku._row import _restored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hikaku._row import Record


def _restore(cls: "type[Record]", location: "str | None", values: "tuple[Any, ...]") -> "Record":
    """The record again, on the data set at its place; None is the installed one."""
    return _restored(dataset_at(location), cls, values)
