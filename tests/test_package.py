"""Each file is read once a run, and a package that changed is another package."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from scripts.build.run import build
from scripts.errors import BrokenTable
from scripts.labels.messages import messages
from scripts.package import Package, once
from tests.planting import cell, copy_project

OPENED: Counter[str] = Counter()
sys.addaudithook(lambda event, found: OPENED.update([str(found[0])]) if event == "open" else None)


def test_one_build_reads_each_table_and_translation_a_fixed_number_of_times(
    tmp_path: Path,
) -> None:
    root = copy_project(tmp_path, "tables", "translations")
    package = Package(root)
    OPENED.clear()
    build(package, tmp_path / "dist")
    counts = {path: n for path, n in OPENED.items() if path.startswith(str(root))}
    # Once as rows, once to copy the file itself; Parquet is made from the copy.
    assert counts[str(root / "tables/scores.csv")] == 2
    assert counts[str(root / "datapackage.json")] == 1
    assert counts[str(root / "translations/ja/LC_MESSAGES/hikaku.po")] == 1


def test_what_is_made_of_a_package_is_made_once() -> None:
    made: list[Package] = []

    @once
    def count(package: Package) -> int:
        made.append(package)
        return len(made)

    one, two = Package(), Package()
    assert [count(one), count(one), count(two), count(one)] == [1, 1, 2, 1]


def test_a_new_package_sees_what_changed(package: Path) -> None:
    before = {m.context: m.english for m in messages(Package(package))}
    cell(package, "claims", "claim-2", "statement", "Beta Labs is younger.")
    after = {m.context: m.english for m in messages(Package(package))}
    assert {c for c in after if after[c] != before.get(c)} == {"claims.claim-2.statement"}


def test_a_broken_table_is_told_each_time_it_is_asked_for(package: Path) -> None:
    cell(package, "scores", "repo-1:L5C2", "shots", "five")
    found = Package(package)
    for _ in range(2):
        with pytest.raises(BrokenTable, match=r"tables/scores\.csv:\d+: shots is 'five'"):
            found.rows("scores")
