"""No place that differs or that nobody opened goes into a release without being told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hikaku
from hikaku.__main__ import main as hikaku_main
from scripts.build.manifest import write_manifest
from scripts.build.store import make_store
from scripts.package import Package
from scripts.validate.run import main, validate
from tests.planting import cell, plant
from tests.translated import translated_package

NEVER = [("tables/scores.csv", "repo-2:L6C2", "place-never-opened")]


def found(root: Path, release: bool) -> list[tuple[str, str | None, str]]:
    return [(f.file, f.key, f.code) for f in validate(Package(root), release=release).findings]


def waive(root: Path, table: str, key: str, code: str) -> None:
    path = root / "tables/waivers.csv"
    heading, *rows = path.read_text(encoding="utf-8").splitlines()
    rows.append(f"{table},{key},{code},The repository is gone.,2026-05-06")
    path.write_text("\n".join([heading, *sorted(rows)]) + "\n", encoding="utf-8")


def forget(root: Path, place: str) -> None:
    path = root / "tables/verifications.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith(place)), encoding="utf-8")


def test_a_place_that_nobody_opened_stops_a_release_and_no_work_on_the_tables(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(package, release=True) == []
    forget(package, "repo-2,L6C2")
    assert found(package, release=False) == []
    assert found(package, release=True) == NEVER
    assert main(["--root", str(package)]) == 0
    assert main(["--root", str(package), "--release"]) == 1
    assert "repo-2:L6C2" in capsys.readouterr().out


def test_a_place_that_only_a_condition_names_is_opened_too(package: Path) -> None:
    cell(package, "scores", "repo-2:L6C2", "stated_at", "L3 L9")
    keys = [key for _, key, _ in found(package, release=True)]
    assert keys == ["repo-2:L6C2", "repo-2:L6C2"]


def test_a_waiver_lets_it_pass_and_is_not_called_unused_between_releases(package: Path) -> None:
    forget(package, "repo-2,L6C2")
    waive(package, "scores", "repo-2:L6C2", "place-never-opened")
    assert found(package, release=True) == []
    assert found(package, release=False) == []


def test_a_waiver_of_a_place_that_was_opened_is_unused(package: Path) -> None:
    waive(package, "scores", "repo-2:L6C2", "place-never-opened")
    assert found(package, release=False) == []
    assert [c for _, _, c in found(package, release=True)] == ["waiver-unused"]


@pytest.mark.parametrize("state", ["changed", "moved", "unreachable"])
def test_a_place_that_differs_is_found_unless_waived(package: Path, state: str) -> None:
    cell(package, "verifications", "repo-2|L5C2", "state", state)
    assert [(k, c) for _, k, c in found(package, release=False)] == [
        ("repo-2|L5C2", "place-differs")
    ]
    waive(package, "verifications", "repo-2|L5C2", "place-differs")
    assert found(package, release=True) == []


def test_a_weak_place_is_told_and_stops_nothing(package: Path) -> None:
    cell(package, "verifications", "repo-2|L5C2", "state", "weak")
    assert found(package, release=True) == []


def test_a_waiver_is_not_called_unused_while_its_row_cannot_be_judged(package: Path) -> None:
    plant(package, [{"cell": ["observations", "paper-1:L25.3", "status", "foreseen"]}])
    assert [c for _, _, c in found(package, release=False)] == ["enum"]


def test_a_waiver_of_one_row_waives_no_other(package: Path) -> None:
    cell(package, "observations", "paper-1:L25.1", "status", "projected")
    assert [(k, c) for _, k, c in found(package, release=False)] == [
        ("paper-1:L25.1", "status-disagrees")
    ]


def test_the_manifest_says_how_many_places_were_opened_and_when(package: Path) -> None:
    forget(package, "repo-2,L6C2")
    cell(package, "verifications", "repo-2|L5C2", "state", "weak")
    made = json.loads(write_manifest(Package(package), package).read_text(encoding="utf-8"))
    assert made["places"] == {
        "in_repositories": 3, "verified": 1, "weak": 1, "changed": 0, "moved": 0, "unreachable": 0,
        "never_opened": 1, "oldest_verified_on": "2026-05-03", "newest_verified_on": "2026-05-04",
    }  # fmt: skip
    (package / "tables/verifications.csv").write_text("source_id,locator,state,verified_on\n")
    made = json.loads(write_manifest(Package(package), package).read_text(encoding="utf-8"))
    assert made["places"]["never_opened"] == 3
    assert made["places"]["oldest_verified_on"] is made["places"]["newest_verified_on"] is None


@pytest.mark.parametrize(
    ("lang", "opened", "never"),
    [("en", "opened again: Verified (2026-05-04)", "opened again: not yet"),
     ("ja", "再照合：一致（2026-05-04）", "再照合：未実施"),
     ("zh-Hans", "复核：一致（2026-05-04）", "复核：尚未复核")],
)  # fmt: skip
def test_check_says_when_the_place_was_last_opened_and_what_came_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
    lang: str, opened: str, never: str,
) -> None:  # fmt: skip
    root = translated_package(tmp_path)
    forget(root, "repo-2,L6C2")
    store = root / "some.sqlite"
    make_store(Package(root), store)
    for key, said in (("repo-2:L5C2", opened), ("repo-2:L6C2", never), ("paper-1:L21", None)):
        assert hikaku_main(["--data", str(store), "check", key, "--lang", lang]) == 0
        out = capsys.readouterr().out
        assert (said in out.splitlines()) if said else opened.split(":")[0] not in out
    assert hikaku.open(store).verifications["repo-2", "L5C2"].state == "verified"
