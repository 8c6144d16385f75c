"""Every planted defect is found, at its place, hides no other, and frictionless sees no more."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from scripts.findings import Finding
from scripts.package import Package
from scripts.validate.run import validate
from scripts.validate.witness import frictionless_findings
from tests.planting import ROOT, Defect, copy_package, defects, packs, plant

ALL = defects()
STRICTER = {
    line.split("`")[1]
    for line in (ROOT / "docs" / "stricter.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("- `")
}
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


def test_the_package_that_defects_are_planted_in_is_valid(package: Path) -> None:
    assert validate(Package(package)).findings == []


def test_frictionless_finds_the_tables_valid() -> None:
    assert frictionless_findings(ROOT) == []


def test_frictionless_finds_the_release_valid(release: Path) -> None:
    assert frictionless_findings(release) == []


def test_ten_defects_at_once_hide_none(package: Path) -> None:
    planted = [d for d in ALL if d.name in TEN]
    assert len(planted) == 10
    for defect in planted:
        plant(package, defect.changes)
    ours = validate(Package(package)).findings
    theirs = frictionless_findings(package)
    print(side_by_side(ours, theirs))
    found = [(f.file, f.row, f.column, f.code) for f in ours]
    assert sorted(map(str, found)) == sorted(str(f) for d in planted for f in d.findings)
    for finding in ours:
        assert any(t.file == finding.file and t.row in (None, finding.row) for t in theirs), finding
    for finding in theirs:
        assert seen_by_us(finding, ours), finding


@pytest.mark.parametrize("pack", packs(ALL), ids=lambda p: f"{p[0].name}-{len(p)}")
def test_planted_defects_give_exactly_their_findings(pack: list[Defect], tmp_path: Path) -> None:
    """Many at once, where no two change the same row, to spare time; each alone in the long run."""
    gives_exactly_its_findings(pack, tmp_path)


def gives_exactly_its_findings(pack: list[Defect], folder: Path) -> None:
    """Those that are not found beside others, as a rule may rest while a file is broken, are taken
    out and looked at apart, at last each by itself.
    """
    package = copy_package(folder / pack[0].name)
    for defect in pack:
        plant(package, defect.changes)
    found = Counter((f.file, f.row, f.column, f.code) for f in validate(Package(package)).findings)
    if len(pack) == 1:
        assert found == Counter(pack[0].findings), pack[0].name
    elif found != Counter(f for defect in pack for f in defect.findings):
        hidden = [d for d in pack if not found >= Counter(d.findings)] or pack
        rest = [d for d in pack if d not in hidden]
        parts = [hidden, rest] if rest else [[d] for d in pack]
        for i, part in enumerate(parts):
            gives_exactly_its_findings(part, folder / f"apart{i}")


@pytest.mark.long
@pytest.mark.parametrize("defect", ALL, ids=lambda d: d.name)
def test_a_planted_defect_gives_exactly_its_finding_and_no_witness_sees_more(
    defect: Defect, package: Path
) -> None:
    plant(package, defect.changes)
    ours = validate(Package(package)).findings
    found = [(f.file, f.row, f.column, f.code) for f in ours]
    assert sorted(map(str, found)) == sorted(map(str, defect.findings))
    theirs = frictionless_findings(package)
    print(side_by_side(ours, theirs))
    missed = [f for f in theirs if not seen_by_us(f, ours)]
    assert bool(missed) == bool(defect.follow_on), missed
    assert (not theirs) == (defect.name in STRICTER), "bring docs/stricter.md up to date"


def test_the_list_of_what_only_we_find_names_defects_that_exist() -> None:
    assert {d.name for d in ALL} >= STRICTER
    assert len(ALL) >= 60
