"""A machine that lacks something is told so in one sentence."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.planting import ROOT


def setup(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "scripts/setup.sh", str(tmp_path / "venv")], cwd=ROOT,
        env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip


def stub(tmp_path: Path, script: str) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    done = setup(tmp_path, PYTHON="python-that-is-not-there")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "install Python 3.11 or newer" in done.stderr


def test_an_old_python_is_one_sentence(tmp_path: Path) -> None:
    done = setup(tmp_path, PYTHON=stub(tmp_path, "exit 1"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "too old" in done.stderr


def test_no_venv_is_one_sentence(tmp_path: Path) -> None:
    python = stub(tmp_path, 'case "$2" in *ensurepip*) exit 1;; esac; exit 0')
    done = setup(tmp_path, PYTHON=python)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "python3-venv" in done.stderr


@pytest.mark.long
def test_no_network_is_said_and_leaves_no_half_made_environment(
    tmp_path: Path, nowhere: str
) -> None:
    done = setup(
        tmp_path, PIP_CONFIG_FILE=os.devnull, PIP_INDEX_URL=nowhere,
        PIP_RETRIES="0", PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="", PIP_NO_CACHE_DIR="1",
    )  # fmt: skip
    assert done.returncode == 1
    assert "is the network reachable?" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "venv" / "ready").exists()
