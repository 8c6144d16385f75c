"""Files that were downloaded, in a folder of the user's. Each is written whole or not at all.

stores/ and sums/ are named by the SHA-256 of their content, so nothing in them is ever outdated;
answers/ holds the last good answer of an address, for when there is no network.
"""

import os
import sys
import time
from contextlib import contextmanager, suppress
from hashlib import sha256

from hikaku import _atomic
from hikaku._release.checksums import digest_of
from hikaku.errors import HikakuError, Unreachable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

DAY = 86400.0  # seconds after which a download that was cut off is cleared away
_verified: "dict[str, tuple[int, int]]" = {}  # size and time of stores that were hashed


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


def store(digest: str) -> "str | None":
    """The path of the store with that SHA-256, hashed once a process; None if it is not here.

    A file that is not what its name says is none: it is loaded again.
    """
    path = _path("stores", f"{digest}.sqlite")
    try:
        state = os.stat(path)
        seen = state.st_size, state.st_mtime_ns
        if _verified.get(path) != seen:
            if digest_of(path) != digest:
                return None
            _verified[path] = seen
    except OSError:
        return None
    return path


def keep_store(digest: str, chunks: "Iterable[bytes]") -> "str | None":
    """Write the store and give its path; None, and nothing is kept, if its SHA-256 differs."""
    path = _path("stores", f"{digest}.sqlite")
    found = sha256()
    with suppress(_Other):
        with _place(path), _atomic.replacing(path) as file:
            for chunk in chunks:
                found.update(chunk)
                file.write(chunk)
            if found.hexdigest() != digest:
                raise _Other
        return store(digest)
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


def answer(url: str) -> "bytes | None":
    """What that address answered last, if it was kept."""
    return _read(_answer_path(url))


def keep_answer(url: str, data: bytes) -> None:
    """Keep what an address answered."""
    if answer(url) != data:
        _write(_answer_path(url), data)


@contextmanager
def scratch() -> "Iterator[BinaryIO]":
    """A file for the time of a with block, such as a zip on its way."""
    folder = _path("stores", "")
    with _place(folder), _atomic.scratch(folder) as file:
        yield file


def _path(kind: str, name: str) -> str:
    return os.path.join(folder(), kind, name)


def _answer_path(url: str) -> str:
    return _path("answers", sha256(url.encode("utf-8", "surrogatepass")).hexdigest())


def _read(path: str) -> "bytes | None":
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def _write(path: str, data: bytes) -> None:
    with _place(path):
        _atomic.write(path, data)


class _Other(Exception):
    """What came is not what was to be kept."""


@contextmanager
def _place(path: str) -> "Iterator[None]":
    """The folder of a file is there while it is written. Raises Unreachable if that fails.

    Processes that load the same file at once each write their own; the names make sure that they
    are equal, so it does not matter whose is left.
    """
    folder = os.path.dirname(path)
    try:
        os.makedirs(folder, exist_ok=True)
        _clear(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
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
