"""One side of a diff: a release folder or the root of the package, read as it was written.

Contracts of other versions are read too, so only what a comparison needs is asked of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from hikaku._formats import paths
from hikaku.errors import HikakuError
from scripts import csv_files
from scripts.contract import DESCRIPTOR
from scripts.diff.model import Key
from scripts.errors import BrokenCsv, Incomparable
from scripts.labels.po_files import FOLDER as TRANSLATIONS
from scripts.labels.rows import FIELDS, KEY, LABELS, labels
from scripts.package import Package

LOWER = ("minimum", "minLength", "exclusiveMinimum")
UPPER = ("maximum", "maxLength", "exclusiveMaximum")
Cells = tuple[str | None, ...]


@dataclass(frozen=True)
class Layout:
    """Where a table is and what it looks like. `path` is None for labels not yet written."""

    name: str
    fields: tuple[str, ...]
    key: tuple[str, ...]
    path: Path | None


@dataclass(frozen=True)
class Side:
    """The contract of one side and its tables by name. `root` is set for a package root."""

    raw: Mapping[str, Any]
    version: str | None
    tables: dict[str, Layout]
    root: Path | None


NOTHING = Side({}, None, {}, None)


def read_side(folder: Path) -> Side:
    """Read the contract under `folder`. Raises Incomparable if there is none."""
    path = folder / DESCRIPTOR
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
        tables = {r["name"]: _layout(folder, r) for r in raw["resources"]}
        version = str(raw["version"])
    except FileNotFoundError:
        raise Incomparable(
            f"{folder} has no {DESCRIPTOR}; "
            "give the folder of a release, such as dist/0.1.0, or the root of the package"
        ) from None
    except (
        AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError
    ) as error:  # fmt: skip
        raise Incomparable(
            f"{path} is no contract that can be compared ({type(error).__name__}: {error}); "
            "build or download the release again"
        ) from None
    released = LABELS in tables or any("hash" in r for r in raw["resources"])
    if not released and (folder / TRANSLATIONS).is_dir():
        tables[LABELS] = Layout(LABELS, tuple(FIELDS), KEY, None)
    return Side(raw, version, tables, None if released else folder)


def _layout(folder: Path, resource: Mapping[str, Any]) -> Layout:
    _check_shape(resource)
    schema = resource["schema"]
    keys = tuple(_names(schema["primaryKey"]))
    fields = tuple(f["name"] for f in schema["fields"])
    if not keys or not {*keys} <= {*fields}:
        raise ValueError(f"the key of {resource['name']} is not among its fields")
    wrong = paths.fault(resource["path"])  # the contract may be of a stranger's release
    if wrong:
        raise ValueError(f"the path of {resource['name']} {wrong}")
    return Layout(resource["name"], fields, keys, folder / resource["path"])


def _check_shape(resource: Mapping[str, Any]) -> None:
    """Everything that a diff looks into is of its kind. Raises what `read_side` tells."""
    schema = _as(dict, resource["schema"])
    _as(str, resource["name"])
    _names(schema["primaryKey"])
    for key in _as(list, schema.get("uniqueKeys", [])):
        _names(key)
    for key in _as(list, schema.get("foreignKeys", [])):
        _names(key["fields"])
        _as(str, key["reference"]["resource"])
        _names(key["reference"]["fields"])
    for field in _as(list, schema["fields"]):
        _as(str, field["name"])
        _as(str, field["type"])
        constraints = _as(dict, field.get("constraints", {}))
        _listed(str, constraints.get("enum", []))
        _listed(dict, [*_as(dict, field.get("values", {})).values()])
        for name in {*constraints} & {*LOWER, *UPPER}:
            _as((int, float, str), constraints[name])


def _as(kind: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{json.dumps(value)[:60]} is of the wrong kind")
    return value


def _listed(kind: type, values: Any) -> list[Any]:
    return [_as(kind, value) for value in _as(list, values)]


def _names(names: Any) -> list[str]:
    return _listed(str, [names] if isinstance(names, str) else names)


def read_table(side: Side, table: Layout, order: tuple[str, ...]) -> dict[Key, Cells]:
    """The rows of a table by key, cells in the given order of fields; None for a field it lacks.

    Raises Incomparable where the file does not fit its contract or repeats a key.
    """
    lines = _label_lines(side) if table.path is None else _lines(table.path, table.fields)
    _, header = next(lines)
    at = {name: i for i, name in enumerate(header)}
    places = [at.get(name, -1) for name in order]
    key = _picker([at[name] for name in table.key])
    pick = None if places == list(range(len(header))) else _picker(places)
    rows: dict[Key, Cells] = {}
    for line, cells in lines:
        found = key(cells)
        if found in rows:
            raise Incomparable(
                f"{table.path}:{line}: the key {'|'.join(map(str, found))} is given twice; "
                "keep one of the two rows, or build or download the release again"
            )
        rows[found] = tuple(cells) if pick is None else pick([*cells, None])
    return rows


def _picker(places: list[int]) -> Any:
    """A function that takes the cells at some places; the cell behind the last one is -1."""
    if len(places) == 1:
        (place,) = places
        return lambda cells: (cells[place],)
    return itemgetter(*places)


def _lines(path: Path, fields: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """The heading and the rows of a file, each with its line."""
    try:
        rows = csv_files.cells(path, bom=True)
        _, header = next(rows, (1, []))
        if sorted(header) != sorted(fields):
            raise Incomparable(
                f"{path}:1: the headings are not the fields of its contract; "
                "restore the file, or build or download the release again"
            )
        yield 1, header
        width = len(header)
        for line, cells in rows:
            if len(cells) != width:
                if not cells:
                    continue
                raise Incomparable(
                    f"{path}:{line}: {len(cells)} cells under {width} headings; "
                    "mend the row, or build or download the release again"
                )
            yield line, cells
    except BrokenCsv as error:
        raise Incomparable(
            f"{path} cannot be read ({error}); build or download the release again"
        ) from None


def _label_lines(side: Side) -> Iterator[tuple[int, list[str]]]:
    """The labels that the package would be released with."""
    assert side.root is not None
    yield 1, list(FIELDS)
    try:
        for n, row in enumerate(labels(Package(side.root)), start=2):
            yield n, list(row)
    except HikakuError as error:
        raise Incomparable(f"the labels of {side.root} cannot be made: {error}") from None
