"""Plants defects in copies of the small package `tests/package`.

A defect is a TOML file: what is changed, and the findings that must come of it. Rows are named
by key, so that the files stay readable.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.package import Package

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGE = HERE / "package"
DEFECTS = HERE / "defects"
PROJECT = Package(ROOT)  # read once a run; no test writes there

Place = tuple[str, int | None, str | None, str]


@dataclass(frozen=True)
class Defect:
    """One planted defect. `findings` are (file, row, column, code).

    `follow_on` says why frictionless reports more places than the one that was damaged.
    """

    name: str
    about: str
    changes: list[dict[str, Any]]
    findings: list[Place]
    follow_on: str

    @property
    def touched(self) -> set[tuple[str, str]]:
        """The files that it changes, each with the key of the row, or empty for all of it."""
        places = set()
        for change in self.changes:
            for kind, (file, *rest) in change.items():
                if kind == "descriptor":
                    places.add(("datapackage.json", ""))
                else:
                    places.add((file if "." in file else f"tables/{file}.csv", _row_of(kind, rest)))
        return places

    def meets(self, other: Defect) -> bool:
        """Whether the two change one row, or one file as a whole, or the contract."""
        return ("datapackage.json", "") in self.touched | other.touched or any(
            file == theirs and (key == their_key or not (key and their_key))
            for file, key in self.touched
            for theirs, their_key in other.touched
        )


def _row_of(kind: str, arguments: list[str]) -> str:
    return arguments[0] if kind == "cell" else ""


def packs(every: list[Defect]) -> list[list[Defect]]:
    """Defects that can be planted in one package, because no two of them meet."""
    packed: list[list[Defect]] = []
    for defect in every:
        for pack in packed:
            if not any(defect.meets(other) for other in pack):
                pack.append(defect)
                break
        else:
            packed.append([defect])
    return packed


def copy_package(folder: Path) -> Path:
    """A valid package: the real contract with the small tables."""
    root = folder / "package"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(PACKAGE, root)
    shutil.copy(ROOT / "datapackage.json", root)
    return root


def copy_project(folder: Path, *names: str) -> Path:
    """The real contract with files and folders of the project beside it."""
    for name in ("datapackage.json", *names):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    return folder


def defects() -> list[Defect]:
    return [_read(path) for path in sorted(DEFECTS.glob("*.toml"))]


def _read(path: Path) -> Defect:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Defect(
        name=path.stem,
        about=raw["about"],
        changes=raw["change"],
        findings=[_place(*f) for f in raw["findings"]],
        follow_on=raw.get("follow_on", ""),
    )


def _place(table: str, row: str | int, column: str, code: str) -> Place:
    file = table if "." in table else f"tables/{table}.csv"
    if isinstance(row, str) and row:
        row = row_of(PACKAGE / file, row)
    return file, None if row == "" else int(row), column or None, code


def row_of(path: Path, key: str) -> int:
    """The number of the row whose first cells are the key, counted from 1."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    parts = key.split("|")
    (found,) = [n for n, r in enumerate(rows) if r[: len(parts)] == parts]
    return found


def plant(root: Path, changes: list[dict[str, Any]]) -> None:
    for change in changes:
        for kind, arguments in change.items():
            CHANGES[kind](root, *arguments)


def _lines(root: Path, table: str) -> tuple[Path, list[str]]:
    path = root / "tables" / f"{table}.csv"
    return path, path.read_text(encoding="utf-8").split("\n")[:-1]


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")


def _cells(line: str) -> list[str]:
    return next(csv.reader([line]))


def _line(cells: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def cell(root: Path, table: str, key: str, column: str, to: str) -> None:
    """Put another text into one cell."""
    path, lines = _lines(root, table)
    row = row_of(path, key)
    cells = _cells(lines[row])
    cells[_cells(lines[0]).index(column)] = to
    lines[row] = _line(cells)
    _write(path, lines)


def remove(root: Path, table: str, key: str) -> None:
    """Take one row out."""
    path, lines = _lines(root, table)
    del lines[row_of(path, key)]
    _write(path, lines)


def move(root: Path, table: str, key: str, row: int) -> None:
    """Put one row at another place, counted before it is taken out."""
    path, lines = _lines(root, table)
    line = lines.pop(row_of(path, key))
    lines.insert(row, line)
    _write(path, lines)


def insert(root: Path, table: str, row: int, line: str) -> None:
    """Put a line in, so that it becomes row `row`."""
    path, lines = _lines(root, table)
    lines.insert(row, line)
    _write(path, lines)


def replace(root: Path, file: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in the bytes of a file."""
    path = root / file
    data = path.read_bytes()
    assert old.encode() in data, f"{file} does not hold {old!r}"
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def replace_all(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))


def byte(root: Path, file: str, before: str, value: int) -> None:
    """Put one byte in front of a text."""
    path = root / file
    data = path.read_bytes()
    at = data.index(before.encode())
    path.write_bytes(data[:at] + bytes([value]) + data[at:])


def delete(root: Path, file: str) -> None:
    (root / file).unlink()


def write(root: Path, file: str, text: str) -> None:
    (root / file).write_text(text, encoding="utf-8")


def folder(root: Path, file: str) -> None:
    """A folder where a file should be."""
    (root / file).unlink()
    (root / file).mkdir()


def descriptor(root: Path, path: str, value: Any) -> None:
    """Set a place of the descriptor to a value; 'remove' takes it out."""
    target = root / "datapackage.json"
    whole = json.loads(target.read_text(encoding="utf-8"))
    *parents, last = path.split("/")
    node = whole
    for name in parents:
        node = _step(node, name)
    if value == "remove":
        if isinstance(node, list):
            node.remove(_step(node, last))
        else:
            del node[last]
    else:
        node[last] = value
    target.write_text(json.dumps(whole, ensure_ascii=False, indent=2), encoding="utf-8")


def _step(node: Any, name: str) -> Any:
    if isinstance(node, list):
        if name.isdigit():
            return node[int(name)]
        return next(n for n in node if n.get("name", n.get("fields")) == name)
    return node[name]


CHANGES = {
    f.__name__: f
    for f in (
        cell, remove, move, insert, replace, replace_all, byte, delete, write, folder, descriptor,
    )
}  # fmt: skip
