"""Makes the data of a release from a valid package, and the installed store.

Nothing is written when validation fails. The release is made in a folder of its own and then put
in place by renaming, so that an interrupted build leaves the last good one.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from hikaku import _atomic as atomic
from hikaku._store import STORE
from scripts import command, findings, release_folder
from scripts.build import parquet
from scripts.build.croissant import write_croissant
from scripts.build.descriptor import write_descriptors
from scripts.build.manifest import write_manifest
from scripts.build.store import make_store
from scripts.build.workbook import write_workbooks
from scripts.labels import checks as labels
from scripts.labels.rows import FIELDS, LABELS, Label
from scripts.package import Package
from scripts.validate.run import validate

DRAFTS = "dist/draft"


def build(package: Package, dist: Path | None = None) -> Path:
    """Make the data of a release of the package, which must be valid. Returns its folder.

    Builds into one folder wait for each other.
    """
    version = package.contract.version
    dist = dist or package.root / DRAFTS
    target = dist / version
    with release_folder.alone(dist):
        release_folder.recover(dist)
        with tempfile.TemporaryDirectory(dir=dist, prefix=release_folder.STAGING) as folder:
            staging = Path(folder) / version
            staging.mkdir()
            _write(package, staging)
            release_folder.put(staging, target)
        _install(package.root, (target / STORE).read_bytes())
    return target


def _install(root: Path, store: bytes) -> None:
    """The store beside the code, where the accessors of a checkout find it."""
    path = root / "src" / "hikaku" / "data" / STORE
    if not path.exists() or path.read_bytes() != store:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, store)


def _write(package: Package, folder: Path) -> None:
    contract = package.contract
    for table in contract:
        path = folder / table.path
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package.root / table.path, path)
        parquet.write_table(table, folder)
    make_store(package, folder / STORE)
    rows = _labels_of(folder / STORE)
    _write_labels(rows, folder)
    parquet.write_labels(rows, folder)
    write_descriptors(contract, rows, folder)
    for name in ("LICENSE", "LICENSE-DATA", "docs/codebook.md"):
        if (package.root / name).exists():
            shutil.copyfile(package.root / name, folder / Path(name).name)
    _write_citation(package, folder)
    write_workbooks(package, folder / STORE, folder)
    write_manifest(package, folder)
    write_croissant(package, folder)
    release_folder.write_sums(folder)


def _write_citation(package: Package, folder: Path) -> None:
    """The citation file with the version, which the contract alone knows."""
    source = package.root / "CITATION.cff"
    if source.exists():
        text = source.read_text(encoding="utf-8") + f'version: "{package.contract.version}"\n'
        (folder / source.name).write_text(text, encoding="utf-8", newline="\n")


def _labels_of(store: Path) -> list[Label]:
    """The labels that the store holds, sorted."""
    with closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as con:
        return sorted(con.execute("SELECT tbl, id, field, lang, text, state FROM labels"))


def _write_labels(rows: list[Label], folder: Path) -> None:
    """The labels of all languages as CSV, for R and SQL."""
    path = folder / "tables" / f"{LABELS}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows(rows)


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("build", "Validate, then make the data of a release.")
    parser.add_argument("--dist", type=Path, help=f"where it goes (default: ROOT/{DRAFTS})")
    return command.run(parser, _act, arguments, failed="nothing was built")


def _act(options: argparse.Namespace) -> int:
    package = Package(options.root)
    report = validate(package)
    wrong = labels.check(package) if report.valid else []
    folder = None
    if report.valid and not findings.errors(wrong):
        folder = build(package, options.dist)
    if options.json:
        answer = findings.as_json([*report.findings, *wrong], report.checked)
        command.show_json({**answer, "folder": folder and str(folder)})
    else:
        print(findings.to_text([*report.findings, *wrong], report.checked))
        if folder:
            print(f"data: {folder}")
    if not folder:
        print("nothing was built: mend the findings first", file=sys.stderr)
    return command.OK if folder else command.WRONG
