"""The labels of a release, row by row.

English comes from the tables and the contract, the other languages from the PO files. A text
without a current translation is left out: readers get English, and are told so. Values in words
are the field `value` of observations and scores.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.contract import CELL_TABLES
from scripts.labels.messages import messages, split
from scripts.labels.po_files import current
from scripts.labels.wording import value_text
from scripts.package import Package

LABELS = "labels"  # the name of their table in a release
FIELDS = {
    "table": "Table of what is named; package, tables, fields, values and texts for the contract.",
    "id": "Identifier of what is named.",
    "field": "Field that holds the text; value for a value in words.",
    "lang": "Language of the text, as a BCP 47 tag.",
    "text": "The text.",
    "state": "source for English, translated for the other languages.",
}
KEY = ("table", "id", "field", "lang")
# The field that says what a value is a value of, and the table that knows its unit.
UNITS = {
    "observations": ("attribute_id", "attributes"),
    "scores": ("benchmark_id", "benchmarks"),
}

Label = tuple[str, str, str, str, str, str]


def labels(package: Package) -> Iterator[Label]:
    """All labels in all languages, English first: a text for each of FIELDS."""
    english = {m.context: m.english for m in messages(package)}
    yield from _language(package, "en", "en", english, english, "source")
    for language, texts in current(package).items():
        yield from _language(package, language.tag, language.folder, texts, english, "translated")


def _language(
    package: Package,
    tag: str,
    locale: str,
    own: dict[str, str],
    english: dict[str, str],
    state: str,
) -> Iterator[Label]:
    for context, text in own.items():
        table, key, field = split(context)
        yield table, key, field, tag, text, state
    for table, key, text in _values(package, locale, {**english, **own}):
        if text:
            yield table, key, "value", tag, text, state


def _values(package: Package, locale: str, every: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    texts = {split(c)[1]: t for c, t in every.items() if c.startswith("texts.")}
    names = {
        split(c)[1]: t
        for c, t in every.items()
        if c.startswith("entities.") and c.endswith(".name")
    }
    for table in CELL_TABLES:
        of, units = UNITS[table]
        unit = {row["id"]: row["unit"] for row in package.records(units)}
        statuses = {
            status: every[f"values.{table}.status.{status}.title"]
            for status in package.contract[table]["status"].enum
        }
        for row in package.records(table):
            words = value_text(row, unit.get(row[of]), locale, texts, names, statuses)
            yield table, row["id"], words
