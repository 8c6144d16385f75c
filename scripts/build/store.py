"""Makes the store: one SQLite file with every table, typed, for the accessors and for SQL.

Standard library and Babel only (and `hikaku` itself), because the wheel's build hook runs this
too. The same tables give the same bytes under one version of SQLite.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from pathlib import Path

from hikaku import _atomic as atomic
from hikaku._find import fold
from hikaku._store import APPLICATION_ID, FORMAT
from scripts.contract import Table
from scripts.errors import BrokenTable
from scripts.labels.rows import labels
from scripts.package import Package
from scripts.reading.rows import message

NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)
SQL_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "NUMERIC", "date": "TEXT"}


def make_store(package: Package, target: Path) -> None:
    """Write the store of the package to `target`, whole or not at all. Raises OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        atomic.placing(target) as part,
        closing(sqlite3.connect(part, isolation_level=None)) as con,
    ):
        try:
            _write(con, package)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in NO_ROOM:
                raise OSError(f"{target} cannot be written: {error}") from None
            raise


def _write(con: sqlite3.Connection, package: Package) -> None:
    contract = package.contract
    con.execute("PRAGMA page_size = 4096")
    con.execute("PRAGMA journal_mode = OFF")
    con.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    con.execute(f"PRAGMA user_version = {FORMAT}")
    con.execute("BEGIN")
    rows = 0
    for table in contract:
        con.execute(_create_sql(table))
        marks = ", ".join("?" * len(table.fields))
        for n, values in enumerate(package.rows(table.name), start=1):
            try:
                con.execute(f'INSERT INTO "{table.name}" VALUES ({marks})', values)
            except sqlite3.IntegrityError as error:
                raise BrokenTable(message(table, n, f"{error}")) from None
            rows += 1
        for f in table.fields:
            if f.references and f.name not in table.key[:1]:
                con.execute(f'CREATE INDEX "{table.name}_{f.name}" ON "{table.name}" ("{f.name}")')
    if not rows:
        raise BrokenTable("the tables hold no rows: restore them from version control")
    for name, _, target, _ in con.execute("PRAGMA foreign_key_check").fetchall():
        raise BrokenTable(
            f"a row of tables/{name}.csv points at no row of {target}: "
            "run `python -m scripts.validate` to see which"
        )
    _write_labels(con, package)
    _write_names(con)
    con.execute("CREATE TABLE hikaku (key TEXT PRIMARY KEY NOT NULL, value TEXT) WITHOUT ROWID")
    con.executemany(
        "INSERT INTO hikaku VALUES (?, ?)",
        [
            ("version", contract.version),
            ("licence", contract.raw["licenses"][0]["name"]),
            ("title", contract.raw["title"]),
            ("contract", contract.text),
        ],
    )
    con.execute("COMMIT")
    con.execute("VACUUM")


def _create_sql(table: Table) -> str:
    """CREATE TABLE with the contract's constraints. Uses nothing newer than SQLite 3.26."""
    parts = []
    for f in table.fields:
        column = f'"{f.name}" {SQL_TYPES[f.type]}'
        if f.required:
            column += " NOT NULL"
        if f.enum:
            allowed = ", ".join(f"'{v}'" for v in f.enum)
            column += f' CHECK ("{f.name}" IN ({allowed}))'
        if f.references:
            column += f' REFERENCES "{f.references}" ("id")'
        parts.append(column)
    key = ", ".join(f'"{k}"' for k in table.key)
    parts.append(f"PRIMARY KEY ({key})")
    return f'CREATE TABLE "{table.name}" ({", ".join(parts)}) WITHOUT ROWID'


def _write_labels(con: sqlite3.Connection, package: Package) -> None:
    """Every translated text and every formatted value, in each language."""
    con.execute(
        "CREATE TABLE labels (tbl TEXT NOT NULL, id TEXT NOT NULL, field TEXT NOT NULL, "
        "lang TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, "
        "PRIMARY KEY (tbl, field, lang, id)) WITHOUT ROWID"
    )
    con.executemany("INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)", labels(package))


def _write_names(con: sqlite3.Connection) -> None:
    """Every name an entity is found by: `bare`, as the accessors fold what is looked for.

    `folded` is how 0.1.0 did, which may open this too.
    """
    con.execute(
        "CREATE TABLE names (folded TEXT NOT NULL, "
        "entity_id TEXT NOT NULL REFERENCES entities (id), "
        "text TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL, bare TEXT NOT NULL, "
        "PRIMARY KEY (folded, entity_id, language, text)) WITHOUT ROWID"
    )
    con.execute("CREATE INDEX names_entity_id ON names (entity_id)")
    con.execute("CREATE INDEX names_bare ON names (bare, entity_id)")
    names = {
        (without_case(text), key, text, language): kind
        for query in (
            "SELECT id, id, 'und', 'id' FROM entities",
            "SELECT entity_id, text, language, kind FROM aliases",
            "SELECT id, text, lang, 'name' FROM labels"
            " WHERE tbl = 'entities' AND field = 'name' AND state <> 'missing'",
        )
        for key, text, language, kind in con.execute(query)
    }
    con.executemany(
        "INSERT INTO names VALUES (?, ?, ?, ?, ?, ?)",
        sorted((*name, kind, fold(name[2])) for name, kind in names.items()),
    )


def without_case(text: str) -> str:
    """A text without case, width and spaces. Idempotent."""
    while True:
        folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
        if folded == text:
            return folded
        text = folded
