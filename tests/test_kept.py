"""What any version wrote is read by every later one: its release in each form, its pickles."""

from __future__ import annotations

import base64
import json
import pickle
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku.__main__ import main
from scripts.content import main as content
from scripts.diff.run import diff
from tests.keep import KEPT, THINGS
from tests.keep import main as keep
from tests.open.folders import sha
from tests.planting import PROJECT, ROOT

RELEASES = sorted(KEPT.glob("*.zip"))
PICKLES = [
    (path.stem, name)
    for path in sorted(KEPT.glob("*.json"))
    for name in json.loads(path.read_text(encoding="utf-8"))
]
releases = pytest.mark.parametrize("kept", RELEASES, ids=lambda p: p.stem)


def unpacked(kept: Path, folder: Path) -> Path:
    """A catalogue that holds the release."""
    with zipfile.ZipFile(kept) as archive:
        archive.extractall(folder)
    sums = (folder / kept.stem / "SHA256SUMS").read_bytes()
    entry = {
        "version": kept.stem, "published_on": "2026-01-01", "path": f"{kept.stem}/",
        "sums_sha256": sha(sums), "files": 1, "bytes": 1,
    }  # fmt: skip
    index = json.dumps({"format": 1, "versions": [entry]})
    (folder / "index.json").write_text(index, encoding="utf-8")
    return folder


def test_no_version_is_published_without_what_keeps_it_readable() -> None:
    log = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    told = {*re.findall(r"^## \[(\d+\.\d+\.\d+)\]", log, re.MULTILINE)}
    assert told <= {p.stem for p in RELEASES} == {version for version, _ in PICKLES}
    assert RELEASES


@pytest.mark.parametrize("end", ["zip", "json"])
def test_what_was_kept_is_not_written_again(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.keep.KEPT", tmp_path)
    path = tmp_path / f"{PROJECT.contract.version}.{end}"
    path.write_bytes(b"kept")
    assert keep() == 1
    assert "never written again" in capsys.readouterr().err
    assert [(p, p.read_bytes()) for p in tmp_path.iterdir()] == [(path, b"kept")]


@releases
def test_a_kept_release_opens_in_every_form_with_every_row(kept: Path, tmp_path: Path) -> None:
    catalogue = unpacked(kept, tmp_path / "c")
    folder = catalogue / kept.stem
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {r["name"]: r for r in descriptor["resources"]}
    for data in (
        hikaku.open(kept), hikaku.open(folder), hikaku.open(folder / "hikaku.sqlite"),
        hikaku.open(catalogue), hikaku.open(catalogue, version=kept.stem),
        hikaku.open(kept.as_uri()),
    ):  # fmt: skip
        assert data.version == kept.stem
        for name, resource in tables.items():
            if name == "labels":
                continue
            rows = [*getattr(data, name)]
            with (folder / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
                assert len(rows) == sum(1 for _ in file) - 1  # no cell of it has a line break
            for field in resource["schema"]["fields"]:
                values = [getattr(row, field["name"]) for row in rows]
                if field.get("constraints", {}).get("required"):
                    assert None not in values, (name, field["name"])


@releases
@pytest.mark.parametrize("lang", ["en", "ja", "zh-Hans"])
def test_every_command_reads_a_kept_release(
    kept: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = hikaku.open(kept)
    comparison, verdict = next(iter(data.comparisons)).id, next(iter(data.verdicts)).id
    for command in (
        ["list"], ["show", comparison], ["find", "alpha"], ["info", "model-a"], ["check", verdict],
        ["verdicts"], ["table"], ["table", "scores"],
    ):  # fmt: skip
        assert main(["--data", str(kept), *command, "--lang", lang]) == 0, command
        assert capsys.readouterr().out.strip()


@releases
def test_names_of_a_kept_release_are_found_however_they_are_written(kept: Path) -> None:
    data = hikaku.open(kept)
    for query in ("model-a", "MODEL\u2011A", "Model A", "ｍｏｄｅｌ a", "mod\u200bel a", "modela"):
        assert [e.id for e in data.find(query)] == ["model-a"], ascii(query)
    assert [e.id for e in data.find("labs")] == ["alpha-labs", "beta-labs"]  # a word, not the first
    assert data.find("abs") == ()


@releases
def test_a_kept_release_is_compared_and_its_forms_agree(
    kept: Path, tmp_path: Path, package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = unpacked(kept, tmp_path / "c") / kept.stem
    copy = Path(shutil.copytree(folder, tmp_path / "copy"))
    same = diff(folder, copy)
    assert (same.contract, same.tables) == ((), ())
    assert diff(folder, package).old == kept.stem  # with tables and a contract of today
    assert content([str(folder)]) == 0, capsys.readouterr().out


@pytest.mark.parametrize(("version", "name"), PICKLES)
def test_a_kept_pickle_says_what_it_said(version: str, name: str) -> None:
    kept: dict[str, Any] = json.loads((KEPT / f"{version}.json").read_text(encoding="utf-8"))[name]
    held = pickle.loads(base64.b64decode(kept["pickle"]))
    assert THINGS[name][1](held) == kept["said"]
