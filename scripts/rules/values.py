"""Rules of values: the block that observations and scores share, and what each adds."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.contract import CELL_TABLES, WITH_VALUE
from scripts.rules.check import Check, quote

HAS_STATUS = f"t.status IN ({', '.join(quote(v) for v in WITH_VALUE)})"
# A cell is one place with one text. A paragraph is one place with several phrases.
IN_CELL = "regexp_matches(t.locator, 'C[0-9]+$')"
PHRASE = f"CASE WHEN {IN_CELL} THEN NULL ELSE t.as_printed END"


def value_rules() -> list[Check]:
    return [*_cells(), *_observations(), *_scores()]


def _cells() -> Iterator[Check]:
    """The block that observations and scores share."""
    for table in CELL_TABLES:
        yield Check(
            code="id-disagrees",
            table=table,
            column="id",
            where="CASE WHEN t.id = t.source_id || ':' || t.locator THEN false ELSE"
            " NOT regexp_full_match(substr(t.id, length(t.source_id || ':' || t.locator) + 1),"
            " '(\\.[1-9][0-9]*)?') OR NOT starts_with(t.id, t.source_id || ':' || t.locator) END",
            allowed="source, colon, locator, and a dot with a number if needed",
            fix="make the identifier agree with source_id and locator",
            found="t.id || ' beside ' || t.source_id || ':' || t.locator",
            uses=("id", "source_id", "locator"),
        )
        yield Check(
            code="range-incomplete",
            table=table,
            column="low",
            where="(t.low IS NULL) <> (t.high IS NULL)",
            allowed="both ends of a range, or none",
            fix="give low and high together",
            uses=("low", "high"),
            found="concat('low ', coalesce(t.low, 'empty'), ', high ', coalesce(t.high, 'empty'))",
        )
        yield Check(
            code="range-reversed",
            table=table,
            column="low",
            where="num(t.low) >= num(t.high)",
            allowed="low below high",
            fix="correct low or high",
            found="t.low || ' to ' || t.high",
            uses=("low", "high"),
        )
        yield Check(
            code="range-qualifier",
            table=table,
            column="qualifier",
            where="(t.qualifier IS NOT DISTINCT FROM 'range') <> (t.low IS NOT NULL)"
            " AND (t.low IS NULL) = (t.high IS NULL) AND t.number IS NULL",
            allowed="the qualifier range exactly beside low and high",
            fix="give qualifier, low and high together",
            found="coalesce(t.qualifier, 'no qualifier')",
            uses=("qualifier", "low", "high", "number"),
        )
        yield Check(
            code="number-and-range",
            table=table,
            column="number",
            where="t.number IS NOT NULL AND (t.low IS NOT NULL OR t.high IS NOT NULL"
            " OR t.qualifier = 'range')",
            allowed="either a number or a range",
            fix="empty number, or low, high and the qualifier",
            found="t.number || ' beside a range'",
            uses=("number", "low", "high", "qualifier"),
        )
        yield Check(
            code="qualifier-alone",
            table=table,
            column="qualifier",
            where="t.qualifier <> 'range' AND t.number IS NULL AND t.low IS NULL AND t.high IS NULL"
            f" AND {HAS_STATUS}",
            allowed="a qualifier beside a number",
            fix="give the number, or empty the qualifier",
            found="t.qualifier",
            uses=("qualifier", "number", "low", "high", "status"),
        )
        yield Check(
            code="cell-disagrees",
            table=table,
            column="as_printed",
            where=f"{IN_CELL} AND t.as_printed IS DISTINCT FROM t._as_printed",
            allowed="the same text on each row of one printed cell",
            fix="copy the whole cell to each of its rows",
            found="coalesce(t.as_printed, 'nothing') || ' beside '"
            " || coalesce(t._as_printed, 'nothing')",
            source=f"(SELECT *, first(as_printed) OVER (PARTITION BY source_id, locator"
            f' ORDER BY _row) AS _as_printed FROM "{table}")',
            uses=("as_printed", "source_id", "locator"),
        )
        yield Check(
            code="position",
            table=table,
            column="position",
            where="t._rank <> num(t.position)",
            allowed="1, 2, 3, … in each printed cell or phrase",
            fix="count in printed order; rows of one phrase repeat it to the letter",
            found="t.position",
            source=f"(SELECT *, row_number() OVER (PARTITION BY source_id, locator, {PHRASE}"
            f' ORDER BY num(position), _row) AS _rank FROM "{table}" AS t)',
            uses=("position", "source_id", "locator", "as_printed"),
            needs=(table,),
        )
        yield Check(
            code="detail-of",
            table=table,
            column="detail_of",
            where="NOT EXISTS (SELECT 1 FROM "
            f'"{table}" AS o WHERE o.source_id = t.source_id AND o.locator = t.locator'
            f" AND ({IN_CELL} OR o.as_printed = t.as_printed)"
            " AND o.position = t.detail_of AND o.detail_of IS NULL"
            " AND num(o.position) < num(t.position))",
            allowed="the position of an earlier top-level item of the same cell",
            fix="name the item in whose brackets this one is printed",
            found="t.detail_of",
            source=f'(SELECT * FROM "{table}" WHERE detail_of IS NOT NULL)',
            uses=("detail_of", "position", "source_id", "locator"),
            needs=(table,),
        )


def _observations() -> Iterator[Check]:
    join = "LEFT JOIN attributes AS a ON a.id = t.attribute_id"
    columns = {
        "number": ("number", "low", "high"),
        "entity": ("object_id",),
        "text": ("text",),
        "period": ("period_start", "period_end"),
    }
    # A period is also a condition of other values, so it counts only where it is the value.
    values = {k: v for k, v in columns.items() if k != "period"}
    some = " OR ".join(f"t.{c} IS NOT NULL" for v in values.values() for c in v)
    period = "(a.value_type = 'period' AND t.period_start IS NOT NULL)"
    all_columns = ("number", "low", "high", "object_id", "text")
    yield Check(
        code="value-missing",
        table="observations",
        column="status",
        where=f"{HAS_STATUS} AND a.value_type IS NOT NULL AND NOT ({some} OR {period})"
        " AND t.qualifier IS NULL",
        allowed="a value beside a status that says there is one",
        fix="give the value, or say why there is none",
        found="t.status || ' without a value'",
        joins=join,
        uses=("status", "attribute_id", "period_start", "qualifier", *all_columns),
    )
    for kind, names in values.items():
        for name in names:
            yield Check(
                code="value-type",
                table="observations",
                column=name,
                where=f"t.{name} IS NOT NULL AND a.value_type <> {quote(kind)} AND {HAS_STATUS}",
                allowed="the value in the field of the attribute's value type",
                fix="move it to number, object_id, text or period, or correct value_type",
                found=f"concat('{name} ', t.{name}, ' for an attribute of type ', a.value_type)",
                joins=join,
                uses=(name, "attribute_id", "status"),
            )
            yield _beside_missing("observations", name)
    yield Check(
        code="currency-missing",
        table="observations",
        column="currency",
        where=f"a.unit = 'currency' AND t.currency IS NULL AND {HAS_STATUS}",
        allowed="an ISO 4217 code beside money",
        fix="give the currency as printed",
        found="'nothing'",
        joins=join,
        uses=("currency", "attribute_id", "status"),
    )
    yield Check(
        code="currency-unexpected",
        table="observations",
        column="currency",
        where="t.currency IS NOT NULL AND a.id IS NOT NULL AND a.unit IS DISTINCT FROM 'currency'",
        allowed="a currency beside money only",
        fix="empty the cell, or correct the attribute",
        found="t.currency",
        joins=join,
        uses=("currency", "attribute_id"),
    )
    yield Check(
        code="period-incomplete",
        table="observations",
        column="period_end",
        where="(t.period_start IS NULL) <> (t.period_end IS NULL)"
        " OR length(t.period_start) <> length(t.period_end)",
        allowed="start and end of a period, in the same form",
        fix="give both, equally exact",
        found="concat(coalesce(t.period_start, 'nothing'), ' to ',"
        " coalesce(t.period_end, 'nothing'))",
        uses=("period_start", "period_end"),
    )
    yield Check(
        code="period-reversed",
        table="observations",
        column="period_end",
        where="length(t.period_start) = length(t.period_end) AND t.period_start > t.period_end",
        allowed="a period that ends at or after its start",
        fix="exchange start and end",
        found="t.period_start || ' to ' || t.period_end",
        uses=("period_start", "period_end"),
    )


def _beside_missing(table: str, name: str) -> Check:
    return Check(
        code="value-beside-missing",
        table=table,
        column=name,
        where=f"t.{name} IS NOT NULL AND NOT {HAS_STATUS}",
        allowed="no value beside a status that says there is none",
        fix="empty the cell, or correct the status",
        found=f"t.{name} || ' beside ' || t.status",
        uses=(name, "status"),
    )


def _scores() -> Iterator[Check]:
    yield Check(
        code="value-missing",
        table="scores",
        column="status",
        where=f"{HAS_STATUS} AND t.number IS NULL AND t.low IS NULL AND t.high IS NULL"
        " AND t.qualifier IS NULL",
        allowed="a value beside a status that says there is one",
        fix="give the value, or say why there is none",
        found="t.status || ' without a value'",
        uses=("status", "number", "low", "high", "qualifier"),
    )
    for name in ("number", "low", "high"):
        yield _beside_missing("scores", name)
        yield Check(
            code="out-of-bounds",
            table="scores",
            column=name,
            where=f"num(t.{name}) < num(b.minimum) OR num(t.{name}) > num(b.maximum)",
            allowed="a number within the benchmark's bounds",
            fix="correct the number, or its unit: 89.8 percent, not 0.898",
            found=f"t.{name}",
            joins="LEFT JOIN benchmarks AS b ON b.id = t.benchmark_id",
            uses=(name, "benchmark_id"),
        )
