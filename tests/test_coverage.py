"""No line of the article is passed over in silence."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from scripts.contract import load
from scripts.errors import Uncovered
from scripts.generate.coverage import SOURCE, check_list, ids_by_line, make
from scripts.generate.run import main as generate
from scripts.package import Package
from tests.planting import PROJECT, ROOT, cell, copy_project


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return copy_project(tmp_path, "tables", "docs")


def test_each_line_became_rows_or_says_why_not() -> None:
    assert make(PROJECT)


def test_a_line_without_an_entry_fails(copied: Path) -> None:
    path = copied / "docs" / "coverage.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("65,market: funding,\n", ""), encoding="utf-8")
    with pytest.raises(Uncovered, match=r"line 65 holds .*L65\.1"):
        make(Package(copied))


def test_a_line_that_became_nothing_must_say_why(copied: Path) -> None:
    path = copied / "docs" / "coverage.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("10,heading,a heading", "10,heading,"), encoding="utf-8")
    with pytest.raises(Uncovered, match=r"line 10 .heading. has neither"):
        make(Package(copied))


def test_a_statement_moved_to_an_unlisted_line_is_noticed(copied: Path) -> None:
    cell(copied, "claims", "takeaway-market", "locator", "L64")
    with pytest.raises(Uncovered, match="line 64 holds takeaway-market"):
        make(Package(copied))


def test_another_copy_is_not_taken_for_the_article(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("another text\n", encoding="utf-8")
    (wrong,) = check_list(PROJECT, other)
    assert "another SHA-256" in wrong


def test_the_list_is_held_against_the_copy_line_for_line(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A copy in which one listed line is empty and one that is not listed holds text."""
    with (copied / "docs/coverage.csv").open(encoding="utf-8", newline="") as file:
        listed = {int(row["line"]) for row in csv.DictReader(file)}
    lines = ["text" if n in listed else "" for n in range(1, max(listed) + 1)]
    source = copied / "copy.txt"

    def held() -> int:
        source.write_text("\n".join(lines), encoding="utf-8")
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        cell(copied, "sources", SOURCE, "sha256", digest)
        return generate(["--root", str(copied), "--source", str(source)])

    assert held() == 0
    assert "every line" in capsys.readouterr().out
    gap = min({*range(1, max(listed))} - listed)
    lines[gap - 1], lines[min(listed) - 1] = "more", " "
    assert held() == 1
    assert capsys.readouterr().out.splitlines() == [
        f"line {gap} holds text but is not listed",
        f"line {min(listed)} is listed but empty",
    ]


def test_every_row_of_the_article_is_counted() -> None:
    listed = {i for ids in ids_by_line(PROJECT).values() for i in ids}
    contract = load()
    for name in ("observations", "scores", "claims", "comparisons"):
        lines = (ROOT / contract[name].path).read_text(encoding="utf-8").splitlines()[1:]
        assert {line.split(",")[0] for line in lines if SOURCE in line} <= listed
