"""Small release folders to compare, written from tables in memory."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.diff.model import ContractChange, Diff

Rows = Sequence[Sequence[str]]
LABEL_FIELDS = ("table", "id", "field", "lang", "text", "state")


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "title": name.capitalize(), "description": "A.", **more}


def table(name: str, fields: Sequence[Any], key: Any = "id", **schema: Any) -> dict[str, Any]:
    listed = [field(f) if isinstance(f, str) else f for f in fields]
    return {
        "name": name, "path": f"tables/{name}.csv", "title": name.capitalize(),
        "description": "Rows.",
        "schema": {"fields": listed, "primaryKey": key, "missingValues": [""], **schema},
    }  # fmt: skip


CORRECTIONS = table(
    "corrections",
    ["id", "corrected_on", "table", "key", "field", "old", "new", "reason", "source_id"],
)
LABELS = table("labels", LABEL_FIELDS, ["table", "id", "field", "lang"])


def release(
    folder: Path,
    tables: Sequence[tuple[dict[str, Any], Rows]],
    version: str = "0.1.0",
    **package: Any,
) -> Path:
    """Write a release: each table's descriptor and rows, in the given order."""
    (folder / "tables").mkdir(parents=True)
    resources = []
    for descriptor, rows in tables:
        names = [f["name"] for f in descriptor["schema"]["fields"]]
        with (folder / descriptor["path"]).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([names, *rows])
        resources.append({**descriptor, "bytes": 1, "hash": "sha256:0"})
    raw: Mapping[str, Any] = {
        "name": "small", "version": version, "resources": resources, **package,
    }  # fmt: skip
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    return folder


def of(part: str | None) -> Diff:
    """A diff that demands just that part."""
    change = {
        "major": ContractChange("x", None, "table", {}, None),
        "minor": ContractChange("x", None, "table", None, {}),
        "patch": ContractChange("x", None, "title", "a", "b"),
    }
    return Diff("0", "0", (change[part],) if part else (), ())
