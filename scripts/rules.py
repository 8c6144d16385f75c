"""The rules of the tables that a contract cannot express, each an SQL condition with a name.

They look only at cells that are sound by the contract, so one defect gives one finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.checks import Check, quote
from scripts.contract import Contract, Table

VALUES = ("reported", "estimated", "projected", "derived")
HAS_STATUS = f"t.status IN ({', '.join(quote(v) for v in VALUES)})"
CELL_TABLES = ("observations", "scores")
# A cell is one place with one text. A paragraph is one place with several phrases.
IN_CELL = "regexp_matches(t.locator, 'C[0-9]+$')"
PHRASE = f"CASE WHEN {IN_CELL} THEN NULL ELSE t.as_printed END"
PARTIAL_DATES = {
    "sources": ("published_on",),
    "observations": ("period_start", "period_end"),
}
LOCATORS = {
    "comparisons": ("locator",),
    "observations": ("locator", "stated_at"),
    "scores": ("locator", "stated_at"),
    "claims": ("locator",),
    "evidence": ("locator",),
    "verifications": ("locator",),
}


def rules(contract: Contract) -> list[Check]:
    return [
        *_cells(),
        *_observations(),
        *_scores(),
        *_comparisons(),
        *_entities(contract),
        *_unused(contract),
        *_documents(),
        *_findings(),
        *_places_and_dates(),
    ]


def _cells() -> Iterator[Check]:
    """The block that observations and scores share."""
    for table in CELL_TABLES:
        yield Check(
            "id-disagrees", table, "id",
            "NOT regexp_full_match(substr(t.id, length(t.source_id || ':' || t.locator) + 1),"
            " '(\\.[1-9][0-9]*)?') OR NOT starts_with(t.id, t.source_id || ':' || t.locator)",
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
            "t.detail_of IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
            f'"{table}" AS o WHERE o.source_id = t.source_id AND o.locator = t.locator'
            f" AND ({IN_CELL} OR o.as_printed = t.as_printed)"
            " AND o.position = t.detail_of AND o.detail_of IS NULL"
            " AND num(o.position) < num(t.position))",
            "the position of an earlier top-level item of the same cell",
            "name the item in whose brackets this one is printed", "t.detail_of",
            uses=("detail_of", "position", "source_id", "locator"), needs=(table,),
        )  # fmt: skip
        yield Check(
            "printed-parsed", table, "number",
            "regexp_matches(t.as_printed, '[0-9]') AND t.status <> 'derived'"
            " AND t.number <> '0' AND NOT list_contains(list_transform("
            "regexp_extract_all(t.as_printed, '[0-9][0-9,]*\\.?[0-9]*'), lambda x: "
            f"{_significant('x')}), {_significant('t.number')})",
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


def _comparisons() -> Iterator[Check]:
    yield Check(
        "id-disagrees", "comparison_items", "id",
        "t.id <> t.comparison_id || ':' || left(t.axis, 1) || t.position",
        "comparison, colon, r or c, position", "make the identifier agree with the other fields",
        "concat(t.id, ' beside ', t.comparison_id, ':', left(t.axis, 1), t.position)",
        uses=("id", "comparison_id", "axis", "position"),
    )  # fmt: skip
    yield Check(
        "heading-gap", "comparison_items", "position",
        "t._rank <> num(t.position)", "1, 2, 3, … along each axis",
        "number the headings in printed order", "t.position",
        source="(SELECT *, row_number() OVER (PARTITION BY comparison_id, axis"
        " ORDER BY num(position), _row) AS _rank FROM comparison_items)",
        uses=("position", "axis", "comparison_id"), needs=("comparison_items",),
    )  # fmt: skip
    yield Check(
        "heading-nameless", "comparison_items", "name",
        "t.name IS NULL AND t.entity_id IS NULL", "a name or an entity",
        "name the heading, or point at what it names", "'neither name nor entity'",
        uses=("name", "entity_id"),
    )  # fmt: skip
    cells = " UNION ALL ".join(
        f'SELECT comparison_id, "row", "column" FROM {t}' for t in CELL_TABLES
    )
    axis = 'CASE t.axis WHEN \'row\' THEN c."row" ELSE c."column" END'
    yield Check(
        "heading-without-cell", "comparison_items", "position",
        "(t.axis = 'row' OR t.position <> '1') AND NOT EXISTS (SELECT 1 FROM ("
        f"{cells}) AS c WHERE c.comparison_id = t.comparison_id AND {axis} = t.position)",
        "a cell in each row and column", "add the cells, or remove the heading",
        "'no cell in ' || t.axis || ' ' || t.position",
        uses=("comparison_id", "axis", "position"), needs=CELL_TABLES,
    )  # fmt: skip
    yield Check(
        "comparison-incomplete", "comparison_items", "position",
        "t._missing IS NOT NULL", "every cell of the printed table",
        "add a row for the cell, with a status if it holds no value",
        "'no cell in row ' || t.position || ', column ' || t._missing",
        source=f"""(SELECT r.*, h.position AS _missing FROM comparison_items AS r
            JOIN comparison_items AS h ON h.comparison_id = r.comparison_id
                AND h.axis = 'column' AND h.position <> '1'
            ANTI JOIN ({cells}) AS c ON c.comparison_id = r.comparison_id
                AND c."row" = r.position AND c."column" = h.position
            WHERE r.axis = 'row'
                AND EXISTS (SELECT 1 FROM ({cells}) AS c
                    WHERE c.comparison_id = r.comparison_id AND c."row" = r.position)
                AND EXISTS (SELECT 1 FROM ({cells}) AS c
                    WHERE c.comparison_id = r.comparison_id AND c."column" = h.position))""",
        uses=("comparison_id", "axis", "position"), needs=CELL_TABLES,
    )  # fmt: skip
    for table in CELL_TABLES:
        yield Check(
            "cell-without-place", table, "comparison_id",
            "NOT ((t.comparison_id IS NULL) = (t.\"row\" IS NULL)"
            " AND (t.\"row\" IS NULL) = (t.\"column\" IS NULL))",
            "comparison, row and column together, or none", "give all three, or none",
            "concat('comparison ', coalesce(t.comparison_id, 'empty'), ', row ',"
            " coalesce(t.\"row\", 'empty'), ', column ', coalesce(t.\"column\", 'empty'))",
            uses=("comparison_id", "row", "column"),
        )  # fmt: skip
        for axis in ("row", "column"):
            yield Check(
                "cell-without-heading", table, axis,
                f't."{axis}" IS NOT NULL AND t.comparison_id IN (SELECT id FROM comparisons)'
                " AND NOT EXISTS (SELECT 1 FROM comparison_items AS i WHERE i.comparison_id ="
                f" t.comparison_id AND i.axis = '{axis}' AND i.position = t.\"{axis}\")",
                f"the position of a {axis} heading of the comparison",
                f"correct the {axis}, or add the heading to comparison_items",
                f"'{axis} ' || t.\"{axis}\" || ' of ' || t.comparison_id",
                uses=("comparison_id", axis), needs=("comparison_items",),
            )  # fmt: skip
        yield Check(
            "source-disagrees", table, "source_id", "c.source_id <> t.source_id",
            "the source of the comparison", "correct source_id or comparison_id",
            "t.source_id || ' beside ' || c.source_id",
            joins="LEFT JOIN comparisons AS c ON c.id = t.comparison_id",
            uses=("source_id", "comparison_id"),
        )  # fmt: skip
        subject, attribute = {
            "observations": ("subject_id", "attribute_id"),
            "scores": ("model_id", "benchmark_id"),
        }[table]
        for axis in ("row", "column"):
            yield Check(
                "heading-disagrees", table, axis,
                f"i.entity_id NOT IN (t.{subject}, t.{attribute})",
                f"a cell about what its {axis} heading names",
                f"correct {subject}, {attribute}, or the place of the cell",
                f"'under the {axis} heading of ' || i.entity_id",
                joins="LEFT JOIN comparison_items AS i ON i.comparison_id = t.comparison_id"
                f" AND i.axis = '{axis}' AND i.position = t.\"{axis}\"",
                uses=("comparison_id", axis, subject, attribute),
            )  # fmt: skip


def _entities(contract: Contract) -> Iterator[Check]:
    for kind, table in contract.subtypes("entities").items():
        yield Check(
            "kind-disagrees", table.name, "id",
            f"e.kind <> {quote(kind)}", f"an entity of kind {kind}",
            f"correct the kind in entities.csv, or remove the row from {table.path}",
            "t.id || ' is of kind ' || e.kind", joins="LEFT JOIN entities AS e ON e.id = t.id",
            uses=("id",),
        )  # fmt: skip
        yield Check(
            "subtype-missing", "entities", "kind",
            f"t.kind = {quote(kind)} AND t.id NOT IN (SELECT id FROM _ids_{table.name})",
            f"a row in {table.path} for each entity of kind {kind}",
            f"add the row to {table.path}, or correct the kind",
            f"'no row in {table.path}'", uses=("id", "kind"), needs=(table.name,),
        )  # fmt: skip
    yield Check(
        "unit-disagrees", "attributes", "unit",
        "(t.value_type = 'number') <> (t.unit IS NOT NULL)",
        "a unit exactly for attributes whose values are numbers",
        "give the unit, or correct the value type",
        "coalesce(t.unit, 'no unit') || ' for values of type ' || t.value_type",
        uses=("unit", "value_type"),
    )  # fmt: skip
    yield Check(
        "bounds-reversed", "benchmarks", "minimum", "num(t.minimum) >= num(t.maximum)",
        "minimum below maximum", "correct minimum or maximum", "t.minimum || ' to ' || t.maximum",
        uses=("minimum", "maximum"),
    )  # fmt: skip
    for table in contract:
        for f in table.fields:
            if f.references == table.name:
                yield _cycle(table, f.name)


def _unused(contract: Contract) -> Iterator[Check]:
    """Documents that gave nothing, and things of which nothing is said."""
    for name, code, what in (
        ("sources", "unused-source", "a value, statement or document that refers to it"),
        ("entities", "orphan-entity", "a fact, statement, heading or name that refers to it"),
    ):
        references = [
            f'SELECT "{f.name}" FROM "{t.name}" WHERE "{f.name}" IS NOT NULL'
            for t in contract
            for f in t.fields
            if f.references == name and f.name != "id"
        ]
        # A subtype's own references count too: they speak of the same thing.
        references += [
            f'SELECT "{f.name}" FROM "{t.name}" WHERE "{f.name}" IS NOT NULL'
            for t in contract
            for f in t.fields
            if f.references and contract[f.references].extends == name
        ]
        yield Check(
            code, name, "id", f"t.id NOT IN ({' UNION ALL '.join(references)})", what,
            "add what its source says of it, or remove the row", "'nothing refers to ' || t.id",
            uses=("id",), needs=tuple(t.name for t in contract),
        )  # fmt: skip


def _cycle(table: Table, column: str) -> Check:
    return Check(
        "reference-cycle", table.name, column,
        f"""t."{column}" IS NOT NULL AND t."{column}" <> t.id AND t.id IN (
            WITH RECURSIVE walk(origin, here, steps) AS (
                SELECT id, "{column}", 1 FROM "{table.name}" WHERE "{column}" IS NOT NULL
                UNION ALL SELECT w.origin, n."{column}", w.steps + 1 FROM walk AS w
                JOIN "{table.name}" AS n ON n.id = w.here
                WHERE n."{column}" IS NOT NULL AND w.here <> w.origin AND w.steps < 50
                    AND n."{column}" <> n.id)
            SELECT origin FROM walk WHERE here = origin)""",
        "a chain of references that ends", "let one row of the circle point nowhere",
        f't."{column}"',
        uses=("id", column),
    )  # fmt: skip


def _documents() -> Iterator[Check]:
    group = ("repository", "commit", "path")
    for name in group:
        yield Check(
            "address-incomplete", "sources", name,
            f"t.{name} IS NULL AND (t.opened = 'repository' OR "
            + " OR ".join(f"t.{o} IS NOT NULL" for o in group if o != name) + ")",
            "repository, commit and path together; all three where opened is repository",
            f"give the {name}", "'nothing'", uses=("opened", *group),
        )  # fmt: skip
    yield Check(
        "checksum-missing", "sources", "sha256",
        "t.sha256 IS NULL AND t.opened IN ('repository', 'copy')",
        "the SHA-256 of what was opened", "compute it and give it", "'nothing'",
        uses=("opened", "sha256"),
    )  # fmt: skip
    yield Check(
        "address-missing", "sources", "url",
        "t.url IS NULL AND t.repository IS NULL AND t.opened <> 'repository'",
        "an address", "give url, or repository, commit and path", "'nothing'",
        uses=("url", "repository", "opened"),
    )  # fmt: skip
    yield Check(
        "opened-before-published", "sources", "accessed_on",
        "t.published_on > left(t.accessed_on, length(t.published_on))",
        "a document opened after it was published", "correct one of the two dates",
        "t.accessed_on || ' before ' || t.published_on", uses=("accessed_on", "published_on"),
    )  # fmt: skip


def _findings() -> Iterator[Check]:
    yield Check(
        "id-disagrees", "evidence", "id",
        "NOT starts_with(t.id, t.verdict_id || '.e')", "verdict, dot, e, number",
        "make the identifier agree with verdict_id", "t.id || ' beside ' || t.verdict_id",
        uses=("id", "verdict_id"),
    )  # fmt: skip
    yield Check(
        "evidence-twice", "evidence", "score_id",
        "t.observation_id IS NOT NULL AND t.score_id IS NOT NULL",
        "an observation or a score, at most one", "write two pieces of evidence",
        "'both an observation and a score'", uses=("observation_id", "score_id"),
    )  # fmt: skip
    yield Check(
        "locator-alone", "evidence", "locator",
        "t.locator IS NOT NULL AND t.source_id IS NULL", "a locator in a source",
        "give source_id as well", "t.locator", uses=("locator", "source_id"),
    )  # fmt: skip
    yield Check(
        "due-reversed", "claims", "due_to", "t.due_from > t.due_to",
        "due_to at or after due_from", "exchange the two", "t.due_from || ' to ' || t.due_to",
        uses=("due_from", "due_to"),
    )  # fmt: skip
    yield Check(
        "due-incomplete", "claims", "due_to", "t.due_from IS NOT NULL AND t.due_to IS NULL",
        "a last day beside a first day", "give due_to", "'nothing'", uses=("due_from", "due_to"),
    )  # fmt: skip
    yield Check(
        "due-unexpected", "claims", "due_to",
        "t.due_to IS NOT NULL AND t.kind NOT IN ('prediction', 'judgment')",
        "due dates for predictions and judgments only", "empty the dates, or correct the kind",
        "t.due_to || ' for a ' || t.kind", uses=("due_to", "kind"),
    )  # fmt: skip


def _places_and_dates() -> Iterator[Check]:
    for table, names in LOCATORS.items():
        for name in names:
            reversed_lines = (
                f"list_filter(string_split(t.{name}, ' '), lambda x: regexp_matches(x, '^L.*-')"
                " AND num(regexp_extract(x, 'L([0-9]+)', 1))"
                " >= num(regexp_extract(x, '-([0-9]+)', 1)))"
            )
            yield Check(
                "locator-reversed", table, name, f"len({reversed_lines}) > 0",
                "a first line before the last one", "exchange the two lines", f"t.{name}",
                uses=(name,),
            )  # fmt: skip
            yield Check(
                "locator-repeated", table, name,
                f"len(string_split(t.{name}, ' ')) <> len(list_distinct("
                f"string_split(t.{name}, ' ')))",
                "each locator once", "remove the repetition", f"t.{name}", uses=(name,),
            )  # fmt: skip
    for table, names in PARTIAL_DATES.items():
        for name in names:
            yield Check(
                "no-such-day", table, name,
                f"length(t.{name}) = 10 AND TRY_CAST(t.{name} AS DATE) IS NULL",
                "a day of the calendar", "correct the day", f"t.{name}", uses=(name,),
            )  # fmt: skip
