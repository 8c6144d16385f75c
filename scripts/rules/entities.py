"""Rules of entities and their subtypes: kinds, units, bounds, circles, and what is left unused."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.contract import Contract, Table
from scripts.rules.check import Check, quote


def entity_rules(contract: Contract) -> Iterator[Check]:
    yield from _subtypes(contract)
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
