"""Where a catalogue is kept: a folder, or a bucket of an S3 object store, reached by fsspec.

Names are paths below the target, with `/`. Two kinds of write need more than fsspec promises: one
that fails if the file is there, and one that fails if it changed since it was read. S3 decides
both on the server (`If-None-Match`, `If-Match`). In a folder every writer holds one lock, which
the system frees when its holder dies. A file is there whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
from filelock import FileLock
from fsspec.asyn import sync

from hikaku import _atomic as atomic
from hikaku.errors import Unreachable

LOCK = ".lock"
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
    """Files below one folder or prefix. Each method raises Unreachable."""

    def __init__(self, files: Any, root: str, url: str) -> None:
        self._files = files
        self._root = root.rstrip("/")
        self.url = url.rstrip("/")

    @abstractmethod
    def read(self, name: str) -> Snapshot | None:
        """The whole file, at once in memory. None if there is none."""

    @abstractmethod
    def create(self, name: str, source: Path | bytes) -> bool:
        """Write a file that is not there yet. False, and nothing done, if it is there."""

    @abstractmethod
    def swap(self, name: str, data: bytes, tag: str | None) -> bool:
        """Replace the file that was read with `tag` (None: that was not there).

        False, and nothing done, if it is another one by now.
        """

    def digest(self, name: str) -> str | None:
        """SHA-256 of the file, read from the storage in blocks. None if there is none."""
        with self._told(name):
            try:
                with self._files.open(self._path(name), "rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest()
            except FileNotFoundError:
                return None

    def names(self, folder: str) -> list[str]:
        """The names of all files below a folder, sorted; empty if there is none."""
        with self._told(folder):
            return sorted(p[len(self._root) + 1 :] for p in self._files.find(self._path(folder)))

    def delete(self, name: str) -> None:
        """Remove a file; nothing if it is gone already."""
        with self._told(name):
            try:
                self._files.rm_file(self._path(name))
            except FileNotFoundError:
                return

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

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
    """A folder of this machine. Writers take turns."""

    def read(self, name: str) -> Snapshot | None:
        with self._told(name):
            try:
                data = Path(self._path(name)).read_bytes()
            except FileNotFoundError:
                return None
            return Snapshot(data, hashlib.sha256(data).hexdigest())

    def create(self, name: str, source: Path | bytes) -> bool:
        with self._told(name), self._locked():
            if Path(self._path(name)).exists():
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

    @contextmanager
    def _locked(self) -> Iterator[None]:
        Path(self._root).mkdir(parents=True, exist_ok=True)
        with FileLock(self._path(LOCK), poll_interval=0.005):
            yield

    def _put(self, name: str, source: Path | bytes) -> None:
        """Whole or not at all. Only with the lock: so a part that is there is nobody's."""
        path = Path(self._path(name))
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

    def read(self, name: str) -> Snapshot | None:
        with self._told(name):
            try:
                answer = self._files.call_s3("get_object", **self._place(name))
                return Snapshot(sync(self._files.loop, answer["Body"].read), answer["ETag"])
            except FileNotFoundError:
                return None

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

    def _place(self, name: str) -> dict[str, str]:
        bucket, key, _ = self._files.split_path(self._path(name))
        return {"Bucket": bucket, "Key": key}


def _refused(error: OSError) -> str:
    """The server's own word for it: which exception s3fs makes of it differs by server."""
    answer: dict[str, Any] = getattr(error.__cause__, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


def open_storage(target: str | Path) -> Storage:
    """The storage at a path or URL (a path, a `file` URL, `s3://bucket/prefix`).

    S3 is set up by the standard variables: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_PROFILE …
    Nothing is read or written yet. Raises Unreachable for a kind of storage that is not known.
    """
    try:
        files, root = fsspec.core.url_to_fs(
            str(target), skip_instance_cache=True, use_listings_cache=False
        )
    except (ImportError, ValueError) as error:
        raise Unreachable(f"{target}: {error}") from None
    kinds: dict[str, type[Storage]] = {"file": Folder, "s3": Bucket}
    protocols = [files.protocol] if isinstance(files.protocol, str) else files.protocol
    for protocol in protocols:
        if protocol in kinds:
            return kinds[protocol](files, root, str(target))
    raise Unreachable(
        f"{target}: {protocols[0]}:// has no write that fails if the file is there; "
        "use a folder or s3://"
    )
