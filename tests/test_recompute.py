"""What follows from other values is found wrong when it is wrong, and never when it is right."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.package import Package
from scripts.recompute import last_digit, main
from scripts.validate.run import validate
from tests.planting import copy_project, plant


def findings_of(root: Path) -> list[tuple[str, str | None]]:
    return [(f.code, f.key) for f in validate(Package(root)).findings]


def test_the_market_table_has_two_wrong_rates_and_one_right(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--json"]) == 0
    found = {r["id"]: r for r in json.loads(capsys.readouterr().out)}
    verdicts = {name: r["verdict"] for name, r in found.items() if r["rule"] == "growth_rate"}
    assert verdicts == {
        "foundation-model-apis-cagr": "contradicted",
        "enterprise-ai-solutions-cagr": "contradicted",
        "ai-safety-alignment-tools-cagr": "supported",
    }
    assert round(found["foundation-model-apis-cagr"]["value"], 1) == 57.9
    assert all(r["stored"] == r["verdict"] for r in found.values())


@pytest.mark.parametrize(
    ("row", "column", "old", "new", "id"),
    [
        ("L61C4", "number", "68", "58", "ai-safety-alignment-tools-cagr"),
        ("L59C4", "number", "44", "58", "foundation-model-apis-cagr"),
        ("L61C3", "number", "400000000", "300000000", "ai-safety-alignment-tools-cagr"),
        ("L65.1", "number", "7000000000", "700000000000", "zhipu-funding-gap"),
    ],
)
def test_a_planted_wrong_value_is_found(
    tmp_path: Path, row: str, column: str, old: str, new: str, id: str
) -> None:
    root = copy_project(tmp_path, "tables")
    key = f"ainews-2026-04-11:{row}"
    with (root / "tables/observations.csv").open(newline="", encoding="utf-8") as file:
        (before,) = [r for r in csv.DictReader(file) if r["id"] == key]
    assert before[column] == old
    printed = before["as_printed"]
    changes: list[dict[str, Any]] = [{"cell": ["observations", key, column, new]}]
    # The printed text changes with it, or another rule would find the slip first.
    digits = {"68": "58", "44": "58", "400000000": "$300M", "7000000000": "raised $700 billion"}
    text = f"~{digits[old]}%" if old in ("68", "44") else digits[old]
    assert printed != text
    changes.append({"cell": ["observations", key, "as_printed", text]})
    plant(root, changes)
    assert ("verdict-differs", id) in findings_of(root)


def test_a_growth_rate_that_nobody_recomputes_is_found(tmp_path: Path) -> None:
    root = copy_project(tmp_path, "tables")
    plant(root, [{"remove": ["recomputations", "foundation-model-apis-cagr"]}])
    assert ("not-recomputed", "ainews-2026-04-11:L59C4") in findings_of(root)


def test_inputs_in_two_currencies_are_refused(tmp_path: Path) -> None:
    root = copy_project(tmp_path, "tables")
    plant(root, [{"cell": ["observations", "ainews-2026-04-11:L59C2", "currency", "CNY"]}])
    assert ("not-recomputable", "foundation-model-apis-cagr") in findings_of(root)


@pytest.mark.parametrize(
    ("number", "printed", "unit"),
    [
        (450e6, "$450M", 1e6),
        (2.8e9, "$2.8B", 1e8),
        (44, "~44%", 1),
        (85.5, "85.5 (5-shot)", 0.1),
        (1e12, "~1T", 1e12),
        (1234567, "1,234,567", 1),
        (89.2, "in words", 0.1),
        (7e9, "raised over $7 billion", 1e9),
    ],
)
def test_precision_is_that_of_the_printed_digits(number: float, printed: str, unit: float) -> None:
    assert last_digit(number, printed) == pytest.approx(unit)


def test_bad_tables_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path)]) == 1
    assert "not recomputed" in capsys.readouterr().err
