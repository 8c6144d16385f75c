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


@examples(short=15)
@given(
    path=st.sampled_from(PATHS),
    value=st.sampled_from(["remove", None, 7, "x", "", [], {}, ["x"], {"x": 1}, "a(", True]),
)
def test_no_damage_to_the_descriptor_ends_in_a_traceback(
    path: tuple[Any, ...], value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    root = copy_package(folder)
    damaged = copy.deepcopy(CONTRACT)
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
