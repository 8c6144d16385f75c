"""Finds out what a path or an address names, and has its store verified."""

import os
import time

from hikaku._formats.sums import AGAIN, SMALL, SUMS, parse
from hikaku._release.checksums import store_at, store_digest
from hikaku._release.older import complete
from hikaku._release.sound import harden, inspect
from hikaku._store import STORE, Store
from hikaku.errors import DamagedStore, HikakuError, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date

TRIES = 5  # of opening a folder that others replace meanwhile
PAUSE = 0.02  # seconds until a folder that is being replaced is there again


def open_store(
    where: "str | os.PathLike[str]",
    version: "str | None",
    as_of: "str | date | None",
    installed_version: "Callable[[], str]",
) -> "tuple[Store, str]":
    """A verified store, and the path or address that opens it again; see hikaku.open.

    `installed_version` is asked only where the release lacks what this code reads.
    """
    store, location = _found(where, version, as_of)
    store.check()

    inspected = False

    def prepare(connection: "sqlite3.Connection") -> None:
        nonlocal inspected
        harden(connection)
        if not inspected:
            inspect(connection, store.size)
            inspected = True
        complete(connection, installed_version)
        connection.execute("PRAGMA query_only = ON")

    store.prepare = prepare
    return store, location


def _found(
    where: "str | os.PathLike[str]", version: "str | None", as_of: "str | date | None"
) -> "tuple[Store, str]":
    try:
        location = os.fsdecode(where)
    except TypeError:
        raise InvalidValue(f"hikaku.open takes a path or an address, found {where!r}") from None
    if "://" in location and not os.path.exists(location):
        from hikaku._release.download import fetch, local_path

        path = local_path(location)
        if path is None:
            return fetch(location, version, as_of)
        location = path
    elif _is_mistyped(location):
        from hikaku._release.address import shown

        raise InvalidValue(
            f"{shown(location)} is neither a path nor an address, which has two slashes behind "
            "its colon; check how it is written"
        )
    location = os.path.abspath(location)
    try:
        return _in_one_state(location, version, as_of)
    except (OSError, ValueError) as error:
        if isinstance(error, HikakuError):
            raise
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise DamagedStore(
            f"{location} cannot be opened ({reason}); check its rights, or {AGAIN}"
        ) from None


def _is_mistyped(location: str) -> bool:
    """Whether it is an address with too few slashes, which may hold a password."""
    return location.lower().startswith(("http:", "https:")) and not os.path.exists(location)


def _in_one_state(
    location: str, version: "str | None", as_of: "str | date | None"
) -> "tuple[Store, str]":
    """The store at a path, where a build or a publisher may be replacing the folder.

    What did not fit together is looked at again if it was another folder, or none, afterwards.
    """
    for left in reversed(range(TRIES)):
        before = _state(location)
        try:
            chosen, wanted = _chosen(location, version, as_of)
            return _store(chosen, wanted), chosen
        except (HikakuError, OSError):
            if before is None:
                time.sleep(PAUSE)
            if not left or _state(location) == before:
                raise
    raise AssertionError


def _state(location: str) -> "list[tuple[int, int, int] | None] | None":
    """What changes when a folder is replaced, or what it lists; None if nothing is there."""
    if not os.path.exists(location):
        return None
    found: list[tuple[int, int, int] | None] = []
    for path in (location, os.path.join(location, SUMS), os.path.join(location, "index.json")):
        try:
            state = os.stat(path)
            found.append((state.st_ino, state.st_size, state.st_mtime_ns))
        except OSError:
            found.append(None)
    return found


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
            entries = read(_small(index), location).entries
            entry = choose(entries, location, version, as_of)
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


def _store(location: str, wanted: "str | None") -> Store:
    """The store of a release's folder or zip, or a store alone, of which nothing is known."""
    if os.path.isdir(location) or wanted is not None:
        return _in_folder(location, wanted)
    if not os.path.isfile(location):
        raise DamagedStore(f"{location} does not exist; give a release's folder or zip")
    if location.lower().endswith(".zip"):
        from hikaku._release.archive import read_store

        with open(location, "rb") as file:
            return Store(location, AGAIN, read_store(file, location)[0])
    return store_at(location, None, location)


def _in_folder(location: str, wanted: "str | None") -> Store:
    """The store in a release's folder, held against its SHA256SUMS, and that against `wanted`."""
    file = os.path.join(location, STORE)
    sums = os.path.join(location, SUMS)
    for needed in (file, sums):
        if not os.path.isfile(needed):
            raise DamagedStore(
                f"{location} is no release: it has no {os.path.basename(needed)}; "
                "give the folder of one version, such as dist/0.1.0, or of a catalogue"
            )
    digest = store_digest(parse(_small(sums), location, wanted), location)
    return store_at(file, digest, location)


def _small(path: str) -> bytes:
    """The bytes of an index or a list of checksums, which are never many."""
    with open(path, "rb") as file:
        data = file.read(SMALL + 1)
    if len(data) > SMALL:
        raise DamagedStore(f"{path} is larger than {SMALL:,} bytes and was refused; {AGAIN}")
    return data
