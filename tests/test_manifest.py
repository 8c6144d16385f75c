"""The manifest says what the release holds, and only that."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.build.content_hash import table_hash
from scripts.build.manifest import write_manifest
from scripts.content import from_parquet
from scripts.contract import load
from scripts.errors import BrokenTable
from scripts.labels.run import sync
from scripts.package import Package
from tests.planting import PROJECT, ROOT, cell, copy_project, replace

WRITE = """
import sys
from pathlib import Path
from scripts.package import Package
from scripts.build.manifest import write_manifest
write_manifest(Package(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def released(release: Path, tmp_path: Path) -> Path:
    """A copy of the release to write into."""
    return Path(shutil.copytree(release, tmp_path / "copy" / release.name))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of what the release is made from."""
    root = tmp_path / "source"
    root.mkdir()
    return copy_project(root, "tables", "translations")


def test_the_manifest_counts_what_the_release_holds(released: Path) -> None:
    contract = load()
    path = write_manifest(PROJECT, released)
    assert path == released / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert list(manifest) == [
        "format", "name", "version", "tables", "labels", "verdicts", "verifications", "places"
    ]  # fmt: skip
    assert (manifest["format"], manifest["name"]) == (1, "hikaku")
    assert manifest["version"] == contract.version
    with sqlite3.connect(released / "hikaku.sqlite") as con:
        for table in contract:
            (rows,) = con.execute(f'SELECT count(*) FROM "{table.name}"').fetchone()
            assert manifest["tables"].pop(table.name) == {
                "rows": rows,
                "fields": list(table.names),
                "content_hash": table_hash(table, from_parquet(table, released)),
            }
        assert manifest["tables"] == {}
        for name, field in (("verdicts", "verdict"), ("verifications", "state")):
            found = dict(con.execute(f'SELECT "{field}", count(*) FROM "{name}" GROUP BY 1'))
            assert manifest[name] == {v: found.get(v, 0) for v in contract[name][field].enum}
            assert sum(found.values()) > 50
        counted = manifest["places"]
        states = contract["verifications"]["state"].enum
        days = con.execute("SELECT min(verified_on), max(verified_on) FROM verifications")
        found = {s: counted[s] for s in states}
        assert found == manifest["verifications"]
        assert counted["in_repositories"] == sum(found.values()) + counted["never_opened"]
        oldest, newest = counted["oldest_verified_on"], counted["newest_verified_on"]
        assert (oldest, newest) == days.fetchone()


def test_only_a_current_translation_counts_as_translated(source: Path, released: Path) -> None:
    before = _labels(source, released)
    assert set(before) == {"ja", "zh-Hans"}
    assert 0 < before["ja"]["translated"] <= before["ja"]["messages"]
    # The English changes and no catalogue has heard of it.
    cell(source, "entities", "glm-4", "name", "GLM-4 as changed")
    after = _labels(source, released)
    for tag in before:
        assert after[tag]["translated"] == before[tag]["translated"] - 1
        assert after[tag]["messages"] == before[tag]["messages"]
    # The catalogues hear of it, and keep the old text until somebody looks at it.
    assert sync(Package(source))
    assert _labels(source, released) == after
    # One language loses a text.
    po = "translations/ja/LC_MESSAGES/hikaku.po"
    entry = 'msgctxt "entities.claude-3-opus.name"'
    replace(source, po, entry, 'msgctxt "entities.nothing.name"')
    last = _labels(source, released)
    assert last["ja"]["translated"] == after["ja"]["translated"] - 1
    assert last["zh-Hans"] == after["zh-Hans"]


def _labels(source: Path, released: Path) -> dict[str, dict[str, int]]:
    path = write_manifest(Package(source), released)
    found: dict[str, dict[str, int]] = json.loads(path.read_text(encoding="utf-8"))["labels"]
    return found


def test_the_manifest_does_not_depend_on_place_time_or_process(
    released: Path, source: Path, tmp_path: Path
) -> None:
    one = write_manifest(PROJECT, released).read_bytes()
    other = tmp_path / "elsewhere"
    shutil.copytree(released / "tables", other / "tables")
    os.utime(other / "tables/scores.csv", (0, 0))
    subprocess.run(
        [sys.executable, "-c", WRITE, source, other], cwd=ROOT, check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )  # fmt: skip
    assert (other / "manifest.json").read_bytes() == one


@pytest.mark.parametrize("damage", [None, b"id\n", b"\xff\n"])
def test_a_table_that_cannot_be_read_leaves_the_old_manifest(
    damage: bytes | None, released: Path, tmp_path: Path
) -> None:
    before = write_manifest(PROJECT, released).read_bytes()
    root = copy_project(tmp_path, "tables", "translations")
    table = root / "tables/corrections.csv"
    table.unlink()
    if damage is not None:
        table.write_bytes(damage)
    with pytest.raises(BrokenTable, match=r"tables/corrections\.csv"):
        write_manifest(Package(root), released)
    assert (released / "manifest.json").read_bytes() == before
    assert not list(released.glob("*.part"))


def test_a_package_without_translations_has_a_manifest(package: Path) -> None:
    """Its labels are none; what a table does not hold is counted as nought."""
    manifest = json.loads(write_manifest(Package(package), package).read_text())
    assert manifest["labels"] == {}
    assert set(manifest["verdicts"]) == set(load()["verdicts"]["verdict"].enum)
    assert 0 in manifest["verdicts"].values()
