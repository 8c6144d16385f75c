"""Releases and catalogues in folders, packed into zips, and the ways they are changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hikaku._formats.version import parse
from scripts.release_folder import write_sums

STORE, SUMS, INDEX = "hikaku.sqlite", "SHA256SUMS", "index.json"
# Published out of order: 0.9.1 mends an old line after 0.10.0 came.
DAYS = {"0.9.0": "2026-03-01", "0.10.0": "2026-06-01", "0.9.1": "2026-09-01"}


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_index(folder: Path, **changes: Any) -> None:
    versions = [
        {"version": v, "published_on": DAYS[v], "path": f"{v}/",
         "sums_sha256": sha((folder / v / SUMS).read_bytes()), "files": 1, "bytes": 1}
        for v in sorted(DAYS, key=parse)
    ]  # fmt: skip
    text = json.dumps({"format": 1, "versions": versions} | changes)
    (folder / INDEX).write_text(text, encoding="utf-8")


def change_store(folder: Path, sql: str) -> None:
    """Change a store, and its release's checksums with it."""
    with contextlib.closing(sqlite3.connect(folder / STORE, isolation_level=None)) as con:
        con.executescript(sql)
    write_sums(folder)


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def pack(folder: Path, target: Path, prefix: str = "0.9.0/") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files(folder):
            archive.write(folder / name, prefix + name)
    return target


def damage(path: str, content: bytes | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        if content is None:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(content)

    return change


def cut(folder: Path) -> None:
    with (folder / STORE).open("r+b") as file:
        file.truncate(5000)


def flip(folder: Path) -> None:
    data = bytearray((folder / STORE).read_bytes())
    data[-100] ^= 1
    (folder / STORE).write_bytes(data)


def replace_store(folder: Path, data: bytes) -> None:
    """Another file as the store, with sums that fit."""
    (folder / STORE).write_bytes(data)
    write_sums(folder)


def with_line(line: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / SUMS).open("ab") as file:
            file.write(line.encode())

    return change


line_twice = with_line(f"{'0' * 64}  {STORE}\n")
