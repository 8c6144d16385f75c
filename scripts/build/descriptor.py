"""The descriptors of a release: the contract, with what is known only once it is built.

That is the labels, titles in all languages, and the sizes and hashes of the files.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.build.parquet import path_of
from scripts.contract import DESCRIPTOR, Contract
from scripts.labels.rows import FIELDS, KEY, LABELS, Label
from scripts.release_folder import PARQUET_DESCRIPTOR, write_json

Titles = dict[tuple[str, str], dict[str, str]]


def write_descriptors(contract: Contract, rows: Iterable[Label], folder: Path) -> None:
    """One for the CSV files, one for the Parquet files, all of which must be there already."""
    titles = _titles(rows)
    write_json(folder / DESCRIPTOR, _released(contract, folder, titles, parquet=False))
    write_json(folder / PARQUET_DESCRIPTOR, _released(contract, folder, titles, parquet=True))


def _titles(rows: Iterable[Label]) -> Titles:
    """Titles of tables and fields in each language but English, by kind and id."""
    found: Titles = {}
    for table, key, field, lang, text, _ in rows:
        if table in ("tables", "fields") and field == "title" and lang != "en":
            found.setdefault((table, key), {})[lang] = text
    return found


def _released(contract: Contract, folder: Path, titles: Titles, parquet: bool) -> dict[str, Any]:
    raw = copy.deepcopy(contract.raw)
    raw["resources"].append(_label_resource())
    for resource in raw["resources"]:
        name = resource["name"]
        if ("tables", name) in titles:
            resource["titles"] = titles["tables", name]
        for field in resource["schema"]["fields"]:
            if ("fields", f"{name}.{field['name']}") in titles:
                field["titles"] = titles["fields", f"{name}.{field['name']}"]
        if parquet:
            resource["path"] = path_of(name)
            resource["format"] = "parquet"
            resource["mediatype"] = "application/vnd.apache.parquet"
            resource.pop("encoding")
        data = (folder / resource["path"]).read_bytes()
        resource["bytes"] = len(data)
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return raw


def _label_resource() -> dict[str, Any]:
    """The descriptor of the labels, which no one edits and so no contract describes."""
    fields = [
        {
            "name": name,
            "type": "string",
            "title": name.capitalize(),
            "description": about,
            "constraints": {"required": True},
        }
        for name, about in FIELDS.items()
    ]
    return {
        "name": LABELS,
        "type": "table",
        "profile": "tabular-data-resource",
        "title": "Labels",
        "description": "Every text in every language.",
        "path": f"tables/{LABELS}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": [*KEY]},
    }
