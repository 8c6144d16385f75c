"""`python -m scripts.build`: the data of a release, validated, and the installed store.

Nothing is written when validation fails. The release is made in a folder of its own and then put
in place by renaming, so that an interrupted build leaves the last good one.
"""

from __future__ import annotations

import argparse
import copy
import csv
import hashlib
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv
import pyarrow.parquet

from scripts import findings, folders
from scripts.contract import DESCRIPTOR, ROOT, Contract, Table, load
from scripts.build.croissant import write_croissant
from scripts.release_folder import PARQUET_DESCRIPTOR, STORE, write_json
from scripts.labels.run import check_all
from scripts.build.manifest import write_manifest
from scripts.reading.rows import Unstorable
from scripts.build.store import make_store
from scripts.validate.run import validate
from scripts.build.workbook import write_workbooks

DRAFTS = "dist/draft"
LabelRow = tuple[str, str, str, str, str, str]
LABEL_FIELDS = {
    "table": "Table of what is named; package, tables, fields, values and texts for the contract.",
    "id": "Identifier of what is named.",
    "field": "Field that holds the text; value for a value in words.",
    "lang": "Language of the text, as a BCP 47 tag.",
    "text": "The text.",
    "state": "source for English, translated for the other languages.",
}
ARROW_TYPES = {
    "string": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "date": pyarrow.date32(),
}


def build(root: Path = ROOT, dist: Path | None = None) -> Path:
    """Make the release of the package under `root`; it must be valid. Returns its folder."""
    contract = load(root)
    dist = dist or root / DRAFTS
    dist.mkdir(parents=True, exist_ok=True)
    target = dist / contract.version
    folders.recover(dist, target)
    with tempfile.TemporaryDirectory(dir=dist, prefix=".staging-") as folder:
        staging = Path(folder) / contract.version
        staging.mkdir()
        _write(root, contract, staging)
        folders.put(staging, target)
    installed = root / "src" / "hikaku" / "data" / STORE
    if not installed.exists() or installed.read_bytes() != (target / STORE).read_bytes():
        installed.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=installed.parent, prefix=".part-") as folder:
            part = Path(folder) / STORE
            shutil.copyfile(target / STORE, part)
            part.replace(installed)
    return target


def _write(root: Path, contract: Contract, folder: Path) -> None:
    for table in contract:
        csv_path = folder / table.path
        csv_path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / table.path, csv_path)
        _write_parquet(table, csv_path, folder / _parquet_path(table))
    make_store(root, contract, folder / STORE)
    rows = _labels_of(folder / STORE)
    _write_labels(rows, folder)
    titles = _titles(rows)
    for name, parquet in ((DESCRIPTOR, False), (PARQUET_DESCRIPTOR, True)):
        write_json(folder / name, _released(contract, folder, titles, parquet))
    for name in ("LICENSE", "LICENSE-DATA", "docs/codebook.md"):
        if (root / name).exists():
            shutil.copyfile(root / name, folder / Path(name).name)
    _write_citation(root, contract, folder)
    write_workbooks(root, contract, folder / STORE, folder)
    write_manifest(root, contract, folder)
    write_croissant(root, contract, folder)
    folders.write_sums(folder)


def _write_citation(root: Path, contract: Contract, folder: Path) -> None:
    """The citation file with the version, which the contract alone knows."""
    source = root / "CITATION.cff"
    if source.exists():
        text = source.read_text(encoding="utf-8") + f'version: "{contract.version}"\n'
        (folder / source.name).write_text(text, encoding="utf-8")


def _labels_of(store: Path) -> list[LabelRow]:
    """The labels that the store holds, sorted: table, id, field, language, text and state."""
    with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as con:
        return sorted(con.execute("SELECT tbl, id, field, lang, text, state FROM labels"))


def _write_labels(rows: list[LabelRow], folder: Path) -> None:
    """The labels of all languages as CSV and Parquet, for R and SQL."""
    with (folder / "tables" / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(LABEL_FIELDS)
        writer.writerows(rows)
    columns = dict(zip(LABEL_FIELDS, map(list, zip(*rows, strict=True)), strict=True))
    schema = pyarrow.schema([(name, pyarrow.string()) for name in LABEL_FIELDS])
    table = pyarrow.Table.from_pydict(columns, schema=schema)
    pyarrow.parquet.write_table(table, folder / "parquet" / "labels.parquet", compression="zstd")


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
        for name, about in LABEL_FIELDS.items()
    ]
    return {
        "name": "labels",
        "type": "table",
        "profile": "tabular-data-resource",
        "title": "Labels",
        "description": "Every text in every language.",
        "path": "tables/labels.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": fields,
            "missingValues": [""],
            "primaryKey": ["table", "id", "field", "lang"],
        },
    }


def _titles(rows: list[LabelRow]) -> dict[tuple[str, str], dict[str, str]]:
    """Titles of tables and fields in each language but English, by kind and id."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for table, key, field, lang, text, _ in rows:
        if table in ("tables", "fields") and field == "title" and lang != "en":
            found.setdefault((table, key), {})[lang] = text
    return found


def _parquet_path(table: Table) -> str:
    return f"parquet/{table.name}.parquet"


def arrow_schema(table: Table) -> pyarrow.Schema:
    """The contract's types as an Arrow schema; required fields are not nullable."""
    return pyarrow.schema(
        [pyarrow.field(f.name, ARROW_TYPES[f.type], nullable=not f.required) for f in table.fields]
    )


def _write_parquet(table: Table, source: Path, target: Path) -> None:
    schema = arrow_schema(table)
    data = pyarrow.csv.read_csv(
        source,
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(data.cast(schema), target, compression="zstd")


def _released(
    contract: Contract, folder: Path, titles: dict[tuple[str, str], dict[str, str]], parquet: bool
) -> dict[str, Any]:
    """The contract with the labels, titles in all languages, and its files' sizes and hashes."""
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
            resource["path"] = f"parquet/{name}.parquet"
            resource["format"] = "parquet"
            resource["mediatype"] = "application/vnd.apache.parquet"
            resource.pop("encoding")
        data = (folder / resource["path"]).read_bytes()
        resource["bytes"] = len(data)
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return raw


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.build", description="Validate, then make the release."
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the package's folder")
    parser.add_argument("--dist", type=Path, help="where it goes (default: ROOT/dist/draft)")
    options = parser.parse_args(arguments)
    report = validate(options.root)
    print(findings.to_text(report.findings, report.checked))
    wrong = check_all(options.root) if report.valid else []
    if wrong:
        print(findings.to_text(wrong, {}))
    if wrong or not report.valid:
        print("nothing was built: mend the findings above first", file=sys.stderr)
        return 1
    try:
        print(f"data: {build(options.root, options.dist)}")
    except Unstorable as error:
        print(f"nothing was built: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
