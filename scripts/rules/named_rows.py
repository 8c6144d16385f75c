"""Rows that other rows name by table and key, as corrections and waivers do.

Validation looks them up once, in those tables alone that are named, as the table `_named`: tbl,
key, row, and the names and texts of the row's cells as lists.
"""

from __future__ import annotations

from collections.abc import Iterable

from scripts.contract import Contract, Table
from scripts.rules.check import columns, key_text, quote


def naming(contract: Contract) -> list[str]:
    """The tables whose rows name rows."""
    return [t.name for t in contract if {"table", "key"} <= set(t.names)]


def named_tables(naming: Iterable[str]) -> str:
    """SQL for the names of the tables of which a row is named."""
    return " UNION ".join(f'SELECT "table" FROM "{name}"' for name in naming)


def named_rows(naming: Iterable[str], tables: Iterable[Table]) -> str:
    """SQL for the named rows of the `tables`."""
    keys = " UNION ".join(f'SELECT key FROM "{name}"' for name in naming)
    nothing = (
        "SELECT NULL::VARCHAR AS tbl, NULL::VARCHAR AS key, NULL::BIGINT AS row,"
        " NULL::VARCHAR[] AS names, NULL::VARCHAR[] AS cells WHERE false"
    )
    return " UNION ALL ".join([nothing, *(_rows(t, keys) for t in tables)])


def _rows(table: Table, keys: str) -> str:
    key = key_text(table.key)
    names = ", ".join(map(quote, table.names))
    return (
        f"SELECT {quote(table.name)}, {key}, _row, [{names}], [{columns(table.names)}]"
        f' FROM "{table.name}" WHERE {key} IN ({keys})'
    )
