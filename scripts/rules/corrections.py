"""Rules of corrections: each speaks of a cell that there is, and says what stands there now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scripts.contract import Contract
from scripts.rules.check import Check, quote

PLACE = ("table", "key", "field")
SAME = 'o."table" = t."table" AND o.key = t.key'
OTHER = f"{SAME} AND o.field = t.field AND o.id <> t.id"
DAY = f"{OTHER} AND o.corrected_on = t.corrected_on"
LATER = f"{OTHER} AND o.corrected_on > t.corrected_on"


def correction_rules(contract: Contract) -> list[Check]:
    return [*_names(contract), *_cells(contract)]


def _names(contract: Contract) -> Iterator[Check]:
    yield Check(
        code="correction-table",
        table="corrections",
        column="table",
        where=f't."table" NOT IN ({_list(t.name for t in contract)})',
        allowed="a table of the contract",
        fix="write the name of the table as datapackage.json has it",
        found='t."table"',
        uses=("table",),
    )
    unknown = " ".join(
        f"WHEN {quote(t.name)} THEN t.field NOT IN ({_list(t.names)})" for t in contract
    )
    yield Check(
        code="correction-field",
        table="corrections",
        column="field",
        where=f'CASE t."table" {unknown} END',
        allowed="a field of the table",
        fix="write the name of the field as datapackage.json has it",
        found="t.field || ' of ' || t.\"table\"",
        uses=("table", "field"),
    )


def _cells(contract: Contract) -> Iterator[Check]:
    """The cell that a correction names. A removed row has a correction that empties its key."""
    corrected = 'LEFT JOIN _named AS x ON x.tbl = t."table" AND x.key = t.key'
    every = tuple(t.name for t in contract)
    first = " ".join(f"WHEN {quote(t.name)} THEN {quote(t.key[0])}" for t in contract)
    yield Check(
        code="correction-key",
        table="corrections",
        column="key",
        where=f"""t."table" IN ({_list(every)}) AND x.key IS NULL AND NOT EXISTS (SELECT 1
        FROM corrections AS o WHERE {SAME} AND o.new IS NULL
        AND o.field = CASE o."table" {first} END)""",
        allowed="the key of a row, or of one whose removal is told",
        fix="correct the key; for a removed row add a correction of the first field of its key,"
        " with the old value, and new empty",
        found="t.key",
        joins=corrected,
        uses=("table", "key"),
        needs=every,
    )
    standing = "list_extract(x.cells, list_position(x.names, t.field))"
    # Days order corrections; those of one day follow each other from old to new.
    yield Check(
        code="correction-outdated",
        table="corrections",
        column="new",
        where=f"""{standing} IS DISTINCT FROM t.new
        AND list_contains(x.names, t.field) AND (x.tbl, t.field, x.row) NOT IN
        (SELECT (tbl, col, row) FROM _bad)
        AND NOT EXISTS (SELECT 1 FROM corrections AS o WHERE {LATER})
        AND NOT (EXISTS (SELECT 1 FROM corrections AS o WHERE {DAY}
            AND o.old IS NOT DISTINCT FROM t.new)
        AND EXISTS (SELECT 1 FROM corrections AS o WHERE {DAY}
            AND o.new IS NOT DISTINCT FROM {standing}))""",
        allowed="the value that stands there, unless a later correction changes it again",
        fix="correct the new value; if it changed again, add a correction for that",
        found="coalesce(t.new, 'nothing')",
        joins=corrected,
        uses=(*PLACE, "new", "corrected_on"),
        needs=every,
    )


def _list(names: Iterable[str]) -> str:
    return ", ".join(quote(n) for n in names)
