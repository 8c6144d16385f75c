"""A content hash names a content: the same in every form, another for any other content."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from scripts.build.content_hash import table_hash
from scripts.build.manifest import write_manifest
from scripts.content import READERS, main
from scripts.contract import Table, load
from scripts.errors import BrokenRelease
from scripts.reading.rows import read_rows
from tests.planting import PROJECT, ROOT, cell
from tests.things import TABLE, Rows, field


@pytest.fixture
def released(release: Path, tmp_path: Path) -> Path:
    """A copy of the release, with its manifest, to spoil."""
    copy = tmp_path / release.name
    shutil.copytree(release, copy)
    write_manifest(PROJECT, copy)
    return copy


def test_the_canonical_text_is_the_one_that_is_documented() -> None:
    """Anybody who follows the description must come to this hash, now and later."""
    rows: Rows = [
        ["b", 2, 0.1, date(2026, 4, 11), 'say "谱"\\\n\u2028\x7f'],
        ["a", None, 450000000.0, None, ""],
        ["é", -3, 1e-7, "2026-01-01", None],
    ]
    text = (
        '[["id","string"],["count","integer"],["size","number"],["day","date"],["text","string"]]\n'
        '["a",null,450000000,null,""]\n'
        '["b",2,0.1,"2026-04-11","say \\"谱\\"\\\\\\n\u2028\x7f"]\n'
        '["é",-3,1e-7,"2026-01-01",null]\n'
    )
    assert table_hash(TABLE, rows) == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (0, "0"), (-0.0, "0"), (5, "5"), (5.0, "5"), (-89.8, "-89.8"), (1e-6, "0.000001"),
        (1e-7, "1e-7"), (1.5e-7, "1.5e-7"), (1e15, "1000000000000000"),
        (1e16, "10000000000000000"), (9007199254740993, "9007199254740992"),
        (333333333.33333329, "333333333.3333333"), (295147905179352825856, "295147905179352830000"),
        (999999999999999868928, "999999999999999900000"), (1e21, "1e+21"), (1.5e300, "1.5e+300"),
        (5e-324, "5e-324"), (-1.7976931348623157e308, "-1.7976931348623157e+308"),
    ],
)  # fmt: skip
def test_a_number_is_spelled_as_other_languages_spell_it(number: float, spelled: str) -> None:
    table = replace(TABLE, fields=(field("n", "number"),))
    text = f'[["n","number"]]\n[{spelled}]\n'
    assert table_hash(table, [[number]]) == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@pytest.mark.parametrize("table", load().tables, ids=lambda table: table.name)
def test_each_form_of_a_real_table_has_the_hash_of_its_source(table: Table, release: Path) -> None:
    expected = table_hash(table, read_rows(ROOT, table))
    assert {
        form: table_hash(table, reader(table, release)) for form, reader in READERS.items()
    } == dict.fromkeys(READERS, expected)


def test_values_that_change_places_change_the_hash() -> None:
    rows: Rows = [["a", 1, 2, None, "x"], ["b", 3, 4, None, "y"]]
    swapped: Rows = [["a", 3, 2, None, "x"], ["b", 1, 4, None, "y"]]
    within: Rows = [["a", 2, 1, None, "x"], ["b", 3, 4, None, "y"]]
    assert len({table_hash(TABLE, r) for r in (rows, swapped, within)}) == 3


@pytest.mark.parametrize("rows", [[], [["a", 1, 2, None, None]]])
def test_a_renamed_retyped_or_moved_field_changes_the_hash(rows: Rows) -> None:
    identifier, count, size, day, text = TABLE.fields
    tables = [
        TABLE,
        replace(TABLE, fields=(identifier, replace(count, name="number"), size, day, text)),
        replace(TABLE, fields=(identifier, replace(count, type="number"), size, day, text)),
        replace(TABLE, fields=(identifier, count, size, text, day)),
    ]
    assert len({table_hash(table, rows) for table in tables}) == len(tables)


def test_a_missing_value_and_an_empty_text_are_not_the_same(released: Path) -> None:
    """No tool may turn one into the other unseen."""
    with sqlite3.connect(released / "hikaku.sqlite") as con:
        changed = con.execute("UPDATE scores SET metric = '' WHERE metric IS NULL").rowcount
    assert changed
    assert main([str(released)]) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, 5), (0, b"a"), (1, "5"), (1, 5.0), (1, True), (2, "5"), (2, math.nan), (2, math.inf),
        (2, True), (3, "2026-02-30"), (3, "20260401"), (3, 20260401), (3, "")
    ],
)  # fmt: skip
def test_a_value_of_another_type_has_no_hash(column: int, value: Any) -> None:
    row: list[Any] = ["a", 1, 2.5, "2026-01-01", None]
    row[column] = value
    with pytest.raises(BrokenRelease, match=f"things: row 1: {TABLE.names[column]} is "):
        table_hash(TABLE, [row])


def test_a_row_that_is_cut_off_has_no_hash() -> None:
    with pytest.raises(BrokenRelease, match="row 2 has 4 values, not 5"):
        table_hash(TABLE, [["a", 1, 2, None, None], ["b", 1, 2, None]])


def test_a_good_release_is_equal_in_every_form(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(released)]) == 0
    assert (
        capsys.readouterr().out == f"equal: {len(load().tables)} tables in csv, parquet, sqlite\n"
    )
    assert main([str(released), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "equal": True, "tables": len(load().tables), "forms": ["csv", "parquet", "sqlite"],
        "differences": [],
    }  # fmt: skip


def _spoil_csv(release: Path) -> None:
    cell(release, "scores", "ainews-2026-04-11:L20C3", "number", "85.6")


def _spoil_parquet(release: Path) -> None:
    path = release / "parquet/scores.parquet"
    table = pyarrow.parquet.ParquetFile(path).read()
    at = table.schema.get_field_index("number")
    changed = [85.6 if value == 85.5 else value for value in table["number"].to_pylist()]
    table = table.set_column(at, table.schema.field(at), pyarrow.array(changed, pyarrow.float64()))
    pyarrow.parquet.write_table(table, path)


def _spoil_sqlite(release: Path) -> None:
    with sqlite3.connect(release / "hikaku.sqlite") as con:
        con.execute("UPDATE scores SET number = 85.6 WHERE number = 85.5")


SPOIL = {"csv": _spoil_csv, "parquet": _spoil_parquet, "sqlite": _spoil_sqlite}


@pytest.mark.parametrize("form", SPOIL)
def test_a_changed_cell_is_told_with_its_table_and_form(
    form: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SPOIL[form](released)
    assert main([str(released), "--json"]) == 1
    (told,) = json.loads(capsys.readouterr().out)["differences"]
    assert told.startswith(f"scores: {form}: sha256:")
    assert main([str(released)]) == 1
    assert told in capsys.readouterr().out


def test_a_form_that_cannot_be_read_hides_no_other(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _spoil_csv(released)
    (released / "parquet/scores.parquet").write_bytes(b"PAR1")
    (released / "parquet/claims.parquet").unlink()
    with sqlite3.connect(released / "hikaku.sqlite") as con:
        con.execute("ALTER TABLE verdicts RENAME COLUMN reasoning TO reasons")
        con.execute("ALTER TABLE aliases RENAME TO old_aliases")
    assert main([str(released), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["differences"]
    assert {tuple(line.split(": ")[:2]) for line in told} == {
        ("scores", "csv"), ("scores", "parquet"), ("claims", "parquet"), ("verdicts", "sqlite"),
        ("aliases", "sqlite"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("manifest.json", None, "No such file"),
        ("manifest.json", "{", "manifest.json cannot be read"),
        ("manifest.json", "[]", "no JSON object"),
        ("manifest.json", '{"format": 2}', "has the format 2"),
        ("manifest.json", '{"format": 1}', "names no content hashes"),
        ("manifest.json", '{"format": 1, "tables": {"scores": {}}}', "names no content hashes"),
        ("datapackage.json", None, "No such file"),
        ("datapackage.json", "{}", "has no resources"),
        ("datapackage.json", '{"resources": [{"record": "X"}]}', "'name' must be a text"),
        ("datapackage.json", '{"resources": [5]}', "has no resources"),
    ],
)
def test_a_release_without_a_usable_manifest_is_told_in_a_sentence(
    file: str, text: str | None, reason: str, released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is None:
        (released / file).unlink()
    else:
        (released / file).write_text(text, encoding="utf-8")
    assert main([str(released)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("not compared: ")
    assert reason in said


def test_a_table_that_only_one_side_names_is_a_difference(
    released: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = released / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["tables"]["extra"] = manifest["tables"].pop("scores")
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert main([str(released)]) == 1
    out = capsys.readouterr().out
    assert "extra: only in manifest.json" in out
    assert "scores: not in manifest.json" in out


def test_a_store_that_runs_something_or_has_no_end_is_not_read(released: Path) -> None:
    """A view would be run by being read: this one for ever."""
    with closing(sqlite3.connect(released / "hikaku.sqlite")) as con:
        names = [row[1] for row in con.execute("PRAGMA table_info(aliases)")]
        columns = ", ".join(f'n AS "{name}"' for name in names)
        con.executescript(
            "DROP TABLE aliases; CREATE VIEW aliases AS WITH RECURSIVE r(n) AS"
            f" (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT {columns} FROM r WHERE n < 0"
        )
    with pytest.raises(BrokenRelease, match="plain table"):
        list(READERS["sqlite"](load()["aliases"], released))
