"""Rules of printed tables: headings, and the cells that belong under them."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.contract import CELL_TABLES
from scripts.rules.check import Check


def printed_rules() -> Iterator[Check]:
    """Headings name what their cells are about, and no cell of a table is missing."""
    yield Check(
        code="id-disagrees",
        table="comparison_items",
        column="id",
        where="t.id <> t.comparison_id || ':' || left(t.axis, 1) || t.position",
        allowed="comparison, colon, r or c, position",
        fix="make the identifier agree with the other fields",
        found="concat(t.id, ' beside ', t.comparison_id, ':', left(t.axis, 1), t.position)",
        uses=("id", "comparison_id", "axis", "position"),
    )
    yield Check(
        code="heading-gap",
        table="comparison_items",
        column="position",
        where="t._rank <> num(t.position)",
        allowed="1, 2, 3, … along each axis",
        fix="number the headings in printed order",
        found="t.position",
        source="(SELECT *, row_number() OVER (PARTITION BY comparison_id, axis"
        " ORDER BY num(position), _row) AS _rank FROM comparison_items)",
        uses=("position", "axis", "comparison_id"),
        needs=("comparison_items",),
    )
    yield Check(
        code="heading-nameless",
        table="comparison_items",
        column="name",
        where="t.name IS NULL AND t.entity_id IS NULL",
        allowed="a name or an entity",
        fix="name the heading, or point at what it names",
        found="'neither name nor entity'",
        uses=("name", "entity_id"),
    )
    cells = " UNION ALL ".join(
        f'SELECT comparison_id, "row", "column" FROM {t}' for t in CELL_TABLES
    )
    axis = 'CASE t.axis WHEN \'row\' THEN c."row" ELSE c."column" END'
    yield Check(
        code="heading-without-cell",
        table="comparison_items",
        column="position",
        where="(t.axis = 'row' OR t.position <> '1') AND NOT EXISTS (SELECT 1 FROM ("
        f"{cells}) AS c WHERE c.comparison_id = t.comparison_id AND {axis} = t.position)",
        allowed="a cell in each row and column",
        fix="add the cells, or remove the heading",
        found="'no cell in ' || t.axis || ' ' || t.position",
        uses=("comparison_id", "axis", "position"),
        needs=CELL_TABLES,
    )
    yield Check(
        code="comparison-incomplete",
        table="comparison_items",
        column="position",
        where="t._missing IS NOT NULL",
        allowed="every cell of the printed table",
        fix="add a row for the cell, with a status if it holds no value",
        found="'no cell in row ' || t.position || ', column ' || t._missing",
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
        uses=("comparison_id", "axis", "position"),
        needs=CELL_TABLES,
    )
    for table in CELL_TABLES:
        # Joins look at cells of printed tables only; most values of a large table are none.
        printed = f'(SELECT * FROM "{table}" WHERE comparison_id IS NOT NULL)'
        yield Check(
            code="cell-without-place",
            table=table,
            column="comparison_id",
            where='NOT ((t.comparison_id IS NULL) = (t."row" IS NULL)'
            ' AND (t."row" IS NULL) = (t."column" IS NULL))',
            allowed="comparison, row and column together, or none",
            fix="give all three, or none",
            found="concat('comparison ', coalesce(t.comparison_id, 'empty'), ', row ',"
            " coalesce(t.\"row\", 'empty'), ', column ', coalesce(t.\"column\", 'empty'))",
            uses=("comparison_id", "row", "column"),
        )
        for axis in ("row", "column"):
            yield Check(
                code="cell-without-heading",
                table=table,
                column=axis,
                where=f't."{axis}" IS NOT NULL AND t.comparison_id IN (SELECT id FROM comparisons)'
                " AND NOT EXISTS (SELECT 1 FROM comparison_items AS i WHERE i.comparison_id ="
                f" t.comparison_id AND i.axis = '{axis}' AND i.position = t.\"{axis}\")",
                allowed=f"the position of a {axis} heading of the comparison",
                fix=f"correct the {axis}, or add the heading to comparison_items",
                found=f"'{axis} ' || t.\"{axis}\" || ' of ' || t.comparison_id",
                source=printed,
                uses=("comparison_id", axis),
                needs=("comparison_items",),
            )
        yield Check(
            code="source-disagrees",
            table=table,
            column="source_id",
            where="c.source_id <> t.source_id",
            allowed="the source of the comparison",
            fix="correct source_id or comparison_id",
            found="t.source_id || ' beside ' || c.source_id",
            source=printed,
            joins="LEFT JOIN comparisons AS c ON c.id = t.comparison_id",
            uses=("source_id", "comparison_id"),
        )
        subject, attribute = {
            "observations": ("subject_id", "attribute_id"),
            "scores": ("model_id", "benchmark_id"),
        }[table]
        for axis in ("row", "column"):
            yield Check(
                code="heading-disagrees",
                table=table,
                column=axis,
                where=f"i.entity_id NOT IN (t.{subject}, t.{attribute})",
                allowed=f"a cell about what its {axis} heading names",
                fix=f"correct {subject}, {attribute}, or the place of the cell",
                found=f"'under the {axis} heading of ' || i.entity_id",
                source=printed,
                joins="LEFT JOIN comparison_items AS i ON i.comparison_id = t.comparison_id"
                f" AND i.axis = '{axis}' AND i.position = t.\"{axis}\"",
                uses=("comparison_id", axis, subject, attribute),
            )
