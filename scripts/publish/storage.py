"""Where a catalogue is kept: a folder, or a bucket of an S3 object store, reached by s3fs.

Names are paths below the target, with `/`. Two kinds of write need more than s3fs promises: one
that fails if the file is there, and one that fails if it changed since it was read. S3 decides
both on the server (`If-None-Match`, `If-Match`). In a folder every writer holds one lock, which
the system frees when its holder dies. A file is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

from filelock import FileLock, Timeout
from fsspec.asyn import sync

from hikaku import _atomic as atomic
from hikaku._formats import paths
from hikaku.errors import Unreachable
from scripts.errors import Refused

LOCK = ".lock"
PROBE = ".probe"  # an object by which a store is tried
TRIES = 5
PATIENCE = 300  # seconds that a writer waits for the one before, which writes one file
NO_TAG = '"00000000000000000000000000000000"'
PART = ".part"
# How S3 says that another was first: the condition failed, another write was under way, and the
# file that was to be replaced is gone.
LOST = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")
# One request up to S3's own limit: nothing is left over from an upload that was cut off.
ONE_REQUEST = 5 * 2**30


@dataclass(frozen=True)
class Snapshot:
    """The content of a file and a tag that changes with it."""

    data: bytes
    tag: str


class Storage(ABC):
    """Files below one folder or prefix. Each method raises Unreachable.

    `url` is how it is told to people; it holds no password and no signature.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/") or "/"

    @abstractmethod
    def read(self, name: str) -> Snapshot | None:
        """The whole file, at once in memory. None if there is none."""

    @abstractmethod
    def digest(self, name: str) -> str | None:
        """SHA-256 of the file, read from the storage in blocks. None if there is none."""

    @abstractmethod
    def names(self, folder: str) -> list[str]:
        """The names of all files below a folder, sorted; empty if there is none."""

    @abstractmethod
    def create(self, name: str, source: Path | bytes) -> bool:
        """Write a file that is not there yet. False, and nothing done, if it is there."""

    @abstractmethod
    def swap(self, name: str, data: bytes, tag: str | None) -> bool:
        """Replace the file that was read with `tag` (None: that was not there).

        False, and nothing done, if it is another one by now.
        """

    @abstractmethod
    def delete(self, name: str) -> None:
        """Remove a file; nothing if it is gone already."""

    @abstractmethod
    def prove(self) -> None:
        """Try that `create` and `swap` refuse what they should. Raises Refused; leaves nothing."""

    def _failures(self) -> tuple[type[Exception], ...]:
        return (OSError,)

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except Unreachable:
            raise  # told already
        except self._failures() as error:
            raise Unreachable(
                f"{self.url}/{name}: {error}; check that the target exists and that you may "
                "write there (for s3:// also AWS_ENDPOINT_URL and the credentials)"
            ) from error


