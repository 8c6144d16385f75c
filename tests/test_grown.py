"""The suite holds when people add what the project is for: sources, rows and translations."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hikaku._formats.version import parse
from tests.grown import grow
from tests.planting import PROJECT


@pytest.mark.long
def test_no_test_breaks_when_somebody_adds_a_source(tmp_path: Path) -> None:
    major, minor, patch = parse(PROJECT.contract.version)
    root = grow(tmp_path / "grown", f"{major + 1}.{minor + 2}.{patch + 3}")
    paths = {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", "not long"],
        cwd=root, env={**os.environ, **paths}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:]
