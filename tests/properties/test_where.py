"""A condition selects the rows that plain Python would, or is told; nothing else is raised."""

from __future__ import annotations

import decimal
import fractions
import math
from contextlib import suppress
from typing import Any

import numpy
from hypothesis import given
from hypothesis import strategies as st

from hikaku import HikakuError
from hikaku._open import installed
from hikaku._records import RECORDS

DATA = installed()
NUMBERS = sorted({s.number for s in DATA.scores if s.number is not None})[:40]
ONES = st.sampled_from(NUMBERS) | st.integers() | st.floats(allow_nan=False)
ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text(),
    st.text(st.characters(categories=["Cs"])), st.binary(), st.decimals(), st.fractions(),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.builds(object),
    st.sampled_from([numpy.datetime64("NaT"), numpy.timedelta64(5, "D"), numpy.void(b"x"), ...]),
)  # fmt: skip
SEVERAL = st.recursive(ANY, lambda one: st.lists(one, max_size=4).map(tuple))


@given(data=st.data())
def test_any_value_for_any_field_gives_rows_or_a_sentence(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(RECORDS)))
    field = data.draw(st.sampled_from(RECORDS[name]._fields))
    value = data.draw(SEVERAL)
    rows: list[Any] = []
    with suppress(HikakuError):
        rows = list(DATA.table(name).where(**{field: value}))
    assert {*rows} <= {*DATA.table(name)}


@given(st.lists(ONES, max_size=8), st.booleans(), st.sampled_from(["list", "array", "set"]))
def test_numbers_select_what_equals_one_of_them(numbers: list[Any], empty: bool, kind: str) -> None:
    given_: Any = [*numbers, *([None] if empty else [])]
    if kind == "set":
        given_ = {*given_}
    elif kind == "array" and all(n is not None and abs(n) < 2**53 for n in given_):
        given_ = numpy.array(given_, dtype=float)
    found = [s.id for s in DATA.scores.where(number=given_)]
    assert found == [
        s.id for s in DATA.scores
        if (s.number in numbers if s.number is not None else empty)
    ]  # fmt: skip


@given(st.sampled_from(NUMBERS), st.integers(0, 4))
def test_a_number_of_any_type_selects_its_rows(number: Any, way: int) -> None:
    wanted = list(DATA.scores.where(number=number))
    assert wanted
    ways: list[Any] = [
        decimal.Decimal(repr(number)), fractions.Fraction(repr(number)), numpy.float64(number),
        numpy.array(number), numpy.longdouble(repr(number)),
    ]  # fmt: skip
    assert list(DATA.scores.where(number=ways[way])) == wanted
    assert list(DATA.scores.where(number=math.nextafter(number, 1e300))) == []