class Folder(Storage):
    """A folder of this machine, which may be a link; in it there are none. Writers take turns."""

    def __init__(self, folder: str, url: str) -> None:
        super().__init__(url)
        self._folder = Path(folder)

    def read(self, name: str) -> Snapshot | None:
        with self._told(name):
            try:
                data = self._path(name).read_bytes()
            except FileNotFoundError:
                return None
            return Snapshot(data, hashlib.sha256(data).hexdigest())

    def digest(self, name: str) -> str | None:
        with self._told(name):
            try:
                with self._path(name).open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                return None

    def names(self, folder: str) -> list[str]:
        with self._told(folder):
            found = self._path(folder.rstrip("/")).rglob("*")
            files = (p for p in found if p.is_symlink() or not p.is_dir())
            return sorted(p.relative_to(self._folder).as_posix() for p in files)

    def create(self, name: str, source: Path | bytes) -> bool:
        with self._told(name), self._locked():
            if self._path(name).exists():
                return False
            self._put(name, source)
            return True

    def swap(self, name: str, data: bytes, tag: str | None) -> bool:
        with self._told(name), self._locked():
            found = self.read(name)
            if (found and found.tag) != tag:
                return False
            self._put(name, data)
            return True

    def delete(self, name: str) -> None:
        with self._told(name):
            self._path(name).unlink(missing_ok=True)

    def prove(self) -> None:
        """The lock and the looking are ours."""

    def _path(self, name: str) -> Path:
        """Where a file lies. Raises OSError where a link would lead out of the catalogue."""
        path = self._folder
        for part in name.split("/"):
            path /= part
            if path.is_symlink():
                raise OSError("a link, which may lead anywhere; put what it names in its place")
        return path

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._path(LOCK), poll_interval=0.005, timeout=PATIENCE)
        try:
            lock.acquire()
        except NotImplementedError as error:
            raise OSError(f"the file system has no locks: {error}") from None
        except Timeout:
            raise OSError(
                f"another publisher has held {self.url}/{LOCK} for {PATIENCE} seconds; let it go "
                "on, or end it"
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _put(self, name: str, source: Path | bytes) -> None:
        """Whole or not at all. Only with the lock: so a part that is there is nobody's."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic.replacing(path, part=self._path(PART)) as file:
            if isinstance(source, bytes):
                file.write(source)
            else:
                with source.open("rb") as original:
                    shutil.copyfileobj(original, file)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """The names in the folder are on disk too. Windows opens no folders, and writes them itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Bucket(Storage):
    """A bucket of S3, or of a store that answers like it. The server decides who was first."""

    def __init__(self, files: Any, root: str, url: str) -> None:
        super().__init__(url)
        self._files = files
        self._root = root

    def read(self, name: str) -> Snapshot | None:
        with self._told(name):
            try:
                answer = self._files.call_s3("get_object", **self._place(name))
                return Snapshot(sync(self._files.loop, answer["Body"].read), answer["ETag"])
            except FileNotFoundError:
                return None

    def digest(self, name: str) -> str | None:
        with self._told(name):
            try:
                with self._files.open(self._path(name), "rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                return None

    def names(self, folder: str) -> list[str]:
        with self._told(folder):
            return sorted(p[len(self._root) + 1 :] for p in self._files.find(self._path(folder)))

    def delete(self, name: str) -> None:
        with self._told(name):
            try:
                self._files.rm_file(self._path(name))
            except FileNotFoundError:
                return

    def prove(self) -> None:
        """Some stores ignore the conditions and write, and then nobody is told that he was second.

        Other publishers may try at the same time, with the same object: one that takes it away
        between two of our writes makes the second succeed, but not time and again.
        """
        try:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / PROBE
                file.write_bytes(PROBE.encode())
                for source in (PROBE.encode(), file):
                    if not any(self._refuses_second(source) for _ in range(TRIES)):
                        raise Refused(self._careless("If-None-Match"))
            if self.swap(PROBE, PROBE.encode(), NO_TAG):
                raise Refused(self._careless("If-Match"))
        finally:
            with suppress(Unreachable):  # who may write need not be one who may delete
                self.delete(PROBE)

    def _refuses_second(self, source: Path | bytes) -> bool:
        return not (self.create(PROBE, source) and self.create(PROBE, source))

    def _careless(self, condition: str) -> str:
        return (
            f"{self.url} ignores {condition} and writes over what another publisher wrote; "
            "use a store with conditional writes, or a folder"
        )

    def create(self, name: str, source: Path | bytes) -> bool:
        if isinstance(source, bytes):
            return self._put(name, source, None)
        return self._if_first(
            name,
            lambda: self._files.put_file(
                str(source), self._path(name), mode="create", chunksize=ONE_REQUEST
            ),
        )

    def swap(self, name: str, data: bytes, tag: str | None) -> bool:
        return self._put(name, data, tag)

    def _put(self, name: str, data: bytes, tag: str | None) -> bool:
        condition = {"IfNoneMatch": "*"} if tag is None else {"IfMatch": tag}
        return self._if_first(
            name,
            lambda: self._files.call_s3("put_object", Body=data, **self._place(name), **condition),
        )

    def _if_first(self, name: str, write: Callable[[], object]) -> bool:
        with self._told(name):
            try:
                write()
            except OSError as error:
                if _refused(error) in LOST:
                    return False
                raise
            return True

    def _failures(self) -> tuple[type[Exception], ...]:
        from botocore.exceptions import BotoCoreError, ClientError

        return (OSError, BotoCoreError, ClientError)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _place(self, name: str) -> dict[str, str]:
        bucket, key, _ = self._files.split_path(self._path(name))
        return {"Bucket": bucket, "Key": key}


def _refused(error: OSError) -> str:
    """The server's own word for it: which exception s3fs makes of it differs by server."""
    answer: dict[str, Any] = getattr(error.__cause__, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


def open_storage(target: str | Path) -> Storage:
    """The storage at a path or URL (a path, a `file` URL, `s3://bucket/prefix`).

    A path or `file` URL names the folder that `hikaku.open` finds under the same text. S3 is set up
    by the standard variables: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_PROFILE … Nothing is read or
    written yet. Raises Unreachable for what is no such target, without repeating a password.
    """
    text = os.fspath(target)
    if not text or "\0" in text:
        raise Unreachable(
            "the target has no name; give a folder, or a URL such as s3://bucket/name"
        )
    if "://" not in text or os.path.exists(text):  # noqa: PTH110
        return Folder(os.path.abspath(text), text)  # noqa: PTH100
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise Unreachable(f"the target is no URL: {error}") from None
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    if parts.username is not None or parts.query or parts.fragment:
        raise Unreachable(
            f"{shown} is given with a name, a password, or something behind ? or #; leave it out: "
            "credentials stand in the environment"
        )
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        return Folder(os.path.abspath(url2pathname(parts.path)), shown)  # noqa: PTH100
    if parts.scheme == "s3":
        return _bucket(parts.netloc + parts.path.rstrip("/"), shown)
    raise Unreachable(
        f"{shown}: {parts.scheme}:// has no write that fails if the file is there; "
        "use a folder or s3://"
    )


def _bucket(root: str, url: str) -> Bucket:
    wrong = paths.fault(root)
    if wrong:
        raise Unreachable(f"{url} {wrong}; give a URL such as s3://bucket/name")
    try:
        from s3fs import S3FileSystem
    except ImportError as error:
        raise Unreachable(f"{url}: {error}; run: pip install s3fs") from None
    return Bucket(S3FileSystem(skip_instance_cache=True, use_listings_cache=False), root, url)
