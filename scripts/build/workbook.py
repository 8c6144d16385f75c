"""Workbooks of a release, one a language, for readers who open tables in a spreadsheet.

An overview, then a sheet for each comparison, then one for each table. What the cells say comes
from the accessors. No cell is a formula, and the same store gives the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range

import hikaku
from hikaku import Comparison, Dataset
from hikaku._frames import columns
from hikaku._labels import texts
from scripts.build.store import without_case
from scripts.contract import Contract
from scripts.errors import BrokenTable
from scripts.labels.po_files import languages
from scripts.package import Package
from scripts.rules.from_contract import LONGEST

FOLDER = "workbooks"
CREATED = datetime(1980, 1, 1)  # any fixed day will do, the day of the build would not
FIRST_DAY = date(1900, 1, 1)  # of a spreadsheet's calendar; earlier ones are written as text
LONGEST_NAME = 31
CUT = " […]"
FORBIDDEN = "[]:*?/\\¥"  # Excel also refuses their full-width forms
FORBIDDEN_EDGES = "'’＇ "
RESERVED = "history"  # Excel keeps this name for itself
NARROWEST, WIDEST = 6, 60
FILTER_BUTTON = 3
# What a spreadsheet would read as a formula if a reader typed it again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

Words = dict[str, str]


def write_workbooks(package: Package, store: Path, folder: Path) -> list[Path]:
    """Write `folder`/workbooks/hikaku-<lang>.xlsx for English and each language of the package.

    Nothing is put in place before all are written. A text that is too long for a cell is cut and
    marked. Raises BrokenTable for a table that is too long for a sheet, DamagedStore for a store
    that cannot be read, OSError where there is no room.
    """
    dataset = hikaku.open(store)
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".workbooks-") as temporary:
        drafts = []
        for lang in ("en", *(language.tag for language in languages(package))):
            path = Path(temporary) / f"hikaku-{lang}.xlsx"
            path.write_bytes(_workbook(dataset, package.contract, lang))
            drafts.append(path)
        return [path.replace(target / path.name) for path in drafts]


def sheet_names(titles: Iterable[str]) -> list[str]:
    """A name for each title that every spreadsheet takes, unique whatever the case and width."""
    names: list[str] = []
    taken = {RESERVED}
    for title in titles:
        name, number = _sheet_name(title), 1
        while without_case(name) in taken:
            number += 1
            name = _sheet_name(title, f" {number}")
        taken.add(without_case(name))
        names.append(name)
    return names


def _sheet_name(title: str, ending: str = "") -> str:
    """The title without what is forbidden, cut at a word if it is too long, and the ending."""
    allowed = (c if c.isprintable() and not _forbidden(c) else " " for c in title)
    whole = " ".join("".join(allowed).split()).strip(FORBIDDEN_EDGES) or "-"
    room = LONGEST_NAME - len(ending)
    if _length(whole) <= room:
        return whole + ending
    cut = whole
    while _length(cut) > room - 1:
        cut = cut[:-1]
    words, _, _ = cut.rpartition(" ")
    if len(words) > room // 2:
        cut = words
    return cut.rstrip(FORBIDDEN_EDGES) + "…" + ending


def _forbidden(character: str) -> bool:
    return any(c in FORBIDDEN for c in unicodedata.normalize("NFKC", character))


def _length(text: str) -> int:
    """Length as spreadsheets count it, in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str) -> str:
    """A text that a cell takes: the beginning, marked, of one that is too long for it.

    No cell of a valid table is; one that is put together, such as a printed cell of many rows,
    can be. The other forms of the release have it whole.
    """
    if _length(text) <= LONGEST:
        return text
    room = 2 * (LONGEST - len(CUT))
    # Half of a character at the end is left out.
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


def _short(title: str) -> str:
    """A title without what follows its colon."""
    return re.split("[:：]", title, maxsplit=1)[0]


def display_width(text: str) -> int:
    """Columns that a text takes on a screen: two for each wide character, none for a mark."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


class Formats:
    """The few ways that cells look. A text is bold or not, wrapped or not, quoted or not."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.text = {
            (bold, wrap, quoted): book.add_format(
                {"bold": bold, "text_wrap": wrap, "quote_prefix": quoted}
            )
            for bold, wrap, quoted in product((False, True), repeat=3)
        }


