"""Version by meaning: what a diff demands of the next version, and of its corrections.

Removing, renaming and narrowing is major; adding is minor; correcting is patch. This holds below
1.0.0 too. A renamed thing is one removed and one added.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hikaku._formats import version as versions
from hikaku.errors import InvalidValue
from scripts.contract import CORRECTIONS, DESCRIPTOR
from scripts.diff import sides
from scripts.diff.model import ContractChange, Diff, Row, TableDiff
from scripts.findings import Finding, count
from scripts.labels.rows import LABELS

Part = Literal["major", "minor", "patch"]
PARTS: tuple[Part, ...] = ("major", "minor", "patch")

# Written by a command, or about our own checks: nothing that readers use comes or goes with them.
GENERATED = ("verifications", "waivers")
WIDER = {"integer": "number"}  # every whole number is a number
LOWER = {f"constraints.{name}" for name in sides.LOWER}
UPPER = {f"constraints.{name}" for name in sides.UPPER}
NARROWING = ("constraints.", "uniqueKeys.", "foreignKeys.")
# What readers look at but no program relies on; and minimumRows, which guards our own build.
NOTES = {"$schema", "keywords", "contributors", "verbatim", "minimumRows", "order of fields"}


@dataclass(frozen=True)
class Reason:
    """One change and the part of the version that it raises."""

    part: Part
    what: str


def required(diff: Diff) -> Part | None:
    """The part of the version that must be raised; None if nothing changed."""
    demanded = {r.part for r in reasons(diff)}
    return next((part for part in PARTS if part in demanded), None)


def reasons(diff: Diff) -> list[Reason]:
    """Each change of the contract, and each kind of change of a table; what weighs most first."""
    found = [Reason(_part(c), f"{c.place}: {_words(c)}") for c in diff.contract]
    for table in diff.tables:
        found += _labels(table) if table.name == LABELS else _rows(table)
    return sorted(found, key=lambda r: PARTS.index(r.part))


def check(baseline: str | None, version: str, diff: Diff) -> list[Finding]:
    """What keeps the release from having this version; `baseline` is the last one published.

    Also one finding for each published value that changed without a reason in `corrections`.
    Nothing where no version was published.
    """
    if baseline is None:
        return []
    return [*_version(baseline, version, diff), *_corrections(diff)]


# --- what each change demands ---


def _part(change: ContractChange) -> Part:
    what, old, new = change.what, change.old, change.new
    if change.is_text or what in NOTES or what.rsplit(".", 1)[-1] == "example":
        return "patch"
    if what == "type":
        return "minor" if WIDER.get(old) == new else "major"
    if what == "enum" or what.startswith(NARROWING):
        return "minor" if _widened(what, old, new) else "major"
    if what == "references":
        return "major" if new is not None else "minor"
    return "minor" if old is None else "major"


def _widened(what: str, old: Any, new: Any) -> bool:
    """Whether what was allowed still is. Patterns cannot be compared, so each is narrower."""
    if new is None:
        return True
    if old is None or isinstance(old, str) != isinstance(new, str):
        return False
    if what in LOWER:
        return bool(new < old)
    return bool(new > old) if what in UPPER else False


def _words(change: ContractChange) -> str:
    if change.old is None:
        return f"{change.what} added"
    return f"{change.what} removed" if change.new is None else f"{change.what} changed"


def _rows(table: TableDiff) -> Iterator[Reason]:
    generated = table.name in GENERATED
    # A correction is added whenever a value is corrected: that alone is no more than a patch.
    added: Part = "patch" if generated or table.name == CORRECTIONS else "minor"
    removed: Part = "patch" if generated else "major"
    for part, rows, what in ((removed, table.removed, "removed"), (added, table.added, "added")):
        if rows:
            yield Reason(part, f"{table.name}: rows {what} ({_examples(rows)})")
    if table.changed:
        cell, more = table.changed[0], " …" if len(table.changed) > 1 else ""
        cells = f"{count(len(table.changed), 'cell')} changed"
        example = f"{'|'.join(cell.key)} {cell.field}{more}"
        yield Reason("patch", f"{table.name}: {cells} ({example})")


def _labels(table: TableDiff) -> Iterator[Reason]:
    """A label whose English came with it follows another change; any other is a translation.

    One that is gone went with its row or is out of date: readers get English, nothing breaks.
    """
    english = {(*row.key[:3],) for row in table.added if row.cells["lang"] == "en"}
    new = tuple(row for row in table.added if (*row.key[:3],) not in english)
    if new:
        yield Reason("minor", f"{LABELS}: translations added ({_examples(new)})")
    if table.removed or table.changed or len(table.added) > len(new):
        yield Reason("patch", f"{LABELS}: texts changed")


def _examples(rows: tuple[Row, ...]) -> str:
    shown = ", ".join("|".join(row.key) for row in rows[:3])
    return f"{shown} …, {len(rows):,} in all" if len(rows) > 3 else shown


# --- the version ---


def _version(baseline: str, version: str, diff: Diff) -> Iterator[Finding]:
    old, new = _numbers(baseline), _numbers(version)
    if old is None or new is None:
        yield Finding(
            file=DESCRIPTOR,
            row=None,
            column="version",
            code="version-form",
            key=None,
            found=f"{version if new is None else baseline}",
            allowed="three numbers, such as 1.2.0",
            fix="write the version as three numbers with dots between them",
        )
        return
    demanded = required(diff)
    wanted = _raised(old, demanded)
    if new < wanted:
        first = [r.what for r in reasons(diff) if r.part == demanded]
        more = f"; and {len(first) - 3} more" if len(first) > 3 else ""
        why = f" ({'; '.join(first[:3])}{more})" if first else ""
        yield Finding(
            file=DESCRIPTOR,
            row=None,
            column="version",
            code="version-too-low",
            key=None,
            found=f"{version} after {baseline}, which was published",
            allowed=f"{_dotted(wanted)} or higher",
            fix=f"set the version to {_dotted(wanted)}: "
            + (f"a {demanded} change{why}" if demanded else "versions only go up"),
        )


def _numbers(version: str) -> tuple[int, ...] | None:
    try:
        return versions.parse(version)
    except InvalidValue:
        return None


def _raised(version: tuple[int, ...], part: Part | None) -> tuple[int, ...]:
    """The lowest version that has the part raised; the version itself for no part."""
    if part is None:
        return version
    at = PARTS.index(part)
    return (*version[:at], version[at] + 1, *(0,) * (2 - at))


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


# --- the corrections ---

Place = tuple[str, str, str]  # table, key, field


def _corrections(diff: Diff) -> Iterator[Finding]:
    """A finding for each published value that changed and for which no new correction stands."""
    given = defaultdict[Place, list[dict[str, str]]](list)
    for row in diff.table(CORRECTIONS).added:
        given[row.cells["table"], row.cells["key"], row.cells["field"]].append(row.cells)
    for place, old, new in _to_explain(diff):
        steps = given[place]
        if not _leads(old, new, steps):
            yield _missing(place, old, new, steps)


def _to_explain(diff: Diff) -> Iterator[tuple[Place, str, str]]:
    """Published values that changed, a removed row as its key that is empty now.

    Left out are rows of a table that went or got another key, and values of a field that went:
    the contract says so once. Corrections themselves need no corrections.
    """
    whole = {c.table for c in diff.contract if c.what in ("table", "primaryKey")}
    for table in diff.tables:
        if table.name in (*GENERATED, LABELS, CORRECTIONS):
            continue
        for row in table.removed if table.name not in whole else ():
            field = table.key[0]
            yield (table.name, "|".join(row.key), field), row.cells[field], ""
        for cell in table.corrected:
            yield (table.name, "|".join(cell.key), cell.field), cell.old or "", cell.new or ""


def _leads(old: str, new: str, steps: list[dict[str, str]]) -> bool:
    """Whether the corrections lead from the old value to the new one, maybe by way of others."""
    reached, before = {old}, 0
    while len(reached) > before:
        before = len(reached)
        reached |= {s["new"] for s in steps if s["old"] in reached}
    return new in reached


def _missing(place: Place, old: str, new: str, steps: list[dict[str, str]]) -> Finding:
    table, key, field = place
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(
        ["ID", "DAY", table, key, field, old, new, "REASON", ""]
    )
    if steps:
        ids = ", ".join(s["id"] for s in steps)
        code, fix = "reason-disagrees", f"correct old and new of {ids}, or add: {line.getvalue()}"
    else:
        code, fix = "reason-missing", f"say why it changed; add: {line.getvalue()}"
    return Finding(
        file=f"tables/{CORRECTIONS}.csv",
        row=None,
        column=None,
        code=code,
        key=key,
        found=f"{table} {field}: {old or '(empty)'} -> {new or '(empty)'}",
        allowed="a published value that changes with its reason",
        fix=fix,
    )
