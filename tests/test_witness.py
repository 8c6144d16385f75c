"""frictionless, the standard's own checker, sees nothing that we miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.findings import Finding
from scripts.validate import validate
from scripts.witness import frictionless_findings
from tests.planting import ROOT, Defect, copy_package, defects, plant

ALL = defects()
# Ten that can stand in one package: no two in one cell.
TEN = (
    "structure-short-row", "structure-wrong-heading", "type-integer-decimal", "type-number-comma",
    "enum-unknown", "required-empty", "key-duplicate", "type-date-impossible", "key-dangling",
    "pattern-currency",
)  # fmt: skip


def side_by_side(ours: list[Finding], theirs: list[Finding]) -> str:
    lines = [f"ours    {f.place} {f.code}" for f in ours]
    lines += [f"theirs  {f.place} {f.code}: {f.found}" for f in theirs]
    return "\n".join(lines)


def seen_by_us(finding: Finding, ours: list[Finding]) -> bool:
    """Same file, and the same row and column as far as frictionless names them."""
    return any(
        o.file == finding.file
        and (finding.row is None or o.row == finding.row)
        and (not finding.column or not o.column or o.column == finding.column)
        for o in ours
    ) or (finding.row is None and any(o.file == "datapackage.json" for o in ours))


def test_frictionless_finds_the_tables_valid() -> None:
    assert frictionless_findings(ROOT) == []


def test_frictionless_finds_the_release_valid(release: Path) -> None:
    assert frictionless_findings(release) == []


def test_ten_defects_at_once_hide_none(package: Path) -> None:
    planted = [d for d in ALL if d.name in TEN]
    assert len(planted) == 10
    for defect in planted:
        plant(package, defect.changes)
    ours = validate(package).findings
    theirs = frictionless_findings(package)
    print(side_by_side(ours, theirs))
    found = [(f.file, f.row, f.column, f.code) for f in ours]
    assert sorted(map(str, found)) == sorted(str(f) for d in planted for f in d.findings)
    for finding in ours:
        assert any(t.file == finding.file and t.row in (None, finding.row) for t in theirs), finding
    for finding in theirs:
        assert seen_by_us(finding, ours), finding


@pytest.mark.slow
@pytest.mark.parametrize("defect", ALL, ids=lambda d: d.name)
def test_what_frictionless_finds_we_find(defect: Defect, package: Path) -> None:
    plant(package, defect.changes)
    ours = validate(package).findings
    theirs = frictionless_findings(package)
    print(side_by_side(ours, theirs))
    missed = [f for f in theirs if not seen_by_us(f, ours)]
    assert bool(missed) == bool(defect.follow_on), missed


@pytest.mark.slow
def test_the_list_of_what_only_we_find_is_current(tmp_path: Path) -> None:
    """docs/stricter.md names each defect that frictionless lets pass."""
    stated = {
        line.split("`")[1]
        for line in (ROOT / "docs" / "stricter.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("- `")
    }
    passed = set()
    for defect in ALL:
        root = copy_package(tmp_path / defect.name)
        plant(root, defect.changes)
        if not frictionless_findings(root):
            passed.add(defect.name)
    assert passed == stated
