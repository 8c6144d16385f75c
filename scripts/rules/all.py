"""The rules of the tables that a contract cannot express, each an SQL condition with a name.

They look only at cells that are sound by the contract, so one defect gives one finding.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.rules.from_contract import Check, quote
from scripts.contract import Contract, Table
from scripts.rules.corrections import correction_rules
from scripts.sources.document import LOCATOR_FIELDS
from scripts.rules.printed_tables import printed_rules
from scripts.rules.values import value_rules
from scripts.rules.verdicts import verdict_rules

PARTIAL_DATES = {
    "sources": ("published_on",),
    "observations": ("period_start", "period_end"),
}


def rules(contract: Contract) -> list[Check]:
    return [
        *value_rules(),
        *printed_rules(),
        *verdict_rules(),
        *correction_rules(contract),
        *_entities(contract),
        *_unused(contract),
        *_documents(),
        *_findings(),
        *_places_and_dates(),
    ]


def _entities(contract: Contract) -> Iterator[Check]:
    for kind, table in contract.subtypes("entities").items():
        yield Check(
            code="kind-disagrees",
            table=table.name,
            column="id",
            where=f"e.kind <> {quote(kind)}",
            allowed=f"an entity of kind {kind}",
            fix=f"correct the kind in entities.csv, or remove the row from {table.path}",
            found="t.id || ' is of kind ' || e.kind",
            joins="LEFT JOIN entities AS e ON e.id = t.id",
            uses=("id",),
        )
        yield Check(
            code="subtype-missing",
            table="entities",
            column="kind",
            where=f"t.kind = {quote(kind)} AND t.id NOT IN (SELECT id FROM _ids_{table.name})",
            allowed=f"a row in {table.path} for each entity of kind {kind}",
            fix=f"add the row to {table.path}, or correct the kind",
            found=f"'no row in {table.path}'",
            uses=("id", "kind"),
            needs=(table.name,),
        )
    yield Check(
        code="unit-disagrees",
        table="attributes",
        column="unit",
        where="(t.value_type = 'number') <> (t.unit IS NOT NULL)",
        allowed="a unit exactly for attributes whose values are numbers",
        fix="give the unit, or correct the value type",
        found="coalesce(t.unit, 'no unit') || ' for values of type ' || t.value_type",
        uses=("unit", "value_type"),
    )
    yield Check(
        code="bounds-reversed",
        table="benchmarks",
        column="minimum",
        where="num(t.minimum) >= num(t.maximum)",
        allowed="minimum below maximum",
        fix="correct minimum or maximum",
        found="t.minimum || ' to ' || t.maximum",
        uses=("minimum", "maximum"),
    )
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
            code=code,
            table=name,
            column="id",
            where=f"t.id NOT IN ({' UNION ALL '.join(references)})",
            allowed=what,
            fix="add what its source says of it, or remove the row",
            found="'nothing refers to ' || t.id",
            uses=("id",),
            needs=tuple(t.name for t in contract),
        )


def _cycle(table: Table, column: str) -> Check:
    return Check(
        code="reference-cycle",
        table=table.name,
        column=column,
        where=f"""t."{column}" IS NOT NULL AND t."{column}" <> t.id AND t.id IN (
            WITH RECURSIVE walk(origin, here, steps) AS (
                SELECT id, "{column}", 1 FROM "{table.name}" WHERE "{column}" IS NOT NULL
                UNION ALL SELECT w.origin, n."{column}", w.steps + 1 FROM walk AS w
                JOIN "{table.name}" AS n ON n.id = w.here
                WHERE n."{column}" IS NOT NULL AND w.here <> w.origin AND w.steps < 50
                    AND n."{column}" <> n.id)
            SELECT origin FROM walk WHERE here = origin)""",
        allowed="a chain of references that ends",
        fix="let one row of the circle point nowhere",
        found=f't."{column}"',
        uses=("id", column),
    )


def _documents() -> Iterator[Check]:
    group = ("repository", "commit", "path")
    for name in group:
        yield Check(
            code="address-incomplete",
            table="sources",
            column=name,
            where=f"t.{name} IS NULL AND (t.opened = 'repository' OR "
            + " OR ".join(f"t.{o} IS NOT NULL" for o in group if o != name)
            + ")",
            allowed="repository, commit and path together; all three where opened is repository",
            fix=f"give the {name}",
            found="'nothing'",
            uses=("opened", *group),
        )
    yield Check(
        code="checksum-missing",
        table="sources",
        column="sha256",
        where="t.sha256 IS NULL AND t.opened IN ('repository', 'copy')",
        allowed="the SHA-256 of what was opened",
        fix="compute it and give it",
        found="'nothing'",
        uses=("opened", "sha256"),
    )
    yield Check(
        code="address-missing",
        table="sources",
        column="url",
        where="t.url IS NULL AND t.repository IS NULL AND t.opened <> 'repository'",
        allowed="an address",
        fix="give url, or repository, commit and path",
        found="'nothing'",
        uses=("url", "repository", "opened"),
    )
    yield Check(
        code="opened-before-published",
        table="sources",
        column="accessed_on",
        where="t.published_on > left(t.accessed_on, length(t.published_on))",
        allowed="a document opened after it was published",
        fix="correct one of the two dates",
        found="t.accessed_on || ' before ' || t.published_on",
        uses=("accessed_on", "published_on"),
    )


def _findings() -> Iterator[Check]:
    yield Check(
        code="id-disagrees",
        table="evidence",
        column="id",
        where="NOT starts_with(t.id, t.verdict_id || '.e')",
        allowed="verdict, dot, e, number",
        fix="make the identifier agree with verdict_id",
        found="t.id || ' beside ' || t.verdict_id",
        uses=("id", "verdict_id"),
    )
    yield Check(
        code="evidence-twice",
        table="evidence",
        column="score_id",
        where="t.observation_id IS NOT NULL AND t.score_id IS NOT NULL",
        allowed="an observation or a score, at most one",
        fix="write two pieces of evidence",
        found="'both an observation and a score'",
        uses=("observation_id", "score_id"),
    )
    yield Check(
        code="locator-alone",
        table="evidence",
        column="locator",
        where="t.locator IS NOT NULL AND t.source_id IS NULL",
        allowed="a locator in a source",
        fix="give source_id as well",
        found="t.locator",
        uses=("locator", "source_id"),
    )
    yield Check(
        code="due-reversed",
        table="claims",
        column="due_to",
        where="t.due_from > t.due_to",
        allowed="due_to at or after due_from",
        fix="exchange the two",
        found="t.due_from || ' to ' || t.due_to",
        uses=("due_from", "due_to"),
    )
    yield Check(
        code="due-incomplete",
        table="claims",
        column="due_to",
        where="t.due_from IS NOT NULL AND t.due_to IS NULL",
        allowed="a last day beside a first day",
        fix="give due_to",
        found="'nothing'",
        uses=("due_from", "due_to"),
    )
    yield Check(
        code="due-unexpected",
        table="claims",
        column="due_to",
        where="t.due_to IS NOT NULL AND t.kind NOT IN ('prediction', 'judgment')",
        allowed="due dates for predictions and judgments only",
        fix="empty the dates, or correct the kind",
        found="t.due_to || ' for a ' || t.kind",
        uses=("due_to", "kind"),
    )


def _places_and_dates() -> Iterator[Check]:
    for table, names in {**LOCATOR_FIELDS, "verifications": ("locator",)}.items():
        for name in names:
            reversed_lines = (
                f"list_filter(string_split(t.{name}, ' '), lambda x: regexp_matches(x, '^L.*-')"
                " AND num(regexp_extract(x, 'L([0-9]+)', 1))"
                " >= num(regexp_extract(x, '-([0-9]+)', 1)))"
            )
            yield Check(
                code="locator-reversed",
                table=table,
                column=name,
                where=f"CASE WHEN contains(t.{name}, '-') THEN len({reversed_lines}) > 0 END",
                allowed="a first line before the last one",
                fix="exchange the two lines",
                found=f"t.{name}",
                uses=(name,),
            )
            yield Check(
                code="locator-repeated",
                table=table,
                column=name,
                where=f"CASE WHEN contains(t.{name}, ' ') THEN len(string_split(t.{name}, ' '))"
                f" <> len(list_distinct(string_split(t.{name}, ' '))) END",
                allowed="each locator once",
                fix="remove the repetition",
                found=f"t.{name}",
                uses=(name,),
            )
    for table, names in PARTIAL_DATES.items():
        for name in names:
            yield Check(
                code="no-such-day",
                table=table,
                column=name,
                where=f"length(t.{name}) = 10 AND TRY_CAST(t.{name} AS DATE) IS NULL",
                allowed="a day of the calendar",
                fix="correct the day",
                found=f"t.{name}",
                uses=(name,),
            )