class Sheet:
    """One sheet: puts typed cells, and remembers how wide its columns have to be."""

    def __init__(self, book: xlsxwriter.Workbook, name: str, formats: Formats) -> None:
        self.name = name
        self._sheet = book.add_worksheet(name)
        self._formats = formats
        self._widths: dict[int, int] = {}
        self._rows = 0

    def put(self, row: int, column: int, value: object, bold: bool = False, room: int = 0) -> None:
        """One cell by the type of its value; None and the empty text leave it empty."""
        if value is None or value == "":
            return
        if isinstance(value, date) and value < FIRST_DAY:
            value = value.isoformat()
        if isinstance(value, str):
            value = cut(value)
        self._rows = max(self._rows, row + 1)
        width = max(self._widths.get(column, 0), display_width(str(value)) + room)
        self._widths[column] = width
        if isinstance(value, str):
            self._text(row, column, value, bold, wrap=True)
        elif isinstance(value, date):
            code = self._sheet.write_datetime(row, column, value, self._formats.date)
            self._check(code, row, column)
        else:
            self._check(self._sheet.write_number(row, column, value), row, column)

    def line(self, row: int, text: str, bold: bool = False) -> None:
        """A text of its own row, which runs on over the cells to its right."""
        self._text(row, 0, cut(text), bold, wrap=False)

    def link(self, row: int, other: Sheet) -> None:
        """A link to another sheet, in the first column."""
        place = other.name.replace("'", "''")
        self._sheet.write_url(row, 0, f"internal:'{place}'!A1", string=other.name)
        self._widths[0] = max(self._widths.get(0, 0), display_width(other.name))

    def freeze(self, rows: int, columns: int = 0) -> None:
        self._sheet.freeze_panes(rows, columns)

    def filter(self, rows: int, columns: int) -> None:
        self._sheet.autofilter(0, 0, rows, columns - 1)

    def finish(self) -> None:
        """Set the widths. Texts such as 85.5 stay texts, without a warning at each cell."""
        for column, width in self._widths.items():
            self._sheet.set_column(column, column, min(max(width + 1, NARROWEST), WIDEST))
        if self._rows:
            cells = xl_range(0, 0, self._rows - 1, max(self._widths))
            self._sheet.ignore_errors({"number_stored_as_text": cells})

    def _text(self, row: int, column: int, text: str, bold: bool, wrap: bool) -> None:
        style = self._formats.text[bold, wrap, text.startswith(FORMULA_STARTS)]
        self._check(self._sheet.write_string(row, column, text, style), row, column)

    def _check(self, code: int, row: int, column: int) -> None:
        if code:
            raise BrokenTable(
                f"the workbook's sheet {self.name!r} cannot hold row {row + 1}, column "
                f"{column + 1}: a sheet takes 1,048,576 rows and 16,384 columns; divide the table"
            )


def _workbook(dataset: Dataset, contract: Contract, lang: str) -> bytes:
    words = texts(dataset, "texts", "text", lang)
    titles = texts(dataset, "tables", "title", lang)
    about = texts(dataset, "tables", "description", lang)
    comparisons = list(dataset.comparisons)
    names = sheet_names(
        [
            words["overview"],
            *(_short(c.label(lang)) for c in comparisons),
            *(titles[t.name] for t in contract),
        ]
    )
    # Without temporary files a killed build leaves none behind, and no time passes a time zone.
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        title = texts(dataset, "package", "title", lang)["hikaku"]
        book.set_properties({"title": title, "created": CREATED})
        formats = Formats(book)
        overview, *sheets = (Sheet(book, name, formats) for name in names)
        listed: list[tuple[Sheet, str, int]] = []
        for comparison, sheet in zip(comparisons, sheets, strict=False):
            rows = _write_comparison(sheet, comparison, lang, words)
            listed.append((sheet, comparison.label(lang), rows))
        for table, sheet in zip(contract, sheets[len(comparisons) :], strict=True):
            rows = _write_table(sheet, columns(dataset.table(table.name), lang))
            listed.append((sheet, about[table.name], rows))
        _write_overview(overview, title, dataset, contract, lang, words, listed)
        for sheet in (overview, *sheets):
            sheet.finish()
    return data.getvalue()


