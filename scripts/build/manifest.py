"""`manifest.json` of a release: what it holds, in figures that only its content decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.labels.po_files import languages, read
from scripts.content import FORMAT, MANIFEST, Value, from_csv, table_hash
from scripts.contract import Contract, Table
from scripts.release_folder import write_json
from scripts.labels.messages import messages


def write_manifest(root: Path, contract: Contract, folder: Path) -> Path:
    """Write the manifest of the release in `folder`, whose tables must be there already.

    Labels are counted in the package under `root`. Raises Unreadable where a table cannot be
    read. Reads each CSV once and holds one table at a time.
    """
    tables: dict[str, Any] = {}
    counts: dict[str, dict[str, int]] = {}
    for table in contract:
        rows = list(from_csv(table, folder))
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
        "labels": _labels(root),
        **counts,
    }
    path = folder / MANIFEST
    write_json(path, manifest)
    return path


COUNTED = {"verdicts": "verdict", "verifications": "state"}


def _counts(table: Table, field: str, rows: Sequence[Sequence[Value]]) -> dict[str, int]:
    """How many rows have each allowed value; those that none has count too."""
    at = table.names.index(field)
    found = Counter(row[at] for row in rows)
    return {value: found[value] for value in table[field].enum}


def _labels(root: Path) -> dict[str, dict[str, int]]:
    """For each language that is translated into, its current translations and all messages."""
    today = messages(root)
    counts = {}
    for language in languages(root):
        entries = read(root, language)
        current = [
            entry
            for message in today
            if (entry := entries.get(message.context)) is not None
            and entry.state == "translated"
            and entry.english == message.english
        ]
        counts[language.tag] = {"translated": len(current), "messages": len(today)}
    return counts
