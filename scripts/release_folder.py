"""A release's folder: its checksums, its JSON, and how a finished one is put in place."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from hikaku._formats import sums
from hikaku._formats.sums import SUMS
from hikaku.errors import DamagedStore
from scripts.errors import BrokenRelease

PARQUET_DESCRIPTOR = "datapackage.parquet.json"
MANIFEST = "manifest.json"
STAGING = ".staging-"  # begins the name of a folder in which a release is made
KEPT = ".old-"  # begins that of the last good release while another takes its place
LOCK = ".lock"
AGAIN = "download the release again, or build it again: python -m scripts.build"


def write_sums(folder: Path) -> None:
    """SHA256SUMS over every file of the folder, in the form that sha256sum -c reads."""
    (folder / SUMS).write_bytes(sums.dump(file_sums(folder)))


def file_sums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file by its path in the folder, sorted; SHA256SUMS itself left out."""
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in files
        if name != SUMS
    }


def read_sums(folder: Path) -> Mapping[str, str]:
    """What SHA256SUMS of the folder says; empty if there is none. Raises DamagedStore."""
    path = folder / SUMS
    return sums.parse(path.read_bytes(), str(folder)) if path.is_file() else {}


def intact(folder: Path) -> bool:
    """Whether the folder holds exactly what its SHA256SUMS says."""
    try:
        stated = read_sums(folder)
    except DamagedStore:
        return False
    return bool(stated) and stated == file_sums(folder)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """A file of a release as JSON; a release is made in a draft, which no one reads half done."""
    path.write_text(
        json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a release. Raises BrokenRelease if it holds none."""
    try:
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BrokenRelease(f"{path} cannot be read: {error}; {AGAIN}") from None
    if not isinstance(raw, dict):
        raise BrokenRelease(f"{path} is no JSON object; {AGAIN}")
    return raw


def put(staging: Path, target: Path) -> bool:
    """Put a finished folder in place, by renaming. False if the same was there already."""
    if intact(target) and file_sums(staging) == file_sums(target):
        return False
    if target.exists():
        target.rename(_kept(target))
    staging.rename(target)
    shutil.rmtree(_kept(target), ignore_errors=True)
    return True


@contextmanager
def alone(dist: Path) -> Iterator[None]:
    """Waits until nobody else works in the folder, and keeps others waiting.

    The system frees the lock when its holder ends, in whatever way. Who has it may take it again.
    Raises OSError.
    """
    dist.mkdir(parents=True, exist_ok=True)
    lock = FileLock(dist.resolve() / LOCK, is_singleton=True)
    try:
        try:
            lock.acquire(blocking=False)
        except Timeout:
            print(f"waiting for another command that works in {dist}", file=sys.stderr)
            lock.acquire()
    except NotImplementedError as error:
        raise OSError(f"{dist} is on a file system without locks: {error}") from None
    try:
        yield
    finally:
        lock.release()


def recover(dist: Path) -> None:
    """Undo what an interrupted build left: put the last good release back, remove drafts.

    Only for who is `alone` there: what lies about then is nobody's.
    """
    for kept in dist.glob(f"{KEPT}*"):
        target = dist / kept.name.removeprefix(KEPT)
        if target.exists():
            shutil.rmtree(kept)
        else:
            kept.rename(target)
    for draft in dist.glob(f"{STAGING}*"):
        shutil.rmtree(draft, ignore_errors=True)


def _kept(target: Path) -> Path:
    return target.with_name(f"{KEPT}{target.name}")
