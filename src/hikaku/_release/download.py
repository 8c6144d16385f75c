"""A release by URL: what is fetched, held against what, and found again in the cache."""

from hashlib import sha256
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from hikaku._formats import index, sums
from hikaku._formats.index import INDEX, Entry
from hikaku._formats.sums import SUMS, is_digest
from hikaku._release import cache
from hikaku._release.archive import read_store
from hikaku._release.catalogue import choose
from hikaku._release.checksums import store_digest
from hikaku._release.http import SCHEMES, Absent, chunks, get
from hikaku._store import STORE
from hikaku.errors import DamagedStore, InvalidValue, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

PIN = "sha256="
SMALL = 16 << 20  # bytes of an index or a list of checksums
LARGEST = 2 << 30  # bytes of a store or a zip


def local_path(url: str) -> "str | None":
    """The path that a file URL names; None if it is a URL of a web server.

    Raises InvalidValue for any other URL.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidValue(f"{url!r} is no address: {error}") from None
    if parts.scheme in SCHEMES and parts.netloc:
        return None
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return url2pathname(parts.path)
    raise InvalidValue(
        f"{url!r} cannot be opened: only http, https and file addresses can; download the "
        "release and give its path"
    )


def fetch(
    url: str, version: "str | None" = None, as_of: "str | date | None" = None
) -> "tuple[str, str]":
    """The path of a verified store in the cache, and the address that gives it again.

    `url` is a catalogue, a release, or a zip of one. Raises Unreachable, DamagedStore,
    UnknownVersion and InvalidValue. One to three requests; the store itself is loaded once.
    """
    base, name, pin = _split(url)
    if (pin or name.lower().endswith(".zip")) and (version, as_of) != (None, None):
        raise _one_release(url)
    if name.lower().endswith(".zip"):
        return _fetch_zip(url), url
    if pin is None:
        entry = _from_catalogue(base, version, as_of)
        if entry is not None:
            return _fetch_release(_join(base, entry.path), entry.sums_sha256)
        if (version, as_of) != (None, None):
            raise _one_release(url)
    return _fetch_release(base, pin)


def _one_release(url: str) -> InvalidValue:
    return InvalidValue(
        f"{url} is one release; version and as_of choose from a catalogue: give the address of "
        f"the folder that holds {INDEX}"
    )


def _split(url: str) -> "tuple[str, str, str | None]":
    """The address of the folder, the name of the zip if it is one, and the hash behind #."""
    parts = urlsplit(url)
    pin = parts.fragment.removeprefix(PIN) if parts.fragment.startswith(PIN) else None
    if pin is not None and not is_digest(pin):
        raise InvalidValue(f"{url} has no SHA-256 behind #{PIN}")
    path, _, name = parts.path.rpartition("/")
    if name not in (INDEX, STORE, SUMS) and not name.lower().endswith(".zip"):
        path, name = parts.path.rstrip("/"), ""
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/", parts.query, "")), name, pin


def _join(base: str, name: str) -> str:
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=parts.path + name))


def _from_catalogue(base: str, version: "str | None", as_of: "str | date | None") -> "Entry | None":
    """The version that is asked for; None if the address is no catalogue.

    Without a network, a version that is named can still be chosen from the last index that came;
    what is the highest one now, or on a day, cannot be told.
    """
    url = _join(base, INDEX)
    try:
        data = get(url, SMALL)
    except Absent:
        return None
    except Unreachable as error:
        kept = cache.answer(url)
        if kept is None:
            if cache.answer(_join(base, SUMS)) is not None:
                return None
            raise
        entries = index.read(kept, base).entries
        if version is None or as_of is not None:
            here = [e.version for e in entries if _is_here(e)]
            hint = f'; without a network: version="{here[-1]}"' if here else ""
            raise Unreachable(f"{error}{hint}") from None
        return choose(entries, base, version)
    entry = choose(index.read(data, base).entries, base, version, as_of)
    cache.keep_answer(url, data)
    return entry


def _is_here(entry: Entry) -> bool:
    """Whether a version can be opened without a network."""
    data = cache.sums(entry.sums_sha256)
    if data is None:
        return False
    return cache.store(store_digest(sums.parse(data, "the cache"), "the cache")) is not None


def _fetch_release(base: str, wanted: "str | None") -> "tuple[str, str]":
    data = _sums_of(base, wanted)
    digest = store_digest(sums.parse(data, base, wanted), base)
    pin = cache.keep_sums(data)
    if wanted is None:
        cache.keep_answer(_join(base, SUMS), data)
    path = cache.store(digest)
    if path is None:
        url = _join(base, STORE)
        try:
            path = cache.keep_store(digest, chunks(url, LARGEST))
        except Absent as absent:
            raise DamagedStore(
                f"{url} is not there ({absent}), although {SUMS} names it; tell who publishes it"
            ) from None
        if path is None:
            raise DamagedStore(
                f"{url} is not the file that {SUMS} names: it was changed or cut off, and was "
                "not kept; try again, or tell who publishes it"
            )
    return path, f"{base}#{PIN}{pin}"


def _sums_of(base: str, wanted: "str | None") -> bytes:
    """SHA256SUMS of a release. With its hash known, the cache answers without any request."""
    kept = cache.sums(wanted) if wanted else None
    if kept is not None:
        return kept
    url = _join(base, SUMS)
    try:
        return get(url, SMALL)
    except Absent as absent:
        raise Unreachable(
            f"{base} is neither a catalogue nor a release: it has no {INDEX} and no {SUMS} "
            f"({absent}); check the address"
        ) from None
    except Unreachable:
        kept = cache.answer(url)
        if kept is None or wanted:
            raise
        return kept


def _fetch_zip(url: str) -> str:
    """The store of a zip, which is loaded each time: only its content tells which one it is."""
    with cache.scratch() as part:
        try:
            for chunk in chunks(url, LARGEST):
                part.write(chunk)
            part.flush()
        except Absent as absent:
            raise Unreachable(f"{url} is not there ({absent}); check the address") from None
        data = read_store(part.name, url)
    digest = sha256(data).hexdigest()
    path = cache.store(digest) or cache.keep_store(digest, [data])
    if path is None:
        raise Unreachable(f"{cache.folder()} does not hold what was written; check the disk")
    return path
