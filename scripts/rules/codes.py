"""Rules of codes: currencies, countries and languages are those of their standards.

The lists are those of CLDR, by Babel. A field is held to a standard by its name, in every table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from babel.core import Locale, get_global
from babel.languages import get_official_languages

from scripts.contract import Contract, Field, Table
from scripts.rules.check import Check, quote

# Two letters that CLDR names and ISO 3166-1 does not give to a country: reserved ones, unions,
# and those for private use.
NO_COUNTRY = {
    *("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"),
}
# What people write for a currency and no standard has.
CURRENCY_WORDS = {"CNH": "CNY", "NIS": "ILS", "NTD": "TWD", "RMB": "CNY", "STG": "GBP"}


def code_rules(contract: Contract) -> Iterator[Check]:
    for table in contract:
        for f in table.fields:
            if f.name in STANDARDS and f.type == "string" and not f.enum:
                yield STANDARDS[f.name](table, f)


@cache
def currencies() -> frozenset[str]:
    """Codes of ISO 4217 that are or were the money of a country: a source may speak of 1999."""
    every = get_global("territory_currencies").values()
    return frozenset(code for used in every for code, _, _, tender in used if tender)


@cache
def countries() -> frozenset[str]:
    """Codes of ISO 3166-1 as they are today; a country that is gone has none."""
    known = map(str, Locale("en").territories)
    return frozenset(c for c in known if len(c) == 2 and c.isalpha() and c not in NO_COUNTRY)


@cache
def languages() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").languages) if "_" not in code)


@cache
def scripts() -> frozenset[str]:
    return frozenset(map(str, Locale("en").scripts))


def _currency(table: Table, f: Field) -> Check:
    return _check(
        table,
        f,
        "unknown-currency",
        _none_of(f't."{f.name}"', currencies()),
        "a code of ISO 4217, of today or of its time",
        f't."{f.name}"',
        CURRENCY_WORDS,
    )


def _country(table: Table, f: Field) -> Check:
    return _check(
        table,
        f,
        "unknown-region",
        _none_of(f't."{f.name}"', countries()),
        "a code of ISO 3166-1 for a country of today",
        f't."{f.name}"',
        {old: new[0] for old, new in get_global("territory_aliases").items() if _one(old, new)},
    )


def _language(table: Table, f: Field) -> Check:
    part = [f"split_part(t.\"{f.name}\", '-', {n})" for n in (1, 2, 3)]
    known = scripts() | countries()
    where = _none_of(part[0], languages()) + "".join(
        f" OR ({p} <> '' AND {_none_of(p, known)})" for p in part[1:]
    )
    # A country's code beside that of its language is the slip that people make: jp for ja.
    meant = {c.lower(): spoken[0] for c in countries() if (spoken := get_official_languages(c))}
    meant |= {old: new for old, new in get_global("language_aliases").items() if "_" not in new}
    return _check(
        table,
        f,
        "unknown-language",
        where,
        "a BCP 47 tag of a language, script and country that there are",
        part[0],
        {code: right for code, right in meant.items() if code not in languages()},
    )


STANDARDS: dict[str, Callable[[Table, Field], Check]] = {
    "currency": _currency,
    "region": _country,
    "language": _language,
}


def _check(
    table: Table, f: Field, code: str, where: str, allowed: str, key: str, meant: dict[str, str]
) -> Check:
    """`meant` proposes the right code for what stands in `key`."""
    pairs = ", ".join(f"{quote(wrong)}: {quote(right)}" for wrong, right in sorted(meant.items()))
    return Check(
        code=code,
        table=table.name,
        column=f.name,
        where=where,
        allowed=allowed,
        fix="look the code up in the standard; what the source printed goes into as_printed",
        found=f"t.\"{f.name}\" || coalesce(', for which the standard has '"
        f" || element_at(MAP {{{pairs}}}, {key})[1], '')",
        uses=(f.name,),
    )


def _one(old: str, new: list[str]) -> bool:
    """Whether a code of two letters has one successor."""
    return len(old) == 2 and len(new) == 1 and new[0] in countries()


def _none_of(value: str, codes: frozenset[str]) -> str:
    """SQL for whether a value is none of the codes; as one text, which is planned at once."""
    listed = quote(f" {' '.join(sorted(codes))} ")
    return f"(contains({value}, ' ') OR NOT contains({listed}, ' ' || {value} || ' '))"
