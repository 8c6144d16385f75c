"""One check: a condition that no row may meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A condition that no row may meet.

    `where` speaks of the row as `t`, drawn from `source` (the table itself unless given); `joins`
    adds what it looks up. `uses` are the columns of `t` that must be sound for the check to mean
    anything, `needs` the tables that must have been read completely. `found` is an SQL text
    expression. A row of `waivers` leaves out what a `waivable` check finds.
    """

    code: str
    table: str
    column: str | None
    where: str
    allowed: str
    fix: str
    found: str = ""
    source: str = ""
    joins: str = ""
    uses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    severity: str = "error"
    waivable: bool = False


def columns(names: Iterable[str]) -> str:
    """The columns of those names, as SQL lists them."""
    return ", ".join(f'"{name}"' for name in names)


def key_text(names: Iterable[str]) -> str:
    """SQL for the key of a row as one text, as corrections and waivers name it."""
    return f"concat_ws('|', {columns(names)})"


def quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
