"""What follows from other values is found wrong when it is wrong, and never when it is right."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.package import Package
from scripts.recompute import Interval, compute, last_digit, main
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
    digits = {"68": "58", "44": "58", "400000000": "$300M", "7000000000": "over $700 billion"}
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


SIZES = [Interval(1, 1), Interval(2, 2)]


@pytest.mark.parametrize(
    ("rule", "inputs", "years", "told"),
    [
        ("sum", SIZES[:1], None, "needs two inputs or more"),
        ("ratio", [*SIZES, *SIZES], None, "needs exactly two inputs"),
        ("difference", [*SIZES, *SIZES], None, "needs exactly two inputs"),
        ("growth_rate", [Interval(0, 1), *SIZES[1:]], 3, "sizes above zero"),
        ("growth_rate", SIZES, None, "years between them"),
        ("median", SIZES, None, "there is no rule median"),
        # A ratio to what may be zero has no range: -1/x to 1/x is everything, and its ends are not.
        ("ratio", [Interval(5, 6), Interval(-1, 1)], None, "divide by what may be zero"),
        ("ratio", [Interval(5, 6), Interval(0, 0)], None, "divide by what may be zero"),
        ("share", [Interval(-2, 2), Interval(-1, 1)], None, "divide by what may be zero"),
    ],
)
def test_what_a_rule_cannot_take_is_told_and_never_called_contradicted(
    rule: str, inputs: list[Interval], years: float | None, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        compute(rule, inputs, years)


def test_a_share_of_zero_is_a_finding_at_its_row(package: Path) -> None:
    """Both inputs printed as zero: no share follows, whatever is stated."""
    for key in ("paper-1:L21", "paper-1:L22"):
        for column in ("low", "high"):
            plant(package, [{"cell": ["observations", key, column, ""]}])
        plant(
            package,
            [
                {"cell": ["observations", key, "number", "0"]},
                {"cell": ["observations", key, "as_printed", "$0"]},
                {"cell": ["observations", key, "qualifier", ""]},
            ],
        )
    plant(package, [{"cell": ["recomputations", "ratio-1", "rule", "share"]}])
    (found,) = [f for f in validate(Package(package)).findings if f.code == "not-recomputable"]
    assert (found.file, found.row) == ("tables/recomputations.csv", 1)
    assert "may be zero" in found.found


def test_machines_get_the_ends_of_a_range_and_null_for_none(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(package), "--json"]) == 0
    (result,) = json.loads(capsys.readouterr().out)
    assert result["stated"] == [100.0, None]  # over a hundred: open above, and no Infinity in JSON
    assert result["computed"][0] < result["value"] < result["computed"][1]
