"""A version never promises more than its changes keep, and no value changes without a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.build.run import build
from scripts.diff.model import Diff
from scripts.diff.run import diff
from scripts.findings import Finding
from scripts.package import Package
from scripts.release.version import check, reasons, required
from tests.planting import cell, copy_package, descriptor, insert, remove
from tests.releases import CORRECTIONS, LABELS, Rows, field, of, release, table

SCORES = table(
    "scores",
    [
        "id",
        field("status", constraints={"enum": ["ok", "bad"]}, values={"ok": {}, "bad": {}}),
        field("number", "integer", unit="percent", constraints={"minimum": 1, "maximum": 9}),
        field("note", translated=True, constraints={"pattern": "a+"}),
    ],
)
ROWS = [["s1", "ok", "5", "a"], ["s2", "bad", "6", "aa"]]
VERIFICATIONS = table("verifications", ["source_id", "locator", "state"], ["source_id", "locator"])
OTHER = table("other", ["id"])
LABEL = ["scores", "s1", "note", "en", "a", "source"]


def compared(
    folder: Path, old: list[tuple[dict[str, Any], Rows]], new: list[tuple[dict[str, Any], Rows]]
) -> Diff:
    return diff(release(folder / "a", old), release(folder / "b", new))


def with_field(at: int, **values: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(SCORES))
    copy["schema"]["fields"][at].update(values)
    return copy


def constrained(at: int, **constraints: Any) -> dict[str, Any]:
    """The table with other constraints of one field; None takes one out."""
    old = SCORES["schema"]["fields"][at].get("constraints", {})
    kept = {k: v for k, v in {**old, **constraints}.items() if v is not None}
    return with_field(at, constraints=kept)


@pytest.mark.parametrize(
    ("new", "forth", "back"),
    [
        (with_field(0, title="Key"), "patch", "patch"),
        (with_field(0, description="B."), "patch", "patch"),
        (with_field(0, example="s1"), "patch", "patch"),
        (with_field(2, type="number"), "minor", "major"),
        (with_field(2, type="string"), "major", "major"),
        (with_field(2, unit="points"), "major", "major"),
        (with_field(2, unit=None), "major", "minor"),
        (with_field(3, translated=False), "major", "minor"),
        (constrained(0, required=True), "major", "minor"),
        (constrained(0, unique=True), "major", "minor"),
        (constrained(1, enum=["ok"]), "major", "minor"),
        (constrained(1, enum=None), "minor", "major"),
        (constrained(2, minimum=2), "major", "minor"),
        (constrained(2, minimum=None), "minor", "major"),
        (constrained(2, maximum=8), "major", "minor"),
        (constrained(3, pattern="a*"), "major", "major"),
        (constrained(3, pattern=None), "minor", "major"),
        ({**SCORES, "title": "Points"}, "patch", "patch"),
        ({**SCORES, "record": "Score"}, "minor", "major"),
        ({**SCORES, "minimumRows": 1}, "patch", "patch"),
        ({**SCORES, "schema": {**SCORES["schema"], "uniqueKeys": [["number"]]}}, "major", "minor"),
    ],
)
def test_each_change_of_the_contract_demands_its_version_in_both_directions(
    new: dict[str, Any], forth: str, back: str, tmp_path: Path
) -> None:
    found = compared(tmp_path, [(SCORES, ROWS)], [(new, ROWS)])
    assert required(found) == forth, reasons(found)
    assert required(diff(tmp_path / "b", tmp_path / "a")) == back


@pytest.mark.parametrize(
    ("old", "new", "forth", "back"),
    [
        ([(SCORES, ROWS)], [(SCORES, ROWS)], None, None),
        ([(SCORES, ROWS)], [(SCORES, ROWS[:1])], "major", "minor"),
        ([(SCORES, ROWS)], [(SCORES, [ROWS[0], ["s2", "bad", "7", "aa"]])], "patch", "patch"),
        ([(SCORES, ROWS)], [(SCORES, ROWS), (OTHER, [])], "minor", "major"),
        ([(SCORES, ROWS)], [(SCORES, [ROWS[0], ["s3", *ROWS[1][1:]]])], "major", "major"),
        ([(VERIFICATIONS, [])], [(VERIFICATIONS, [["a", "L1", "verified"]])], "patch", "patch"),
    ],
    ids=["nothing", "row", "cell", "table", "key renamed", "generated"],
)
def test_rows_and_tables_demand_their_version_in_both_directions(
    old: Any, new: Any, forth: str | None, back: str | None, tmp_path: Path
) -> None:
    assert required(compared(tmp_path, old, new)) == forth
    assert required(diff(tmp_path / "b", tmp_path / "a")) == back


def test_a_renamed_field_is_one_removed(tmp_path: Path) -> None:
    found = compared(tmp_path, [(SCORES, ROWS)], [(with_field(3, name="remark"), ROWS)])
    assert required(found) == "major"
    assert [r.what for r in reasons(found)] == [
        "scores.note: field removed", "scores.remark: field added",
        "scores: 4 cells changed (s1 remark …)",
    ]  # fmt: skip


def test_a_correction_beside_its_value_is_a_patch(tmp_path: Path) -> None:
    new = [ROWS[0], ["s2", "bad", "7", "aa"]]
    reason = ["c1", "2026-05-04", "scores", "s2", "number", "6", "7", "A slip.", ""]
    found = compared(
        tmp_path, [(SCORES, ROWS), (CORRECTIONS, [])], [(SCORES, new), (CORRECTIONS, [reason])]
    )
    assert required(found) == "patch"
    assert check("0.1.0", "0.1.1", found) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ([LABEL], [LABEL, [*LABEL[:3], "ja", "あ", "translated"]], "minor"),
        ([], [LABEL, [*LABEL[:3], "ja", "あ", "translated"]], "patch"),
        ([LABEL], [[*LABEL[:4], "b", "source"]], "patch"),
        ([LABEL, [*LABEL[:3], "ja", "あ", "translated"]], [LABEL], "patch"),
    ],
    ids=["translation", "text with its translation", "changed text", "out of date"],
)
def test_only_a_new_translation_of_an_old_text_adds_something(
    old: Rows, new: Rows, part: str, tmp_path: Path
) -> None:
    assert required(compared(tmp_path, [(LABELS, old)], [(LABELS, new)])) == part


def codes(found: list[Finding]) -> list[str]:
    return [f.code for f in found]


@pytest.mark.parametrize(
    ("baseline", "version", "part", "wanted"),
    [
        ("0.1.0", "0.1.0", None, None),
        ("0.1.0", "0.3.0", None, None),
        ("0.1.0", "0.1.0", "patch", "0.1.1"),
        ("0.1.0", "0.1.1", "patch", None),
        ("0.1.0", "0.1.9", "minor", "0.2.0"),
        ("0.1.9", "0.2.0", "minor", None),
        ("0.1.0", "0.9.0", "major", "1.0.0"),
        ("0.1.0", "1.0.0", "major", None),
        ("1.2.3", "2.0.0", "patch", None),
        ("0.9.0", "0.10.0", "minor", None),
        ("0.2.0", "0.1.0", None, "0.2.0"),
        ("0.2.0", "0.1.9", "patch", "0.2.1"),
        ("1.0.0", "0.2.0", "major", "2.0.0"),
    ],
)
def test_a_version_lower_than_its_changes_is_refused_with_the_one_it_wants(
    baseline: str, version: str, part: str | None, wanted: str | None
) -> None:
    found = check(baseline, version, of(part))
    if wanted is None:
        assert found == []
    else:
        assert codes(found) == ["version-too-low"]
        assert found[0].fix.startswith(f"set the version to {wanted}: ")


@pytest.mark.parametrize("version", ["0.1", "0.1.0rc1", "v1.0.0", "01.0.0", "1.0.0.0", ""])
def test_a_version_that_cannot_be_compared_is_refused(version: str) -> None:
    assert codes(check("0.1.0", version, of(None))) == ["version-form"]


def test_the_first_release_may_have_any_version() -> None:
    assert check(None, "0.1.0", of("minor")) == []


OLD = [["s1", "ok", "5", "a"], ["s2", "bad", "6", "aa"], ["s3", "ok", "7", "a"]]
NEW = [["s1", "ok", "5", "a"], ["s2", "bad", "8", "aa"]]  # a cell changed, a row removed


def step(n: int, key: str, name: str, old: str, new: str) -> list[str]:
    return [f"c{n}", "2026-05-04", "scores", key, name, old, new, "A slip.", ""]


GONE = step(9, "s3", "id", "s3", "")


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ([], [], ["reason-missing", "reason-missing"]),
        ([], [GONE], ["reason-missing"]),
        ([], [GONE, step(1, "s2", "number", "6", "8")], []),
        ([], [GONE, step(1, "s2", "number", "6", "9")], ["reason-disagrees"]),
        ([], [GONE, step(1, "s2", "number", "5", "8")], ["reason-disagrees"]),
        ([], [GONE, step(1, "s2", "status", "6", "8")], ["reason-missing"]),
        ([], [GONE, step(1, "s2", "number", "7", "8"), step(2, "s2", "number", "6", "7")], []),
        # The reason of an earlier release is none for this change.
        ([step(1, "s2", "number", "6", "8")], [GONE, step(1, "s2", "number", "6", "8")],
         ["reason-missing"]),
    ],
    ids=["none", "half", "both", "other new", "other old", "other field", "two steps", "earlier"],
)  # fmt: skip
def test_a_published_value_that_changes_without_its_reason_stops_the_release(
    before: Rows, after: Rows, wanted: list[str], tmp_path: Path
) -> None:
    found = compared(
        tmp_path, [(SCORES, OLD), (CORRECTIONS, before)], [(SCORES, NEW), (CORRECTIONS, after)]
    )
    assert codes(check("0.1.0", "1.0.0", found)) == wanted


def test_the_row_to_add_is_told(tmp_path: Path) -> None:
    found = compared(
        tmp_path, [(SCORES, OLD), (CORRECTIONS, [])], [(SCORES, NEW), (CORRECTIONS, [])]
    )
    removed, changed = check("0.1.0", "1.0.0", found)
    assert "add: ID,DAY,scores,s2,number,6,8,REASON," in changed.fix
    assert "add: ID,DAY,scores,s3,id,s3,,REASON," in removed.fix


def test_what_no_one_wrote_as_a_value_needs_no_reason(tmp_path: Path) -> None:
    """Verifications, labels, corrections, values of new fields, and whole tables."""
    new = with_field(2)
    new["schema"]["fields"].append(field("more"))
    correction = step(1, "s1", "number", "4", "5")
    found = compared(
        tmp_path,
        [(SCORES, ROWS), (OTHER, [["x"]]), (VERIFICATIONS, [["a", "L1", "verified"]]),
         (LABELS, [LABEL]), (CORRECTIONS, [correction])],
        [(new, [[*row, "m"] for row in ROWS]), (VERIFICATIONS, [["a", "L1", "moved"]]),
         (LABELS, [[*LABEL[:4], "b", "source"]]),
         (CORRECTIONS, [[*correction[:7], "A slip of the pen.", ""]])],
    )  # fmt: skip
    assert check("0.1.0", "1.0.0", found) == []
    assert required(found) == "major"


def test_a_cell_a_row_and_a_field_of_a_real_release_demand_their_versions(
    package: Path, tmp_path: Path
) -> None:
    a = build(Package(package), tmp_path / "a")

    def after(name: str, *steps: tuple[Any, ...]) -> Diff:
        changed = copy_package(tmp_path / name)
        for action, *arguments in steps:
            action(changed, *arguments)
        return diff(a, changed)

    corrected = (cell, "claims", "claim-2", "statement", "Beta Labs is younger.")
    found = after("cell", corrected)
    assert required(found) == "patch"
    assert codes(check("0.1.0", "0.1.1", found)) == ["reason-missing"]
    old = found.table("claims").changed[0].old
    row = f"correction-2,2026-05-05,claims,claim-2,statement,{old},Beta Labs is younger.,It erred.,"
    explained = after("reason", corrected, (insert, "corrections", 2, row))
    assert check("0.1.0", "0.1.1", explained) == []
    found = after("row", (insert, "aliases", 2, "alpha-labs,fr,Alpha,short"))
    assert required(found) == "minor"
    assert codes(check("0.1.0", "0.1.1", found)) == ["version-too-low"]
    assert required(after("gone", (remove, "aliases", "alpha-labs|en|Alpha"))) == "major"
    found = after("key", (descriptor, "resources/scores/schema/fields/1/unit", "points"))
    assert required(found) == "minor"
