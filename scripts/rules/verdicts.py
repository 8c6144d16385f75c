"""Rules of verdicts: who needs one, what it may rest on, and where it is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hikaku._statement import JUDGED
from scripts.contract import LOCATOR_FIELDS
from scripts.rules.check import Check, quote

OPENED_TIERS = "e.tier IN ('primary', 'carrier')"
# What must be among the evidence, by verdict: its stances; some of it was opened at a source.
NEEDED = {
    "supported": ("for",),
    "partly_supported": ("for", "against"),
    "contradicted": ("against",),
}


def verdict_rules() -> list[Check]:
    return [
        *_who_needs_one(),
        *_what_it_rests_on(),
        *_evidence(),
        *_due_days(),
        *_recomputations(),
    ]


def _who_needs_one() -> Iterator[Check]:
    """A source is under examination as soon as one of its rows has a verdict."""
    examined = " UNION ".join(
        f'SELECT source_id FROM "{t}" WHERE verdict_id IS NOT NULL' for t in JUDGED
    )
    checkable = {
        "observations": "a.nature = 'fact'",
        "scores": "true",
        "claims": "(t.nature = 'fact' OR t.kind = 'prediction')",
    }
    for table in JUDGED:
        yield Check(
            code="verdict-missing",
            table=table,
            column="verdict_id",
            where=f"t.verdict_id IS NULL AND {checkable[table]} AND t.source_id IN ({examined})",
            allowed="a verdict on each fact and prediction of a source that is examined",
            fix="reach a verdict and point at it, or correct the nature",
            found="'no verdict'",
            joins="LEFT JOIN attributes AS a ON a.id = t.attribute_id"
            if table == "observations"
            else "",
            uses={
                "observations": ("verdict_id", "source_id", "attribute_id"),
                "scores": ("verdict_id", "source_id"),
                "claims": ("verdict_id", "source_id", "nature", "kind"),
            }[table],
            needs=JUDGED,
        )
        yield Check(
            code="verdict-replaced",
            table=table,
            column="verdict_id",
            where="t.verdict_id IN (SELECT replaces_id FROM verdicts)",
            allowed="a verdict that no other replaces",
            fix="point at the newer verdict",
            found="t.verdict_id",
            uses=("verdict_id",),
            needs=("verdicts",),
        )
    used = " UNION ".join(
        f'SELECT verdict_id FROM "{t}" WHERE verdict_id IS NOT NULL' for t in JUDGED
    )
    yield Check(
        code="unused-verdict",
        table="verdicts",
        column="id",
        where=f"t.id NOT IN ({used}) AND NOT EXISTS"
        " (SELECT 1 FROM verdicts AS n WHERE n.replaces_id = t.id)",
        allowed="a row that points at it, or a newer verdict that replaces it",
        fix="point at it from the row that it is about, or remove it",
        found="'nothing points at ' || t.id",
        uses=("id",),
        needs=(*JUDGED, "verdicts"),
    )


def _what_it_rests_on() -> Iterator[Check]:
    for verdict, stances in NEEDED.items():
        allowed = ", ".join(quote(s) for s in stances)
        yield Check(
            code="evidence-thin",
            table="verdicts",
            column="verdict",
            where=f"t.verdict = {quote(verdict)} AND NOT EXISTS (SELECT 1 FROM evidence AS e"
            " WHERE (e.verdict_id = t.id OR starts_with(e.id, t.id || '.e'))"
            f" AND e.stance IN ({allowed}) AND {OPENED_TIERS})",
            allowed=f"evidence {' or '.join(stances)} it, of tier primary or carrier",
            fix="add the evidence, or change the verdict: nothing rests on unsourced words alone",
            found="t.verdict",
            uses=("id", "verdict"),
            needs=("evidence",),
        )
    yield Check(
        code="evidence-decides",
        table="verdicts",
        column="verdict",
        where="t.verdict = 'not_verifiable' AND EXISTS (SELECT 1 FROM evidence AS e"
        f" WHERE e.verdict_id = t.id AND e.stance IN ('for', 'against') AND {OPENED_TIERS})",
        allowed="no evidence for or against it that was opened at a source",
        fix="change the verdict, or the stance of the evidence to context",
        found="t.verdict",
        uses=("id", "verdict"),
        needs=("evidence",),
    )
    yield Check(
        code="open-unexpected",
        table="claims",
        column="verdict_id",
        where="v.verdict = 'open' AND t.kind <> 'prediction' AND t.due_to IS NULL",
        allowed="the verdict open for predictions and what has a due date only",
        fix="reach another verdict",
        found="t.verdict_id",
        joins="LEFT JOIN verdicts AS v ON v.id = t.verdict_id",
        uses=("verdict_id", "kind", "due_to"),
    )
    for table in ("observations", "scores"):
        yield Check(
            code="open-unexpected",
            table=table,
            column="verdict_id",
            where="v.verdict = 'open' AND t.status <> 'projected'",
            allowed="the verdict open for projected values only",
            fix="reach another verdict",
            found="t.verdict_id",
            joins="LEFT JOIN verdicts AS v ON v.id = t.verdict_id",
            uses=("verdict_id", "status"),
        )


def _evidence() -> Iterator[Check]:
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
        code="place-missing",
        table="evidence",
        column="locator",
        where="t.tier IN ('primary', 'carrier') AND t.locator IS NULL",
        allowed="the place in the source",
        fix="say where in the source it stands",
        found="'nothing'",
        uses=("tier", "locator"),
    )
    yield Check(
        code="not-opened",
        table="evidence",
        column="source_id",
        where="s.opened = 'not_opened'",
        allowed="a source that was opened",
        fix="open the source, or take the evidence out",
        found="t.source_id",
        joins="LEFT JOIN sources AS s ON s.id = t.source_id",
        uses=("source_id",),
    )
    for name, table in (("observation_id", "observations"), ("score_id", "scores")):
        yield Check(
            code="evidence-disagrees",
            table="evidence",
            column="locator",
            where="t.source_id <> d.source_id OR t.locator <> d.locator",
            allowed=f"the source and locator of {name}",
            fix="copy both from the row that it points at",
            found="concat(t.source_id, ':', t.locator, ' beside ', d.id)",
            joins=f'LEFT JOIN "{table}" AS d ON d.id = t.{name}'
            " AND (t.observation_id IS NULL OR t.score_id IS NULL)",
            uses=("source_id", "locator", "observation_id", "score_id"),
        )
    used = " UNION ALL ".join(
        f"SELECT source_id, unnest(string_split({name}, ' ')) AS locator FROM \"{table}\""
        for table, names in LOCATOR_FIELDS.items()
        for name in names
    )
    yield Check(
        code="unused-verification",
        table="verifications",
        column="locator",
        where=f"(t.source_id, t.locator) NOT IN (SELECT (source_id, locator) FROM ({used})"
        " WHERE source_id IS NOT NULL AND locator IS NOT NULL)",
        allowed="a place that a row refers to",
        fix="run `python -m scripts.verify` again",
        found="t.locator",
        uses=("source_id", "locator"),
        needs=tuple(LOCATOR_FIELDS),
    )


def _due_days() -> Iterator[Check]:
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
    yield Check(
        code="past-due",
        table="claims",
        column="due_to",
        where=f"t.due_to < {quote(date.today().isoformat())}"
        " AND coalesce(v.verdict, 'open') = 'open'",
        allowed="a verdict other than open once the last day has passed",
        fix="look what came of it, and reach a verdict",
        found="t.due_to",
        joins="LEFT JOIN verdicts AS v ON v.id = t.verdict_id",
        uses=("due_to", "verdict_id"),
        severity="warning",
    )


def _recomputations() -> Iterator[Check]:
    yield Check(
        code="statement-count",
        table="recomputations",
        column="observation_id",
        where="(t.observation_id IS NULL) = (t.claim_id IS NULL)",
        allowed="an observation or a claim, exactly one",
        fix="name the statement that is recomputed",
        found="concat(coalesce(t.observation_id, 'nothing'), ' and ',"
        " coalesce(t.claim_id, 'nothing'))",
        uses=("observation_id", "claim_id"),
    )
    yield Check(
        code="bounds-unexpected",
        table="recomputations",
        column="low",
        where="(t.claim_id IS NULL) <> (t.low IS NULL AND t.high IS NULL)",
        allowed="an end of the agreeing results exactly where the statement is a claim",
        fix="give low or high, or empty both",
        found="concat('low ', coalesce(t.low, 'empty'), ', high ', coalesce(t.high, 'empty'))",
        uses=("claim_id", "low", "high"),
    )
    known = " UNION ALL ".join(
        f'SELECT id FROM "{t}" WHERE number IS NOT NULL OR low IS NOT NULL'
        for t in ("observations", "scores")
    )
    yield Check(
        code="input-unknown",
        table="recomputations",
        column="inputs",
        where="EXISTS (SELECT 1 FROM (SELECT unnest(string_split(t.inputs, ' ')) AS input)"
        f" WHERE input NOT IN ({known}))",
        allowed="ids of observations or scores that have a number",
        fix="correct the ids",
        found="t.inputs",
        uses=("inputs",),
        needs=("observations", "scores"),
    )
