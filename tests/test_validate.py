"""The validator's answer is one that people and programs can act on, whatever it is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.package import Package
from scripts.validate.run import LISTED, main, validate
from tests.planting import PROJECT, cell


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
