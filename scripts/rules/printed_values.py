"""Rules of printed values: the number, the qualifier and the status of a row are as printed.

`scripts.printed` reads what is printed and judges; SQL decides alone where a cell is its number
in plain digits, maybe with a note behind it, which most cells are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scripts.contract import CELL_TABLES
from scripts.printed.forms import ABSENT, HEADED, fault
from scripts.rules.check import Check, quote

# What validation must make known to DuckDB before these rules run: name, function, its types.
FUNCTION = "printed_fault"
ARGUMENTS: list[Any] = ["VARCHAR", "VARCHAR", "BOOLEAN", *["VARCHAR"] * 7, "BOOLEAN"]
judge = fault

UNITS = {"observations": ("attributes", "attribute_id"), "scores": ("benchmarks", "benchmark_id")}
# A number in plain digits or groups, with what may stand in brackets behind it: 85.5 (5-shot).
EASY = r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?%?( \([^()]*\))?"
# A number out of its benchmark's bounds is found already; that is one defect, and one finding.
BOUNDS = {
    "observations": "false",
    "scores": "num(t.number) < num(u.minimum) OR num(t.number) > num(u.maximum)",
}
OTHER = {"observations": ("object_id", "text", "period_start"), "scores": ()}
VALUE = ("number", "low", "high", "qualifier", "status", "as_printed")


def printed_value_rules() -> Iterator[Check]:
    for table in CELL_TABLES:
        for fields, column, code, allowed, found in (
            (
                ("number", "low"),
                "number",
                "printed-parsed",
                "a number that as_printed states, with its sign, point and scale",
                "t.number || ' from ' || coalesce(t.as_printed, 'nothing')",
            ),
            (
                ("low",),
                "low",
                "printed-parsed",
                "the two ends of a range that as_printed states",
                "t.low || ' to ' || t.high || ' from ' || coalesce(t.as_printed, 'nothing')",
            ),
            (
                ("qualifier",),
                "qualifier",
                "qualifier-disagrees",
                "the qualifier that stands at the number in as_printed",
                "coalesce(t.qualifier, 'no qualifier') || ' beside ' || t.as_printed",
            ),
            (
                ("status",),
                "status",
                "status-disagrees",
                "the status that as_printed or its headings state",
                "t.status || ' beside ' || coalesce(t.as_printed, 'a blank')",
            ),
        ):
            yield Check(
                code=code,
                table=table,
                column=column,
                where=f"t._fault = {quote(column)}",
                allowed=allowed,
                fix=f"correct {' and '.join(fields)} or as_printed; CONTRIBUTING.md lists the"
                " printed forms, and tables/waivers.csv takes what defies them",
                found=found,
                source=_judged(table),
                uses=(*VALUE, "stated_at", *OTHER[table]),
                waivable=True,
            )


def _judged(table: str) -> str:
    """The rows of a table with what is at odds in each, as `_fault`."""
    units, unit_id = UNITS[table]
    other = " OR ".join(f"t.{c} IS NOT NULL" for c in OTHER[table]) or "false"
    headings = "concat_ws(' ', beside.as_printed, over.as_printed)"
    unjudged = f"""t.status = 'reported' AND t.qualifier IS NULL AND t.low IS NULL
        AND CASE WHEN t.number IS NULL THEN NOT regexp_matches(lower(t.as_printed), {quote(ABSENT)})
        ELSE regexp_full_match(t.as_printed, {quote(EASY)})
            AND (u.unit = 'percent' OR NOT contains(t.as_printed, '%'))
            AND num(replace(regexp_extract(t.as_printed, '^[-0-9.,]+'), ',', '')) = num(t.number)
            AND NOT regexp_matches(lower(concat_ws(' ', t.as_printed, {headings})),
            {quote(HEADED)}) END"""
    return f"""(SELECT t.*, CASE WHEN {unjudged} OR {BOUNDS[table]}
        THEN NULL ELSE {FUNCTION}(t.as_printed,
        {headings}, t.stated_at IS NOT NULL, t.number, t.low, t.high, t.qualifier, t.status,
        u.unit, s.language, {other}) END AS _fault
        FROM "{table}" AS t
        LEFT JOIN (SELECT DISTINCT ON (id) * FROM {units}) AS u
            ON u.id = t.{unit_id}
        LEFT JOIN (SELECT id, first(language) AS language FROM sources GROUP BY id) AS s
            ON s.id = t.source_id
        LEFT JOIN {_headings("row")} AS beside
            ON beside.comparison_id = t.comparison_id AND beside.position = t."row"
        LEFT JOIN {_headings("column")} AS over
            ON over.comparison_id = t.comparison_id AND over.position = t."column")"""


def _headings(axis: str) -> str:
    return (
        "(SELECT comparison_id, position, first(as_printed) AS as_printed FROM comparison_items"
        f" WHERE axis = {quote(axis)} GROUP BY comparison_id, position)"
    )
