"""A workbook says what the accessors say, runs nothing, and is the same file each time."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas
import pytest

import hikaku
from hikaku._labels import LANGUAGES, texts
from hikaku.errors import DamagedStore
from scripts.build.store import make_store
from scripts.build.workbook import FOLDER, display_width, sheet_names, write_workbooks
from scripts.contract import load
from scripts.package import Package
from tests.planting import PROJECT, ROOT, cell

FORMULAS = ("=1+1", "+1", "-x", "@SUM(A1)", "\t=1+1", "=HYPERLINK(1)", "{=1}", "_x0041_")


@pytest.fixture(scope="module")
def written(release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The workbooks of the real tables, by language."""
    folder = tmp_path_factory.mktemp("workbooks")
    paths = write_workbooks(PROJECT, release / "hikaku.sqlite", folder)
    return {path.stem.removeprefix("hikaku-"): path for path in paths}


@pytest.fixture(scope="module")
def books(written: dict[str, Path]) -> dict[str, Any]:
    return {lang: openpyxl.load_workbook(path) for lang, path in written.items()}


@pytest.fixture(scope="module")
def data(release: Path) -> hikaku.Dataset:
    return hikaku.open(release)


@pytest.fixture
def translated(package: Path) -> Path:
    """The small package, with the catalogues, so that it has a workbook in each language."""
    shutil.copytree(ROOT / "translations", package / "translations")
    return package


def write(root: Path, folder: Path) -> list[Path]:
    store = root / "store.sqlite"
    make_store(Package(root), store)
    return write_workbooks(Package(root), store, folder)


def sheets_of_tables(book: Any) -> dict[str, Any]:
    names = [table.name for table in load()]
    return dict(zip(names, book.worksheets[-len(names) :], strict=True))


def lines(sheet: Any, first: int, last: int) -> list[list[str]]:
    rows = sheet.iter_rows(min_row=first, max_row=last, values_only=True)
    return [["" if value is None else value for value in row] for row in rows]


def test_there_is_a_workbook_for_each_language(written: dict[str, Path]) -> None:
    assert tuple(written) == LANGUAGES
    assert {path.parent.name for path in written.values()} == {FOLDER}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_cell_of_a_table_differs_from_the_accessors(
    lang: str, books: dict[str, Any], data: hikaku.Dataset
) -> None:
    for name, sheet in sheets_of_tables(books[lang]).items():
        frame = data.table(name).to_pandas(lang)
        types = data.table(name)._record._types
        head, *body = sheet.iter_rows()
        assert [c.value for c in head] == list(frame.columns), name
        assert len(body) == len(frame), name
        for column, (kind, title) in enumerate(zip(types, frame.columns, strict=True)):
            cells = [row[column] for row in body]
            found = [c.value for c in cells]
            assert found == [None if pandas.isna(v) else v for v in frame[title]], (name, title)
            letter = {"string": "s", "date": "d"}.get(kind, "n")
            assert {c.data_type for c in cells if c.value is not None} <= {letter}, (name, title)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_cell_or_sign_of_a_comparison_differs_from_the_accessors(
    lang: str, books: dict[str, Any], data: hikaku.Dataset
) -> None:
    words = texts(data, "texts", "text", lang)
    sheets = books[lang].worksheets[1 : 1 + len(data.comparisons)]
    checked = 0
    for comparison, sheet in zip(data.comparisons, sheets, strict=True):
        assert sheet["A1"].value == comparison.label(lang)
        grid = comparison.to_rows(lang)
        found = lines(sheet, 3, 2 + len(grid))
        at = 0
        for column, heading in enumerate(comparison.columns):
            assert [row[at] for row in found] == [row[column] for row in grid], comparison.id
            at += 1
            if not column:
                continue
            verdicts = [comparison.cell(r, heading.position).verdicts for r in comparison.rows]
            if any(verdicts):
                signs = [
                    "".join(dict.fromkeys(words[f"mark_{v.verdict}"] for v in beside))
                    for beside in verdicts
                ]
                assert [row[at] for row in found[1:]] == signs, comparison.id
                checked += 1
                at += 1
        assert all(not any(row[at:]) for row in found), comparison.id
        below = [row[0] for row in lines(sheet, 3 + len(grid), sheet.max_row)]
        legend = [comparison.legend(lang)] if at > len(comparison.columns) else []
        assert [text for text in below if text] == [*legend, comparison.cite(lang)]
    assert checked > 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_overview_leads_to_every_sheet_and_counts_its_rows(
    lang: str, books: dict[str, Any], data: hikaku.Dataset
) -> None:
    overview, *sheets = books[lang].worksheets
    every = [value for row in lines(overview, 1, overview.max_row) for value in row]
    title = texts(data, "package", "title", lang)["hikaku"]
    licence = [v for v in every if isinstance(v, str) and v.startswith(data.licence)]
    assert {title, data.version, data.cite()} < set(every)
    assert len(licence) == 1
    linked = [row for row in overview.iter_rows() if row[0].hyperlink]
    assert [row[0].value for row in linked] == [sheet.title for sheet in sheets]
    for row, sheet in zip(linked, sheets, strict=True):
        assert row[0].hyperlink.location == f"'{sheet.title}'!A1"
    counts = [len(c.rows) for c in data.comparisons]
    counts += [len(data.table(table.name)) for table in load()]
    assert [row[2].value for row in linked] == counts
    signs = {v for k, v in texts(data, "texts", "text", lang).items() if k.startswith("mark_")}
    assert signs <= set(every)


