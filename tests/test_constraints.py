"""What the contract states of a field, a key or a file holds, or the contract is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.contract import SHARED_PATTERN, load
from scripts.errors import BrokenContract
from scripts.findings import Finding
from scripts.package import Package
from scripts.validate.run import validate
from scripts.validate.witness import frictionless_findings
from tests.planting import descriptor
from tests.properties.scale import examples

REFUSED = "broken-contract"
SCHEMA = "resources/{}/schema"
FIELD = "resources/{}/schema/fields/{}"

# All that Table Schema, versions 1 and 2, can state, each so that a row of the small package
# breaks it: the table, the field if it is one's, what is stated, and the code of what is found.
STATED: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("required", "entities", "same_as", {"constraints": {"required": True}}, "required"),
    ("unique", "entities", "description", {"constraints": {"unique": True}}, "not-unique"),
    ("enum", "entities", "name", {"constraints": {"enum": ["Model A"]},
     "values": {"Model A": {"title": "A model", "description": "The one."}}}, "enum"),
    ("pattern", "entities", "name", {"constraints": {"pattern": "[a-z ]+"}, "example": "model"},
     "pattern"),
    ("minimum", "scores", "number", {"constraints": {"minimum": 90}}, "minimum"),
    ("maximum", "scores", "number", {"constraints": {"maximum": 50}}, REFUSED),
    ("exclusiveMinimum", "scores", "number", {"constraints": {"exclusiveMinimum": 90}}, REFUSED),
    ("exclusiveMaximum", "scores", "number", {"constraints": {"exclusiveMaximum": 50}}, REFUSED),
    ("minLength", "entities", "name", {"constraints": {"minLength": 30}}, REFUSED),
    ("maxLength", "entities", "name", {"constraints": {"maxLength": 3}}, REFUSED),
    ("jsonSchema", "entities", "name", {"constraints": {"jsonSchema": {}}}, REFUSED),
    *((f"format {form}", "entities", "name", {"format": form}, REFUSED)
      for form in ("email", "uri", "uuid", "binary", "default")),
    ("format of a date", "sources", "accessed_on", {"format": "%d/%m/%Y"}, REFUSED),
    *((f"type {kind}", "entities", "name", {"type": kind}, REFUSED)
      for kind in ("boolean", "object", "array", "list", "datetime", "time", "year", "yearmonth",
                   "duration", "geopoint", "geojson", "any", "currency")),
    ("type integer", "scores", "number", {"type": "integer"}, "type"),
    ("type number", "entities", "name", {"type": "number", "translated": False}, "type"),
    ("type date", "claims", "id", {"type": "date", "constraints": {}}, "type"),
    ("trueValues", "entities", "name", {"trueValues": ["Model A"]}, REFUSED),
    ("falseValues", "entities", "name", {"falseValues": ["Model A"]}, REFUSED),
    ("bareNumber", "scores", "number", {"bareNumber": False}, REFUSED),
    ("decimalChar", "scores", "number", {"decimalChar": ","}, REFUSED),
    ("groupChar", "scores", "number", {"groupChar": "."}, REFUSED),
    ("delimiter of a list", "entities", "name", {"delimiter": ";"}, REFUSED),
    ("itemType", "entities", "name", {"itemType": "integer"}, REFUSED),
    ("categories", "entities", "name", {"categories": ["Model A"]}, REFUSED),
    ("categoriesOrdered", "entities", "name", {"categoriesOrdered": True}, REFUSED),
    ("missingValues of a field", "entities", "name", {"missingValues": ["Model A"]}, REFUSED),
    ("rdfType", "entities", "name", {"rdfType": "http://schema.org/Thing"}, REFUSED),
    ("primaryKey", "entities", "", {"primaryKey": ["description"]}, "duplicate-key"),
    ("uniqueKeys", "entities", "", {"uniqueKeys": [["description"]]}, "not-unique"),
    ("foreignKeys of several fields", "aliases", "", {"foreignKeys": [
        {"fields": ["entity_id", "text"], "reference": {"resource": "entities",
         "fields": ["id", "name"]}}]}, REFUSED),
    ("missingValues", "entities", "", {"missingValues": ["", "Model A"]}, REFUSED),
    ("fieldsMatch", "entities", "", {"fieldsMatch": ["superset"]}, REFUSED),
]  # fmt: skip
OF_FILES: list[tuple[str, Any]] = [
    ("dialect", {"delimiter": ";"}),
    ("encoding", "utf-16"),
    ("format", "tsv"),
    ("mediatype", "text/tab-separated-values"),
    ("path", ["tables/scores.csv", "tables/claims.csv"]),
    ("profile", "data-resource"),
    ("type", "json"),
    ("data", [{"id": "x"}]),
    ("hash", "sha256:00"),
    ("bytes", 1),
]
# Constraints of a type of which they say nothing, and values that none has.
UNUSABLE: list[tuple[str, str, str, dict[str, Any]]] = [
    ("pattern of a number", "scores", "number", {"pattern": "[0-9]+"}),
    ("enum of a number", "scores", "number", {"enum": ["1"]}),
    ("minimum of a text", "entities", "name", {"minimum": 3}),
    ("minimum of a day", "sources", "accessed_on", {"minimum": 20260101}),
    ("minimum that is a text", "scores", "runs", {"minimum": "1"}),
    ("minimum that is a truth", "scores", "runs", {"minimum": True}),
    ("required that is a text", "entities", "name", {"required": "false"}),
    ("unique that is a number", "entities", "name", {"unique": 1}),
    ("enum that is a text", "entities", "name", {"enum": "Model A"}),
    ("enum without a value", "entities", "name", {"enum": []}),
    ("pattern that is a list", "entities", "name", {"pattern": ["x"]}),
]


def state(root: Path, table: str, field: str, what: dict[str, Any]) -> None:
    place = FIELD.format(table, field) if field else SCHEMA.format(table)
    for name, value in what.items():
        if name == "constraints" and value:
            for constraint, bound in value.items():
                ensure(root, place)
                descriptor(root, f"{place}/constraints/{constraint}", bound)
        else:
            descriptor(root, f"{place}/{name}", value)


def ensure(root: Path, place: str) -> None:
    """Give the field constraints, if it has none."""
    raw = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    _, table, _, _, field = place.split("/")
    (resource,) = (r for r in raw["resources"] if r["name"] == table)
    (found,) = (f for f in resource["schema"]["fields"] if f["name"] == field)
    descriptor(root, f"{place}/constraints", found.get("constraints", {}))


def found(root: Path) -> list[Finding]:
    return validate(Package(root)).findings


@pytest.mark.parametrize(("what", "table", "field", "stated", "code"), STATED, ids=lambda x: str(x))
def test_what_the_standard_can_state_is_checked_or_refused(
    package: Path, what: str, table: str, field: str, stated: dict[str, Any], code: str
) -> None:
    state(package, table, field, stated)
    ours = found(package)
    assert code in {f.code for f in ours}
    if code == REFUSED:
        assert [f.file for f in ours] == ["datapackage.json"]
        assert (ours[0].column or "").startswith(f"resources/{table}")


@pytest.mark.long
@pytest.mark.parametrize(("what", "table", "field", "stated", "code"), STATED)
def test_what_frictionless_finds_is_found_by_us(
    package: Path, what: str, table: str, field: str, stated: dict[str, Any], code: str
) -> None:
    state(package, table, field, stated)
    theirs = frictionless_findings(package)
    ours = found(package)
    print(f"| {what} | {table}.{field} | {ours[0].code} | {len(theirs)} |")
    assert ours or not theirs


@pytest.mark.parametrize(("name", "value"), OF_FILES)
def test_what_a_file_is_said_to_be_is_what_is_read(package: Path, name: str, value: Any) -> None:
    descriptor(package, f"resources/scores/{name}", value)
    (finding,) = found(package)
    assert (finding.code, finding.column) == (REFUSED, f"resources/scores/{name}")


@pytest.mark.parametrize(("what", "table", "field", "constraints"), UNUSABLE, ids=lambda x: str(x))
def test_a_constraint_that_says_nothing_of_its_field_is_refused(
    package: Path, what: str, table: str, field: str, constraints: dict[str, Any]
) -> None:
    state(package, table, field, {"constraints": constraints, "example": "x"})
    (finding,) = found(package)
    assert (finding.file, finding.code) == ("datapackage.json", REFUSED)
    assert (finding.column or "").startswith(FIELD.format(table, "").rstrip("/"))


@pytest.mark.parametrize(
    "pattern",
    ["(?!x).*", r"(.).*\1?", "(?P<x>a)", r"\d+", r"\w+", r"\bx", "^x", "x$", "x*+", "x*?",
     "a{3}{3}", "[[:alpha:]]", "[a&&b]", "a{1001}", "a{99999999999}", "[z-a]",
     "(" * 300 + ")" * 299,
     "((a{900}){900}){900}", "(" * 3000 + "x" + ")" * 3000],
)  # fmt: skip
def test_a_pattern_that_readers_understand_differently_is_refused(
    package: Path, pattern: str
) -> None:
    state(package, "entities", "name", {"constraints": {"pattern": pattern}, "example": "x"})
    (finding,) = found(package)
    assert (finding.file, finding.code) == ("datapackage.json", REFUSED)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"version": ' * 100_000, "\ufeff{}", '{"version": NaN}', '{"version": 1e999}',
     '{"version": -Infinity}', f'{{"version": {"9" * 5000}}}', '{"version": "\\ud800"}', "7",
     "null", '{"version": "1.0.0", "resources": ' + "[" * 900 + "]" * 900 + "}", "\0", ""],
)  # fmt: skip
def test_json_that_readers_take_differently_is_refused(package: Path, text: str) -> None:
    (package / "datapackage.json").write_text(text, encoding="utf-8")
    (finding,) = found(package)
    assert (finding.file, finding.code) == ("datapackage.json", REFUSED)


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("resources/entities/schema/primaryKey", ["id", "id"], "twice"),
        ("resources/entities/schema/uniqueKeys", [[]], "no field"),
        ("resources/entities/schema/uniqueKeys", [["name", "name"]], "twice"),
        ("resources/models/title", "Mod\u202eels", "U+202E"),
        ("resources/models/description", "F\u0430mily", "another alphabet"),
        ("texts/year/text", "{year}\u200b", "U+200B"),
        ("homepage", "https://example.org", "nothing checks"),
        ("resources/scores/minimumRows", "5", "a whole number"),
        ("resources/scores/minimumRows", True, "a whole number"),
    ],
)
def test_other_things_that_nothing_checks_are_told(
    package: Path, place: str, value: Any, told: str
) -> None:
    descriptor(package, place, value)
    with pytest.raises(BrokenContract, match=re.escape(told)):
        load(package)


def test_a_field_given_twice_is_told(package: Path) -> None:
    path = package / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    fields = raw["resources"][0]["schema"]["fields"]
    fields.append(fields[0])
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(BrokenContract, match="two fields named"):
        load(package)


def test_two_foreign_keys_of_one_field_are_told(package: Path) -> None:
    path = package / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    keys = next(r for r in raw["resources"] if r["name"] == "models")["schema"]["foreignKeys"]
    keys.append(keys[0])
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(BrokenContract, match="two foreign keys"):
        load(package)


PIECES = st.sampled_from(
    ["a", "b", "é", "谱", "-", ":", r"\.", r"\[", r"\\", "[a-c]", "[^/]", "[.-]", ".", "(", ")",
     "|", "*", "+", "?", "{2}", "{1,3}"]
)  # fmt: skip


@examples(short=60)
@given(
    pattern=st.lists(PIECES, max_size=8).map("".join),
    text=st.text(st.sampled_from("abcé谱-:./[\\"), max_size=6),
)
@example(pattern="a|b", text="ab")
@example(pattern="[^/]", text="谱")
def test_a_shared_pattern_means_the_same_to_both_readers(pattern: str, text: str) -> None:
    if not SHARED_PATTERN.fullmatch(pattern):
        return
    try:
        python = bool(re.fullmatch(pattern, text))
    except re.error:
        return  # told before DuckDB sees it
    with duckdb.connect() as con:
        row = con.execute("SELECT regexp_full_match(?, ?)", [text, pattern]).fetchone()
    assert row == (python,)
