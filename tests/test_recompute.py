"""What follows from other values is found wrong when it is wrong, and never when it is right."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.package import Package
from scripts.recompute import Interval, compute, interval, last_digit, main
from scripts.validate.run import validate
from tests.planting import copy_project, plant

numbers = st.floats(min_value=1e-3, max_value=1e12)
intervals = st.tuples(numbers, st.floats(min_value=0, max_value=0.2)).map(
    lambda t: Interval(t[0] * (1 - t[1]), t[0] * (1 + t[1]))
)


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


@given(numbers, numbers, st.integers(1, 30))
def test_a_rate_recomputed_from_the_sizes_it_made_is_that_rate(
    first: float, rate: float, years: int
) -> None:
    rate = rate % 300
    last = first * (1 + rate / 100) ** years
    got = compute("growth_rate", [Interval(first, first), Interval(last, last)], years)
    assert got.low == pytest.approx(rate, rel=1e-6, abs=1e-6)


@given(st.sampled_from(["ratio", "difference", "sum", "share"]), intervals, intervals, st.data())
def test_every_value_within_the_inputs_gives_a_result_within_the_range(
    rule: str, a: Interval, b: Interval, data: st.DataObject
) -> None:
    wide = compute(rule, [a, b])
    x = data.draw(st.floats(a.low, a.high))
    y = data.draw(st.floats(b.low, b.high))
    point = compute(rule, [Interval(x, x), Interval(y, y)])
    slack = 1e-9 * max(1.0, abs(wide.low), abs(wide.high))
    assert wide.low - slack <= point.low <= wide.high + slack


@given(st.lists(intervals, min_size=2, max_size=6))
def test_shares_and_ranks_stay_within_their_scale(inputs: list[Interval]) -> None:
    share = compute("share", inputs)
    assert 0 <= share.low <= share.high <= 100
    rank = compute("ranking", inputs)
    assert 1 <= rank.low <= rank.high <= len(inputs)


@given(intervals, intervals)
def test_a_ratio_and_its_inverse_agree(a: Interval, b: Interval) -> None:
    one, other = compute("ratio", [a, b]), compute("ratio", [b, a])
    assert one.low * other.high == pytest.approx(1)


@given(st.floats(1, 1e9), st.sampled_from(["more_than", "at_least", "at_most", "less_than"]))
def test_a_bound_is_no_wider_than_the_last_printed_digit(number: float, qualifier: str) -> None:
    number = float(f"{number:.3g}")
    row = {"number": number, "low": None, "high": None, "as_printed": "", "qualifier": qualifier}
    found = interval(row)
    assert found.low <= number <= found.high
    assert number in (found.low, found.high)
    assert math.isclose(found.high - found.low, last_digit(number, ""), rel_tol=1e-9)


def test_bad_tables_are_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(tmp_path)]) == 1
    assert "not recomputed" in capsys.readouterr().err
