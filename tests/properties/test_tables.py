"""Laws: what is valid builds and reads back equal; what is damaged is told, never raised."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hikaku
from hikaku._find import fold
from hikaku._render import text
from scripts.build.store import make_store
from scripts.contract import load
from scripts.package import Package
from scripts.validate.run import validate
from tests.planting import copy_package
from tests.properties.scale import examples

CONTRACT = load()
NASTY = (
    "", " ", "NA", "N/A", "-", "=1", "+1", "NaN", "1e400", "0", "00", "-0", "5.0", "5", "0.1",
    "1,5", "L1", "L0", "L5-3", "F", "2026-02-30", "2026-01-01", "a", "A", '"', '""', "a\nb",
    "a\rb", "a\0b", "é", "e\u0301", "谱", "\u200b", "\u3000", "range", "reported",
    "not_disclosed", "model-a", "paper-1", "zz", "'", "USD", "99999999999999999",
)  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_package(tmp_path_factory.mktemp("good"))


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def reads_back_equal(root: Path) -> None:
    """Build the store and read every cell through the records."""
    store = root / "hikaku.sqlite"
    make_store(Package(root), store)
    data = hikaku.open(store)
    for table in CONTRACT:
        rows = read(root / table.path)[1:]
        records = list(data.table(table.name))
        back = [[text(getattr(record, name)) for name in table.names] for record in records]
        assert back == rows, table.name


def test_the_package_reads_back_equal(good: Path) -> None:
    reads_back_equal(good)


@examples(short=8)
@given(data=st.data())
def test_a_single_edited_cell_is_found_or_reads_back(
    data: st.DataObject, good: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    table = data.draw(st.sampled_from(CONTRACT.tables))
    rows = read(good / table.path)
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(table.names) - 1))
    same_column = sorted({r[column] for r in rows[1:]})
    new = data.draw(
        st.one_of(st.sampled_from(NASTY), st.sampled_from(same_column), st.text(max_size=8))
    )
    root = tmp_path_factory.mktemp("edit") / "package"
    shutil.copytree(good, root)
    rows[row][column] = new
    try:
        write(root / table.path, rows)
    except UnicodeEncodeError:  # a lone surrogate is no text that a file can hold
        shutil.rmtree(root)
        return
    if validate(Package(root)).valid:
        reads_back_equal(root)
    shutil.rmtree(root)


@examples(short=8)
@given(
    name=st.sampled_from([t.path for t in CONTRACT]),
    place=st.floats(0, 1),
    removed=st.integers(0, 3),
    inserted=st.binary(max_size=3) | st.sampled_from([b",", b'"', b"\n", b"\r\n", b"\xef\xbb\xbf"]),
)
@example(name="tables/aliases.csv", place=0.0, removed=0, inserted=b'"')
def test_any_damaged_bytes_are_found_or_read_back(
    name: str, place: float, removed: int, inserted: bytes, good: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    root = tmp_path_factory.mktemp("bytes") / "package"
    shutil.copytree(good, root)
    path = root / name
    whole = path.read_bytes()
    at = int(place * len(whole))
    path.write_bytes(whole[:at] + inserted + whole[at + removed :])
    report = validate(Package(root))
    if report.valid:
        reads_back_equal(root)
    shutil.rmtree(root)


def own_text() -> st.SearchStrategy[str]:
    """Texts that the rules allow in a field of our own."""
    letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
    return st.text(letters, min_size=1, max_size=20).map(lambda s: "x" + s)


@examples(short=10)
@given(
    names=st.lists(own_text(), min_size=1, max_size=5),
    numbers=st.lists(
        st.decimals(-(10**9), 10**9, places=4).map(lambda d: format(d.normalize(), "f")),
        min_size=1, max_size=5,
    ),
)  # fmt: skip
def test_texts_and_numbers_survive_the_way_from_csv_to_record_to_csv(
    names: list[str], numbers: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = copy_package(tmp_path_factory.mktemp("trip"))
    entities = root / "tables/entities.csv"
    rows = read(entities)
    for i, name in enumerate(names):
        rows[1 + i % (len(rows) - 1)][2] = name
    write(entities, rows)
    scores = root / "tables/scores.csv"
    rows = read(scores)
    at = rows[0].index("number")
    for row, number in zip((r for r in rows[1:] if r[at]), numbers, strict=False):
        row[at] = "0" if number in ("-0", "0") else number
    write(scores, rows)
    reads_back_equal(root)
    shutil.rmtree(root.parent)


@given(st.text())
def test_folding_is_idempotent_and_blind_to_case_and_width(name: str) -> None:
    folded = fold(name)
    assert fold(folded) == folded
    assert fold(f" {name}\u3000") == folded


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_number_is_written_in_plain_digits_that_read_back(number: float) -> None:
    written = text(number)
    assert float(written) == number
    assert "e" not in written.lower()
