"""The version that is published already, as far as a comparison needs it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hikaku import _atomic as atomic
from hikaku._formats import sums
from hikaku._formats.index import Entry
from hikaku._formats.sums import SUMS
from scripts.errors import Stopped
from scripts.publish.storage import Storage

NEEDED = ("datapackage.json", "tables/", "CHANGES")


def fetch(store: Storage, entry: Entry, dist: Path) -> Path:
    """What is needed of a published release, verified, in a folder of its own below `dist`.

    All names come from a strict reader, so none leads out of that folder, and nothing is written
    through a link. Raises Stopped if the catalogue does not hold what its index says, DamagedStore
    for a SHA256SUMS that is none.
    """
    folder = dist / "published" / entry.sums_sha256[:12] / entry.version
    data = _read(store, entry.path + SUMS, entry.sums_sha256)
    for name, digest in sums.parse(data, f"{store.url}/{entry.path}").items():
        if not name.startswith(NEEDED):
            continue
        path = folder / name
        for part in (path, *path.parents):
            if part == dist:
                break
            if part.is_symlink():
                raise Stopped(f"{part} is a link, which may lead anywhere; remove it")
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, _read(store, entry.path + name, digest))
    return folder


def _read(store: Storage, name: str, digest: str) -> bytes:
    found = store.read(name)
    if found is None or hashlib.sha256(found.data).hexdigest() != digest:
        what = "missing" if found is None else "not what its checksum says"
        raise Stopped(f"the catalogue is damaged: {name} is {what}; restore it from a backup")
    return found.data
