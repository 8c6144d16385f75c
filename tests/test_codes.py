"""A code is one that its standard has; another registry of the standards agrees."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pycountry
import pytest

from scripts.contract import load
from scripts.package import Package
from scripts.rules import codes
from scripts.validate.run import validate
from tests.planting import cell


def test_every_country_of_the_standard_is_known_and_no_other() -> None:
    assert codes.countries() == {country.alpha_2 for country in pycountry.countries}


def test_every_currency_of_today_that_people_pay_with_is_known() -> None:
    """Not metals, funds, units of account and codes for tests, which no source prints as money."""
    known = {currency.alpha_3 for currency in pycountry.currencies}
    unpaid = known - codes.currencies()
    assert all(c.startswith("X") or c in FUNDS for c in unpaid), unpaid
    assert {"USD", "CNY", "JPY", "EUR", "XOF", "DEM"} <= codes.currencies()


FUNDS = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "VED"}


def test_every_language_of_two_letters_is_known() -> None:
    two = {getattr(language, "alpha_2", None) for language in pycountry.languages} - {None}
    assert two - codes.languages() <= {"sh"}


MEANT = [
    ("observations", "currency", "RMB", "CNY"),
    ("observations", "currency", "NTD", "TWD"),
    ("observations", "region", "UK", "GB"),
    ("sources", "language", "jp", "ja"),
    ("sources", "language", "cn", "zh"),
    ("sources", "language", "cmn", "zh"),
    ("aliases", "language", "iw", "he"),
    ("sources", "language", "jpn", "ja"),
]


def told(table: str, column: str, value: str) -> list[str]:
    """What the rule of a column finds in a row with that value."""
    (rule,) = [c for c in codes.code_rules(load()) if (c.table, c.column) == (table, column)]
    with duckdb.connect() as con:
        con.execute(f'CREATE TABLE t AS SELECT ? AS "{column}"', [value])
        return [
            x for (x,) in con.execute(f"SELECT {rule.found} FROM t WHERE {rule.where}").fetchall()
        ]


@pytest.mark.parametrize(("table", "column", "wrong", "right"), MEANT)
def test_the_code_that_is_meant_is_proposed(
    table: str, column: str, wrong: str, right: str
) -> None:
    assert told(table, column, wrong) == [f"{wrong}, for which the standard has {right}"]
    assert told(table, column, right) == []


@pytest.mark.parametrize("tag", ["ja", "zh-Hans", "zh-Hant-TW", "pt-BR", "mul", "und", "yue"])
def test_tags_that_there_are_pass(tag: str) -> None:
    assert told("sources", "language", tag) == []


@pytest.mark.parametrize("tag", ["xx", "zh-Hens", "en-UK", "ja-XX"])
def test_tags_of_which_a_part_is_none_are_told(tag: str) -> None:
    assert told("sources", "language", tag) == [tag]


def test_validation_tells_them(package: Path) -> None:
    cell(package, "sources", "paper-1", "language", "jp")
    cell(package, "observations", "paper-1:L21", "currency", "RMB")
    found = {(f.code, f.found) for f in validate(Package(package)).findings}
    assert found == {
        ("unknown-language", "jp, for which the standard has ja"),
        ("unknown-currency", "RMB, for which the standard has CNY"),
    }
