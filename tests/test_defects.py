"""Every planted defect is found, at its place, and hides no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.validate import validate
from tests.planting import Defect, Place, defects, plant

ALL = defects()


def places(root: Path) -> list[Place]:
    return [(f.file, f.row, f.column, f.code) for f in validate(root).findings]


def test_the_package_that_defects_are_planted_in_is_valid(package: Path) -> None:
    assert validate(package).findings == []


@pytest.mark.slow
@pytest.mark.parametrize("defect", ALL, ids=lambda d: d.name)
def test_a_planted_defect_gives_exactly_its_finding(defect: Defect, package: Path) -> None:
    plant(package, defect.changes)
    assert sorted(map(str, places(package))) == sorted(map(str, defect.findings))
