"""Machine learning tools read every record of a release through its Croissant description."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pandas
import pytest

import hikaku
from scripts.build.croissant import write_croissant
from scripts.build.run import build
from scripts.content import from_csv
from scripts.contract import Table, load
from scripts.errors import BrokenRelease
from scripts.labels.po_files import languages
from scripts.package import Package
from tests.planting import PROJECT, ROOT, cell

DATE = 'Property "https://schema.org/datePublished" is recommended, but does not exist.'
PYTHON = {"string": str, "integer": int, "number": float, "date": date}


@pytest.fixture(scope="module")
def described(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The description in a release that was moved: it may name no place of its own."""
    moved = tmp_path_factory.mktemp("moved") / "release"
    shutil.copytree(release, moved)
    return write_croissant(PROJECT, moved)


@pytest.fixture(scope="module")
def dataset(described: Path) -> Any:
    import mlcroissant  # slow to import, and no other test needs it

    return mlcroissant.Dataset(jsonld=str(described))


@pytest.fixture(scope="module")
def raw(described: Path) -> Any:
    return json.loads(described.read_text(encoding="utf-8"))


def _records(dataset: Any, table: Table) -> list[list[Any]]:
    return [
        [_value(record[f"{table.name}/{name}"]) for name in table.names]
        for record in dataset.records(table.name)
    ]


def _value(value: Any) -> Any:
    """mlcroissant gives texts as bytes and days as points in time."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, pandas.Timestamp):
        assert value == value.normalize()
        return value.date()
    return value


def _expected(table: Table, release: Path) -> list[list[Any]]:
    return [
        [
            value if value is None
            else date.fromisoformat(str(value)) if field.type == "date"
            else PYTHON[field.type](value)
            for field, value in zip(table.fields, row, strict=True)
        ]
        for row in from_csv(table, release)
    ]  # fmt: skip


def _assert_same(actual: list[list[Any]], expected: list[list[Any]]) -> None:
    assert actual == expected
    assert [[type(v) for v in row] for row in actual] == [
        [type(v) for v in row] for row in expected
    ]


def test_the_description_is_valid_and_lacks_only_the_day_of_publication(
    dataset: Any,
) -> None:
    """A release does not know the day; the catalogue does."""
    assert not dataset.metadata.ctx.issues.errors
    assert [told.split("] ")[1] for told in dataset.metadata.ctx.issues.warnings] == [DATE]


@pytest.mark.parametrize("table", load().tables, ids=lambda table: table.name)
def test_the_records_of_each_table_are_its_rows_with_their_types(
    table: Table, dataset: Any, release: Path
) -> None:
    """All by one Dataset, as people use it, and the empty tables too."""
    _assert_same(_records(dataset, table), _expected(table, release))


def test_the_labels_of_all_languages_load(dataset: Any, raw: Any, release: Path) -> None:
    with (release / "tables/labels.csv").open(encoding="utf-8") as file:
        rows = sum(1 for _ in file) - 1
    found = list(dataset.records("labels"))
    assert len(found) == rows
    assert {record["labels/lang"] for record in found} == {
        tag.encode() for tag in raw["inLanguage"]
    }


def test_what_looks_missing_or_like_a_number_stays_the_text_that_it_is(package: Path) -> None:
    """Readers that guess types turn these into nothing, or into 7.0 and 2023.0."""
    import mlcroissant

    claims = load()["claims"]
    for texts in (("N/A", "NA", "null"), ("None", "nan", "True"), ("007", "2023", "1e5")):
        for n, text in enumerate(texts, start=1):
            cell(package, "claims", f"claim-{n}", "statement", text)
        release = build(Package(package))
        described = write_croissant(Package(package), release)
        found = _records(mlcroissant.Dataset(jsonld=str(described)), claims)
        assert {row[claims.names.index("statement")] for row in found} >= set(texts)
        _assert_same(found, _expected(claims, release))


def test_a_reference_that_no_row_makes_ends_no_reading(package: Path) -> None:
    """A table of corrections of our own slips names no source at all."""
    import mlcroissant

    tables = load().tables
    for table in tables:
        unused = [i for i, f in enumerate(table.fields) if f.references and not f.required]
        path = package / table.path
        with path.open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(["" if i in unused else c for i, c in enumerate(r)] for r in rows)
    release = build(Package(package))
    described = mlcroissant.Dataset(jsonld=str(write_croissant(Package(package), release)))
    for table in tables:
        _assert_same(_records(described, table), _expected(table, release))


def test_each_file_is_described_with_its_hash_and_a_place_inside_the_release(
    described: Path, raw: Any
) -> None:
    folder = described.parent
    assert sorted(file["contentUrl"] for file in raw["distribution"]) == sorted(
        path.relative_to(folder).as_posix()
        for kind in ("tables/*.csv", "parquet/*.parquet")
        for path in folder.glob(kind)
    )
    for file in raw["distribution"]:
        data = (folder / file["contentUrl"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["contentSize"] == f"{len(data)} B"
        assert file["encodingFormat"] == {
            "tables": "text/csv", "parquet": "application/x-parquet"
        }[file["contentUrl"].split("/")[0]]  # fmt: skip
    assert str(folder) not in described.read_text(encoding="utf-8")
    assert str(ROOT) not in described.read_text(encoding="utf-8")


def test_every_key_reference_and_meaning_of_the_contract_is_there(raw: Any) -> None:
    contract = load()
    sets = {record_set["@id"]: record_set for record_set in raw["recordSet"]}
    assert list(sets) == [*(table.name for table in contract), "labels"]
    for table in contract:
        record_set = sets[table.name]
        assert record_set["key"] == [{"@id": f"{table.name}/{key}"} for key in table.key]
        assert table.description in record_set["description"]
        assert [field["name"] for field in record_set["field"]] == list(table.names)
        for field, described in zip(table.fields, record_set["field"], strict=True):
            assert field.description in described["description"]
            assert (field.unit or "") in described["description"]
            used = any(row[field.name] for row in PROJECT.records(table.name))
            target = {
                "fileObject": {"@id": f"parquet/{field.references}.parquet"},
                "extract": {"column": "id"},
            }
            expected = target if field.references and used else None
            assert described.get("references") == expected


def test_the_whole_is_named_licensed_and_cited_as_the_data_set_itself(
    raw: Any, release: Path
) -> None:
    data = hikaku.open(release)
    assert raw["citeAs"] == data.cite()
    assert (raw["name"], raw["alternateName"]) == ("hikaku", data.title)
    assert raw["version"] == data.version
    assert raw["license"] == ["https://creativecommons.org/licenses/by/4.0/"]
    assert raw["inLanguage"] == ["en", *(language.tag for language in languages(PROJECT))]
    assert raw["keywords"] == load().raw["keywords"]


def test_two_descriptions_of_one_release_are_the_same_bytes(described: Path) -> None:
    before = described.read_bytes()
    assert write_croissant(PROJECT, described.parent).read_bytes() == before


def test_without_a_descriptor_nothing_is_written(package: Path) -> None:
    with pytest.raises(BrokenRelease, match=r"datapackage\.parquet\.json cannot be read"):
        write_croissant(Package(package), package)
    assert not list(package.glob("croissant*"))
