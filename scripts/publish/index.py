"""The index in a catalogue, read with the tag that says whether it changed meanwhile."""

from __future__ import annotations

from hikaku._formats import index
from hikaku._formats.index import INDEX, Index
from scripts.publish.storage import Storage


def read_index(store: Storage) -> tuple[Index, str | None]:
    """The index and its tag; an empty one and no tag if there is none yet.

    Raises DamagedStore, and Unreachable. One request.
    """
    snapshot = store.read(INDEX)
    if snapshot is None:
        return Index(), None
    return index.read(snapshot.data, store.url), snapshot.tag
