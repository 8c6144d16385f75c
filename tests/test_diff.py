"""No change goes unseen, and nothing is called a change that is none."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.build.run import build
from scripts.contract import ROOT
from scripts.diff.model import Cell, ContractChange, Row
from scripts.diff.run import diff, main, to_json, to_text
from scripts.errors import BrokenContract, BrokenRelease, Incomparable
from scripts.labels.po_files import languages
from scripts.package import Package
from scripts.release.version import check
from scripts.release_folder import read_json
from tests.planting import cell, copy_package, descriptor, remove
from tests.releases import LABELS, field, release, table
from tests.translated import translated_package

BASE = table(
    "scores",
    [
        "id",
        field("status", constraints={"enum": ["ok", "bad"]},
              values={"ok": {"title": "Fine"}, "bad": {"title": "Bad"}}),
        field("number", "integer", unit="percent", constraints={"minimum": 0}),
        field("model_id"),
    ],
    foreignKeys=[{"fields": "model_id", "reference": {"resource": "models", "fields": "id"}}],
)  # fmt: skip
ROWS = [["s1", "ok", "5", "m"], ["s2", "bad", "6", "m"]]


def change(raw: dict[str, Any], at: int | None, **values: Any) -> dict[str, Any]:
    """A copy of a table with properties of it, or of one field, set."""
    copy: dict[str, Any] = json.loads(json.dumps(raw))
    (copy if at is None else copy["schema"]["fields"][at]).update(values)
    return copy


@pytest.mark.parametrize(
    ("new", "place", "what", "old", "now"),
    [
        (change(BASE, None, title="Points"), "scores", "title", "Scores", "Points"),
        (change(BASE, 2, type="number"), "scores.number", "type", "integer", "number"),
        (change(BASE, 2, unit="points"), "scores.number", "unit", "percent", "points"),
        (change(BASE, 2, constraints={"minimum": 1}), "scores.number", "constraints.minimum", 0, 1),
        (change(BASE, 2, constraints={}), "scores.number", "constraints.minimum", 0, None),
        (change(BASE, 3, translated=True), "scores.model_id", "translated", None, True),
        (change(BASE, 1, constraints={"enum": ["ok"]}), "scores.status", "enum.bad",
         {"title": "Bad"}, None),
        (change(BASE, 1, constraints={}), "scores.status", "enum",
         {"ok": {"title": "Fine"}, "bad": {"title": "Bad"}}, None),
        (change(BASE, 1, values={"ok": {"title": "Good"}, "bad": {"title": "Bad"}}),
         "scores.status", "enum.ok.title", "Fine", "Good"),
    ],
)  # fmt: skip
def test_no_change_of_the_contract_goes_unseen(
    new: dict[str, Any], place: str, what: str, old: Any, now: Any, tmp_path: Path
) -> None:
    found = diff(release(tmp_path / "a", [(BASE, ROWS)]), release(tmp_path / "b", [(new, ROWS)]))
    assert [(c.place, c.what, c.old, c.new) for c in found.contract] == [(place, what, old, now)]
    assert not found.tables
    assert found.contract[0].is_text == what.endswith("title")


def test_keys_references_and_tables_are_part_of_the_contract(tmp_path: Path) -> None:
    new = json.loads(json.dumps(BASE))
    new["schema"] |= {"primaryKey": ["id", "status"], "foreignKeys": [], "uniqueKeys": [["number"]]}
    other = table("other", ["id"])
    a = release(tmp_path / "a", [(BASE, ROWS)])
    b = release(tmp_path / "b", [(new, ROWS), (other, [["x"]])], licenses=[{"name": "X"}])
    found = diff(a, b)
    assert {(c.place, c.what) for c in found.contract} == {
        ("datapackage.json", "licenses"), ("scores", "primaryKey"), ("scores", "uniqueKeys.number"),
        ("scores.model_id", "references"), ("other", "table"),
    }  # fmt: skip
    assert found.table("other").added == (Row(("x",), {"id": "x"}),)
    # A row under another key is another row.
    assert len(found.table("scores").added) == len(found.table("scores").removed) == 2


def test_a_changed_label_is_named_by_its_text_and_language(tmp_path: Path) -> None:
    old = ["entities", "x", "name", "ja", "古い", "translated"]
    new = [*old[:4], "新しい", old[5]]
    a = release(tmp_path / "a", [(LABELS, [old])])
    b = release(tmp_path / "b", [(LABELS, [new])])
    (changed,) = diff(a, b).table("labels").changed
    assert changed == Cell(("entities", "x", "name", "ja"), "text", "古い", "新しい")


def test_a_release_without_its_labels_is_seen(tmp_path: Path) -> None:
    row = ["entities", "x", "name", "en", "X", "source"]
    a = release(tmp_path / "a", [(BASE, ROWS), (LABELS, [row])])
    found = diff(a, release(tmp_path / "b", [(BASE, ROWS)]))
    assert [(c.place, c.what) for c in found.contract] == [("labels", "table")]
    assert len(found.table("labels").removed) == 1


def test_a_release_and_the_package_that_it_was_built_from_are_equal(release: Path) -> None:
    assert diff(release, ROOT).empty
    assert diff(ROOT, release).empty


def test_one_cell_one_row_and_one_field_are_each_named(package: Path, tmp_path: Path) -> None:
    a = build(Package(package), tmp_path / "a")
    changed = copy_package(tmp_path / "b")
    cell(changed, "claims", "claim-2", "statement", "Beta Labs is younger.")
    remove(changed, "aliases", "alpha-labs|en|Alpha")
    descriptor(changed, "resources/scores/schema/fields/setting", "remove")
    scores = changed / "tables/scores.csv"
    lines = scores.read_text(encoding="utf-8").splitlines()
    scores.write_text("".join(line.rsplit(",", 1)[0] + "\n" for line in lines), encoding="utf-8")
    found = diff(a, changed)
    assert [c.new for c in found.table("claims").changed] == ["Beta Labs is younger."]
    assert len(found.table("aliases").removed) == 1
    assert [(c.place, c.what, c.new) for c in found.contract] == [("scores.setting", "field", None)]
    text = to_text(found)
    for words in ("~ claim-2  statement: ", "1 row removed", "- scores.setting  field"):
        assert words in text


def test_long_lists_are_cut_with_a_count_and_json_is_complete(tmp_path: Path) -> None:
    rows = [[f"s{i:04}", "ok", "5", "m"] for i in range(1000)]
    a, b = release(tmp_path / "a", [(BASE, ROWS[:0])]), release(tmp_path / "b", [(BASE, rows)])
    found = diff(a, b)
    assert "… and 980 more; --json lists them all" in to_text(found)
    assert len(json.loads(to_json(found))["tables"][0]["added"]) == 1000


def test_long_texts_are_shown_where_they_differ(tmp_path: Path) -> None:
    one, two = ([["s1", "x" * 500 + end, "5", "m"]] for end in ("before", "after"))
    found = diff(release(tmp_path / "a", [(BASE, one)]), release(tmp_path / "b", [(BASE, two)]))
    assert "before -> …" in to_text(found)
    assert "after" in to_text(found)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("datapackage.json", "{", "is no contract"),
        ("datapackage.json", '{"version": "1.0.0", "resources": [{}]}', "is no contract"),
        ("tables/scores.csv", "id,status\ns1,ok\n", "scores.csv:1: the headings"),
        ("tables/scores.csv", "id,status,number,model_id\ns1,ok\n", "scores.csv:2: 2 cells"),
        ("tables/scores.csv", "id,status,number,model_id\ns1,,,\ns1,,,\n",
         "scores.csv:3: the key s1"),
        ("tables/scores.csv", 'id,status,number,model_id\n"s1,,,\n', "cannot be read"),
    ],
)  # fmt: skip
def test_a_broken_release_is_told_by_file_and_line(
    file: str, text: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a, b = (release(tmp_path / n, [(BASE, ROWS)]) for n in "ab")
    (b / file).write_text(text)
    with pytest.raises(Incomparable, match=told):
        diff(a, b)
    assert main([str(a), str(b)]) == 1
    assert told in capsys.readouterr().err


def test_blank_lines_are_no_rows_and_a_key_of_no_field_is_told(tmp_path: Path) -> None:
    a, b = (release(tmp_path / n, [(BASE, ROWS)]) for n in "ab")
    (b / "tables/scores.csv").write_text("id,status,number,model_id\n\ns1,ok,5,m\n\ns2,bad,6,m\n")
    assert diff(a, b).tables == ()
    raw = json.loads((b / "datapackage.json").read_text())
    raw["resources"][0]["schema"]["primaryKey"] = ["nothing"]
    (b / "datapackage.json").write_text(json.dumps(raw))
    with pytest.raises(Incomparable, match="key of scores is not among its fields"):
        diff(a, b)


def test_a_package_whose_labels_cannot_be_made_is_told(tmp_path: Path) -> None:
    root = translated_package(tmp_path)
    released = build(Package(root))
    (language, *_) = languages(Package(root))
    language.path(root).write_bytes(b'msgid "broken')
    with pytest.raises(Incomparable, match=r"the labels of .* cannot be made: .*hikaku\.po"):
        diff(released, root)


def test_a_folder_that_is_no_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(Incomparable, match=r"has no datapackage\.json; give"):
        diff(None, tmp_path)


def test_the_command_prints_for_people_and_for_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = release(tmp_path / "a", [(BASE, ROWS)])
    b = release(tmp_path / "b", [(BASE, [ROWS[0], ["s2", "bad", "7", "m"]])], "0.1.1")
    assert main([str(a), str(b)]) == 0
    assert "~ s2  number: 6 -> 7" in capsys.readouterr().out
    assert main([str(a), str(b), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["tables"]
    assert told["changed"] == [{"key": ["s2"], "field": "number", "old": "6", "new": "7"}]


def test_a_table_of_100_000_rows_is_compared_in_seconds(tmp_path: Path) -> None:
    rows = [[f"s{i:06}", "ok", str(i), "m"] for i in range(100_000)]
    later = [[r[0], r[1], str(int(r[2]) + (int(r[2]) % 100 == 0)), r[3]] for r in rows]
    random.Random(1).shuffle(later)
    a, b = release(tmp_path / "a", [(BASE, rows)]), release(tmp_path / "b", [(BASE, later)])
    # CPU of this process: what else the machine does is not counted. It is about a second.
    start = time.process_time()
    assert len(diff(a, b).table("scores").changed) == 1000
    assert time.process_time() - start < 10


def test_places_read_the_same_everywhere() -> None:
    assert ContractChange("scores", "number", "unit", None, "x").place == "scores.number"
    assert ContractChange(None, None, "title", "a", "b").place == "datapackage.json"


KINDS: list[Any] = [None, 5, True, "x", [], {}, [1], ["a"], [["a"]], {"a": 1}, {"a": {}}, -1e400]
WHOLE = change(BASE, None, uniqueKeys=[["id", "status"]], title="Scores")


def nodes(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inside in items:
        yield (*place, key)
        if isinstance(inside, dict | list):
            yield from nodes(inside, (*place, key))


@given(place=st.sampled_from([*nodes({"resources": [WHOLE]})]), value=st.sampled_from(KINDS))
def test_a_strangers_contract_of_any_shape_is_compared_or_told(
    place: tuple[Any, ...], value: Any
) -> None:
    """It comes from a catalogue; one thing of a wrong kind ended in a traceback."""
    with tempfile.TemporaryDirectory() as made:
        old = release(Path(made) / "old", [(WHOLE, ROWS)])
        new = release(Path(made) / "new", [(change(WHOLE, None, title="Points"), ROWS)])
        raw = json.loads((old / "datapackage.json").read_text())
        inside = raw
        for key in place[:-1]:
            inside = inside[key]
        inside[place[-1]] = value
        (old / "datapackage.json").write_text(json.dumps(raw))
        with suppress(Incomparable):
            found = diff(old, new)
            to_text(found)
            to_json(found)
            check("0.1.0", "1.0.0", found)


@pytest.mark.parametrize("path", ["../secret.csv", "/etc/passwd", "tables/../../secret.csv", 5])
def test_a_strangers_contract_opens_no_file_outside_its_release(path: Any, tmp_path: Path) -> None:
    """The last release comes from a catalogue, with a contract that names its files."""
    folder = release(tmp_path / "new", [(BASE, ROWS)])
    (tmp_path / "secret.csv").write_text("id,status,number,model_id\nsecret,ok,1,m\n")
    raw = json.loads((folder / "datapackage.json").read_text())
    raw["resources"][0]["path"] = path
    (folder / "datapackage.json").write_text(json.dumps(raw))
    with pytest.raises(Incomparable, match=r"no contract that can be compared"):
        diff(None, folder)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"version": ' + "1" * 5_000 + "}", "\ufeff", "5"])
def test_json_that_no_reader_takes_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(Incomparable):
        diff(None, tmp_path)
    with pytest.raises(BrokenContract):
        _ = Package(tmp_path).contract
    if text != "5":
        with pytest.raises(BrokenRelease):
            read_json(tmp_path / "datapackage.json")
