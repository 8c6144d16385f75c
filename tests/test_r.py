"""R reads the release that Python reads: the same cells, the same types."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from hikaku._formats.sums import SUMS
from scripts.build.run import build
from scripts.package import Package
from tests.planting import HERE, ROOT
from tests.reading import Held, awkward_package, held

NEEDED = ("readr", "jsonlite", "RSQLite")
SCRIPTS = HERE / "r"
SHOWN = ("read_package.R", "read_store.R", "label.R", "pinned.R")
CLASSES = {"string": "character", "integer": "integer", "number": "numeric", "date": "Date"}
LARGEST = 2147483647  # of R's integers
BLOCK = re.compile(r"^```r\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# The version that the examples name.
(VERSION,) = {*re.findall(r"catalogue/(\d+\.\d+\.\d+)", (ROOT / "docs/r.md").read_text("utf-8"))}


def r_is_ready() -> bool:
    if shutil.which("Rscript") is None:
        return False
    wanted = ", ".join(f"requireNamespace('{n}', quietly=TRUE)" for n in NEEDED)
    code = f"quit(status = if (all(c({wanted}))) 0 else 1)"
    return subprocess.run(["Rscript", "-e", code], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def r() -> None:
    if not r_is_ready():
        pytest.skip(f"R with {', '.join(NEEDED)} is not installed")


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["Rscript", "--vanilla", *arguments],
        capture_output=True, text=True, encoding="utf-8", errors="replace", **options,
    )  # fmt: skip


def run_code(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run R code, all of the document's functions at hand, in a folder."""
    functions = [(SCRIPTS / name).read_text(encoding="utf-8") for name in SHOWN]
    (folder / "script.R").write_text("\n".join([*functions, code]), encoding="utf-8")
    return run("script.R", cwd=folder)


def blocks() -> list[str]:
    return BLOCK.findall((ROOT / "docs" / "r.md").read_text(encoding="utf-8"))


@pytest.mark.long
@pytest.mark.usefixtures("r")
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
@pytest.mark.parametrize("kind", ["real", "awkward"])
def test_r_reads_each_cell_with_its_type(
    kind: str, locale: str, release: Path, tmp_path: Path
) -> None:
    """From CSV by readr and from SQLite by RSQLite, also in a locale that knows ASCII alone."""
    folder = release if kind == "real" else build(Package(awkward_package(tmp_path)))
    written = tmp_path / "cells.jsonl"
    done = run(
        SCRIPTS / "write_cells.R", SCRIPTS, folder, written, env={**os.environ, "LC_ALL": locale}
    )
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, written.read_text(encoding="utf-8").splitlines())
    read = {(line["from"], line["table"]): line for line in lines}
    tables = held(folder)
    assert set(read) == {(origin, t.name) for origin in ("csv", "sqlite") for t in tables}
    for table in tables:
        check(table, read["csv", table.name], table.check)
        check(table, read["sqlite", table.name], table.check_unordered)


def check(table: Held, found: dict[str, Any], compare: Any) -> None:
    columns = [
        [None if text is None else VALUES[kind](text) for text in column]
        for kind, column in zip(table.types, found["columns"], strict=True)
    ]
    compare(found["fields"], zip(*columns, strict=True))
    wanted = [
        "numeric" if kind == "integer" and any(v > LARGEST for v in column if v) else CLASSES[kind]
        for kind, column in zip(table.types, columns, strict=True)
    ]
    assert found["classes"] == wanted, table.name


VALUES: dict[str, Any] = {
    "string": str, "integer": int, "number": float, "date": date.fromisoformat,
}  # fmt: skip


def test_the_document_shows_the_functions_that_are_tested() -> None:
    shown = [(SCRIPTS / name).read_text(encoding="utf-8") for name in SHOWN]
    assert [b for b in blocks() if "<- function(" in b] == shown
    assert {p.name for p in SCRIPTS.iterdir()} == {*SHOWN, "write_cells.R"}


