"""The index of a catalogue: which versions are published. What it does not list is not.

`claims` is there only while a version that somebody else began is taken over: the release (by the
SHA-256 of its SHA256SUMS) that alone may be listed under that version.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from hikaku._catalogue import version_key
from hikaku._sums import INDEX as INDEX
from scripts.release_folder import SUMS, parse_sums
from scripts.publish.storage import Storage

FORMAT = 1


class DamagedIndex(Exception):
    """The index cannot be used; the message says what is wrong with it and what to do."""


@dataclass(frozen=True)
class Entry:
    """A published version. `files` and `bytes` count what its SHA256SUMS lists."""

    version: str
    published_on: str
    path: str
    sums_sha256: str
    files: int
    bytes: int


@dataclass(frozen=True)
class Index:
    """What is published. `tag` is that of the file it was read from, None if there was none."""

    versions: tuple[Entry, ...] = ()
    claims: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    outdated: bool = False

    def find(self, version: str) -> Entry | None:
        return next((e for e in self.versions if e.version == version), None)

    def with_entry(self, entry: Entry) -> bytes:
        """The index with one more version, which nobody claims any more."""
        claims = {v: s for v, s in self.claims.items() if v != entry.version}
        return _dump((*self.versions, entry), claims)

    def with_claim(self, version: str, sums_sha256: str) -> bytes:
        return _dump(self.versions, self.claims | {version: sums_sha256})

    def dump(self) -> bytes:
        return _dump(self.versions, self.claims)


def _dump(versions: tuple[Entry, ...], claims: dict[str, str]) -> bytes:
    entries = sorted(versions, key=lambda e: version_key(e.version))
    raw: dict[str, Any] = {"format": FORMAT, "versions": [asdict(e) for e in entries]}
    if claims:
        raw["claims"] = dict(sorted(claims.items()))
    return (json.dumps(raw, indent=2) + "\n").encode()


def read_index(store: Storage) -> Index:
    """The index of a catalogue; an empty one if there is none yet.

    Raises DamagedIndex, and Unreachable. One request; an index of the first hikaku takes a few
    more for each version, because it lacks dates and sizes.
    """
    snapshot = store.read(INDEX)
    if snapshot is None:
        return Index()
    where = f"{store.url}/{INDEX}"
    try:
        raw = json.loads(snapshot.data)
        if "format" not in raw:
            return Index(
                tuple(_upgraded(store, e) for e in raw["versions"]), {}, snapshot.tag, True
            )
        if raw["format"] != FORMAT:
            raise DamagedIndex(
                f"{where} has format {raw['format']}, this hikaku knows {FORMAT}: use a newer one"
            )
        entries = tuple(Entry(**{n: e[n] for n in Entry.__annotations__}) for e in raw["versions"])
        return Index(entries, dict(raw.get("claims", {})), snapshot.tag)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndex(
            f"{where} is no index of a catalogue ({error!r}): restore it from a copy"
        ) from None


def _upgraded(store: Storage, old: dict[str, str]) -> Entry:
    """An entry of the first format, which had neither dates nor sizes."""
    version = old["version"]
    sums = store.read(f"{version}/{SUMS}")
    if sums is None:
        raise DamagedIndex(
            f"{store.url}/{INDEX} lists {version}, whose {SUMS} is missing: restore it from a copy"
        )
    names = parse_sums(sums.data)
    return Entry(
        version=version,
        published_on=store.written_on(f"{version}/{SUMS}").isoformat(),
        path=f"{version}/",
        sums_sha256=old["sha256sums"],
        files=len(names),
        bytes=sum(store.size(f"{version}/{name}") for name in names),
    )