def test_headings_stay_in_sight_and_long_texts_are_wrapped(books: dict[str, Any]) -> None:
    for book in books.values():
        for sheet in sheets_of_tables(book).values():
            assert sheet.freeze_panes == "A2"
            assert sheet.auto_filter.ref == sheet.dimensions
            assert all(c.font.bold for c in sheet[1])
            widths = {
                column: group.width
                for group in sheet.column_dimensions.values()
                for column in range(group.min, group.max + 1)
            }
            for c in (c for row in sheet.iter_rows() for c in row if c.data_type == "s"):
                assert c.alignment.wrap_text, (sheet.title, c.coordinate)
                assert widths[c.column] > min(display_width(c.value), 59), c.coordinate
            assert max(widths.values()) < 62


def test_a_wide_character_takes_two_columns() -> None:
    assert display_width("GLM-4") == 5
    assert display_width("智譜AI") == 6
    assert display_width("か\u3099") == 2  # a combining mark takes none


@pytest.mark.parametrize(
    "turn", [0, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, len(FORMULAS)))]
)
def test_text_that_looks_like_a_formula_is_never_run(
    turn: int, translated: Path, tmp_path: Path
) -> None:
    """One turn has each text and each place; all of them have each text at each place."""
    places = [
        ("observations", "paper-1:L13C2", "as_printed"),
        ("scores", "paper-1:L13C3", "as_printed"),
        ("comparison_items", "table-1:c1", "as_printed"),
        ("comparison_items", "table-1:c1", "name"),
        ("comparisons", "table-1", "title"),
        ("entities", "model-a", "name"),
        ("claims", "claim-2", "statement"),
        ("sources", "paper-1", "title"),
    ]  # fmt: skip
    planted = {p: FORMULAS[(i + turn) % len(FORMULAS)] for i, p in enumerate(places)}
    assert set(planted.values()) == set(FORMULAS)
    for place, text in planted.items():
        cell(translated, *place, text)
    for path in write(translated, tmp_path):
        book = openpyxl.load_workbook(path)
        tables = sheets_of_tables(book)
        cells = [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row]
        found = [c for c in cells if c.value in FORMULAS]
        assert {c.value for c in found} == set(FORMULAS), path.name
        assert {c.data_type for c in found} == {"s"}
        assert planted[places[1]] in [c.value for c in tables["scores"]["B"]]
        # Typed again as it stands, the text of a quoted cell stays a text.
        for c in found:
            if c.value[0] in "=+-@\t":
                assert c.quotePrefix or c.hyperlink, (c.value, path.name)
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                assert not re.search(rb"<f[ >/]", archive.read(name)), name


