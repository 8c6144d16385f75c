"""A diff carried out gives the newer tables; order and formatting are no change."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.diff.model import Diff, TableDiff
from scripts.diff.run import diff, to_json, to_text
from tests.releases import release, table

TEXT = st.text(st.sampled_from('ab|",\n é谱'), max_size=3)
FIELDS = ("p", "q", "r")


@st.composite
def sides(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]]]:
    """A table with a key of two parts and some further fields, and its rows."""
    fields = ["a", "b", *draw(st.permutations(FIELDS))[: draw(st.integers(0, 3))]]
    keys = draw(st.lists(st.tuples(TEXT, TEXT), unique=True, max_size=5))
    rows = [[*key, *(draw(TEXT) for _ in fields[2:])] for key in keys]
    return table("things", fields, ["a", "b"]), rows


def held(side: tuple[dict[str, Any], list[list[str]]]) -> dict[tuple[str, ...], dict[str, str]]:
    names = [f["name"] for f in side[0]["schema"]["fields"]]
    return {(r[0], r[1]): dict(zip(names, r, strict=True)) for r in side[1]}


def apply(
    found: TableDiff, rows: dict[tuple[str, ...], dict[str, str]]
) -> dict[tuple[str, ...], dict[str, str]]:
    """Carry out the changes; each must fit what is there."""
    result = {key: dict(cells) for key, cells in rows.items()}
    for row in found.removed:
        assert result.pop(row.key) == row.cells
    for c in found.changed:
        assert result[c.key].pop(c.field, None) == c.old
        if c.new is not None:
            result[c.key][c.field] = c.new
    for row in found.added:
        assert row.key not in result
        result[row.key] = row.cells
    return result


def turned(found: Diff) -> Diff:
    """The same diff seen from the other side."""
    return Diff(
        found.new, found.old or "",
        tuple(replace(c, old=c.new, new=c.old) for c in found.contract),
        tuple(
            TableDiff(
                t.name, t.key, t.removed, t.added,
                tuple(replace(c, old=c.new, new=c.old) for c in t.changed),
            )
            for t in found.tables
        ),
    )  # fmt: skip


def same(a: Diff, b: Diff) -> bool:
    """Equal but for the order of the cells of one row, which follows the newer contract."""

    def normal(d: Diff) -> tuple[Any, ...]:
        tables = [replace(t, changed=tuple(sorted(t.changed, key=str))) for t in d.tables]
        return d.contract, tables

    return normal(a) == normal(b)


@given(old=sides(), new=sides())
def test_a_diff_carried_out_gives_the_newer_tables(
    old: Any, new: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    a, b = release(folder / "a", [old]), release(folder / "b", [new])
    forth = diff(a, b)
    assert apply(forth.table("things"), held(old)) == held(new)
    assert same(turned(forth), diff(b, a))
    assert diff(a, a).empty
    added = diff(None, b).table("things")
    assert apply(added, {}) == held(new)
    json.loads(to_json(forth))
    to_text(forth)


@given(side=sides(), data=st.data())
def test_order_and_formatting_are_no_change(
    side: Any, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    a, b = release(folder / "a", [side]), release(folder / "b", [side])
    names = [f["name"] for f in side[0]["schema"]["fields"]]
    columns = data.draw(st.permutations(range(len(names))))
    rows = [names, *data.draw(st.permutations(side[1]))]
    with (b / "tables/things.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
        writer.writerows([r[i] for i in columns] for r in rows)
    raw = json.loads((b / "datapackage.json").read_text())
    raw["resources"][0] |= {"bytes": 2, "hash": "sha256:1"}
    (b / "datapackage.json").write_text(json.dumps(raw, indent=4, sort_keys=True))
    assert diff(a, b).empty
