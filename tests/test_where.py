"""Values as users hold them: from frames, shells and other tables. The rows, or a plain error."""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pytest

import hikaku
from hikaku import Dataset, errors
from scripts.build.run import build
from scripts.package import Package
from tests.once import made_once
from tests.planting import copy_package

DAY = datetime.date(2026, 5, 1)


class Word(enum.StrEnum):
    REPORTED = "reported"


class Plain(enum.Enum):
    FIVE = 5


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The small package: scores 85.5, empty, 87.1, 87.1 and 12; 5, no, 0, no and no shots."""
    made = made_once(tmp_path_factory, "where", lambda dist: _build(dist))
    return hikaku.open(next(made.glob("*/hikaku.sqlite")))


def _build(dist: Path) -> None:
    root = copy_package(dist.with_name("where-of"))
    build(Package(root), dist)


@pytest.mark.parametrize(
    "value",
    [
        85.5, numpy.float64(85.5), numpy.float32(85.5), numpy.longdouble(85.5), numpy.array(85.5),
        numpy.array([85.5]), numpy.array([[85.5, 3]]), decimal.Decimal("85.50"),
        fractions.Fraction(171, 2), pandas.Series([85.5, 99]), pandas.Index([85.5]),
        polars.Series([85.5]), pyarrow.array([85.5]), pyarrow.scalar(85.5), [[85.5], (1,)],
        {85.5, 3}, frozenset({85.5}), (n for n in (1, 85.5)), {85.5: "x"}.keys(),
        pandas.array([85.5], dtype="Float64"), [10**30, 85.5], [decimal.Decimal("1e999999"), 85.5],
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_number_finds_its_rows_whatever_holds_it(value: Any, data: Dataset) -> None:
    assert [s.id for s in data.scores.where(number=value)] == ["paper-1:L12C3"]


@pytest.mark.parametrize(
    "value", [decimal.Decimal("87.1"), numpy.float32(87.1), numpy.longdouble("87.1"), "871/10"]
)
def test_a_decimal_is_worth_its_digits(value: Any, data: Dataset) -> None:
    value = fractions.Fraction(value) if isinstance(value, str) else value
    assert len(data.scores.where(number=value)) == 2


@pytest.mark.parametrize(
    "value",
    [
        85.50000001, decimal.Decimal("85.5000000000000000001"), fractions.Fraction(1, 3), 10**30,
        10**5000, -(2**63) - 1, 2**64, float("inf"), decimal.Decimal("-Infinity"), [],
        decimal.Decimal("1e-999999"), numpy.array([]), decimal.Decimal("1e999999"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_number_that_no_row_has_finds_none(value: Any, data: Dataset) -> None:
    assert list(data.scores.where(number=value)) == []


@pytest.mark.parametrize(
    "value",
    [
        None, float("nan"), numpy.float32("nan"), decimal.Decimal("nan"), decimal.Decimal("sNaN"),
        pandas.NA, pandas.NaT, numpy.datetime64("NaT"), numpy.timedelta64("NaT"), numpy.ma.masked,
        pyarrow.scalar(None, pyarrow.float64()), pandas.array([None], dtype="Int64"),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_whatever_is_missing_is_empty(value: Any, data: Dataset) -> None:
    assert [s.id for s in data.scores.where(number=value)] == ["paper-1:L13C3"]
    assert len(data.scores.where(number=[value, 85.5])) == 2
    assert data.models.get(value) is None


@pytest.mark.parametrize(
    "value",
    [
        datetime.date(2026, 5, 1), datetime.datetime(2026, 5, 1), pandas.Timestamp("2026-05-01"),
        numpy.datetime64("2026-05-01"), numpy.datetime64("2026-05-01", "ns"), "2026-05-01",
        pandas.Series([pandas.Timestamp("2026-05-01")]), pandas.DatetimeIndex(["2026-05-01"]),
        numpy.array(["2026-05-01"], dtype="datetime64[s]"), polars.Series([DAY]),
        datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_day_finds_its_rows_whatever_holds_it(value: Any, data: Dataset) -> None:
    days = [v.id for v in data.verdicts if v.decided_on == DAY]
    assert days
    assert [v.id for v in data.verdicts.where(decided_on=value)] == days


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"number": "85.5"}, "is a number"),
        ({"number": True}, "is a number"),
        ({"number": numpy.bool_(True)}, "is a number"),
        ({"number": 85.5 + 0j}, "is a number"),
        ({"number": numpy.timedelta64(5, "ns")}, "is a number"),
        ({"number": DAY}, "is a number"),
        ({"number": Broken()}, "this Broken"),
        ({"shots": b"\x05"}, "is an integer"),
        ({"shots": [5, bytearray(b"\x05")]}, "is an integer"),
        ({"id": b"x"}, "is a string"),
        ({"id": 10**5000}, "is a string"),
        ({"id": "\udce9"}, "is a string"),
        ({"id": pandas.DataFrame({"id": ["x"]})}, "several columns"),
        ({"id": polars.DataFrame({"id": ["x"]})}, "several columns"),
        ({"model": "\udce9"}, "id of a row of models"),
        ({"model": 4}, "id of a row of models"),
        ({"model": slice(3)}, "id of a row of models"),
        ({"model": ["model-a", bytearray(b"x")]}, "id of a row of models"),
        ({"status": "guessed"}, "one of: reported"),
        ({"status": 5}, "one of: reported"),
    ],
    ids=lambda value: str(value)[:30] if isinstance(value, str) else None,
)
def test_a_value_of_another_type_is_told(
    conditions: dict[str, Any], words: str, data: Dataset
) -> None:
    with pytest.raises(errors.InvalidValue, match=words):
        data.scores.where(**conditions)


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2026-02-30", "2026-07", 20260701, datetime.datetime(2026, 5, 1, 12),
     numpy.datetime64("2026-07"), numpy.datetime64("2026-05-01T12"), pandas.Timestamp(1)],
)  # fmt: skip
def test_what_is_no_day_is_told_and_not_cut_to_one(value: Any, data: Dataset) -> None:
    with pytest.raises(errors.InvalidValue, match="is a date"):
        data.verdicts.where(decided_on=value)


def test_a_collection_without_end_is_told(data: Dataset) -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(errors.InvalidValue, match="no end"):
        data.scores.where(number=endless)


def test_records_and_tables_stand_for_their_ids(data: Dataset) -> None:
    by_id = list(data.scores.where(model="model-a"))
    assert by_id
    same: list[Any] = [
        data.models["model-a"], data.models.where(id="model-a"), [data.entities["model-a"]],
        numpy.array(["model-a"]), pandas.Series(["model-a"]), numpy.str_("model-a"),
    ]  # fmt: skip
    for value in same:
        assert list(data.scores.where(model=value)) == by_id
    with pytest.raises(errors.InvalidValue, match="id of a row of models, or that record"):
        data.scores.where(model=data.sources["paper-1"])  # type: ignore[arg-type]
    with pytest.raises(errors.UnknownId, match="close: model-"):
        data.scores.where(model=["model-a", "model-z"])


def test_words_of_verdicts_stand_among_ids_and_none(data: Dataset) -> None:
    said = {v.id: v.verdict for v in data.verdicts}
    word = next(iter(said.values()))
    cases: list[tuple[Any, Callable[[Any], bool]]] = [
        (word, lambda s: said.get(s.verdict_id) == word),
        ([word, None], lambda s: s.verdict_id is None or said[s.verdict_id] == word),
        ([word, *said], lambda s: s.verdict_id is not None),
        ([word, *said, None], lambda s: True),
    ]
    for given, wanted in cases:
        assert list(data.scores.where(verdict=given)) == [s for s in data.scores if wanted(s)]
    with pytest.raises(errors.UnknownId, match="may also be one of: supported, "):
        data.scores.where(verdict="wrong")


def test_two_conditions_on_one_field_both_hold(data: Dataset) -> None:
    assert len(data.scores.where(shots=5).where(shots=0)) == 0
    assert len(data.scores.where(shots=[0, 5]).where(shots=[5, 7])) == 1
    assert len(data.scores.where(verdict_id="verdict-2").where(verdict=None)) == 0


def test_a_number_as_an_enum_member_is_that_number(data: Dataset) -> None:
    """The class of a member can be run through, and so can a flag; neither is a collection."""
    shots = enum.IntEnum("shots", {"FIVE": 5})
    flags = enum.IntFlag("flags", {"ONE": 1, "FOUR": 4})
    for member in (shots.FIVE, [shots.FIVE], flags.ONE | flags.FOUR):
        assert [s.shots for s in data.scores.where(shots=member)] == [5]
    five: Any = Plain.FIVE
    assert data.models.get(five) is None
    with pytest.raises(errors.InvalidValue, match="shots is an integer"):
        data.scores.where(shots=five)


def test_a_word_as_an_enum_member_is_that_word(data: Dataset) -> None:
    member: Any = Word.REPORTED
    assert list(data.scores.where(status=member)) == list(data.scores.where(status="reported"))


@pytest.mark.parametrize("limit", [250_000, 30])
def test_there_may_be_more_values_than_a_query_takes(
    limit: int, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hikaku._table.FEW", 20)
    data.store._connection().setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, limit)
    many = [n / 10 for n in range(2000)]
    table = data.scores.where(number=[*many, None], shots=[*range(300), None])
    assert list(table) == list(data.scores)
    assert len(table) == len(data.scores)
    assert table["repo-1:L5C2"] == data.scores["repo-1:L5C2"]
    assert "repo-1:L5C2" in table
    assert table.get("nope") is None
    subjects = [e.id for e in data.entities]
    assert len(subjects) > 10
    data.store._connection().setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, min(limit, 10))
    monkeypatch.setattr("hikaku._table.FEW", 5)
    assert list(data.observations.where(subject=subjects)) == list(data.observations)
    with pytest.raises(errors.UnknownId, match="close: model-"):
        data.observations.where(subject=[*subjects, "model-z"])
    with pytest.raises(errors.UnknownId, match="entities has no row 'zz'; its rows: active"):
        data.entities.where(id=subjects)["zz"]
    assert [m.id for m in data.models.where(id=[*map(str, range(99)), "model-b", "model-a"])] == [
        "model-a", "model-b",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [4, None, 0.5, slice(None, 5), numpy.int64(4), DAY, ["model-a"], b"model-a", (), "\udce9"],
)
def test_what_is_no_key_is_absent_and_says_what_to_do(key: Any, data: Dataset) -> None:
    assert data.models.get(key) is None
    assert key not in data.models
    with pytest.raises(errors.UnknownId, match="models has no row") as found:
        data.models[key]
    assert "Traceback" not in str(found.value)


def test_positions_are_told_how_rows_are_got(data: Dataset) -> None:
    for key in (0, slice(None, 5)):
        with pytest.raises(
            errors.UnknownId, match=r"keys, not positions; .*list\(hikaku\.scores\)"
        ):
            data.scores[key]


@pytest.mark.parametrize("value", [4, None, b"x", ["x"], Broken(), numpy.int64(3)])
def test_what_is_no_text_is_no_name_and_no_label(value: Any, data: Dataset) -> None:
    asked: list[tuple[Callable[[Any], Any], type[Exception]]] = [
        (data.find, errors.InvalidValue),
        (data.label, errors.UnknownId),
        (lambda lang: data.label("model-a", lang), errors.UnknownLanguage),
    ]
    for ask, error in asked:
        with pytest.raises(error):
            ask(value)


def test_halves_of_characters_name_nothing(data: Dataset) -> None:
    assert data.find("\udce9") == ()
    with pytest.raises(errors.UnknownId):
        data.label("\udce9")
