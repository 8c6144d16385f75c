"""`manifest.json` of a release: what it holds, in figures that only its content decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.build.content_hash import table_hash
from scripts.contract import LOCATOR_FIELDS, Table
from scripts.labels.messages import messages
from scripts.labels.po_files import current
from scripts.package import Package
from scripts.reading.rows import Row
from scripts.release_folder import MANIFEST, write_json

FORMAT = 1
COUNTED = {"verdicts": "verdict", "verifications": "state"}


def write_manifest(package: Package, folder: Path) -> Path:
    """Write the manifest of the package's release into `folder`."""
    contract = package.contract
    tables: dict[str, Any] = {}
    counts: dict[str, dict[str, int]] = {}
    for table in contract:
        rows = package.rows(table.name)
        tables[table.name] = {
            "rows": len(rows),
            "fields": list(table.names),
            "content_hash": table_hash(table, rows),
        }
        if table.name in COUNTED:
            counts[table.name] = _counts(table, COUNTED[table.name], rows)
    manifest = {
        "format": FORMAT,
        "name": contract.raw["name"],
        "version": contract.version,
        "tables": tables,
        "labels": _labels(package),
        **counts,
        "places": _places(package),
    }
    path = folder / MANIFEST
    write_json(path, manifest)
    return path


def _counts(table: Table, field: str, rows: Sequence[Row]) -> dict[str, int]:
    """How many rows have each allowed value; those that none has count too."""
    at = table.names.index(field)
    found = Counter(row[at] for row in rows)
    return {value: found[value] for value in table[field].enum}


def _places(package: Package) -> dict[str, int | str | None]:
    """How many places in repositories rows refer to, what came of opening them again, and when."""
    files = {s["id"] for s in package.records("sources") if s["opened"] == "repository"}
    places = {
        (row["source_id"], locator)
        for table, names in LOCATOR_FIELDS.items()
        for row in package.records(table)
        if row["source_id"] in files
        for name in names
        for locator in (row[name] or "").split()
    }
    opened = [
        v for v in package.records("verifications") if (v["source_id"], v["locator"]) in places
    ]
    states = Counter(v["state"] for v in opened)
    days = sorted(v["verified_on"] for v in opened)
    return {
        "in_repositories": len(places),
        **{s: states[s] for s in package.contract["verifications"]["state"].enum},
        "never_opened": len(places) - len(opened),
        "oldest_verified_on": days[0] if days else None,
        "newest_verified_on": days[-1] if days else None,
    }


def _labels(package: Package) -> dict[str, dict[str, int]]:
    """For each language that is translated into, its current translations and all messages."""
    total = len(messages(package))
    return {
        language.tag: {"translated": len(texts), "messages": total}
        for language, texts in current(package).items()
    }