@pytest.fixture
def catalogue(release: Path, tmp_path: Path) -> Path:
    """A catalogue of one version, the one that the document names."""
    folder = tmp_path / "catalogue"
    shutil.copytree(release, folder / VERSION)
    entry = {
        "version": VERSION, "published_on": "2026-12-01", "path": f"{VERSION}/", "files": 1,
        "bytes": 1, "sums_sha256": hashlib.sha256((release / SUMS).read_bytes()).hexdigest(),
    }  # fmt: skip
    index = {"format": 1, "versions": [entry]}
    (folder / "index.json").write_text(json.dumps(index) + "\n", encoding="utf-8")
    return folder


def sums_of(catalogue: Path) -> str:
    index = json.loads((catalogue / "index.json").read_text(encoding="utf-8"))
    return str(index["versions"][0]["sums_sha256"])


@pytest.mark.long
@pytest.mark.usefixtures("r")
def test_the_examples_of_the_document_run(catalogue: Path) -> None:
    examples = "\n".join(b for b in blocks() if "<- function(" not in b)
    code, count = re.subn("0{64}", sums_of(catalogue), examples)
    assert count == 1
    done = run_code("options(warn = 2)\n" + code, catalogue.parent)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("r")
def test_r_reads_a_catalogue_by_its_address(catalogue: Path) -> None:
    handler = partial(Quiet, directory=catalogue)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        done = run_code(
            f"options(warn = 2); address <- '{address}'\n"
            f"copy <- pinned(address, '{VERSION}', '{sums_of(catalogue)}', 'copy')\n"
            f"there <- read_package(file.path(address, '{VERSION}'))\n"
            "for (tables in list(read_package(copy), read_store(copy)))\n"
            "  stopifnot(nrow(there$scores) > 0, identical(names(tables), names(there)),\n"
            "            identical(tables$scores$number, there$scores$number))\n",
            catalogue.parent,
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.mark.long
@pytest.mark.usefixtures("r")
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("tables/scores.csv", "85.5", "95.5"),
        ("SHA256SUMS", "tables/scores.csv", "tables/sources.csv"),
    ],
)
def test_r_never_reads_a_version_that_is_not_the_pinned_one(
    file: str, old: str, new: str, catalogue: Path
) -> None:
    pinned = sums_of(catalogue)
    path = catalogue / VERSION / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = run_code(f"pinned('catalogue', '{VERSION}', '{pinned}', 'copy')", catalogue.parent)
    assert done.returncode != 0
    assert f"{file} is not the file that was pinned" in done.stderr
    assert not (catalogue.parent / "copy" / file).exists()
    assert list((catalogue.parent / "copy").rglob("*.part")) == []


@pytest.mark.long
@pytest.mark.usefixtures("r")
def test_r_never_gives_english_for_a_language_that_there_is_not(catalogue: Path) -> None:
    code = f"label(read_package('catalogue/{VERSION}'), 'entities', 'name', 'zhipu-ai', 'zh')"
    done = run_code(code, catalogue.parent)
    assert done.returncode != 0
    assert "no labels in zh; languages: en, ja, zh-Hans" in done.stderr


@pytest.mark.long
@pytest.mark.usefixtures("r")
def test_r_names_the_versions_there_are(catalogue: Path) -> None:
    done = run_code("pinned('catalogue', '9.0.0', '', 'copy')", catalogue.parent)
    assert f"no version 9.0.0 in catalogue; it has: {VERSION}" in " ".join(done.stderr.split())
    assert not (catalogue.parent / "copy").exists()


@pytest.mark.long
@pytest.mark.usefixtures("r")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # readr alone would put NA there and only warn.
        (",2026-", ",soon-", "tables/verdicts.csv: line 2, column 6: expected date"),
        # readr alone would guess the types of all columns.
        ("decided_on", "decided", "tables/verdicts.csv: other columns than datapackage.json"),
    ],
)
def test_r_stops_at_a_cell_that_it_cannot_read(
    old: str, new: str, message: str, package: Path
) -> None:
    folder = build(Package(package))
    path = folder / "tables" / "verdicts.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    done = run_code(f"read_package('{folder}')", package)
    assert done.returncode != 0
    assert message in " ".join(done.stderr.split())