def _write_overview(
    sheet: Sheet,
    title: str,
    dataset: Dataset,
    contract: Contract,
    lang: str,
    words: Words,
    listed: Sequence[tuple[Sheet, str, int]],
) -> None:
    fields = texts(dataset, "fields", "title", lang)
    licence = words["item_details"].format(
        item=dataset.licence, details=contract.raw["licenses"][0]["path"]
    )
    sheet.line(0, title, bold=True)
    row = 2
    for label, value in (
        (words["heading_version"], dataset.version),
        (fields["sources.licence"], licence),
        (words["heading_citation"], dataset.cite()),
    ):
        sheet.put(row, 0, _heading(label), bold=True)
        sheet.put(row, 1, value)
        row += 1
    row += 1
    heads = (words["heading_sheet"], fields["entities.description"], words["heading_rows"])
    for column, head in enumerate(heads):
        sheet.put(row, column, _heading(head), bold=True)
    for other, about, rows in listed:
        row += 1
        sheet.link(row, other)
        sheet.put(row, 1, about)
        sheet.put(row, 2, rows)
    row += 2
    sheet.put(row, 0, fields["verdicts.verdict"], bold=True)
    for sign, meaning in _legend(dataset, lang, words):
        row += 1
        sheet.put(row, 0, sign)
        sheet.put(row, 1, meaning)


def _legend(dataset: Dataset, lang: str, words: Words) -> list[tuple[str, str]]:
    """The sign of each verdict, and what the verdict means."""
    titles = texts(dataset, "values", "title", lang)
    about = texts(dataset, "values", "description", lang)
    return [
        (
            words[f"mark_{state}"],
            words["labelled"].format(
                label=titles[f"verdicts.verdict.{state}"], value=about[f"verdicts.verdict.{state}"]
            ),
        )
        for state in dataset.record("verdicts")._enums["verdict"]
    ]


def _write_comparison(sheet: Sheet, comparison: Comparison, lang: str, words: Words) -> int:
    """The table under its title, with the legend and the citation below; how many rows it has."""
    head, *body = with_signs(comparison, lang, _heading(words["heading_verdict"]))
    sheet.line(0, comparison.label(lang), bold=True)
    for column, text in enumerate(head):
        sheet.put(2, column, text, bold=True)
    for row, line in enumerate(body, start=3):
        for column, text in enumerate(line):
            sheet.put(row, column, text)
    sheet.freeze(3, 1)
    below = len(body) + 4
    if len(head) > len(comparison.columns):
        sheet.line(below, comparison.legend(lang))
        below += 1
    sheet.line(below, comparison.cite(lang))
    return len(body)


def with_signs(comparison: Comparison, lang: str, heading: str) -> list[list[str]]:
    """The lines of the table, with a column of signs after each column that has verdicts.

    So the cells hold their text alone, and the signs can be filtered and counted.
    """
    plain, marked = comparison.to_rows(lang), comparison.to_rows(lang, marks=True)
    signs = [
        [_sign(*pair) for pair in zip(*lines, strict=True)]
        for lines in zip(plain, marked, strict=True)
    ]
    checked = [any(column) for column in zip(*signs, strict=True)]
    signs[0] = [heading] * len(checked)
    return [
        [
            text
            for cell, sign, known in zip(line, beside, checked, strict=True)
            for text in ((cell, sign) if known else (cell,))
        ]
        for line, beside in zip(plain, signs, strict=True)
    ]


def _sign(text: str, marked: str) -> str:
    """What marking has put behind the text of a cell."""
    return "" if marked == text else marked.removeprefix(text.lstrip()).strip()


def _write_table(sheet: Sheet, found: Sequence[tuple[str, str, list[Any]]]) -> int:
    """Headings and typed cells; how many rows there are."""
    for column, (title, _, values) in enumerate(found):
        sheet.put(0, column, title, bold=True, room=FILTER_BUTTON)
        for row, value in enumerate(values, start=1):
            sheet.put(row, column, value)
    rows = len(found[0][2])
    sheet.freeze(1)
    sheet.filter(rows, len(found))
    return rows


def _heading(word: str) -> str:
    return word[:1].upper() + word[1:]
