"""The index in a catalogue: as it was read, and what is to be written over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hikaku._formats import index
from hikaku._formats.index import INDEX, Entry
from scripts.publish.storage import Storage


@dataclass(frozen=True)
class Index:
    """What is published. `tag` is that of the file it was read from, None if there was none."""

    versions: tuple[Entry, ...] = ()
    claims: Mapping[str, str] = field(default_factory=dict)
    tag: str | None = None

    def find(self, version: str) -> Entry | None:
        return next((e for e in self.versions if e.version == version), None)

    def with_entry(self, entry: Entry) -> bytes:
        """The index with one more version, which nobody claims any more."""
        claims = {v: s for v, s in self.claims.items() if v != entry.version}
        return index.dump((*self.versions, entry), claims)

    def with_claim(self, version: str, sums_sha256: str) -> bytes:
        return index.dump(self.versions, {**self.claims, version: sums_sha256})


def read_index(store: Storage) -> Index:
    """The index of a catalogue; an empty one if there is none yet.

    Raises DamagedStore, and Unreachable. One request.
    """
    snapshot = store.read(INDEX)
    if snapshot is None:
        return Index()
    found = index.read(snapshot.data, store.url)
    return Index(found.entries, found.claims, snapshot.tag)
