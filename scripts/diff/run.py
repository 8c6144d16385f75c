"""What changed between two releases, cell by cell.

Rows are matched by key and cells by field, so the order of rows and the way a file is written
are no change. Labels are compared where both sides have them: a release in tables/labels.csv,
a package root in its translations.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scripts import command
from scripts.diff.contract import contract_changes
from scripts.diff.model import Cell, ContractChange, Diff, Key, Row, TableDiff
from scripts.diff.sides import NOTHING, Cells, Layout, Side, read_side, read_table
from scripts.findings import count
from scripts.labels.rows import LABELS

SHOWN = 20
WIDTH = 100
LEAD = 20  # characters that are kept in front of the first difference


def diff(old: Path | None, new: Path) -> Diff:
    """What changed from `old` to `new`, release folders or package roots; None is no release.

    Raises Incomparable for a folder that is neither, or whose tables do not fit its contract.
    Cost: both sides of a table are held at once; files with the same bytes are not parsed.
    """
    before = NOTHING if old is None else read_side(old)
    after = read_side(new)
    skip = _without_labels(before, after)
    contract = contract_changes(None if old is None else before.raw, after.raw, skip[1])
    tables = [
        _table(before, after, name)
        for name in sorted(({*before.tables} | {*after.tables}) - skip[0])
    ]
    return Diff(
        before.version,
        after.version or "",
        tuple(contract),
        tuple(t for t in tables if not t.empty),
    )


def _without_labels(before: Side, after: Side) -> tuple[set[str], set[str]]:
    """What not to compare, rows and contract: a package root has no contract of its labels."""
    roots = [s for s in (before, after) if s.root]
    rows = {LABELS} if any(LABELS not in s.tables for s in roots) else set()
    return rows, {LABELS} if roots else set()


def _table(before: Side, after: Side, name: str) -> TableDiff:
    old, new = before.tables.get(name), after.tables.get(name)
    if old is None or new is None or old.key != new.key:
        removed = () if old is None else _whole(before, old)
        added = () if new is None else _whole(after, new)
        return TableDiff(name, (new or old or _NONE).key, added, removed)
    if old.fields == new.fields and _same_bytes(old, new):
        return TableDiff(name, new.key)
    order = (*new.fields, *(f for f in old.fields if f not in new.fields))
    was, now = read_table(before, old, order), read_table(after, new, order)
    return TableDiff(
        name,
        new.key,
        _rows(((k, now[k]) for k in sorted(now.keys() - was.keys())), order),
        _rows(((k, was[k]) for k in sorted(was.keys() - now.keys())), order),
        tuple(_cells(was, now, order)),
    )


_NONE = Layout("", (), (), None)


def _whole(side: Side, table: Layout) -> tuple[Row, ...]:
    return _rows(sorted(read_table(side, table, table.fields).items()), table.fields)


def _same_bytes(old: Layout, new: Layout) -> bool:
    if old.path is None or new.path is None:
        return False
    try:
        if old.path.stat().st_size != new.path.stat().st_size:
            return False
        return old.path.read_bytes() == new.path.read_bytes()
    except OSError:
        return False  # reading the rows will say what is wrong


def _rows(rows: Iterable[tuple[Key, Cells]], order: Sequence[str]) -> tuple[Row, ...]:
    return tuple(
        Row(key, {f: c for f, c in zip(order, cells, strict=True) if c is not None})
        for key, cells in rows
    )


def _cells(was: dict[Key, Cells], now: dict[Key, Cells], order: Sequence[str]) -> Iterator[Cell]:
    for key in sorted(k for k, cells in now.items() if was.get(k, cells) != cells):
        for field, old, new in zip(order, was[key], now[key], strict=True):
            if old != new:
                yield Cell(key, field, old, new)


# --- for people and for machines ---


def to_json(found: Diff) -> str:
    """The whole diff; keys are lists, and null is what a side does not have."""
    contract = [{"place": c.place, "text": c.is_text, **asdict(c)} for c in found.contract]
    return json.dumps(
        {
            "old": found.old,
            "new": found.new,
            "empty": found.empty,
            "contract": contract,
            "tables": [asdict(t) for t in found.tables],
        },
        ensure_ascii=False,
        indent=2,
    )


def to_text(found: Diff) -> str:
    """The diff by table, long lists cut with what was left out counted; the sum comes last."""
    parts = []
    if found.contract:
        lines = [_contract_line(c) for c in sorted(found.contract, key=lambda c: c.is_text)]
        parts.append("contract\n" + _cut(lines))
    parts += [_table_text(t) for t in found.tables]
    old = "nothing" if found.old is None else found.old
    sums = Counter[str]()
    for t in found.tables:
        sums += Counter(added=len(t.added), removed=len(t.removed), changed=len(t.changed))
    parts.append(
        f"{old} -> {found.new}: "
        + (
            "no change"
            if found.empty
            else f"{count(len(found.contract), 'change')} of the contract, "
            f"{count(sums['added'], 'row')} added, {count(sums['removed'], 'row')} removed, "
            f"{count(sums['changed'], 'cell')} changed"
        )
    )
    return "\n\n".join(parts)


def _table_text(table: TableDiff) -> str:
    parts = [table.name]
    for what, rows in (("added", table.added), ("removed", table.removed)):
        if rows:
            sign = "+" if what == "added" else "-"
            lines = [f"{sign} {'|'.join(row.key)}" for row in rows]
            parts.append(f" {count(len(rows), 'row')} {what}\n" + _cut(lines))
    if table.changed:
        lines = [
            "~ {}  {}: {} -> {}".format("|".join(c.key), c.field, *_excerpts(c.old, c.new))
            for c in table.changed
        ]
        parts.append(f" {count(len(table.changed), 'cell')} changed\n" + _cut(lines))
    return "\n".join(parts)


def _contract_line(change: ContractChange) -> str:
    whole = change.what in ("table", "field")
    if whole or change.old is None or change.new is None:
        sign, value = ("+", change.new) if change.old is None else ("-", change.old)
        shown = "" if isinstance(value, dict) else f": {_excerpts(None, value)[1]}"
        return f"{sign} {change.place}  {change.what}{shown}"
    old, new = _excerpts(change.old, change.new)
    return f"~ {change.place}  {change.what}: {old} -> {new}"


def _excerpts(old: Any, new: Any) -> tuple[str, str]:
    """Both values, short ones whole, long ones from shortly before they differ."""
    texts = [_shown(old), _shown(new)]
    start = 0
    if max(map(len, texts)) > WIDTH:
        same = next(
            (i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b),
            min(map(len, texts)),
        )
        start = max(0, same - LEAD) if None not in (old, new) else 0
    cut = [
        ("…" if start else "") + t[start : start + WIDTH] + ("…" if t[start + WIDTH :] else "")
        for t in texts
    ]
    return cut[0], cut[1]


def _shown(value: Any) -> str:
    if value is None:
        return "no field"
    if value == "":
        return "(empty)"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(lines: list[str]) -> str:
    shown = [f"  {line}" for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        shown.append(f"  … and {len(lines) - SHOWN:,} more; --json lists them all")
    return "\n".join(shown)


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("diff", "What changed between two releases.", root=False)
    parser.add_argument("old", type=Path, help="folder of a release, or root of the package")
    parser.add_argument("new", type=Path, help="the same, later")
    return command.run(parser, _act, arguments, failed="not compared")


def _act(options: argparse.Namespace) -> int:
    found = diff(options.old, options.new)
    print(to_json(found) if options.json else to_text(found))
    return command.OK
