"""Release folders: their checksums, and how a finished one is put in place."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from hikaku._sums import STORE as STORE
from hikaku._sums import SUMS as SUMS

PARQUET_DESCRIPTOR = "datapackage.parquet.json"


def write_sums(folder: Path) -> None:
    """SHA256SUMS over every file of the folder, in the form that sha256sum -c reads."""
    (folder / SUMS).write_text(
        "".join(f"{digest}  {name}\n" for name, digest in file_sums(folder).items()),
        encoding="utf-8",
    )


def file_sums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file by its path in the folder, sorted; SHA256SUMS itself left out."""
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in files
        if name != SUMS
    }


def read_sums(folder: Path) -> dict[str, str]:
    """What SHA256SUMS of the folder says; empty if there is none."""
    path = folder / SUMS
    if not path.is_file():
        return {}
    return parse_sums(path.read_bytes())


def parse_sums(data: bytes) -> dict[str, str]:
    """SHA-256 by name, from the text of a SHA256SUMS; lines of another form are passed over."""
    pairs = (line.split("  ", 1) for line in data.decode("utf-8").splitlines())
    return {p[1]: p[0] for p in pairs if len(p) == 2}


def intact(folder: Path) -> bool:
    """Whether the folder holds exactly what its SHA256SUMS says."""
    sums = read_sums(folder)
    return bool(sums) and sums == file_sums(folder)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """A file of a release as JSON; a release is made in a draft, which no one reads half done."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def same(staging: Path, target: Path) -> bool:
    return target.is_dir() and file_sums(staging) == file_sums(target) == read_sums(target)


def _kept(target: Path) -> Path:
    return target.with_name(f".old-{target.name}")


def put(staging: Path, target: Path) -> bool:
    """Put a finished folder in place, by renaming. False if the same was there already."""
    if same(staging, target):
        return False
    if target.exists():
        target.rename(_kept(target))
    staging.rename(target)
    shutil.rmtree(_kept(target), ignore_errors=True)
    return True


def recover(dist: Path, target: Path) -> None:
    """Undo what an interrupted build left: put the last good release back, remove drafts."""
    kept = _kept(target)
    if kept.exists():
        if target.exists():
            shutil.rmtree(kept)
        else:
            kept.rename(target)
    for draft in dist.glob(".staging-*"):
        shutil.rmtree(draft, ignore_errors=True)
