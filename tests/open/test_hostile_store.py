"""A store is what somebody published, not what he meant well: nothing in it runs, hangs or lies."""

from __future__ import annotations

import contextlib
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import hikaku
from hikaku import errors
from hikaku._records import RECORDS
from tests.open.folders import STORE, change_store, pack, replace_store
from tests.planting import ROOT

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
COPY = "CREATE TABLE was AS SELECT * FROM models; DROP TABLE models;"


def rewritten(old: str, new: str) -> str:
    """The statement that makes a table another one, past all that SQLite would check."""
    return (
        "PRAGMA writable_schema = ON;"
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}');"
    )


def set_value(key: str, sql: str) -> str:
    return f"UPDATE hikaku SET value = {sql} WHERE key = '{key}'"


HOSTILE: dict[str, tuple[str, str]] = {
    "view for a table": (
        f"{COPY} CREATE VIEW models AS SELECT * FROM was", "'models' in it is no plain table",
    ),
    "endless view": (
        f"{COPY} CREATE VIEW models AS {ENDLESS}", "'models' in it is no plain table",
    ),
    "view that nobody reads": (f"CREATE VIEW v AS {ENDLESS}", "'v' in it is no plain table"),
    "trigger": (
        "CREATE TRIGGER t AFTER INSERT ON labels BEGIN DELETE FROM labels; END",
        "'t' in it is no plain table",
    ),
    "virtual table": ("CREATE VIRTUAL TABLE f USING fts5(text)", "'f' in it is no plain table"),
    "virtual table for a table": (
        f"{COPY} CREATE VIRTUAL TABLE models USING fts5(id, developer_id, variant, weights)",
        "'models' in it is no plain table",
    ),
    "computed column": (
        "ALTER TABLE models ADD COLUMN x TEXT AS (hex(zeroblob(500000000)))", "is computed",
    ),
    "computed column of ours": (
        "ALTER TABLE models DROP COLUMN weights;"
        "ALTER TABLE models ADD COLUMN weights TEXT AS (hex(zeroblob(500000000)))", "is computed",
    ),
    "unknown collation": (
        rewritten('"id" TEXT', '"id" TEXT COLLATE evil'), "no such collation",
    ),
    "schema that is none": (rewritten("CREATE TABLE", "CREATE"), "damaged"),
    "blob for a text": ("UPDATE entities SET name = x'00ff'", "a row of entities"),
    "number for a text": (
        "PRAGMA foreign_keys = OFF; CREATE TABLE e AS SELECT * FROM entities;"
        "DROP TABLE entities; CREATE TABLE entities (id TEXT, kind TEXT, name, description TEXT,"
        " part_of_id TEXT, same_as TEXT); INSERT INTO entities SELECT * FROM e;"
        "UPDATE entities SET name = 5", "a row of entities",
    ),
    "no key": (
        "PRAGMA foreign_keys = OFF; CREATE TABLE e AS SELECT * FROM entities;"
        "DROP TABLE entities; CREATE TABLE entities AS SELECT * FROM e;"
        "UPDATE entities SET id = NULL", "a row of entities",
    ),
    "text for a number": ("UPDATE scores SET number = 'many'", "a row of scores"),
    "number without end": ("UPDATE scores SET number = 9e999", "a row of scores"),
    "part of a row": ("UPDATE scores SET position = 1.5", "a row of scores"),
    "no day": ("UPDATE sources SET accessed_on = '2026-02-30'", "a row of sources"),
    "day of another form": ("UPDATE sources SET accessed_on = 'now'", "a row of sources"),
    "day before all years": ("UPDATE sources SET accessed_on = '0000-01-01'", "a row of sources"),
    "label that is none": ("UPDATE labels SET text = x'00'", "a row of labels"),
    "name that is none": ("UPDATE names SET folded = x'00'", "a row of names"),
    "no meta table": ("DROP TABLE hikaku", "no table hikaku"),
    "meta table of another form": (
        "DROP TABLE hikaku; CREATE TABLE hikaku (a, b)", "no table hikaku",
    ),
    "version that is a blob": (set_value("version", "x'30'"), "a row of hikaku"),
    "version that is nothing": (set_value("version", "NULL"), "a row of hikaku"),
    "no version": ("DELETE FROM hikaku WHERE key = 'version'", "states no version"),
    "text that is none": ("UPDATE entities SET name = CAST(x'ff41' AS TEXT)", "damaged"),
    "text without end": (
        set_value("title", "hex(randomblob(9000000))"), "too big",
    ),
    "log beside it": ("PRAGMA journal_mode = WAL", "write-ahead log"),
}  # fmt: skip


def read_all(where: Path) -> None:
    data = hikaku.open(where)
    str(data)
    assert data.title
    for name in ("entities", "models", "sources", "scores", "observations", "claims"):
        table = data.table(name)
        assert len(list(table)) == len(table)
    data.labels("model-a")
    data.find("alpha")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_store_is_told_and_changes_nothing(
    name: str, small: Path, tmp_path: Path
) -> None:
    sql, words = HOSTILE[name]
    read_all(small)
    change_store(small, sql)
    before = {p: p.read_bytes() for p in small.rglob("*") if p.is_file()}
    for where in (small, small / STORE, pack(small, tmp_path / "r.zip")):
        with pytest.raises(errors.DamagedStore, match=words) as caught:
            read_all(where)
        assert str(caught.value).isprintable()
    assert {p: p.read_bytes() for p in small.rglob("*") if p.is_file()} == before


