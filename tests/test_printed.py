"""What is printed and what a row says of it hold each other up: no slip in either goes unseen."""

from __future__ import annotations

import re

import pytest

from scripts.printed.forms import FORMS, Form, fault
from scripts.printed.numbers import numbers, vague
from tests.planting import ROOT

PLACES = ("before", "after", "near", "between", "vague", "whole")


def judged(
    printed: str | None, number: str | None = None, qualifier: str | None = None,
    status: str = "reported", *, low: str | None = None, high: str | None = None,
    headings: str | None = None, elsewhere: bool = False, unit: str = "count",
    language: str = "en", other: bool = False,
) -> str | None:  # fmt: skip
    return fault(
        printed, headings, elsewhere, number, low, high, qualifier, status, unit, language, other
    )


def listed() -> list[tuple[str, list[str], str, list[str]]]:
    """The forms of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        cells = [c.strip() for c in line.strip("|").split(" | ")]
        if len(cells) == 4 and cells[0].strip() in PLACES:
            found.append((cells[0], code(cells[1]), cells[2], code(cells[3])))
    return found


def code(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


def test_contributing_lists_the_forms_that_the_rules_are_made_from() -> None:
    made = [(f.where, list(f.marks), f"{f.field} {f.value}", list(f.words)) for f in FORMS]
    assert listed() == made
    assert {f.value for f in FORMS} == {
        "approximate", "at_least", "more_than", "at_most", "less_than", "range", "estimated",
        "projected", "not_disclosed", "not_applicable", "not_available",
    }  # fmt: skip


def at_number(form: Form) -> list[tuple[str, str]]:
    return [(form.where, mark) for mark in form.marks]


QUALIFIERS = [(f, m) for f in FORMS if f.where in ("before", "after") for m in f.marks]
QUALIFYING_WORDS = [(f, m) for f in FORMS if f.where in ("before", "after") for m in f.words]
STATUSES = [(f, m) for f in FORMS if f.where == "near" for m in f.marks]
ABSENCES = [(f, m) for f in FORMS if f.where == "whole" for m in f.marks]


def beside(form: Form, mark: str) -> str:
    space = " " if mark[0].isalpha() and mark.isascii() else ""
    return f"{mark}{space}450" if form.where == "before" else f"450{space}{mark}"


@pytest.mark.parametrize(("form", "mark"), QUALIFIERS)
def test_a_mark_at_a_number_and_its_qualifier_need_each_other(form: Form, mark: str) -> None:
    printed = beside(form, mark)
    assert judged(printed, "450", form.value) is None
    assert judged(printed, "450") == "qualifier"
    assert judged(f"in 2024 {printed}", "2024", form.value) == "qualifier"  # of another number
    other = "less_than" if form.value != "less_than" else "more_than"
    assert judged(printed, "450", other) == "qualifier"


@pytest.mark.parametrize("form", {f.value: f for f, _ in QUALIFIERS}.values())
def test_a_qualifier_that_nothing_printed_says_is_found(form: Form) -> None:
    assert judged("450", "450", form.value) == "qualifier"
    assert judged("450 users in all", "450", form.value, elsewhere=True) == "qualifier"


@pytest.mark.parametrize(("form", "mark"), QUALIFYING_WORDS)
def test_a_word_bears_a_qualifier_out_and_demands_none(form: Form, mark: str) -> None:
    printed = beside(form, mark)
    assert judged(printed, "450", form.value) is None
    assert judged(printed, "450") is None


@pytest.mark.parametrize(
    ("printed", "number"),
    [("最近 450", "450"), ("契約450", "450"), ("48 -> 190", "190"), ("5K输入+2K输出", "5000"),
     ("no more than you think: 450", "450"), ("C+ (2.64)", "2.64"), ("over the years, 450", "450")],
)  # fmt: skip
def test_what_only_looks_like_a_mark_demands_nothing(printed: str, number: str) -> None:
    assert judged(printed, number) is None


def test_no_more_than_is_not_more_than() -> None:
    assert judged("no more than 450", "450", "at_most") is None
    assert judged("no more than 450", "450", "more_than") == "qualifier"
    assert judged(">= 450", "450", "more_than") == "qualifier"


def test_up_to_is_no_qualifier_of_a_limit_in_tokens() -> None:
    assert judged("up to 128K tokens", "128000", unit="tokens") is None
    assert judged("up to 128 models", "128", unit="count") == "qualifier"


@pytest.mark.parametrize(("form", "mark"), STATUSES)
def test_a_word_of_estimate_or_forecast_and_its_status_need_each_other(
    form: Form, mark: str
) -> None:
    printed = f"450 {mark}"
    assert judged(printed, "450", status=form.value) is None
    assert judged(printed, "450") == "status"
    assert judged("450", "450", headings=f"Size {mark}", status=form.value) is None
    assert judged("450", "450", headings=f"Size {mark}") == "status"
    assert judged("450", "450", status=form.value) == "status"
    assert judged("450", "450", status=form.value, elsewhere=True) is None
    assert judged("some words", status=form.value, other=True) == "status"
    assert judged("450", "450", status="derived") is None


def test_a_bracket_speaks_of_the_number_before_it() -> None:
    printed = "$450M in 2023, $900M (est.)"
    assert judged(printed, "450000000") is None
    assert judged(printed, "900000000", status="estimated") is None
    assert judged(printed, "900000000") == "status"


@pytest.mark.parametrize(("form", "mark"), ABSENCES)
def test_a_missing_value_has_the_status_that_is_printed(form: Form, mark: str) -> None:
    for status in ("not_disclosed", "not_applicable", "not_available"):
        assert judged(mark, status=status) == (None if status == form.value else "status")
        assert judged(mark, status=status, elsewhere=True) is None  # a legend says so
    assert judged(mark, "0") == "number"
    assert judged(mark, other=True) == "status"


@pytest.mark.parametrize("status", ["not_disclosed", "not_applicable", "not_available"])
def test_a_status_of_absence_that_nothing_printed_says_is_found(status: str) -> None:
    assert judged("450", status=status) == "status"
    assert judged("a phrase about something", status=status) == "status"


def test_a_blank_cell_is_not_available() -> None:
    assert judged(None, status="not_available") is None
    assert judged(None, status="not_disclosed") == "status"
    assert judged(None, "450") == "number"


def test_a_phrase_may_say_in_words_that_something_is_withheld() -> None:
    assert judged("did not disclose its size", status="not_disclosed") is None
    assert judged("N/A (not disclosed)", status="not_disclosed") is None
    assert judged("N/A (English-centric)", status="not_available") == "status"


@pytest.mark.parametrize("between", FORMS[10].marks)
def test_a_range_is_no_number_and_its_ends_are_printed(between: str) -> None:
    space = " " if between == "to" else ""
    printed = f"10{space}{between}{space}20"
    assert judged(printed, low="10", high="20", qualifier="range") is None
    assert judged(printed, low="10", high="21", qualifier="range") == "low"
    assert judged(printed, "10") == "qualifier"
    assert judged("15", low="10", high="20", qualifier="range") == "low"
    assert FORMS[10].where == "between"


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [("10-20 billion", 10, 20), ("$5B–$8B", 5, 8), ("between 10 and 20 billion", 10, 20),
     ("100億から200億", 10, 20), ("10 to 20bn", 10, 20)],
)  # fmt: skip
def test_the_ends_of_a_range_share_a_scale(printed: str, low: int, high: int) -> None:
    ends = {"low": f"{low}000000000", "high": f"{high}000000000"}
    right, wrong = ends["high"], str(low)
    assert judged(printed, qualifier="range", low=ends["low"], high=right) is None
    assert judged(printed, qualifier="range", low=wrong, high=right) == "low"


@pytest.mark.parametrize(
    ("printed", "found"),
    [("several hundred million dollars", (200_000_000, 10**9)), ("hundreds of", (200, 1000)),
     ("a few dozen", (24, 100)), ("multi-billion", (2 * 10**9, 10**12)),
     ("tens of millions", (20_000_000, 10**8)), ("数百万", (2_000_000, 10**7)),
     ("数亿", (2 * 10**8, 10**9))],
)  # fmt: skip
def test_what_is_counted_vaguely_has_one_range(printed: str, found: tuple[int, int]) -> None:
    assert vague(printed) == {found}
    low, high = map(str, found)
    assert judged(printed, low=low, high=high, qualifier="range") is None
    assert judged(printed, low=low, high=high + "0", qualifier="range") == "low"


@pytest.mark.parametrize(
    ("printed", "number", "unit"),
    [
        ("(0.4%)", "-0.4", "percent"), ("76.1% | (0.4%)", "-0.4", "percent"),
        ("0-shot CoT (50.4%)", "50.4", "percent"), ("87.1", "87.1", "percent"),
        ("0.871", "87.1", "percent"), ("5‰", "0.5", "percent"), ("12.5%", "0.125", "ratio"),
        ("⅔", "66.67", "percent"), ("1.2×10⁵", "120000", "count"), ("1.2e-3", "0.0012", "ratio"),
        ("12½", "12.5", "points"), ("12 3/4", "12.75", "points"), ("3/4", "0.75", "ratio"),
        ("85/100", "85", "points"), ("a trillion-parameter model", "1000000000000", "parameters"),
        ("1兆2,000億円", "1200000000000", "currency"), ("1億2,345万人", "123450000", "count"),
        ("12億3,400万", "1234000000", "count"), ("3億5,000万ドル", "350000000", "currency"),
        ("3万5,000", "35000", "count"), ("3万5000", "35000", "count"),
        ("29億5800万円", "2958000000", "currency"), ("1.2万亿", "1200000000000", "currency"),
        ("三百万", "3000000", "count"), ("4500余万", "45000000", "count"),
        ("insgesamt 14,8 Milliarden", "14800000000", "currency"), ("128_000", "128000", "tokens"),
        ("▲5", "-5", "points"), ("7B, 14B, and 72B", "14000000000", "parameters"),
        ("57.4 million and 125 million", "57400000", "currency"), ("٣٤٫٥", "34.5", "points"),
        ("48 and 190 million", "48000000", "currency"), ("GPT-4 scores 90", "90", "points"),
    ],
)  # fmt: skip
def test_a_printed_number_is_read_as_people_write_it(printed: str, number: str, unit: str) -> None:
    qualifier = "more_than" if "余" in printed else None
    language = "ja" if "▲" in printed else "en"
    assert judged(printed, number, qualifier, unit=unit, language=language) is None
    negative = number.removeprefix("-") if number.startswith("-") else f"-{number}"
    if "(50" not in printed:  # behind words a bracket may be either
        found = judged(printed, negative, qualifier, unit=unit, language=language)
        assert found == "number"


@pytest.mark.parametrize(
    ("language", "number", "right"),
    [("de", "1234", True), ("de", "1.234", True), ("en", "1.234", True), ("en", "1234", False)],
)
def test_the_language_tells_what_a_lone_point_is(language: str, number: str, right: bool) -> None:
    assert judged("1.234", number, language=language) == (None if right else "number")


@pytest.mark.parametrize(
    ("heading", "number"),
    [("Revenue (in millions)", "450000000"), ("Revenue $M", "450000000"),
     ("売上高（億円）", "45000000000")],
)  # fmt: skip
def test_a_heading_may_state_the_scale_and_nothing_else_may(heading: str, number: str) -> None:
    assert judged("450", number, headings=heading, unit="currency") is None
    assert judged("450", number, unit="currency") == "number"
    assert judged("450", number + "0", headings=heading, unit="currency") == "number"
    assert judged("450M", "450000", headings="Revenue $K", unit="currency") == "number"


def test_a_long_text_is_read_in_time_linear_in_its_length() -> None:
    """20,000 numbers; a text that were looked at anew for each would take minutes."""
    assert len(numbers("GLM 4.5 scores 77.1 of 100, " * 7_000)) == 21_000
    assert len(numbers(f"5{' ' * 200_000}6")) == 2


def test_values_that_other_rules_refuse_raise_nothing() -> None:
    assert judged("450", "4e5x") is None
    assert judged("450", "450", low="1", high="2") is None
    assert judged("10/0", "10") is None
    assert judged("10^999999999", "10") == "number"
    assert judged("9" * 5000, "9") == "number"
    assert judged("10" + "⁹" * 5000, "9") == "number"
    assert judged("3×10⁻" + "⁹" * 5000, "9") == "number"
