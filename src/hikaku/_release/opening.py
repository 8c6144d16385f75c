"""Finds out what a path or an address names, and has its store verified."""

import os

from hikaku._formats.sums import AGAIN, SUMS, parse
from hikaku._release.checksums import digest_of, hold_against, store_digest
from hikaku._release.older import complete
from hikaku._store import STORE, Store
from hikaku.errors import DamagedStore, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date


def open_store(
    where: "str | os.PathLike[str]",
    version: "str | None",
    as_of: "str | date | None",
    installed_version: "Callable[[], str]",
) -> "tuple[Store, str]":
    """A verified store, and the path or address that opens it again; see hikaku.open.

    `installed_version` is asked only where the release lacks what this code reads.
    """

    def opened(file: str, data: "bytes | None" = None) -> Store:
        store = Store(file, AGAIN, data, prepare)
        store.check_header()
        return store

    def prepare(connection: "sqlite3.Connection") -> None:
        complete(connection, installed_version)

    location = os.fsdecode(where)
    if "://" in location and not os.path.exists(location):
        from hikaku._release.download import fetch, local_path

        path = local_path(location)
        if path is None:
            file, location = fetch(location, version, as_of)
            return opened(file), location
        location = path
    location = os.path.abspath(location)
    try:
        location, wanted = _chosen(location, version, as_of)
        return opened(*_verified(location, wanted)), location
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DamagedStore(
            f"{location} cannot be opened ({reason}); check its rights, or {AGAIN}"
        ) from None


def _chosen(
    location: str, version: "str | None", as_of: "str | date | None"
) -> "tuple[str, str | None]":
    """The release at a path, and the SHA-256 of its SHA256SUMS if a catalogue gives it."""
    if not _is_release(location):
        # Imported only here: reading an index takes JSON.
        from hikaku._formats.index import INDEX, read
        from hikaku._release.catalogue import choose

        if os.path.basename(location) == INDEX and os.path.isfile(location):
            location = os.path.dirname(location)
        index = os.path.join(location, INDEX)
        if not _is_release(location) and os.path.isfile(index):
            with open(index, "rb") as file:
                entry = choose(read(file.read(), location).entries, location, version, as_of)
            return os.path.join(location, *entry.path.split("/")[:-1]), entry.sums_sha256
    if (version, as_of) != (None, None):
        from hikaku._formats.index import INDEX

        raise InvalidValue(
            f"{location} is no catalogue; version and as_of choose from one: give the folder "
            f"that holds {INDEX}"
        )
    return location, None


def _is_release(location: str) -> bool:
    """Whether a path names a folder with a store in it, a zip or a store."""
    if location.lower().endswith((".zip", ".sqlite")) and os.path.isfile(location):
        return True
    return os.path.isfile(os.path.join(location, STORE))


def _verified(location: str, wanted: "str | None") -> "tuple[str, bytes | None]":
    """The file of the store, and its bytes if it is in a zip."""
    if os.path.isdir(location) or wanted is not None:
        return _in_folder(location, wanted), None
    if not os.path.isfile(location):
        raise DamagedStore(f"{location} does not exist; give a release's folder or zip")
    if location.lower().endswith(".zip"):
        from hikaku._release.archive import read_store

        return location, read_store(location, location)
    return location, None


def _in_folder(location: str, wanted: "str | None") -> str:
    """The store in a release's folder, held against its SHA256SUMS, and that against `wanted`."""
    file = os.path.join(location, STORE)
    sums = os.path.join(location, SUMS)
    for needed in (file, sums):
        if not os.path.isfile(needed):
            raise DamagedStore(
                f"{location} is no release: it has no {os.path.basename(needed)}; "
                "give the folder of one version, such as dist/0.1.0, or of a catalogue"
            )
    with open(sums, "rb") as lines:
        digest = store_digest(parse(lines.read(), location, wanted), location)
    hold_against(digest_of(file), digest, location)
    return file
