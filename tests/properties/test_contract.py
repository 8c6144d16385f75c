"""No damage to the descriptor ends in a traceback."""

from __future__ import annotations

import copy
import json
import shutil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.package import Package
from scripts.validate.run import validate
from tests.planting import ROOT, copy_package
from tests.properties.scale import examples

CONTRACT = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        inside = list(node.items())
    elif isinstance(node, list):
        inside = list(enumerate(node))
    return [(*path, k) for k, _ in inside] + [p for k, v in inside for p in _paths(v, (*path, k))]


PATHS = _paths(CONTRACT)
VALUES: list[Any] = [
    "remove", None, 7, "x", "", [], {}, ["x"], {"x": 1}, "a(", True,
    -1, 0.5, 10**15, 10**400, 1e300, float("nan"), float("inf"), "(?!x)", r"(.)\1", r"\d",
    "a{1001}",
    "\ud800", "\u202e", "\0", "id", ["id", "id"], [["id"]], [None], {"name": "id"}, "entities",
    "date", "integer", "string", [{"name": "id", "type": "string"}], "'; DROP TABLE x; --", '"',
    [[[[[]]]]], "x" * 100_000,
]  # fmt: skip


@examples(short=8)
@given(
    path=st.sampled_from(PATHS),
    value=st.sampled_from(VALUES),
)
def test_no_damage_to_the_descriptor_ends_in_a_traceback(
    path: tuple[Any, ...], value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    root = copy_package(folder)
    damaged: Any = copy.deepcopy(CONTRACT)
    node = damaged
    for step in path[:-1]:
        node = node[step]
    if value == "remove":
        del node[path[-1]]
    else:
        node[path[-1]] = value
    (root / "datapackage.json").write_text(json.dumps(damaged), encoding="utf-8")
    validate(Package(root))
    shutil.rmtree(folder)


@examples(short=8)
@given(
    path=st.sampled_from([p for p in PATHS if "schema" in p or p[0] == "resources"]),
    name=st.sampled_from(
        ["constraints", "dialect", "format", "maximum", "minimum", "pattern", "jsonSchema",
         "unique", "missingValues", "foreignKeys", "uniqueKeys", "fieldsMatch", "bareNumber",
         "x y", "", "*"]
    ),
    value=st.sampled_from(VALUES),
)  # fmt: skip
def test_nothing_added_to_the_descriptor_ends_in_a_traceback(
    path: tuple[Any, ...], name: str, value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    root = copy_package(folder)
    added: Any = copy.deepcopy(CONTRACT)
    node = added
    for step in path:
        node = node[step]
    if isinstance(node, dict):
        node[name] = None if value == "remove" else value
    elif isinstance(node, list):
        node.append(None if value == "remove" else value)
    (root / "datapackage.json").write_text(json.dumps(added), encoding="utf-8")
    validate(Package(root))
    shutil.rmtree(folder)
