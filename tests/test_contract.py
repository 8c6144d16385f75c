"""The contract says what everything means, and every key in it works."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.build.run import build
from scripts.contract import Contract, Field, Table, load
from scripts.errors import BrokenContract
from scripts.package import Package
from scripts.validate.run import validate
from tests.planting import cell, copy_package, descriptor

CONTRACT = load()
FIELDS = [(t, f) for t in CONTRACT for f in t.fields]
REFERENCES = [(t, f) for t, f in FIELDS if f.references]


def name(value: Table | Field) -> str:
    return value.name


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=name)
def test_no_field_is_left_unexplained(table: Table, field: Field) -> None:
    assert len(field.description) >= 15
    assert field.description.endswith(".")
    assert field.title
    if field.type in ("integer", "number") and not field.references:
        assert field.unit or "unit" in field.description or "bounds" in field.description
    for value in field.enum:
        assert field.raw["values"][value]["description"].endswith(".")


def dangle(root: Path, table: Table, field: Field) -> tuple[str, int, str]:
    """Plant a reference to nothing; the file, row and column where it stands."""
    lines = (root / table.path).read_text(encoding="utf-8").splitlines()
    first = dict(zip(table.names, next(csv.reader(lines[1:2])), strict=True))
    nothing = f"zz-{table.name}-{field.name}".replace("_", "-")
    if field.name not in table.key:
        key = "|".join(first[name] for name in table.key)
        cell(root, table.name, key, field.name, nothing)
        return table.path, 1, field.name
    # A key cannot be changed without moving its row: plant it as a last row.
    first[field.name] = nothing
    with (root / table.path).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(first[n] for n in table.names)
    return table.path, len(lines), field.name


def dangling(root: Path) -> list[tuple[str, int | None, str | None]]:
    found = validate(Package(root)).findings
    return [(f.file, f.row, f.column) for f in found if f.code == "dangling-reference"]


def test_no_foreign_key_is_decoration(package: Path) -> None:
    """Rows planted with dangling references are found at their rows and columns."""
    planted = [dangle(package, table, field) for table, field in REFERENCES]
    assert sorted(dangling(package)) == sorted(planted)


@pytest.mark.long
@pytest.mark.parametrize(("table", "field"), REFERENCES, ids=name)
def test_a_foreign_key_alone_is_no_decoration(table: Table, field: Field, package: Path) -> None:
    planted = dangle(package, table, field)
    assert dangling(package) == [planted]


def test_patterns_mean_the_same_in_duckdb_and_in_python() -> None:
    """Only constructs that RE2 and Python's re share, so that all readers agree."""
    for table, field in FIELDS:
        if field.pattern:
            re.compile(field.pattern)
            where = f"{table.name}.{field.name}"
            assert not re.search(r"\(\?|\\[bBAZzpPQE]|[*+?}]\+|\\[1-9]", field.pattern), where


def test_records_of_all_tables_have_names_of_their_own() -> None:
    assert len({t.record for t in CONTRACT}) == len(CONTRACT.tables)


def test_a_contract_reads_the_same_from_any_copy(package: Path) -> None:
    copied: Contract = load(package)
    assert copied == CONTRACT


def test_copies_of_the_package_do_not_share_files(tmp_path: Path) -> None:
    one, two = copy_package(tmp_path / "one"), copy_package(tmp_path / "two")
    (one / "tables" / "claims.csv").unlink()
    assert (two / "tables" / "claims.csv").exists()


@pytest.mark.parametrize("version", ["../../outside", "1.0", "1.0.0/..", "0.1.0-dev"])
def test_a_version_that_would_lead_out_of_dist_is_no_contract(package: Path, version: str) -> None:
    descriptor(package, "version", version)
    (found,) = validate(Package(package)).findings
    assert (found.code, found.column) == ("broken-contract", "version")
    with pytest.raises(BrokenContract, match="is no version"):
        build(Package(package))
    assert not (package / "dist").exists()


SCORES = "resources/scores/schema"


@pytest.mark.parametrize(
    ("place", "value", "where", "told"),
    [
        ("resources/scores/path", "tables/other.csv", "", "not kept where"),
        ("resources/scores/name", "../x", "resources/../x/name", "is no name for a table"),
        (f"{SCORES}/fields/mode/name", "Mode", "", "is no name"),
        (
            f"{SCORES}/foreignKeys/model_id/reference/fields",
            "name",
            f"{SCORES}/foreignKeys/model_id",
            "another field than id",
        ),
        (f"{SCORES}/primaryKey", "nothing", SCORES, "uses the field 'nothing'"),
        (f"{SCORES}/uniqueKeys", [["id", "nothing"]], SCORES, "uses the field 'nothing'"),
        (f"{SCORES}/fields/id/constraints/pattern", "a(", "", "is no regular expression"),
        (
            f"{SCORES}/fields/id/constraints/pattern",
            "[0-9]",
            f"{SCORES}/fields/id/example",
            "no example that fits it",
        ),
        (
            f"{SCORES}/fields/shots/constraints/minimum",
            "0",
            f"{SCORES}/fields/shots/constraints",
            "has the wrong type",
        ),
        ("resources", {}, "", "must be a list, found {}"),
    ],
)
def test_a_broken_contract_is_told_at_its_place(
    package: Path, place: str, value: object, where: str, told: str
) -> None:
    at = numbered(package, where or place)
    descriptor(package, place, value)
    (found,) = validate(Package(package)).findings
    assert (found.file, found.column) == ("datapackage.json", at)
    assert told in found.found


def numbered(root: Path, place: str) -> str:
    """The place with the number of each field and foreign key instead of its name."""
    node: Any = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    steps: list[str] = []
    for step in place.split("/"):
        inside = [n.get("name", n.get("fields")) for n in node] if isinstance(node, list) else []
        at = inside.index(step) if step in inside else None
        # Tables go by name, as people name them.
        steps.append(step if at is None or steps == ["resources"] else str(at))
        node = node[at] if at is not None else node.get(step) if isinstance(node, dict) else None
    return "/".join(steps)


def test_a_table_that_is_described_twice_is_told(package: Path) -> None:
    whole = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    whole["resources"].append(whole["resources"][0])
    (package / "datapackage.json").write_text(json.dumps(whole), encoding="utf-8")
    with pytest.raises(BrokenContract, match="two tables are named"):
        load(package)


@pytest.mark.parametrize("content", [b"\xff\xfe{}", None])
def test_a_contract_that_cannot_be_read_is_one_sentence(
    package: Path, content: bytes | None
) -> None:
    path = package / "datapackage.json"
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(BrokenContract, match="the file cannot be read"):
        load(package)
