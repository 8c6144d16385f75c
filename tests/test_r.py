"""R reads the release that Python reads: the same rows, the same types."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts.contract import load
from scripts.rows import read_rows
from tests.planting import HERE, ROOT

pytestmark = pytest.mark.slow
NEEDED = ("readr", "jsonlite", "RSQLite")


def r_is_ready() -> bool:
    if shutil.which("Rscript") is None:
        return False
    wanted = ", ".join(f"requireNamespace('{n}', quietly=TRUE)" for n in NEEDED)
    code = f"quit(status = if (all(c({wanted}))) 0 else 1)"
    return subprocess.run(["Rscript", "-e", code], capture_output=True).returncode == 0


def test_r_reads_each_cell_with_its_type(release: Path) -> None:
    if not r_is_ready():
        pytest.skip(f"R with {', '.join(NEEDED)} is not installed")
    done = subprocess.run(
        ["Rscript", "--vanilla", HERE / "read.R", release], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    kinds = {"string": "character", "integer": "integer", "number": "numeric", "date": "Date"}
    for table in load():
        rows = list(read_rows(ROOT, table))
        assert read[table.name]["types"] == [kinds[f.type] for f in table.fields]
        assert read[table.name]["csv"] == read[table.name]["sqlite"] == len(rows)
        if rows:
            columns = [list(c) for c in zip(*rows, strict=True)]
            assert read[table.name]["values"] == columns, table.name
