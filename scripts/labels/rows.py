"""The labels of a release, row by row: table, id, field, language, text, state.

English comes from the tables and the contract, the other languages from the catalogues. A text
without a current translation is left out: readers get English, and are told so. Values in words
are the field `value` of observations and scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.labels.po_files import languages, read
from scripts.contract import Contract
from scripts.labels.messages import messages, split
from scripts.reading.rows import read_rows
from scripts.labels.wording import value_text

Label = tuple[str, str, str, str, str, str]


def labels(root: Path, contract: Contract) -> Iterator[Label]:
    """All labels in all languages, English first. State is source or translated."""
    today = messages(root)
    texts = {m.context: m.english for m in today}
    yield from _language(root, contract, "en", "en", texts, texts, "source")
    for language in languages(root):
        entries = read(root, language)
        translated = {
            m.context: entry.text
            for m in today
            if (entry := entries.get(m.context)) is not None
            and entry.state == "translated"
            and entry.english == m.english
        }
        yield from _language(
            root, contract, language.tag, language.folder, translated, texts, "translated"
        )


def _language(
    root: Path,
    contract: Contract,
    tag: str,
    locale: str,
    own: dict[str, str],
    english: dict[str, str],
    state: str,
) -> Iterator[Label]:
    for context, text in own.items():
        table, key, field = split(context)
        yield table, key, field, tag, text, state
    every = {**english, **own}
    yield from (
        (table, key, "value", tag, text, state)
        for table, key, text in _values(root, contract, locale, every)
        if text
    )


def _values(
    root: Path, contract: Contract, locale: str, every: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    texts = {split(c)[1]: t for c, t in every.items() if c.startswith("texts.")}
    names = {
        split(c)[1]: t
        for c, t in every.items()
        if c.startswith("entities.") and c.endswith(".name")
    }
    for table, of, units in (
        ("observations", "attribute_id", "attributes"),
        ("scores", "benchmark_id", "benchmarks"),
    ):
        unit = {row["id"]: row["unit"] for row in _dicts(root, contract, units)}
        statuses = {
            status: every[f"values.{table}.status.{status}.title"]
            for status in contract[table]["status"].enum
        }
        for row in _dicts(root, contract, table):
            yield (
                table,
                row["id"],
                value_text(row, unit.get(row[of]), locale, texts, names, statuses),
            )


def _dicts(root: Path, contract: Contract, table: str) -> Iterator[dict[str, Any]]:
    names = contract[table].names
    for row in read_rows(root, contract[table]):
        yield dict(zip(names, row, strict=True))
