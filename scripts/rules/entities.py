"""Rules of entities and their subtypes: kinds, names, units, bounds, circles, what is unused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from hikaku._find import fold
from scripts import characters
from scripts.contract import Contract, Table
from scripts.rules.check import Check, quote


def entity_rules(contract: Contract) -> Iterator[Check]:
    yield from _subtypes(contract)
    yield from _names()
    yield from _attributes_and_benchmarks()
    for table in contract:
        for f in table.fields:
            if f.references == table.name:
                yield _cycle(table, f.name)
    yield from _unused(contract)


def _subtypes(contract: Contract) -> Iterator[Check]:
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


def alike(name: str) -> str:
    """The form in which names that readers take for one are equal.

    The form under which names are found, and no hyphens, nor characters that do not show.
    """
    return "".join(
        c for c in fold(name) if unicodedata.category(c) != "Pd" and not characters.hides(c)
    )


def names(contract: Contract) -> str | None:
    """SQL for all names, for which validation gives the rules the table `_alike`: name, form."""
    given = [("entities", "name"), ("aliases", "text")]
    known = {(t.name, f.name) for t in contract for f in t.fields}
    if not known.issuperset(given):
        return None
    return " UNION ".join(f'SELECT "{f}" FROM "{t}" WHERE "{f}" IS NOT NULL' for t, f in given)


def _names() -> Iterator[Check]:
    """Two things of one kind under one name cannot be told apart, nor found."""
    yield Check(
        code="same-name",
        table="entities",
        column="name",
        where="t._first IS NOT NULL",
        allowed="a name of its own among things of its kind, without regard to case, width, space"
        " and hyphens",
        fix="tell the two apart in their names, or make them one",
        found="t.name || ', as ' || t._first",
        source="(SELECT *, CASE WHEN row_number() OVER same > 1 THEN first(id) OVER same END"
        " AS _first FROM entities LEFT JOIN _alike USING (name)"
        " WINDOW same AS (PARTITION BY kind, form ORDER BY _row))",
        uses=("kind", "name"),
    )
    yield Check(
        code="same-name",
        table="aliases",
        column="text",
        where="e.id IS NOT NULL",
        allowed="a name that nothing else of its kind has as its own",
        fix="remove the alias, or tell the two apart in their names",
        found="t.text || ', the name of ' || e.id",
        source="(SELECT a.*, own.kind AS _kind, form FROM aliases AS a"
        " JOIN entities AS own ON own.id = a.entity_id JOIN _alike AS n ON n.name = a.text)",
        joins="LEFT JOIN (SELECT kind, form, min(id) AS id FROM entities JOIN _alike USING (name)"
        " GROUP BY ALL) AS e"
        " ON e.kind = t._kind AND e.form = t.form AND e.id <> t.entity_id",
        uses=("entity_id", "text"),
        needs=("entities",),
    )
    yield Check(
        code="mixed-script",
        table="aliases",
        column="text",
        where=f"regexp_matches(t.text, '{characters.mixed_pattern()}')",
        allowed="words of one alphabet",
        fix="type the word anew: letters of another alphabet only look the same",
        found="t.text",
        uses=("text",),
    )


def _attributes_and_benchmarks() -> Iterator[Check]:
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
