"""No column is lost, whatever a source or a translator calls two of them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

import hikaku
from hikaku.__main__ import main
from scripts.build.run import build
from scripts.package import Package
from tests.planting import cell, copy_package


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release where two columns of a printed table, and two fields, have one heading."""
    folder = tmp_path_factory.mktemp("equal")
    root = copy_package(folder)
    for key in ("table-1:c2", "table-1:c3"):
        cell(root, "comparison_items", key, "as_printed", "Score")
    path = root / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    scores = next(r["schema"]["fields"] for r in raw["resources"] if r["name"] == "scores")
    for field in scores:
        if field["name"] in ("number", "low", "high"):
            field["title"] = "Value"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return build(Package(root), folder / "dist")


def shown(capsys: pytest.CaptureFixture[str], release: Path, *arguments: str) -> str:
    assert main(["--data", str(release), *arguments]) == 0
    return capsys.readouterr().out


def test_equal_headings_of_a_printed_table_are_told_apart(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = {"Model": "Model A", "Score": "72B", "Score (2)": "85.5 (5-shot)"}
    assert json.loads(shown(capsys, release, "show", "table-1", "--format", "json"))[0] == wanted
    lines = csv.DictReader(
        io.StringIO(shown(capsys, release, "show", "table-1", "--format", "csv"))
    )
    assert next(lines) == wanted
    comparison = hikaku.open(release).comparisons["table-1"]
    assert comparison.to_pandas().to_dict("records")[0] == wanted
    # What goes by position stays as the source printed it.
    assert comparison.to_rows()[0] == ["Model", "Score", "Score"]
    assert "| Model | Score | Score |" in shown(
        capsys, release, "show", "table-1", "--format", "markdown"
    )


def test_a_heading_that_two_columns_have_names_neither(release: Path) -> None:
    comparison = hikaku.open(release).comparisons["table-1"]
    with pytest.raises(
        hikaku.UnknownCell, match=r"several columns 'Score'.*2 \(Score\), 3 \(Score\)"
    ):
        comparison.cell("model-a", "Score")
    assert comparison.cell("model-a", "bench-x").as_printed == "85.5 (5-shot)"
    assert comparison.cell(1, "table-1:c2").as_printed == "72B"
    with pytest.raises(hikaku.UnknownCell, match="no column True"):
        comparison.cell(1, True)


def test_equal_titles_of_fields_are_told_apart(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = hikaku.open(release).scores
    titles = [*table.to_pandas(lang="en").columns]
    assert len(titles) == len(table.fields)
    assert [t for t in titles if t.startswith("Value")] == ["Value", "Value (2)", "Value (3)"]
    rows = json.loads(shown(capsys, release, "table", "scores", "--lang", "en", "--format", "json"))
    assert [*rows[0]] == titles
    sheets = openpyxl.load_workbook(release / "workbooks/hikaku-en.xlsx").worksheets
    assert titles in [[c.value for c in next(sheet.iter_rows())] for sheet in sheets]


def test_a_language_that_comes_twice_has_two_columns(release: Path) -> None:
    table = hikaku.open(release).models
    for languages in (["en", "en"], ("en", "en"), iter(["en", "en"])):
        frame = table.to_pandas(lang=languages)
        assert [*frame.columns[-2:]] == ["label_en", "label_en (2)"]
