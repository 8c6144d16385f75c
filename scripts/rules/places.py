"""Rules of places in repositories: what came of opening them again, and that somebody did."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.contract import LOCATOR_FIELDS
from scripts.rules.check import Check


def place_rules() -> Iterator[Check]:
    yield Check(
        code="place-differs",
        table="verifications",
        column="state",
        where="t.state IN ('changed', 'moved', 'unreachable')",
        allowed="a place that holds what we printed",
        fix="correct the rows that name it and run `python -m scripts.verify`, or say in"
        " tables/waivers.csv why it stays",
        found="t.source_id || ':' || t.locator || ' ' || t.state",
        uses=("source_id", "locator", "state"),
        waivable=True,
    )


def release_rules() -> Iterator[Check]:
    """What only a release demands: while rows are added, their places wait to be opened."""
    for table, names in LOCATOR_FIELDS.items():
        yield Check(
            code="place-never-opened",
            table=table,
            column=names[0],
            where="(t.source_id, t._place) NOT IN (SELECT (source_id, locator) FROM verifications"
            " WHERE source_id IS NOT NULL AND locator IS NOT NULL)",
            allowed="a place in a repository that was opened again",
            fix="run `python -m scripts.verify`, or say in tables/waivers.csv why it cannot be",
            found="t.source_id || ':' || t._place",
            source=f"(SELECT *, unnest(string_split(concat_ws(' ', {', '.join(names)}), ' '))"
            f' AS _place FROM "{table}" WHERE {names[0]} IS NOT NULL AND source_id IN'
            " (SELECT id FROM sources WHERE opened = 'repository'))",
            uses=("source_id", *names),
            needs=("sources", "verifications"),
            waivable=True,
        )
