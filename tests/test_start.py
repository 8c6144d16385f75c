"""Importing stays cheap: the standard library only, no file read, nothing heavy."""

from __future__ import annotations

import subprocess
import sys

HEAVY = (
    "dataclasses", "enum", "typing", "importlib.metadata", "importlib.resources", "inspect",
    "pathlib", "re", "json", "csv", "logging", "pandas", "polars", "pyarrow", "rich", "babel",
)  # fmt: skip


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONPATH": "src", "PATH": ""},
    )  # fmt: skip
    return done.stdout


def test_nothing_heavy_is_imported_for_a_first_record() -> None:
    code = "import sys, hikaku; hikaku.models['glm-4'].name; print(*sorted(sys.modules))"
    bare = run("import os, sys, sqlite3; print(*sorted(sys.modules))").split()
    loaded = set(run(code).split()) - set(bare)
    assert not {m for m in loaded if m.split(".")[0] not in ("hikaku", "_thread")}
    assert not loaded & set(HEAVY)
    rooms = {m.split(".")[1] for m in loaded if m.startswith("hikaku.")}
    assert not rooms & {"_release", "_formats", "_command", "_find", "_labels", "_frames"}


def test_importing_opens_no_file_of_data() -> None:
    code = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(str(a[0])) if e == 'open' else None)\n"
        "sys.addaudithook(lambda e, a: opened.append(e) if e.startswith(('sqlite3', 'socket'))"
        " else None)\n"
        "import hikaku\n"
        "print(*[o for o in opened if not o.endswith(('.py', '.pyc'))])"
    )
    assert run(code).strip() == ""
