"""A command of the scripts whose answer cannot be written ends in a sentence and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.planting import ROOT

FULL = Path("/dev/full")


def run(*arguments: str | bytes, out: int | None = None, **environment: str) -> tuple[int, str]:
    """The exit code and what is said on standard error."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.PIPE,
        stdout=subprocess.PIPE if out is None else out,
    )  # fmt: skip
    return done.returncode, done.stderr.decode("utf-8")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_full_disk_is_one_sentence(form: tuple[str, ...], buffered: str, package: Path) -> None:
    with FULL.open("w") as full:
        code, said = run(
            "scripts.diff", str(package), str(package), *form,
            out=full.fileno(), PYTHONUNBUFFERED=buffered,
        )  # fmt: skip
    assert (code, said.count("\n")) == (1, 1)
    assert "no space left" in said.lower()


def test_a_reader_that_has_seen_enough_is_no_error(package: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert run("scripts.diff", str(package), str(package), out=writing) == (0, "")
    finally:
        os.close(writing)


@pytest.mark.parametrize("encoding", ["ascii", "utf-8:strict", "cp1252"])
def test_no_encoding_of_the_terminal_and_no_argument_ends_in_a_traceback(
    encoding: str, package: Path
) -> None:
    code, said = run(
        "scripts.diff", "--json", b"\xff\xe6", str(package).encode(), PYTHONIOENCODING=encoding
    )
    assert code == 1
    assert said.startswith("not compared: ")
    assert said.count("\n") == 1
