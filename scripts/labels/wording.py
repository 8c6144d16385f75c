"""Values in words, for each language, by Babel: money, percent, counts, ranges, statuses.

Made at build time and kept in the store, so that the accessors need no Babel. No significant
digit is lost: numbers go through Decimal, with as many digits as they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any

from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_decimal,
    get_currency_name,
)

from scripts.contract import WITH_VALUE

DIGITS = 15
PATTERN = "#,##0.###############"
PRECISION = 2 * DIGITS + 10  # Babel takes a number of 15 digits to 15 more behind the point
# The sizes in which tokens are counted, with the decimals that a name of one may have.
TOKEN_SIZES = ((10**12, "T", 3), (10**9, "B", 3), (10**6, "M", 2), (10**3, "K", 1))

Row = Mapping[str, Any]
Texts = Mapping[str, str]


def value_text(
    row: Row, unit: str | None, locale: str, texts: Texts, labels: Texts, statuses: Texts
) -> str:
    """The value of an observation or score in one language.

    `texts` are the patterns of the contract, `labels` names of entities, `statuses` titles of
    the statuses, all in the language of the Babel `locale`.
    """
    status = row["status"]
    if status not in WITH_VALUE:
        return statuses[status]
    if row.get("object_id"):
        value = labels[row["object_id"]]
    elif row.get("text"):
        value = row["text"]
    elif row["number"] is None and row["low"] is None:
        return period_text(row["period_start"], row["period_end"], texts)
    else:
        value = _measure(row, unit, locale, texts)
    if status != "reported":
        value = texts[status].format(value=value)
    if row.get("shots") is not None:
        shots = texts["shots"].format(count=row["shots"])
        value = texts["item_details"].format(item=value, details=shots)
    return value


def _measure(row: Row, unit: str | None, locale: str, texts: Texts) -> str:
    currency = row.get("currency")
    if row["number"] is None:
        low = number_text(row["low"], unit, currency, locale)
        high = number_text(row["high"], unit, currency, locale)
        return texts["range"].format(low=low, high=high)
    value = number_text(row["number"], unit, currency, locale)
    qualifier = row["qualifier"]
    return texts[qualifier].format(value=value) if qualifier else value


def number_text(number: float, unit: str | None, currency: str | None, locale: str) -> str:
    """One number with its unit, as readers of the language write it.

    Tokens print as 128K in every language: the number is a name of a size there, and 128000
    or 131072 would claim more than the source says.
    """
    exact = Decimal(repr(number))
    with localcontext(prec=PRECISION):
        if unit == "currency" and currency:
            return _money(exact, currency, locale)
        if unit == "percent":
            return format_decimal(exact, format=PATTERN, locale=locale) + "%"
        if unit == "tokens" and (name := _token_size(exact)):
            return name
        if unit == "parameters":
            return format_compact_decimal(exact, locale=locale, fraction_digits=DIGITS)
        return format_decimal(exact, format=PATTERN, locale=locale)


def _money(exact: Decimal, currency: str, locale: str) -> str:
    if locale == "en":
        return format_compact_currency(exact, currency, locale=locale, fraction_digits=DIGITS)
    amount = format_compact_decimal(exact, locale=locale, fraction_digits=DIGITS)
    return amount + get_currency_name(currency, locale=locale)


def _token_size(exact: Decimal) -> str | None:
    """128K, 1.5B or 15T; None for a number that has more digits than such a name."""
    for size, letter, decimals in TOKEN_SIZES:
        if abs(exact) >= size:
            named = exact / size
            return f"{named.normalize():f}{letter}" if named == round(named, decimals) else None
    return None


def period_text(start: str | None, end: str | None, texts: Texts) -> str:
    """A year, a period of years, or the ISO dates of anything finer."""
    if not start or not end:
        return ""
    if len(start) > 4:
        return start if start == end else texts["range"].format(low=start, high=end)
    if start == end:
        return texts["year"].format(year=start)
    return texts["period_years"].format(start=start, end=end)
