"""Two contents have one hash exactly if they hold the same rows, whatever the form."""

from __future__ import annotations

import csv
import random
import shutil
import sqlite3
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.build.content_hash import Value, table_hash
from scripts.build.parquet import write_table
from scripts.build.store import _create_sql
from scripts.content import from_csv, from_parquet, from_sqlite
from scripts.reading.rows import read_rows
from tests.properties.scale import examples
from tests.things import TABLE, Rows

PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1)
NUMBERS = st.decimals(-(10**9), 10**9, places=5).map(lambda d: format(d, "f")) | st.integers(
    -(10**15), 10**15
).map(str)
CELLS = st.tuples(
    st.integers(-(10**14), 10**14).map(str) | st.just(""),
    NUMBERS | st.just(""),
    st.dates().map(str) | st.just(""),
    PLAIN | st.sampled_from(["", "NA", "null", "1.0", '"', "a,b", " ", "2026-04-11"]),
)


@examples(short=20)
@given(
    cells=st.dictionaries(PLAIN, CELLS, max_size=6),
    seed=st.randoms(use_true_random=False),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_generated_tables_have_one_hash_in_every_form_order_and_formatting(
    cells: dict[str, tuple[str, ...]], seed: random.Random, quoting: Any, ending: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("forms")
    rows = [(key, *rest) for key, rest in cells.items()]
    _write_csv(folder, rows, csv.QUOTE_MINIMAL, "\n")
    write_table(TABLE, folder)
    _write_store(folder)
    hashes = {table_hash(TABLE, read(TABLE, folder)) for read in (from_csv, from_parquet)}
    hashes.add(table_hash(TABLE, from_sqlite(TABLE, folder)))
    seed.shuffle(rows)
    _write_csv(folder, rows, quoting, ending)
    hashes.add(table_hash(TABLE, from_csv(TABLE, folder)))
    assert len(hashes) == 1
    shutil.rmtree(folder)


def _write_csv(folder: Path, rows: Rows, quoting: Any, ending: str) -> None:
    path = folder / TABLE.path
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=quoting, lineterminator=ending)
        writer.writerow(TABLE.names)
        writer.writerows(rows)


def _write_store(folder: Path) -> None:
    con = sqlite3.connect(folder / "hikaku.sqlite")
    con.execute(_create_sql(TABLE))
    con.executemany('INSERT INTO "things" VALUES (?, ?, ?, ?, ?)', read_rows(folder, TABLE))
    con.commit()
    con.close()


VALUES: tuple[st.SearchStrategy[Value], ...] = (
    st.sampled_from(["a", "b", "a,", "null", '"a"']),
    st.sampled_from([None, 0, 1, 10]),
    st.sampled_from([None, 0, -0.0, 1.0, 1, 0.1, 0.1 + 1e-17, 0.30000000000000004, 0.3]),
    st.sampled_from([None, date(2026, 4, 11), date(2026, 11, 4)]),
    st.sampled_from([None, "", "null", "a", "A", "é", "e\u0301", "1", "\\n", "\n", '","', "],["]),
)
TABLES = st.lists(st.tuples(*VALUES), max_size=3)


@given(one=TABLES, two=TABLES)
def test_two_contents_have_one_hash_only_if_they_hold_the_same_rows(one: Rows, two: Rows) -> None:
    same = Counter(map(tuple, one)) == Counter(map(tuple, two))
    assert (table_hash(TABLE, one) == table_hash(TABLE, two)) is same


@given(rows=TABLES.filter(bool), data=st.data())
def test_any_changed_cell_changes_the_hash(rows: Rows, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(VALUES) - 1))
    new = data.draw(VALUES[column].filter(lambda value: value != rows[at][column]))
    changed = [list(row) for row in rows]
    changed[at][column] = new
    assert table_hash(TABLE, changed) != table_hash(TABLE, rows)