def test_nothing_of_a_store_can_be_written(small: Path) -> None:
    store = hikaku.open(small).store
    for sql in ("DELETE FROM labels", "CREATE TABLE t (a)", "ATTACH 'x' AS y"):
        with pytest.raises(errors.DamagedStore):
            list(store.rows(sql))
    assert not Path("x").exists()


# --- pages that lead where no writer of SQLite would let them lead ---

PAGE = 512
LEAF, INTERIOR = 13, 5


def page(kind: int, cells: list[bytes], right: int = 0) -> bytes:
    head = 12 if right else 8
    at, pointers, content = PAGE, b"", b""
    for cell in cells:
        at -= len(cell)
        pointers += struct.pack(">H", at)
        content = cell + content
    header = struct.pack(">BHHHB", kind, 0, len(cells), at, 0)
    if right:
        header += struct.pack(">I", right)
    gap = PAGE - head - len(pointers) - len(content)
    return header + pointers + b"\0" * gap + content


MADE = "CREATE TABLE {} (entity_id TEXT, language TEXT, text TEXT, kind TEXT)"
PLACES = {  # of the pages: what is made, and whose first page they replace
    "a table": (f"DROP TABLE aliases; VACUUM; {MADE.format('aliases')}", "aliases"),
    "a table that nobody reads": (MADE.format("other"), "other"),
    "a table under another name": (
        f"{MADE.format('other')}; PRAGMA writable_schema = ON;"
        "UPDATE sqlite_master SET name = 'models', tbl_name = 'models' WHERE name = 'other'",
        "models",
    ),
    "an index of a key": ("CREATE TABLE other (a UNIQUE)", "sqlite_autoindex_other_1"),
    "an index": ("CREATE TABLE other (a); CREATE INDEX i ON other (a)", "i"),
}


def with_pages(target: Path, place: str, make: Callable[[int], list[bytes]]) -> None:
    """In a store of ours, what `make` gives, for the page after its last, stands at a place."""
    sql, name = PLACES[place]
    with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as con:
        con.executescript(sql)
        (root,) = con.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ? ORDER BY rootpage DESC", (name,)
        ).fetchone()
    data = bytearray(target.read_bytes())
    first = len(data) // PAGE + 1
    pages = make(first)
    data[(root - 1) * PAGE : root * PAGE] = pages[0]
    data += b"".join(pages[1:])
    data[28:32] = struct.pack(">I", len(data) // PAGE)
    target.write_bytes(data)


def small_pages(folder: Path) -> Path:
    with contextlib.closing(sqlite3.connect(folder / STORE, isolation_level=None)) as con:
        con.executescript(f"PRAGMA page_size = {PAGE}; VACUUM")
    return folder / STORE


# Its length, its number, the length of its header, four types of one byte, four bytes.
ROW = bytes([9, 1, 5, 15, 15, 15, 15]) + b"abcd"


def circles(first: int) -> list[bytes]:
    """Fifteen pages, each of which leads 30 times to the next: 30 ** 15 rows."""
    depth = 15
    pages = []
    for n in range(depth):
        child = first + n
        cell = struct.pack(">I", child) + b"\x01"
        pages.append(page(INTERIOR, [cell] * 30, child))
    return [*pages, page(LEAF, [ROW])]


def deep(first: int, of_index: bool = False) -> list[bytes]:
    """A chain of pages, on which quick_check alone ends the process."""
    count = 130_000
    kind = INTERIOR - 3 if of_index else INTERIOR
    chain = [page(kind, [], first + n) for n in range(count)]
    return [*chain, page(LEAF - 3 if of_index else LEAF, [])]


def shared(first: int) -> list[bytes]:
    """Two pages lead to one."""
    cell = struct.pack(">I", first) + b"\x01"
    return [page(INTERIOR, [cell], first), page(LEAF, [ROW])]


@pytest.mark.parametrize(
    ("make", "place"),
    [(make, "a table") for make in (circles, shared)]
    + [(partial(deep, of_index="index" in place), place) for place in PLACES],
)
def test_pages_that_lead_in_circles_or_without_end_are_told(
    make: Callable[[int], list[bytes]], place: str, small: Path
) -> None:
    with_pages(small_pages(small), place, make)
    replace_store(small, (small / STORE).read_bytes())
    code = (  # in a process of its own, which it could crash or hang
        "import hikaku, sys\n"
        "try: print(len(hikaku.open(sys.argv[1]).aliases))\n"
        "except hikaku.errors.DamagedStore as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(small)], capture_output=True, text=True, timeout=60,
        env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "damaged" in done.stdout, done.stdout


@pytest.mark.parametrize("word", [b"CREATE TABLE", b"INTEGER", b"entities", b"version", b"Alpha"])
def test_bytes_that_are_no_text_are_told(word: bytes, small: Path) -> None:
    """SQLite's own message then is no text either."""
    data = (small / STORE).read_bytes()
    assert word in data
    replace_store(small, data.replace(word, word[:1] + b"\x9b" + word[2:]))

    def read_all() -> None:
        opened = hikaku.open(small)
        repr(opened)
        for name in RECORDS:
            list(opened.table(name))

    with pytest.raises(errors.DamagedStore, match="damaged"):
        read_all()
