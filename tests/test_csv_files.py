"""A CSV saved in another form is told in a sentence that names the file, wherever it is read."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts import csv_files
from scripts.build.run import build
from scripts.content import compare
from scripts.diff import run as diff
from scripts.errors import BrokenCsv
from scripts.generate import coverage
from scripts.labels.checks import check, glossary
from scripts.labels.po_files import languages
from scripts.package import Package
from scripts.reading.into_duckdb import LONGEST_LINE
from scripts.validate.run import validate
from tests.planting import ROOT, cell, copy_package
from tests.properties.scale import examples

FORMS: dict[str, Callable[[bytes], bytes]] = {
    "byte order mark": lambda b: b"\xef\xbb\xbf" + b,
    "cp932": lambda b: b.replace(b"\n", "、名\n".encode("cp932"), 2),
    "semicolons": lambda b: b.replace(b",", b";"),
    "tabs": lambda b: b.replace(b",", b"\t"),
    "UTF-16": lambda b: b.decode().encode("utf-16"),
    "a missing column": lambda b: b"\n".join(x.rpartition(b",")[0] for x in b.split(b"\n")),
    "another column": lambda b: b.replace(b"\n", b",\n"),
    "headings exchanged": lambda b: b",".join(b.split(b"\n")[0].split(b",")[::-1]) + b"\n",
    "a quotation mark alone": lambda b: b + b'"',
    "a quotation mark inside": lambda b: b.replace(b"\n", b'\n"a"b', 1),
    "NUL": lambda b: b[:-2] + b"\0" + b[-2:],
    "a short row": lambda b: b + b"x\n",
    "nothing": lambda b: b"",
}
READERS: dict[str, Callable[[Package], object]] = {
    "translations/glossary.csv": lambda p: glossary(p.root),
    "translations/waivers.csv": check,
    "translations/languages.csv": languages,
    "docs/coverage.csv": coverage.make,
}


@pytest.mark.parametrize("file", READERS)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_from_a_spreadsheet_is_told_by_its_name(package: Path, file: str, form: str) -> None:
    shutil.copytree(ROOT / "translations", package / "translations")
    (package / "docs").mkdir()
    shutil.copy(ROOT / "docs/coverage.csv", package / "docs")
    path = package / file
    path.write_bytes(FORMS[form](path.read_bytes()))
    with pytest.raises(BrokenCsv) as told:
        READERS[file](Package(package))
    assert str(told.value).startswith(file)
    assert "\n" not in str(told.value)
    assert str(told.value).isprintable()


def test_the_command_tells_it_without_a_traceback(package: Path) -> None:
    shutil.copytree(ROOT / "translations", package / "translations")
    path = package / "translations/languages.csv"
    path.write_text("tag,folder,name\nja,../ja,x\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.labels", "check", "--root", package],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("not done: translations/languages.csv: the language 'ja'")


def test_nothing_in_scripts_reads_csv_past_the_one_reader() -> None:
    for path in (ROOT / "scripts").rglob("*.py"):
        if path.name != "csv_files.py":
            text = path.read_text(encoding="utf-8")
            assert "csv.reader" not in text, path
            assert "DictReader" not in text, path


@examples(short=60)
@given(data=st.binary(max_size=60), prefix=st.sampled_from([b"", b"a,b\n", b'a,b\n"x",']))
def test_any_bytes_are_rows_or_one_sentence(
    data: bytes, prefix: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes(prefix + data)
    told, rows = "x.csv", list[dict[str, str]]()
    try:
        rows = csv_files.records(path, ("a", "b"), "x.csv")
    except BrokenCsv as error:
        told = str(error)
    assert told.startswith("x.csv")
    assert all(set(row) == {"a", "b"} for row in rows)


@pytest.mark.parametrize(
    ("length", "code"),
    [
        (32_767, None),
        pytest.param(32_768, "too-long", marks=pytest.mark.long),
        (140_000, "too-long"),
        pytest.param(LONGEST_LINE, "line-too-long", marks=pytest.mark.long),
    ],
)
def test_no_length_of_a_cell_ends_in_a_traceback(
    tmp_path: Path, length: int, code: str | None
) -> None:
    """The csv module stops at 131,072, a spreadsheet at 32,767, DuckDB at two million bytes."""
    root, plain = copy_package(tmp_path / "long"), copy_package(tmp_path / "plain")
    cell(root, "scores", "repo-2:L6C2", "as_printed", "12 " + "x" * (length - 3))
    assert [f.code for f in validate(Package(root)).findings] == ([code] if code else [])
    release = build(Package(root))
    assert compare(release)[1] == []
    assert diff.diff(plain, root).table("scores").changed


def test_a_long_line_hides_no_other_defect(package: Path) -> None:
    cell(package, "scores", "paper-1:L13C3", "as_printed", '"' * (LONGEST_LINE // 2 - 100))
    cell(package, "scores", "repo-2:L6C2", "as_printed", "x" * LONGEST_LINE)
    cell(package, "scores", "repo-2:L5C2", "number", "x")
    found = {(f.code, f.key) for f in validate(Package(package)).findings}
    assert {("line-too-long", "repo-2:L6C2"), ("too-long", "paper-1:L13C3")} <= found
    assert ("type", "repo-2:L5C2") in found
