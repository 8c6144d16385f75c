"""The data sets that there are: the installed one, and releases that are opened."""

import os
from _thread import allocate_lock

from hikaku._dataset import Dataset
from hikaku._store import STORE, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

_opened: "dict[str | None, Dataset]" = {}
_lock = allocate_lock()


def installed() -> Dataset:
    """The data that was installed with the package."""
    return dataset_at(None)


def dataset_at(location: "str | None") -> Dataset:
    """The data set at a path or address, opened once a process; None is the installed one."""
    found = _opened.get(location)
    if found is None:
        if location is None:
            path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", STORE)
            made = Dataset(Store(path), None, dataset_at)
        else:
            made = open_dataset(location)
        with _lock:
            found = _opened.setdefault(location, made)
    return found


def open_dataset(
    where: "str | os.PathLike[str]",
    version: "str | None" = None,
    as_of: "str | date | None" = None,
) -> Dataset:
    """Open a release: a folder, a zip of one, its hikaku.sqlite, or one of a catalogue.

    `where` is a path or an http, https or file address. Of a catalogue, `version` chooses by
    name and `as_of` by day: the version published last by then; else it is the highest. The
    store is verified against the release's SHA256SUMS first, and that against the catalogue; what
    comes from a web server is kept in $HIKAKU_CACHE or the platform's place for caches. A name and
    password (https://name:password@host/) and a query (?signature) are used and never shown: a
    pickle has neither, and opens what was loaded from the cache, or the address without them.

    Raises DamagedStore if a file is missing, damaged, hostile, or not what the checksums say,
    the last two also when it is first read; Unreachable if an address cannot be loaded, or comes
    too slowly; UnknownVersion; InvalidValue. Reads the whole store once. One of up to 64 MB stays
    in memory, as does a zip; of a larger one a change is told.
    """
    from hikaku._release.opening import open_store

    store, location = open_store(where, version, as_of, _installed_version)
    return Dataset(store, location, dataset_at, installed)


def _installed_version() -> str:
    return installed().version
