"""A release by address: what is fetched, held against what, and found again in the cache."""

from hashlib import sha256
from urllib.request import url2pathname

from hikaku._formats import index, sums
from hikaku._formats.index import INDEX, Entry
from hikaku._formats.sums import AGAIN, SMALL, SUMS
from hikaku._release import cache
from hikaku._release.address import HIDDEN, SCHEMES, Address, shown, split
from hikaku._release.archive import read_store
from hikaku._release.catalogue import choose
from hikaku._release.checksums import store_digest
from hikaku._release.http import Absent, chunks, get
from hikaku._store import STORE, Store
from hikaku.errors import DamagedStore, InvalidValue, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

LARGEST = 2 << 30  # bytes of a store or a zip


def local_path(url: str) -> "str | None":
    """The path that a file URL names; None if it is a URL of a web server.

    Raises InvalidValue for any other URL.
    """
    parts = split(url)
    if parts.scheme in SCHEMES and parts.netloc:
        return None
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return url2pathname(parts.path)
    raise InvalidValue(
        f"{shown(url)!r} cannot be opened: only http, https and file addresses can; download the "
        "release and give its path"
    )


def fetch(
    url: str, version: "str | None" = None, as_of: "str | date | None" = None
) -> "tuple[Store, str]":
    """A verified store from the web or the cache, and the address that gives it again.

    `url` is a catalogue, a release, or a zip of one. The address that comes back has no secrets.
    Raises Unreachable, DamagedStore, UnknownVersion and InvalidValue. One to three requests; the
    store itself is loaded once.
    """
    address = Address(url)
    try:
        return _fetch(address, version, as_of)
    except (Unreachable, DamagedStore) as error:
        if not address.lacks:
            raise
        trouble = error
    raise type(trouble)(
        f"{trouble}; where the address has {HIDDEN}, it was opened with a password or a query, "
        "which are not kept: open the whole address again"
    )


def _fetch(
    address: Address, version: "str | None", as_of: "str | date | None"
) -> "tuple[Store, str]":
    base, name = _split(address)
    is_zip = name.lower().endswith(".zip")
    if (address.pin or is_zip) and (version, as_of) != (None, None):
        raise _one_release(address)
    if is_zip:
        return _fetch_zip(address)
    if address.pin is None:
        entry = _from_catalogue(base, version, as_of)
        if entry is not None:
            return _fetch_release(base.join(entry.path), entry.sums_sha256)
        if (version, as_of) != (None, None):
            raise _one_release(address)
    return _fetch_release(base, address.pin)


def _one_release(address: Address) -> InvalidValue:
    return InvalidValue(
        f"{address} is one release; version and as_of choose from a catalogue: give the address "
        f"of the folder that holds {INDEX}"
    )


def _split(address: Address) -> "tuple[Address, str]":
    """The address of the folder, and the name of the file if it is one that is known."""
    path, _, name = address.path.rpartition("/")
    if name not in (INDEX, STORE, SUMS) and not name.lower().endswith(".zip"):
        path, name = address.path.rstrip("/"), ""
    return address.beside(f"{path}/"), name


def _from_catalogue(
    base: Address, version: "str | None", as_of: "str | date | None"
) -> "Entry | None":
    """The version that is asked for; None if the address is no catalogue.

    Without a network, a version that is named can still be chosen from the last index that came;
    what is the highest one now, or on a day, cannot be told.
    """
    where = base.join(INDEX)
    try:
        data = get(where, SMALL)
    except Absent:
        return None
    except Unreachable as error:
        kept = cache.answer(where.key)
        if kept is None:
            if cache.answer(base.join(SUMS).key) is not None:
                return None
            raise
        entries = index.read(kept, str(base)).entries
        if version is None or as_of is not None:
            here = [e.version for e in entries if _is_here(e)]
            hint = f'; without a network: version="{here[-1]}"' if here else ""
            raise Unreachable(f"{error}{hint}") from None
        return choose(entries, str(base), version)
    entry = choose(index.read(data, str(base)).entries, str(base), version, as_of)
    cache.keep_answer(where.key, data)
    return entry


def _is_here(entry: Entry) -> bool:
    """Whether a version can be opened without a network."""
    return _kept(entry.sums_sha256) is not None


def _kept(pin: str) -> "Store | None":
    """The store of the release whose SHA256SUMS has that SHA-256, from the cache alone."""
    data = cache.sums(pin)
    if data is None:
        return None
    return cache.store(store_digest(sums.parse(data, "the cache"), "the cache"))


def _fetch_release(base: Address, wanted: "str | None") -> "tuple[Store, str]":
    data = _sums_of(base, wanted)
    digest = store_digest(sums.parse(data, str(base), wanted), str(base))
    pin = cache.keep_sums(data)
    if wanted is None:
        cache.keep_answer(base.join(SUMS).key, data)
    store = cache.store(digest)
    if store is None:
        where = base.join(STORE)
        try:
            store = cache.keep_store(digest, chunks(where, LARGEST))
        except Absent as absent:
            raise DamagedStore(
                f"{where} is not there ({absent}), although {SUMS} names it; tell who publishes it"
            ) from None
        if store is None:
            raise DamagedStore(
                f"{where} is not the file that {SUMS} names: it was changed or cut off, and was "
                "not kept; try again, or tell who publishes it"
            )
    return store, base.pinned(pin)


def _sums_of(base: Address, wanted: "str | None") -> bytes:
    """SHA256SUMS of a release. With its hash known, the cache answers without any request."""
    kept = cache.sums(wanted) if wanted else None
    if kept is not None:
        return kept
    where = base.join(SUMS)
    try:
        return get(where, SMALL)
    except Absent as absent:
        raise Unreachable(
            f"{base} is neither a catalogue nor a release: it has no {INDEX} and no {SUMS} "
            f"({absent}); check the address"
        ) from None
    except Unreachable:
        kept = cache.answer(where.key)
        if kept is None or wanted:
            raise
        return kept


def _fetch_zip(address: Address) -> "tuple[Store, str]":
    """The store of a zip, which is loaded each time unless its pin tells which one it is."""
    if address.pin is not None and (kept := _kept(address.pin)) is not None:
        return kept, address.pinned(address.pin)
    with cache.scratch() as part:
        try:
            for chunk in chunks(address, LARGEST):
                part.write(chunk)
        except Absent as absent:
            raise Unreachable(f"{address} is not there ({absent}); check the address") from None
        data, listed = read_store(part, str(address), address.pin)
    Store(str(address), AGAIN, data).check()  # what cannot be read is not kept
    digest = sha256(data).hexdigest()
    store = cache.store(digest) or cache.keep_store(digest, [data])
    assert store is not None
    return store, address.pinned(cache.keep_sums(listed))
