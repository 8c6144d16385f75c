"""A release of another version is read as far as it goes, or says which hikaku reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import change_store, pack


def older(folder: Path) -> None:
    """A store as an older version would have written it: fewer texts, fields and tables."""
    change_store(
        folder,
        "DELETE FROM labels WHERE tbl = 'texts' AND id LIKE 'heading%';"
        "DELETE FROM labels WHERE tbl = 'texts' AND id LIKE '%list_separator%';"
        "DELETE FROM labels WHERE tbl = 'texts' AND id IN ('labelled', 'legend', 'marked');"
        "DELETE FROM labels WHERE tbl = 'fields';"
        "DELETE FROM labels WHERE tbl = 'tables';"
        "DELETE FROM labels WHERE tbl = 'values' AND lang <> 'en';"
        "PRAGMA foreign_keys = OFF;"
        "DROP TABLE recomputations; DROP TABLE verifications;"
        "DROP INDEX observations_verdict_id;"
        "CREATE TABLE o AS SELECT * FROM observations;"
        "DROP TABLE observations;"
        "CREATE TABLE observations AS SELECT * FROM o; DROP TABLE o;"
        "ALTER TABLE observations DROP COLUMN verdict_id;"
        "UPDATE hikaku SET value = '0.0.9' WHERE key = 'version';",
    )


@pytest.mark.parametrize("lang", [None, "en", "ja", "zh-Hans"])
def test_every_command_reads_an_older_release(
    lang: str | None, releases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from hikaku.__main__ import main

    folder = Path(shutil.copytree(releases / "0.9.0", tmp_path / "old"))
    older(folder)
    data = hikaku.open(folder)
    (comparison,) = [c.id for c in data.comparisons][:1]
    verdict = next(iter(data.verdicts)).id
    for archive in (folder, pack(folder, tmp_path / "old.zip")):
        for command in (
            ["list"], ["show", comparison], ["find", "alpha"], ["info", "model-a"],
            ["check", verdict], ["verdicts"], ["table"], ["table", "observations"],
        ):  # fmt: skip
            options = ["--lang", lang] if lang else []
            assert main(["--data", str(archive), *command, *options]) == 0, command
            assert capsys.readouterr().out.strip()
    assert data.version == "0.0.9"
    assert len(data.recomputations) == 0
    assert len(data.observations) > 0
    assert all(o.verdict is None for o in data.observations)
    assert data.models["model-a"].developer is not None


def test_a_release_that_no_longer_has_a_table_asks_for_an_upgrade(small: Path) -> None:
    change_store(
        small,
        "PRAGMA foreign_keys = OFF; DROP TABLE verifications;"
        "UPDATE hikaku SET value = '99.0.0' WHERE key = 'version'",
    )
    data = hikaku.open(small)
    with pytest.raises(errors.DamagedStore, match=r"99\.0\.0.*verifications.*upgrade"):
        list(data.models)


@pytest.mark.parametrize("version", ["", "soon", "1.0", "0.0.9-rc1"])
def test_an_older_release_whose_version_is_none_is_told(version: str, small: Path) -> None:
    change_store(
        small,
        "PRAGMA foreign_keys = OFF; DROP TABLE verifications;"
        f"UPDATE hikaku SET value = '{version}' WHERE key = 'version'",
    )
    with pytest.raises(errors.DamagedStore, match=r"no version that can be read.*download"):
        list(hikaku.open(small).models)
