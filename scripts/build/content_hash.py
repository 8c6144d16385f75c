"""What a table says, as one hash, however it is written.

The content hash of a table is the SHA-256 of a canonical text, in UTF-8, each line ended by LF:

* The first line is a JSON array with a pair for each field, in order: its name and its type.
* Then comes one line a row, a JSON array of its values in the order of the fields: a text as a
  JSON string, a number or integer as a JSON number, a date as a string such as "2026-04-11", a
  missing value as null. The lines are sorted by their bytes, as `LC_ALL=C sort` does.

JSON is spelled as RFC 8785 and JSON.stringify of JavaScript spell it: no spaces, no escapes but
the necessary ones, each number in the shortest digits that read back as the same double. So the
hash depends on what a table says, not on quoting, on the order of its rows or on any writer. An
empty cell of a CSV file is a missing value; Parquet and SQLite could hold an empty text as well,
and that is another content.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from scripts.contract import Table
from scripts.errors import BrokenRelease

QUOTE = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes an encoder at each call

Value = str | int | float | date | None


def table_hash(table: Table, rows: Iterable[Sequence[Value]]) -> str:
    """The content hash, "sha256:" and 64 digits. Raises BrokenRelease at a value of another type.

    Rows may come in any order. Takes the memory of the table's text, for it is sorted.
    """
    spellings = [(f.name, f.type, SPELLINGS[f.type]) for f in table.fields]
    lines = []
    for n, row in enumerate(rows, start=1):
        if len(row) != len(spellings):
            raise BrokenRelease(
                f"{table.name}: row {n} has {len(row)} values, not {len(spellings)}"
            )
        cells = []
        for (name, kind, spelling), value in zip(spellings, row, strict=True):
            spelled = "null" if value is None else spelling(value)
            if spelled is None:
                raise BrokenRelease(
                    f"{table.name}: row {n}: {name} is {value!r}, which is no {kind}"
                )
            cells.append(spelled)
        lines.append(f"[{','.join(cells)}]\n".encode())
    heading = json.dumps([[name, kind] for name, kind, _ in spellings], separators=(",", ":"))
    digest = hashlib.sha256(f"{heading}\n".encode())
    for line in sorted(lines):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"


def _text(value: Value) -> str | None:
    return QUOTE(value) if isinstance(value, str) else None


def _integer(value: Value) -> str | None:
    return str(value) if type(value) is int else None


def _number(value: Value) -> str | None:
    if type(value) not in (int, float) or not math.isfinite(double := float(value)):  # type: ignore[arg-type]
        return None
    if not double:
        return "0"  # there is no minus nought in a table
    shortest = repr(double)
    if 1e-6 <= abs(double) < 1e21:
        return format(Decimal(shortest), "f").removesuffix(".0")
    digits, exponent = shortest.split("e")
    return f"{digits}e{int(exponent):+d}"


def _date(value: Value) -> str | None:
    if type(value) is date:
        return f'"{value.isoformat()}"'
    try:
        return f'"{value}"' if date.fromisoformat(str(value)).isoformat() == value else None
    except ValueError:
        return None


SPELLINGS: dict[str, Callable[[Value], str | None]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "date": _date,
}
