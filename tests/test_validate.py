"""The validator's answer is one that people and programs can act on, whatever it is given."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.package import Package
from scripts.validate.run import LISTED, main, validate
from tests.planting import PROJECT, ROOT, cell, copy_package

CONTRACT = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))


def test_the_real_tables_have_no_finding() -> None:
    # A prediction that falls due is a warning on its day, and no fault of the tables.
    assert [f for f in validate(PROJECT).findings if f.code != "past-due"] == []


def test_a_finding_says_where_what_and_what_to_do(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(package, "models", "model-b", "developer_id", "beta-lab")
    assert main(["--root", str(package)]) == 1
    text = capsys.readouterr().out
    assert "tables/models.csv:3 developer_id [model-b]" in text
    assert "found beta-lab; allowed: an id of tables/entities.csv" in text
    assert (
        "to do: use an id of tables/entities.csv, or add the row there (close: beta-labs)" in text
    )
    assert text.endswith("invalid: 16 tables, 64 rows, 1 error, 0 warnings\n")


def test_json_holds_the_same_findings(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(package), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "valid": True, "tables": 16, "rows": 64, "errors": 0, "warnings": 0, "findings": [],
    }  # fmt: skip
    cell(package, "scores", "paper-1:L12C3", "number", "NaN")
    assert main(["--root", str(package), "--json"]) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["line"] == finding["row"] + 1 == 2
    assert set(finding) == {
        "file", "row", "line", "column", "key", "code", "found", "allowed", "fix", "severity",
    }  # fmt: skip


def test_a_folder_without_a_package_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path / "nowhere")]) == 1
    assert "the file is missing" in capsys.readouterr().out


def test_a_table_broken_throughout_is_listed_in_part_and_counted_in_full(package: Path) -> None:
    path = package / "tables" / "aliases.csv"
    rows = [f"alpha-labs,en,a{i:05},nick\n" for i in range(LISTED + 500)]
    path.write_text("entity_id,language,text,kind\n" + "".join(rows), encoding="utf-8")
    found = validate(Package(package)).findings
    assert len(found) == LISTED + 1
    assert found[0].row is None
    assert found[0].found == "500 further rows"


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(node, dict):
        inside = list(node.items())
    elif isinstance(node, list):
        inside = list(enumerate(node))
    return [(*path, k) for k, _ in inside] + [p for k, v in inside for p in _paths(v, (*path, k))]


PATHS = _paths(CONTRACT)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
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
