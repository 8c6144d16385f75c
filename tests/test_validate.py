"""The validator's answer is one that people and programs can act on, whatever it is given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.findings import SHOWN
from scripts.package import Package
from scripts.validate.run import LISTED, main, validate
from tests.planting import PROJECT, cell, descriptor


def test_a_table_longer_than_a_spreadsheets_sheet_is_told(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = len((package / "tables/scores.csv").read_text(encoding="utf-8").splitlines()) - 1
    monkeypatch.setattr("scripts.validate.run.MOST_ROWS", 1)
    told = {f.file: f for f in validate(Package(package)).findings if f.code == "too-many-rows"}
    assert told["tables/scores.csv"].found == f"{rows} rows"


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
    assert text.endswith("invalid: 17 tables, 67 rows, 1 error, 0 warnings\n")


def test_json_holds_the_same_findings(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(package), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "valid": True, "tables": 17, "rows": 67, "errors": 0, "warnings": 0, "findings": [],
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


def test_what_rules_need_and_the_contract_lost_is_told_and_the_rest_is_checked(
    package: Path,
) -> None:
    descriptor(package, "resources/observations/schema/fields/qualifier", "remove")
    cell(package, "models", "model-b", "developer_id", "beta-lab")
    found = validate(Package(package)).findings
    lost = [f for f in found if f.code == "broken-contract"]
    assert {f.found for f in lost} >= {"a rule that needs observations.qualifier"}
    assert {f.file for f in lost} == {"datapackage.json"}
    assert ("dangling-reference", "model-b") in [(f.code, f.key) for f in found]


def test_the_witness_tells_what_frictionless_finds(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(package), "--witness"]) == 0
    assert capsys.readouterr().err == "frictionless: 0 findings\n"
    cell(package, "scores", "paper-1:L12C3", "number", "many")
    assert main(["--root", str(package), "--witness"]) == 1
    told = capsys.readouterr().err
    assert "frictionless: tables/scores.csv:2 number type" in told
    assert told.endswith("frictionless: 1 findings\n")


def test_findings_beyond_a_screenful_are_counted_by_kind(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = package / "tables" / "aliases.csv"
    rows = [f"alpha-labs,en,a{i:05},nick\n" for i in range(SHOWN + 7)]
    path.write_text("entity_id,language,text,kind\n" + "".join(rows), encoding="utf-8")
    assert main(["--root", str(package)]) == 1
    assert "… and 7 more (7 enum); --json lists them all." in capsys.readouterr().out
