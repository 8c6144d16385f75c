"""Rules of waivers: each speaks of a row that there is and of a finding that it would have.

`validate` leaves out what they name, keeps in `_ran` the tables and codes that were looked for
completely, and in `_waived` what was left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from scripts.contract import Contract
from scripts.rules.check import Check, quote

TABLE = "waivers"


def waiver_rules(contract: Contract, checks: Iterable[Check]) -> list[Check]:
    """The rules of waivers of the `checks`."""
    every = tuple(t.name for t in contract)
    codes = sorted({c.code for c in checks if c.waivable})
    row = f'(t."table", t.key) IN (SELECT (tbl, key) FROM _named WHERE tbl <> {quote(TABLE)})'
    return [
        Check(
            code="waiver-code",
            table=TABLE,
            column="code",
            where=f"t.code NOT IN ({', '.join(map(quote, codes))})",
            allowed=", ".join(codes),
            fix="correct the code; other findings are mended, not waived",
            found="t.code",
            uses=("code",),
        ),
        Check(
            code="waiver-row",
            table=TABLE,
            column="key",
            where=f"NOT {row}",
            allowed="a table of the contract and the key of one of its rows",
            fix="correct the table or the key, or remove the waiver",
            found="t.\"table\" || ' ' || t.key",
            uses=("table", "key"),
            needs=every,
        ),
        Check(
            code="waiver-unused",
            table=TABLE,
            column="code",
            where=f'{row} AND (t."table", t.code) IN (SELECT (tbl, code) FROM _ran)'
            ' AND (t."table", t.key, t.code) NOT IN (SELECT (tbl, key, code) FROM _waived)',
            allowed="a waiver of a finding that there would be",
            fix="remove the waiver: nothing is wrong with its row",
            found="t.code || ' of ' || t.key",
            uses=("table", "key", "code"),
            needs=every,
        ),
    ]
