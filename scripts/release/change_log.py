"""The change log of a release as Markdown, in each language of its labels, from a diff alone.

All words come from the contract's texts and the labels of the new release; what has no
translation is told in English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from hikaku._render import markdown
from scripts import csv_files
from scripts.contract import CORRECTIONS
from scripts.diff.model import ContractChange, Diff, TableDiff
from scripts.errors import BrokenCsv, Incomparable
from scripts.labels.rows import FIELDS, LABELS

NOTHING = "–"

Labels = Mapping[tuple[str, str, str], str]  # by table, id and field


def read_labels(release: Path, lang: str) -> dict[tuple[str, str, str], str]:
    """The labels of a release in a language, English where there is none.

    Raises Incomparable if the release has no labels.
    """
    path = release / "tables" / f"{LABELS}.csv"
    english: dict[tuple[str, str, str], str] = {}
    own: dict[tuple[str, str, str], str] = {}
    try:
        for row in csv_files.records(path, tuple(FIELDS)):
            if row["lang"] in (lang, "en"):
                texts = own if row["lang"] == lang else english
                texts[row["table"], row["id"], row["field"]] = row["text"]
    except BrokenCsv as error:
        raise Incomparable(f"{error}; or build the release again") from None
    return english | own


def changes(diff: Diff, version: str, lang: str, labels: Labels) -> str:
    """The change log of `version`; `labels` are those of the new release in the language."""
    log = _Log(diff, lang, labels)
    parts = [f"# {log.text('changes_heading', version=version)}"]
    if diff.old is None:
        parts.append(log.text("changes_first"))
    else:
        parts.append(log.text("changes_since", version=diff.old))
    if diff.empty:
        parts.append(log.text("changes_none"))
    parts += [*log.counts(), *log.structure(), *log.corrections()]
    return "\n\n".join(parts) + "\n"


class _Log:
    """The parts of one change log in one language."""

    def __init__(self, diff: Diff, lang: str, labels: Labels) -> None:
        self.diff, self.labels = diff, labels
        self.locale = lang.replace("-", "_")

    def text(self, name: str, **values: str) -> str:
        return self.labels["texts", name, "text"].format(**values)

    def title(self, kind: str, key: str) -> str:
        """The title of a table, field or value; what has none any more is told by its name."""
        return self.labels.get((kind, key, "title"), key)

    def number(self, n: int) -> str:
        return format_decimal(n, locale=self.locale)

    # --- rows ---

    def counts(self) -> Iterator[str]:
        tables = [t for t in self.diff.tables if t.name != LABELS]
        rows = [[self.title("tables", t.name), *map(self.number, _counted(t))] for t in tables]
        if rows:
            names = ("table", "rows_added", "rows_removed", "rows_changed")
            headings = [self.text(f"heading_{n}") for n in names]
            yield markdown(headings, rows, right=3).rstrip()
        labels = sum(_counted(self.diff.table(LABELS)))
        if labels and self.diff.old is not None:
            title = self.text("changes_labels")
            yield self.text("counted", title=title, count=self.number(labels))

    # --- the contract ---

    def structure(self) -> Iterator[str]:
        """Texts of the contract are among the labels, and counted there."""
        if self.diff.old is None:
            return
        rows = [self._change(c) for c in self.diff.contract if not c.is_text]
        if rows:
            yield f"## {self.text('changes_structure')}"
            headings = [self.text(f"heading_{n}") for n in ("what", "before", "now")]
            yield markdown(headings, rows).rstrip()

    def _change(self, change: ContractChange) -> list[str]:
        what = change.what.removeprefix("enum.").removeprefix("constraints.")
        whole = change.what in ("table", "field")
        place = _code(change.place) + ("" if whole else f" {_code(what)}")
        return [place, self._side(change, change.old), self._side(change, change.new)]

    def _side(self, change: ContractChange, value: Any) -> str:
        """What was or is there: a title for a table, a field or an allowed value."""
        if value is None:
            return NOTHING
        if not isinstance(value, dict):
            return _code(_words(value))
        if change.what == "enum":
            return _code(_words([*value]))
        kinds = {"table": "tables", "field": "fields"}
        kind, key = kinds.get(change.what, "values"), change.place
        if kind == "values":
            key += "." + change.what.removeprefix("enum.")
        return _escape(self.labels.get((kind, key, "title")) or value.get("title") or key)

    # --- corrections ---

    def corrections(self) -> Iterator[str]:
        rows = self.diff.table(CORRECTIONS).added
        if rows and self.diff.old is not None:
            yield f"## {self.title('tables', CORRECTIONS)}"
            yield "\n".join(self._correction(row.cells) for row in rows)

    def _correction(self, row: Mapping[str, str]) -> str:
        names = [
            _escape(self.title("tables", row["table"])),
            _code(row["key"]),
            _escape(
                self.labels.get(("fields", f"{row['table']}.{row['field']}", "title"), row["field"])
            ),
        ]
        label = self.text("list_separator").join(names)
        value = f"{_code(row['old'])} → {_code(row['new'])}"
        reason = self.labels.get((CORRECTIONS, row["id"], "reason"), row["reason"])
        source = f" ({_code(row['source_id'])})" if row.get("source_id") else ""
        return f"- {self.text('labelled', label=label, value=value)}\n  {_escape(reason)}{source}"


def _counted(table: TableDiff) -> tuple[int, int, int]:
    """Rows added, removed and changed."""
    return len(table.added), len(table.removed), len({c.key for c in table.corrected})


# --- Markdown ---


def _words(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _code(text: str) -> str:
    """A code span, which shows the text as it is whatever characters it holds."""
    if not text:
        return NOTHING
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _escape(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", text)
