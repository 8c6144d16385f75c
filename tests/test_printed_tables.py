"""The three tables, put together again from their cells, are the article's.

The transcriptions under `tests/article` were cut from the article's text, line by line; nothing
of ours wrote them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import hikaku
from scripts.build.run import build
from scripts.package import Package
from tests.planting import HERE, ROOT

TABLES = {"article-models": 18, "article-positioning": 40, "article-market": 57}


def transcription(comparison: str) -> str:
    return (HERE / "article" / f"{comparison}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("comparison", TABLES)
def test_no_cell_differs_from_the_article(comparison: str, release: Path) -> None:
    data = hikaku.open(release)
    assert data.comparisons[comparison].to_markdown() == transcription(comparison)


@pytest.mark.parametrize("comparison", TABLES)
def test_each_locator_names_the_line_and_cell_it_was_printed_in(
    comparison: str, release: Path
) -> None:
    data = hikaku.open(release)
    lines = transcription(comparison).splitlines()
    first = TABLES[comparison]
    printed = data.comparisons[comparison]
    for row in printed.rows:
        for column in printed.columns[1:]:
            for value in printed.cell(row, column).values:
                line, cell = value.locator.removeprefix("L").split("C")
                cells = lines[int(line) - first].strip("|").split("|")
                assert cells[int(cell) - 1].strip() == value.as_printed


def test_a_changed_cell_on_either_side_is_noticed(tmp_path: Path, release: Path) -> None:
    root = tmp_path / "package"
    (root / "src").mkdir(parents=True)
    for name in ("tables", "datapackage.json"):
        (root / name).symlink_to(ROOT / name)
    (root / "tables").unlink()
    (root / "tables").mkdir()
    for path in (ROOT / "tables").glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("87.8 (5-shot)", "87.9 (5-shot)")
        (root / "tables" / path.name).write_text(text, encoding="utf-8")
    changed = hikaku.open(build(Package(root))).comparisons["article-models"].to_markdown()
    assert changed != transcription("article-models")
    real = hikaku.open(release).comparisons["article-models"].to_markdown()
    assert real != transcription("article-models").replace("128K+", "128K")
