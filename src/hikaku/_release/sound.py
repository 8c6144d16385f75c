"""Whether a store holds tables of what this code reads, and nothing that acts.

SHA256SUMS says that a store is what somebody published, not that he meant well; a store alone has
not even that. So each is looked through once, before the first answer.
"""

import sqlite3

from hikaku._formats.sums import AGAIN
from hikaku._records import RECORDS
from hikaku.errors import DamagedStore, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 16 << 20  # bytes of a text or a row
STEPS = 16  # of SQLite's machine for each byte; our own stores take less than one
FREE = 4_000_000  # steps besides
EVERY = 10_000  # steps between two looks
TEXTS = {  # beside the tables of records; all columns hold text
    "hikaku": ("key", "value"),
    "labels": ("tbl", "id", "field", "lang", "text", "state"),
    "names": ("folded", "entity_id", "text", "language", "kind"),
}
TYPES = {"integer": "'integer'", "number": "'integer', 'real'"}
DEFENSIVE = 1010  # SQLITE_DBCONFIG_DEFENSIVE
INFINITE = "9e999"


def harden(connection: sqlite3.Connection) -> None:
    """Have SQLite itself refuse what a store could bring along, as far as it can."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    if hasattr(connection, "setconfig"):  # of Python 3.12 and newer
        connection.setconfig(DEFENSIVE, True)


def inspect(connection: sqlite3.Connection, size: int) -> None:
    """Raises DamagedStore for a store, of `size` bytes, that is not what it should be.

    Neither does reading it run what it brings along, nor are its pages read more than in
    proportion to their number, however they lead back to each other. One pass over each table
    and each index: some ten milliseconds for each megabyte.
    """
    looks = iter(range((size * STEPS + FREE) // EVERY))
    connection.set_progress_handler(lambda: next(looks, None) is None, EVERY)
    try:
        only_tables(connection)
        for name, conditions in _conditions(connection):
            # Each row, so that a page that is reached twice is counted twice.
            sql = f"SELECT sum({' OR '.join(conditions) or '0'}) FROM {_quoted(name)} NOT INDEXED"
            if connection.execute(sql).fetchone()[0]:
                raise _damaged(f"a row of {name} holds what cannot stand in its column")
        indexes = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index'"
        for name, table in connection.execute(indexes).fetchall():
            sql = f"SELECT sum(1) FROM {_quoted(table)} INDEXED BY {_quoted(name)}"
            connection.execute(sql).fetchone()
        # Only now: it goes as deep as the pages lead, and the passes above found that not deep.
        connection.execute("PRAGMA ignore_check_constraints = ON")
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise _damaged(f"{found[0] if found else 'it cannot be checked'}")
    except sqlite3.OperationalError as error:
        if next(looks, None) is None:
            raise _damaged(
                "its pages lead back to each other, so that reading never ends"
            ) from None
        raise _damaged(str(error)) from None
    finally:
        connection.set_progress_handler(None, 0)


def only_tables(connection: sqlite3.Connection) -> None:
    """Raises DamagedStore for a view, a trigger, a virtual table or a computed column.

    They would be run by being read.
    """
    sql = "SELECT type, name, rootpage, sql FROM sqlite_master"
    for kind, name, page, text in connection.execute(sql):
        if not (isinstance(name, str) and page and _creates(kind, name, text)):
            raise _damaged(f"{_shown(name)} in it is no plain table")
    computed = (
        "SELECT m.name, f.name FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS f "
        "WHERE m.type = 'table' AND f.hidden"
    )
    for table, field in connection.execute(computed):
        raise _damaged(f"the column {_shown(field)} of {_shown(table)} is computed")


def _creates(kind: object, name: str, sql: object) -> bool:
    """Whether an entry makes what it names: SQLite looks at its SQL alone."""
    if not isinstance(sql, str):
        return kind == "index" and sql is None  # of a key
    words = {"table": ("TABLE",), "index": ("INDEX", "UNIQUE INDEX")}.get(str(kind), ())
    names = (name, _quoted(name))
    return any(sql.startswith(f"CREATE {w} {n}{c}") for w in words for n in names for c in " (")


def _conditions(connection: sqlite3.Connection) -> "Iterator[tuple[str, list[str]]]":
    """For each table, what would be wrong in a row of it, as SQL."""
    sql = "SELECT m.name, f.name FROM sqlite_master AS m, pragma_table_info(m.name) AS f"
    there: dict[str, set[str]] = {}
    for table, field in connection.execute(f"{sql} WHERE m.type = 'table'"):
        there.setdefault(table, set()).add(field)
    for name in there.keys() - TEXTS.keys() - RECORDS.keys():
        yield name, []  # nobody reads it but SQLite's own check
    for name, fields in TEXTS.items():
        if not there.get(name, set()).issuperset(fields):
            raise _damaged(f"it has no table {name} with {', '.join(fields)}")
        yield name, [f"""typeof("{field}") <> 'text'""" for field in fields]
    for name, record in RECORDS.items():
        conditions: list[str] = []
        for field, kind in zip(record._fields, record._types, strict=True):
            if field in there.get(name, ()):
                key = field in record._key
                conditions += _of_field(f'"{field}"', kind, key)
        if name in there:
            yield name, conditions


def _of_field(field: str, kind: str, key: bool) -> "Iterator[str]":
    allowed = TYPES.get(kind, "'text'") + ("" if key else ", 'null'")
    yield f"typeof({field}) NOT IN ({allowed})"
    if kind == "number":
        yield f"coalesce({field} IN ({INFINITE}, -{INFINITE}), 0)"
    if kind == "date":  # of the years that Python has
        yield f"{field} IS NOT date({field}, '+0 days') OR coalesce({field} < '0001', 0)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _shown(value: object) -> str:
    return ascii(value)[:80]


def _damaged(reason: str) -> DamagedStore:
    return DamagedStore(f"the data is damaged or hostile ({quoted(reason)}); {AGAIN}")
