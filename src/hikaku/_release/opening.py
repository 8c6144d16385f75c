"""Opens a release wherever it lies: decides what it is, and has it verified."""

import os

from hikaku._formats.index import INDEX
from hikaku._formats.sums import AGAIN, SUMS, parse
from hikaku._release.verified import digest_of, hold_against, store_digest
from hikaku._store import STORE, Store
from hikaku.errors import DamagedStore, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date

    # A file on this machine, what errors call it and how it is opened again, and its bytes if it
    # has no file of its own.
    Found = tuple[str, str, bytes | None]


def open_store(
    where: "str | os.PathLike[str]",
    version: "str | None",
    as_of: "str | date | None",
    installed: "Callable[[], str]",
) -> "tuple[Store, str]":
    """The verified store of a release, and the location that opens it again; see hikaku.open.

    `installed` gives the version of the installed data, asked only for a release that lacks
    something.
    """
    file, location, data = _found(where, version, as_of)

    def prepare(connection: "sqlite3.Connection") -> None:
        from hikaku._release.older import complete

        complete(connection, installed)

    store = Store(file, AGAIN, data, prepare)
    store.check_header()
    return store, location


def _found(
    where: "str | os.PathLike[str]", version: "str | None", as_of: "str | date | None"
) -> "Found":
    location = os.fsdecode(where)
    if "://" in location and not os.path.exists(location):
        from hikaku._release.download import fetch, local_path

        path = local_path(location)
        if path is None:
            return (*fetch(location, version, as_of), None)
        location = path
    location = os.path.abspath(location)
    if os.path.basename(location) == INDEX and os.path.isfile(location):
        location = os.path.dirname(location)
    store = os.path.join(location, STORE)
    if not os.path.isfile(store) and os.path.isfile(os.path.join(location, INDEX)):
        return _in_catalogue(location, version, as_of)
    if (version, as_of) != (None, None):
        raise InvalidValue(
            f"{location} is no catalogue; version and as_of choose from one: give the folder "
            f"that holds {INDEX}"
        )
    try:
        return _at_path(location)
    except OSError as error:
        raise _unreadable(location, error) from None


def _in_catalogue(folder: str, version: "str | None", as_of: "str | date | None") -> "Found":
    from hikaku._release.catalogue import choose, read_index

    try:
        with open(os.path.join(folder, INDEX), "rb") as file:
            entries = read_index(file.read(), folder)
        entry = choose(entries, folder, version, as_of)
        return _in_folder(os.path.join(folder, *entry.path.split("/")[:-1]), entry.sums_sha256)
    except OSError as error:
        raise _unreadable(folder, error) from None


def _unreadable(location: str, error: OSError) -> DamagedStore:
    reason = (error.strerror or str(error)).lower()
    return DamagedStore(f"{location} cannot be opened ({reason}); check its rights, or {AGAIN}")


def _at_path(location: str) -> "Found":
    if os.path.isdir(location):
        return _in_folder(location)
    if not os.path.isfile(location):
        raise DamagedStore(f"{location} does not exist; give a release's folder or zip")
    if location.lower().endswith(".zip"):
        from hikaku._release.archive import read_store

        return location, location, read_store(location, location)
    return location, location, None


def _in_folder(location: str, wanted: "str | None" = None) -> "Found":
    """A release's folder; `wanted` is the SHA-256 that a catalogue gives for its SHA256SUMS."""
    file = os.path.join(location, STORE)
    sums = os.path.join(location, SUMS)
    for needed in (file, sums):
        if not os.path.isfile(needed):
            raise DamagedStore(
                f"{location} is no release: it has no {os.path.basename(needed)}; "
                "give the folder of one version, such as dist/0.1.0, or of a catalogue"
            )
    with open(sums, "rb") as lines:
        named = parse(lines.read(), location, wanted)
    hold_against(digest_of(file), store_digest(named, location), location)
    return file, location, None
