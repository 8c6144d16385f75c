"""A code is one that its standard has; another registry of the standards agrees."""

from __future__ import annotations

from pathlib import Path

import pycountry
import pytest

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


@pytest.mark.parametrize(
    ("table", "key", "column", "wrong", "right"),
    [
        ("observations", "paper-1:L21", "currency", "RMB", "CNY"),
        ("observations", "paper-1:L21", "currency", "NTD", "TWD"),
        ("observations", "paper-1:L21", "region", "UK", "GB"),
        ("sources", "paper-1", "language", "jp", "ja"),
        ("sources", "paper-1", "language", "cn", "zh"),
        ("sources", "paper-1", "language", "cmn", "zh"),
        ("aliases", "alpha-labs|ja", "language", "iw", "he"),
        ("sources", "paper-1", "language", "jpn", "ja"),
    ],
)
def test_the_code_that_is_meant_is_proposed(
    package: Path, table: str, key: str, column: str, wrong: str, right: str
) -> None:
    cell(package, table, key, column, wrong)
    (found,) = [f for f in validate(Package(package)).findings if f.code.startswith("unknown-")]
    assert found.found == f"{wrong}, for which the standard has {right}"


@pytest.mark.parametrize("tag", ["ja", "zh-Hans", "zh-Hant-TW", "pt-BR", "mul", "und", "yue"])
def test_tags_that_there_are_pass(package: Path, tag: str) -> None:
    cell(package, "sources", "paper-1", "language", tag)
    assert validate(Package(package)).findings == []


@pytest.mark.parametrize("tag", ["xx", "zh-Hens", "en-UK", "ja-XX"])
def test_tags_of_which_a_part_is_none_are_told(package: Path, tag: str) -> None:
    cell(package, "sources", "paper-1", "language", tag)
    (found,) = validate(Package(package)).findings
    assert (found.code, found.found) == ("unknown-language", tag)
