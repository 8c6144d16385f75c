"""What a release of an older version lacks beside this code: shown as empty, never as an error."""

from hikaku._formats import version
from hikaku._formats.sums import AGAIN
from hikaku._records import RECORDS
from hikaku.errors import DamagedStore, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def complete(connection: "sqlite3.Connection", own_version: "Callable[[], str]") -> None:
    """Put views in front of tables that lack fields, and for tables that are not there.

    Does nothing for a release that has them all. Raises DamagedStore for one that is not older
    than the installed data, whose version `own_version` gives, because then this code is what is
    too old; and for one whose version is none.
    """
    sql = "SELECT m.name, f.name FROM sqlite_master AS m, pragma_table_info(m.name) AS f"
    there: dict[str, list[str]] = {}
    for table, field in connection.execute(f"{sql} WHERE m.type = 'table'"):
        there.setdefault(table, []).append(field)
    needed = {name: _own_fields(name) for name in RECORDS}
    lacking = [name for name in needed if not needed[name] <= {*there.get(name, ())}]
    if not lacking:
        return
    _must_be_older(connection, own_version(), lacking)
    connection.execute("PRAGMA temp_store = MEMORY")
    for name in lacking:
        found = there.get(name, [])
        missing = sorted(needed[name].difference(found))
        fields = ", ".join([*(f'"{f}"' for f in found), *(f'NULL AS "{f}"' for f in missing)])
        source = f'FROM main."{name}"' if found else "WHERE 0"
        connection.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {fields} {source}')


def _own_fields(name: str) -> "set[str]":
    """The columns that a table has in the store; those of what it extends are elsewhere."""
    record = RECORDS[name]
    if record._extends is None:
        return {*record._fields}
    return {*record._fields}.difference(RECORDS[record._extends]._fields) | {"id"}


def _must_be_older(connection: "sqlite3.Connection", own: str, lacking: "list[str]") -> None:
    row = connection.execute("SELECT value FROM hikaku WHERE key = 'version'").fetchone()
    found = row[0] if row else ""
    try:
        newer = version.parse(found) > version.parse(own)
    except InvalidValue as error:
        raise DamagedStore(f"the data has no version that can be read ({error}); {AGAIN}") from None
    if newer:
        raise DamagedStore(
            f"version {found} of the data no longer has what this hikaku reads "
            f"({', '.join(lacking)}); upgrade: pip install --upgrade hikaku"
        )