def test_a_workbook_is_the_same_bytes_under_any_clock_locale_and_hash_seed(
    translated: Path, tmp_path: Path
) -> None:
    here = [hashlib.sha256(p.read_bytes()).hexdigest() for p in write(translated, tmp_path / "a")]
    again = [hashlib.sha256(p.read_bytes()).hexdigest() for p in write(translated, tmp_path / "b")]
    assert again == here
    code = (
        "import os, sys; os.umask(0o077)\n"
        "from hashlib import sha256; from pathlib import Path\n"
        "from scripts.package import Package\n"
        "from scripts.build.workbook import write_workbooks\n"
        "root, target = map(Path, sys.argv[1:])\n"
        "for path in write_workbooks(Package(root), root / 'store.sqlite', target):\n"
        "    print(sha256(path.read_bytes()).hexdigest())\n"
    )
    for zone, locale, seed in (
        ("Pacific/Auckland", "C", "1"), ("America/St_Johns", "C.UTF-8", "2"),
    ):  # fmt: skip
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code, translated, tmp_path / seed],
            cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
        assert done.stdout.split() == here, zone


def test_a_failure_on_the_way_leaves_the_last_workbooks(translated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "release"
    before = {p: p.read_bytes() for p in write(translated, folder)}
    store = translated / "store.sqlite"
    whole = store.read_bytes()
    store.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    with pytest.raises(DamagedStore):
        write_workbooks(Package(translated), store, folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in folder.iterdir()] == [FOLDER]


@pytest.mark.parametrize("letter", ["x", "𠮷"])
def test_a_text_too_long_for_a_cell_is_cut_and_marked_and_a_fitting_one_whole(
    package: Path, tmp_path: Path, letter: str
) -> None:
    """Spreadsheets count in UTF-16. Validation finds such a text; put together, cells can be it."""
    fits = letter * (32_767 // (2 if ord(letter) > 0xFFFF else 1))
    cell(package, "scores", "paper-1:L13C3", "as_printed", fits + letter)
    cell(package, "scores", "repo-2:L6C2", "as_printed", fits)
    (path,) = write(package, tmp_path)
    sheet = openpyxl.load_workbook(path)["Scores"]
    texts_of = [str(row[1].value) for row in sheet]
    cut = fits[: -4 if letter == "x" else -2] + " […]"
    assert (texts_of.count(fits), texts_of.count(cut)) == (1, 1)


def test_a_day_before_the_spreadsheets_calendar_is_its_text(package: Path, tmp_path: Path) -> None:
    days = {"paper-1": "1000-01-01", "repo-1": "1899-12-31", "repo-2": "1900-01-01"}
    for source, day in days.items():
        cell(package, "sources", source, "published_on", "")
        cell(package, "sources", source, "accessed_on", day)
    (path,) = write(package, tmp_path)
    rows = {row[0].value: row[6].value for row in openpyxl.load_workbook(path)["Sources"]}
    assert (rows["paper-1"], rows["repo-1"]) == ("1000-01-01", "1899-12-31")
    assert rows["repo-2"] == datetime(1900, 1, 1)


def test_a_package_without_translations_has_a_workbook_in_english(
    package: Path, tmp_path: Path
) -> None:
    assert [p.name for p in write(package, tmp_path)] == ["hikaku-en.xlsx"]


def test_a_title_is_cut_at_a_word_and_a_short_one_kept() -> None:
    short, long = "Four AI companies", "GLM-4-9B and three other models on six benchmarks"
    assert sheet_names([short, long]) == [short, "GLM-4-9B and three other…"]
