"""A command that is stopped, or waits for what does not answer, ends in a sentence."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hikaku.errors import Unreachable
from scripts.package import Package
from scripts.sources import repositories
from scripts.sources.repositories import Repositories
from scripts.verify import main, verify
from tests.planting import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="sends POSIX signals, runs sh")

PATIENCE = 30  # seconds until a test gives up; it waits for no clock, only for what happens


def programs(folder: Path, git: str) -> str:
    """A search path on which `git` is a shell script."""
    folder.mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{git}\n", encoding="utf-8", newline="\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def interrupt(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What Ctrl-C in a terminal does: the signal reaches all that the command started."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=PATIENCE)


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_stopped_command_says_so_and_the_next_one_goes_on(
    package: Path, tmp_path: Path, form: list[str]
) -> None:
    table = package / "tables/verifications.csv"
    before = table.read_bytes()
    begun = tmp_path / "begun"
    path = programs(tmp_path / "bin", f"touch '{begun}'; exec sleep {10 * PATIENCE}")
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.verify", "--root", str(package), *form],
        cwd=ROOT, env={**os.environ, "PATH": path}, start_new_session=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + PATIENCE
    while not begun.exists() and time.monotonic() < end:
        time.sleep(0.01)
    out, err = interrupt(process)
    assert process.returncode == 130
    assert err == "stopped; the next run goes on from here\n"
    assert out == "" or json.loads(out) == {"error": err.strip()}
    assert bool(out) == bool(form)
    assert table.read_bytes() == before


class Interrupted(Repositories):
    """Where a signal comes to another thread, the one that waits for the files sleeps on."""

    def __init__(self) -> None:
        super().__init__(None)
        self.stopped, self.in_time = threading.Event(), False

    def read(self, address: str | None, commit: str | None, path: str | None) -> bytes:
        time.sleep(0.2)  # the other sleeps by then, or this proves less
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)
        self.in_time = self.stopped.wait(PATIENCE)
        raise Unreachable("stopped")

    def stop(self) -> None:
        self.stopped.set()


def test_a_stop_is_noticed_whatever_thread_the_signal_comes_to(package: Path) -> None:
    # Tests that run side by side are told to pass over Ctrl-C, which is for their parent.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with Interrupted() as files, pytest.raises(KeyboardInterrupt):
            verify(Package(package), ["repo-1"], files)
    finally:
        signal.signal(signal.SIGINT, before)
    assert files.in_time


def test_a_terminated_command_leaves_neither_its_clones_nor_its_git(
    package: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    os.mkfifo(tmp_path / "fifo")
    held = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    begun = tmp_path / "begun"
    path = programs(
        tmp_path / "bin", f"exec 9> '{tmp_path}/fifo'; touch '{begun}'; sleep {10 * PATIENCE}"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.verify", "--root", str(package)],
        cwd=ROOT, env={**os.environ, "PATH": path, "TMPDIR": str(temporary)}, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    end = time.monotonic() + PATIENCE
    while not begun.exists() and time.monotonic() < end:
        time.sleep(0.01)
    assert list(temporary.iterdir())
    process.terminate()
    assert process.communicate(timeout=PATIENCE)[1] == "stopped; the next run goes on from here\n"
    assert process.returncode == 130
    assert not list(temporary.iterdir())
    assert select.select([held], [], [], PATIENCE)[0]
    assert os.read(held, 1) == b""  # nobody holds the other end
    os.close(held)


def test_who_stops_waiting_for_a_server_sees_no_traceback(cache: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(PATIENCE)
        process = subprocess.Popen(
            [sys.executable, "-m", "hikaku", "--data",
             f"http://127.0.0.1:{silent.getsockname()[1]}/", "list"],
            start_new_session=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        connection, _ = silent.accept()
        with connection:
            out, err = interrupt(process)
    assert process.returncode == 130
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("git", "told"),
    [("exec sleep 600", "git did not answer within 0.2 seconds"), (None, "git cannot be run")],
)
def test_a_git_that_hangs_or_is_missing_leaves_places_unreachable(
    git: str | None,
    told: str,
    package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(repositories, "TIMEOUT", 0.2)
    path = programs(tmp_path / "bin", git) if git else str(tmp_path / "nothing")
    monkeypatch.setenv("PATH", path)
    assert main(["--root", str(package)]) == 1
    out = capsys.readouterr().out
    assert told in out
    assert "3 places in 2 files: 3 unreachable" in out
