"""What is recomputed from a range holds for every value within it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.recompute import Interval, compute, interval, last_digit

numbers = st.floats(min_value=1e-3, max_value=1e12)
intervals = st.tuples(numbers, st.floats(min_value=0, max_value=0.2)).map(
    lambda t: Interval(t[0] * (1 - t[1]), t[0] * (1 + t[1]))
)


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
