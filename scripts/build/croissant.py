"""`croissant.json` of a release: the tables described as Croissant 1.0, for machine learning tools.

The records are read from the Parquet files. mlcroissant lets pandas guess the types of CSV, and so
loses cells such as N/A, which is what a source printed; the CSV files are listed beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripts.contract import DESCRIPTOR
from scripts.labels.po_files import languages
from scripts.package import Package
from scripts.release_folder import PARQUET_DESCRIPTOR, read_json, write_json

CROISSANT = "croissant.json"

CSV_FORMAT = "text/csv"
PARQUET_FORMAT = "application/x-parquet"  # the name that the Croissant standard uses
DATA_TYPES = {
    "string": "sc:Text",
    "integer": "sc:Integer",
    "number": "sc:Float",
    "date": "sc:Date",
}
# Croissant 1.0 wants its context written out in each file.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs",
            "column",
            "equivalentProperty",
            "extract",
            "field",
            "fileObject",
            "fileProperty",
            "fileSet",
            "format",
            "includes",
            "isLiveDataset",
            "jsonPath",
            "key",
            "md5",
            "parentField",
            "path",
            "recordSet",
            "references",
            "regex",
            "repeated",
            "replace",
            "samplingRate",
            "separator",
            "source",
            "subField",
            "transform",
        )
    },
}


def write_croissant(package: Package, folder: Path) -> Path:
    """Describe the release in `folder`, whose tables and descriptors must be there already.

    Raises BrokenRelease if a descriptor is not. All addresses are relative to the file.
    """
    csv = read_json(folder / DESCRIPTOR)["resources"]
    parquet = read_json(folder / PARQUET_DESCRIPTOR)["resources"]
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_about(package),
        "distribution": [
            *(_file(resource, CSV_FORMAT) for resource in csv),
            *(_file(resource, PARQUET_FORMAT) for resource in parquet),
        ],
        "recordSet": _record_sets(parquet, _filled(package)),
    }
    path = folder / CROISSANT
    write_json(path, described)
    return path


def _about(package: Package) -> dict[str, Any]:
    """What is said of the whole. No date: a release is published on a day it cannot know."""
    raw, version = package.contract.raw, package.contract.version
    authors = [c["title"] for c in raw["contributors"]]
    licences = ", ".join(licence["name"] for licence in raw["licenses"])
    return {
        "name": raw["name"],
        "alternateName": raw["title"],
        "description": raw["description"],
        "version": version,
        "license": [licence["path"] for licence in raw["licenses"]],
        "citeAs": f"{', '.join(authors)}. {raw['title']}. Version {version}. {licences}.",
        "creator": [{"@type": "sc:Organization", "name": author} for author in authors],
        "keywords": raw["keywords"],
        "inLanguage": ["en", *(language.tag for language in languages(package))],
    }


def _file(resource: dict[str, Any], encoding: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource["path"],
        "name": Path(resource["path"]).name,
        "description": resource["description"],
        "contentUrl": resource["path"],
        "contentSize": f"{resource['bytes']} B",
        "encodingFormat": encoding,
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _filled(package: Package) -> set[tuple[str, str]]:
    """The columns that hold anything, as table and field."""
    return {
        (table.name, field.name)
        for table in package.contract
        for i, field in enumerate(table.fields)
        if any(row[i] is not None for row in package.rows(table.name))
    }


def _record_sets(
    resources: list[dict[str, Any]], filled: set[tuple[str, str]]
) -> list[dict[str, Any]]:
    paths = {resource["name"]: resource["path"] for resource in resources}
    return [_record_set(resource, paths, filled) for resource in resources]


def _record_set(
    resource: dict[str, Any], paths: dict[str, str], filled: set[tuple[str, str]]
) -> dict[str, Any]:
    name, schema = resource["name"], resource["schema"]
    keys = schema["primaryKey"]
    references = {
        key["fields"]: _column(
            paths[key["reference"]["resource"] or name], key["reference"]["fields"]
        )
        for key in schema.get("foreignKeys", [])
    }
    fields = []
    for field in schema["fields"]:
        described = _field(name, field, paths[name])
        # A column without any value is a column of numbers to pandas, which joins it to no text.
        if field["name"] in references and (name, field["name"]) in filled:
            # A column and not a field: mlcroissant follows no field of the same table, and no
            # field of a table that it has read before.
            described["references"] = references[field["name"]]
        fields.append(described)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"{resource['title']}. {resource['description']}",
        "key": [{"@id": f"{name}/{key}"} for key in ([keys] if isinstance(keys, str) else keys)],
        "field": fields,
    }


def _field(table: str, field: dict[str, Any], path: str) -> dict[str, Any]:
    unit = f" Unit: {field['unit']}." if "unit" in field else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{field['name']}",
        "name": field["name"],
        "description": f"{field['title']}. {field['description']}{unit}",
        "dataType": DATA_TYPES[field["type"]],
        "source": _column(path, field["name"]),
    }


def _column(path: str, name: str) -> dict[str, Any]:
    return {"fileObject": {"@id": path}, "extract": {"column": name}}
