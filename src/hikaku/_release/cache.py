"""Files that were downloaded, in a folder of the user's. Each is written whole or not at all.

stores/ and sums/ are named by the SHA-256 of their content, so nothing in them is ever outdated;
answers/ holds the last good answer of an address, for when there is no network. Whatever other
processes do to the folder meanwhile is passed over: what was loaded is in memory too.
"""

import os
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from io import BytesIO
from itertools import chain

from hikaku import _atomic
from hikaku._formats.sums import AGAIN
from hikaku._release.checksums import HELD, store_at
from hikaku._store import Store
from hikaku.errors import DamagedStore, HikakuError, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from typing import BinaryIO, TypeVar

    Made = TypeVar("Made")

DAY = 86400.0  # seconds after which a download that was cut off is cleared away
TRIES = 20  # of writing into a folder that others remove meanwhile
PAUSE = 0.005  # seconds between them


def folder() -> str:
    """Where downloads are kept: $HIKAKU_CACHE, or else the platform's place for caches."""
    chosen = os.environ.get("HIKAKU_CACHE")
    if chosen:
        return os.path.abspath(chosen)
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        base = os.path.join(home, "Library", "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(base, "hikaku")


def store(digest: str) -> "Store | None":
    """The store with that SHA-256; None if it is not here.

    A file that is not what its name says is none: it is loaded again.
    """
    with suppress(DamagedStore, OSError):
        return store_at(_store_path(digest), digest, "the cache")
    return None


def keep_store(digest: str, chunks: "Iterable[bytes]") -> "Store | None":
    """Keep a store and give it; None, and nothing is kept, if its SHA-256 differs."""
    chunks = iter(chunks)
    held = bytearray()
    for chunk in chunks:
        held += chunk
        if len(held) > HELD:
            return _keep_large(digest, chain([bytes(held)], chunks))
    data = bytes(held)
    if sha256(data).hexdigest() != digest:
        return None
    path = _store_path(digest)
    _write(path, data)
    return Store(path, AGAIN, data)


def _keep_large(digest: str, chunks: "Iterable[bytes]") -> "Store | None":
    path = _store_path(digest)
    found = sha256()
    with suppress(_Other):
        with _told(path), _opened(path, lambda: _atomic.replacing(path)) as file:
            for chunk in chunks:
                found.update(chunk)
                file.write(chunk)
            if found.hexdigest() != digest:
                raise _Other
        kept = store(digest)
        if kept is None:
            raise Unreachable(f"{path} was removed as soon as it was loaded; try again")
        return kept
    return None


def sums(digest: str) -> "bytes | None":
    """SHA256SUMS by its own SHA-256; None if it is not here."""
    data = _read(_path("sums", digest))
    return data if data is not None and sha256(data).hexdigest() == digest else None


def keep_sums(data: bytes) -> str:
    """Keep SHA256SUMS; its SHA-256."""
    digest = sha256(data).hexdigest()
    if sums(digest) is None:
        _write(_path("sums", digest), data)
    return digest


def answer(key: str) -> "bytes | None":
    """What an address answered last, if it was kept."""
    return _read(_answer_path(key))


def keep_answer(key: str, data: bytes) -> None:
    """Keep what an address answered."""
    if answer(key) != data:
        _write(_answer_path(key), data)


@contextmanager
def scratch() -> "Iterator[BinaryIO]":
    """A file for the time of a with block, to write and to read again, such as a zip on its way."""
    folder = _path("stores", "")
    with _told(folder), ExitStack() as stack:
        try:
            file = stack.enter_context(_opened(folder, lambda: _atomic.scratch(folder)))
        except _Removed:
            file = BytesIO()
        yield file


def _path(kind: str, name: str) -> str:
    return os.path.join(folder(), kind, name)


def _store_path(digest: str) -> str:
    return _path("stores", f"{digest}.sqlite")


def _answer_path(key: str) -> str:
    return _path("answers", sha256(key.encode("utf-8", "surrogatepass")).hexdigest())


def _read(path: str) -> "bytes | None":
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _write(path: str, data: bytes) -> None:
    """Write a file that is in memory too: if others keep removing the folder, it is not kept."""

    def write() -> None:
        _atomic.write(path, data)

    with _told(path), suppress(_Removed):
        _in_folder(path, write)


def _in_folder(path: str, do: "Callable[[], Made]") -> "Made":
    """Do it with the folder of the path in place, again and again while others remove that.

    Raises _Removed if they do so each time, and OSError.
    """
    folder = os.path.dirname(path)
    for left in reversed(range(TRIES)):
        try:
            try:
                os.makedirs(folder, exist_ok=True)
                _clear(folder)
            except PermissionError as error:  # of the folder, whatever is in it
                raise _unwritable(folder, error) from None
            return do()
        # The latter of makedirs too, when the folder went away between two of its looks.
        except (FileNotFoundError, FileExistsError):
            if not _can_be_made(folder):
                raise
            if left:
                time.sleep(PAUSE)
    raise _Removed(f"others remove {folder}")


def _can_be_made(folder: str) -> bool:
    """Whether nothing is in the way of a folder that is not there."""
    while not os.path.isdir(folder):
        parent = os.path.dirname(folder)
        if os.path.islink(folder) or os.path.isfile(folder) or parent == folder:
            return False
        folder = parent
    return True


@contextmanager
def _opened(
    path: str, opening: "Callable[[], AbstractContextManager[BinaryIO]]"
) -> "Iterator[BinaryIO]":
    """The file that a with block of ours writes, opened with its folder in place."""
    with ExitStack() as stack:
        yield _in_folder(path, lambda: stack.enter_context(opening()))


class _Removed(OSError):
    """Others removed the folder each time that it was made."""


class _Other(Exception):
    """What came is not what was to be kept."""


@contextmanager
def _told(path: str) -> "Iterator[None]":
    """Trouble with writing is told as Unreachable.

    Processes that load the same file at once each write their own; the names make sure that they
    are equal, so it does not matter whose is left.
    """
    folder = os.path.dirname(path)
    try:
        yield
    except HikakuError:
        raise
    except OSError as error:
        # Windows replaces no file that another process has open: it is there already.
        held = isinstance(error, PermissionError) and os.path.isfile(path)
        if not (held and os.access(folder, os.W_OK)):
            raise _unwritable(folder, error) from None


def _unwritable(folder: str, error: OSError) -> Unreachable:
    reason = (error.strerror or str(error)).lower()
    return Unreachable(
        f"what is downloaded cannot be kept in {folder} ({reason}); set HIKAKU_CACHE to a "
        "folder that can be written"
    )


def _clear(folder: str) -> None:
    """Remove what processes that were killed left behind; another may be doing the same."""
    for entry in os.scandir(folder):
        with suppress(OSError):
            if entry.name.startswith(_atomic.PREFIX) and entry.stat().st_mtime < time.time() - DAY:
                os.unlink(entry.path)
