"""Rules of values: the block that observations and scores share, and what each adds."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.checks import Check, quote

VALUES = ("reported", "estimated", "projected", "derived")
HAS_STATUS = f"t.status IN ({', '.join(quote(v) for v in VALUES)})"
CELL_TABLES = ("observations", "scores")
# A cell is one place with one text. A paragraph is one place with several phrases.
IN_CELL = "regexp_matches(t.locator, 'C[0-9]+$')"
PHRASE = f"CASE WHEN {IN_CELL} THEN NULL ELSE t.as_printed END"


def value_rules() -> list[Check]:
    return [*_cells(), *_observations(), *_scores()]


def _cells() -> Iterator[Check]:
    """The block that observations and scores share."""
    for table in CELL_TABLES:
        yield Check(
            "id-disagrees", table, "id",
            "CASE WHEN t.id = t.source_id || ':' || t.locator THEN false ELSE"
            " NOT regexp_full_match(substr(t.id, length(t.source_id || ':' || t.locator) + 1),"
            " '(\\.[1-9][0-9]*)?') OR NOT starts_with(t.id, t.source_id || ':' || t.locator) END",
            "source, colon, locator, and a dot with a number if needed",
            "make the identifier agree with source_id and locator",
            "t.id || ' beside ' || t.source_id || ':' || t.locator",
            uses=("id", "source_id", "locator"),
        )  # fmt: skip
        yield Check(
            "range-incomplete", table, "low",
            "(t.low IS NULL) <> (t.high IS NULL)", "both ends of a range, or none",
            "give low and high together", uses=("low", "high"),
            found="concat('low ', coalesce(t.low, 'empty'), ', high ', coalesce(t.high, 'empty'))",
        )  # fmt: skip
        yield Check(
            "range-reversed", table, "low", "num(t.low) >= num(t.high)",
            "low below high", "correct low or high", "t.low || ' to ' || t.high",
            uses=("low", "high"),
        )  # fmt: skip
        yield Check(
            "range-qualifier", table, "qualifier",
            "(t.qualifier IS NOT DISTINCT FROM 'range') <> (t.low IS NOT NULL)"
            " AND (t.low IS NULL) = (t.high IS NULL) AND t.number IS NULL",
            "the qualifier range exactly beside low and high",
            "give qualifier, low and high together",
            "coalesce(t.qualifier, 'no qualifier')",
            uses=("qualifier", "low", "high", "number"),
        )  # fmt: skip
        yield Check(
            "number-and-range", table, "number",
            "t.number IS NOT NULL AND (t.low IS NOT NULL OR t.high IS NOT NULL"
            " OR t.qualifier = 'range')",
            "either a number or a range", "empty number, or low, high and the qualifier",
            "t.number || ' beside a range'", uses=("number", "low", "high", "qualifier"),
        )  # fmt: skip
        yield Check(
            "qualifier-alone", table, "qualifier",
            "t.qualifier <> 'range' AND t.number IS NULL AND t.low IS NULL AND t.high IS NULL"
            f" AND {HAS_STATUS}",
            "a qualifier beside a number", "give the number, or empty the qualifier",
            "t.qualifier", uses=("qualifier", "number", "low", "high", "status"),
        )  # fmt: skip
        yield Check(
            "cell-disagrees", table, "as_printed",
            f"{IN_CELL} AND t.as_printed IS DISTINCT FROM t._as_printed",
            "the same text on each row of one printed cell",
            "copy the whole cell to each of its rows",
            "coalesce(t.as_printed, 'nothing') || ' beside ' || coalesce(t._as_printed, 'nothing')",
            source=f'(SELECT *, first(as_printed) OVER (PARTITION BY source_id, locator'
            f' ORDER BY _row) AS _as_printed FROM "{table}")',
            uses=("as_printed", "source_id", "locator"),
        )  # fmt: skip
        yield Check(
            "position", table, "position",
            "t._rank <> num(t.position)", "1, 2, 3, … in each printed cell or phrase",
            "count in printed order; rows of one phrase repeat it to the letter", "t.position",
            source=f"(SELECT *, row_number() OVER (PARTITION BY source_id, locator, {PHRASE}"
            f' ORDER BY num(position), _row) AS _rank FROM "{table}" AS t)',
            uses=("position", "source_id", "locator", "as_printed"), needs=(table,),
        )  # fmt: skip
        yield Check(
            "detail-of", table, "detail_of",
            "NOT EXISTS (SELECT 1 FROM "
            f'"{table}" AS o WHERE o.source_id = t.source_id AND o.locator = t.locator'
            f" AND ({IN_CELL} OR o.as_printed = t.as_printed)"
            " AND o.position = t.detail_of AND o.detail_of IS NULL"
            " AND num(o.position) < num(t.position))",
            "the position of an earlier top-level item of the same cell",
            "name the item in whose brackets this one is printed", "t.detail_of",
            source=f'(SELECT * FROM "{table}" WHERE detail_of IS NOT NULL)',
            uses=("detail_of", "position", "source_id", "locator"), needs=(table,),
        )  # fmt: skip
        yield Check(
            "printed-parsed", table, "number",
            "CASE WHEN t.number IS NULL OR t.number = t.as_printed THEN false ELSE"
            " regexp_matches(t.as_printed, '[0-9]') AND t.status <> 'derived'"
            " AND t.number <> '0' AND NOT list_contains(list_transform("
            "regexp_extract_all(t.as_printed, '[0-9][0-9,]*\\.?[0-9]*'), lambda x: "
            f"{_significant('x')}), {_significant('t.number')}) END",
            "the digits of a number in as_printed",
            "correct the number, or the printed text",
            "t.number || ' from ' || t.as_printed",
            uses=("number", "as_printed", "status"),
        )  # fmt: skip


def _significant(text: str) -> str:
    """The significant digits of a number: 450000000, $450M and 450 all give 45."""
    return f"trim(regexp_replace({text}, '[-.,]', '', 'g'), '0')"


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
        "value-missing", "observations", "status",
        f"{HAS_STATUS} AND a.value_type IS NOT NULL AND NOT ({some} OR {period})"
        " AND t.qualifier IS NULL",
        "a value beside a status that says there is one",
        "give the value, or say why there is none", "t.status || ' without a value'", joins=join,
        uses=("status", "attribute_id", "period_start", "qualifier", *all_columns),
    )  # fmt: skip
    for kind, names in values.items():
        for name in names:
            yield Check(
                "value-type", "observations", name,
                f"t.{name} IS NOT NULL AND a.value_type <> {quote(kind)} AND {HAS_STATUS}",
                "the value in the field of the attribute's value type",
                "move it to number, object_id, text or period, or correct value_type",
                f"concat('{name} ', t.{name}, ' for an attribute of type ', a.value_type)",
                joins=join, uses=(name, "attribute_id", "status"),
            )  # fmt: skip
            yield _beside_missing("observations", name)
    yield Check(
        "currency-missing", "observations", "currency",
        f"a.unit = 'currency' AND t.currency IS NULL AND {HAS_STATUS}",
        "an ISO 4217 code beside money", "give the currency as printed", "'nothing'", joins=join,
        uses=("currency", "attribute_id", "status"),
    )  # fmt: skip
    yield Check(
        "currency-unexpected", "observations", "currency",
        "t.currency IS NOT NULL AND a.id IS NOT NULL AND a.unit IS DISTINCT FROM 'currency'",
        "a currency beside money only", "empty the cell, or correct the attribute", "t.currency",
        joins=join, uses=("currency", "attribute_id"),
    )  # fmt: skip
    yield Check(
        "period-incomplete", "observations", "period_end",
        "(t.period_start IS NULL) <> (t.period_end IS NULL)"
        " OR length(t.period_start) <> length(t.period_end)",
        "start and end of a period, in the same form", "give both, equally exact",
        "concat(coalesce(t.period_start, 'nothing'), ' to ', coalesce(t.period_end, 'nothing'))",
        uses=("period_start", "period_end"),
    )  # fmt: skip
    yield Check(
        "period-reversed", "observations", "period_end",
        "length(t.period_start) = length(t.period_end) AND t.period_start > t.period_end",
        "a period that ends at or after its start", "exchange start and end",
        "t.period_start || ' to ' || t.period_end", uses=("period_start", "period_end"),
    )  # fmt: skip


def _beside_missing(table: str, name: str) -> Check:
    return Check(
        "value-beside-missing", table, name,
        f"t.{name} IS NOT NULL AND NOT {HAS_STATUS}",
        "no value beside a status that says there is none",
        "empty the cell, or correct the status", f"t.{name} || ' beside ' || t.status",
        uses=(name, "status"),
    )  # fmt: skip


def _scores() -> Iterator[Check]:
    yield Check(
        "value-missing", "scores", "status",
        f"{HAS_STATUS} AND t.number IS NULL AND t.low IS NULL AND t.high IS NULL"
        " AND t.qualifier IS NULL",
        "a value beside a status that says there is one",
        "give the value, or say why there is none", "t.status || ' without a value'",
        uses=("status", "number", "low", "high", "qualifier"),
    )  # fmt: skip
    for name in ("number", "low", "high"):
        yield _beside_missing("scores", name)
        yield Check(
            "out-of-bounds", "scores", name,
            f"num(t.{name}) < num(b.minimum) OR num(t.{name}) > num(b.maximum)",
            "a number within the benchmark's bounds",
            "correct the number, or its unit: 89.8 percent, not 0.898", f"t.{name}",
            joins="LEFT JOIN benchmarks AS b ON b.id = t.benchmark_id",
            uses=(name, "benchmark_id"),
        )  # fmt: skip
