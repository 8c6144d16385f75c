"""Files of git repositories at a commit: from clones that are at hand, else from a new one."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from hikaku.errors import Unreachable

DEPTH = 3  # folders below the given one in which clones are looked for
TIMEOUT = 600  # seconds for one git command
QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "LC_ALL": "C",
    "GIT_LFS_SKIP_SMUDGE": "1",
}


class Repositories:
    """Opens files by repository address, commit and path; safe in threads. A context manager.

    A commit names its content, so any clone that has it will do, whatever the clone is called.
    What had to be cloned is removed at the end.
    """

    def __init__(self, folder: Path | None) -> None:
        self._clones = list(_clones(folder, DEPTH)) if folder else []
        self._git = _Git()
        self._made: dict[str, Path | Unreachable] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._temporary = tempfile.TemporaryDirectory(prefix="hikaku-", ignore_cleanup_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._temporary.cleanup()

    def stop(self) -> None:
        """End what is being fetched, and fetch no more: each `read` raises Unreachable."""
        self._git.stop()

    def read(self, address: str, commit: str, path: str) -> bytes:
        """The bytes of a file at a commit. Raises Unreachable."""
        clone = self._local(address, commit) or self._cloned(address, commit)
        return self._git(clone, "cat-file", "blob", f"{commit}:{path}")

    def _local(self, address: str, commit: str) -> Path | None:
        name = address.rstrip("/").removesuffix(".git").rsplit("/", 1)[-1]
        likely = sorted(self._clones, key=lambda c: name not in c.as_posix())
        for clone in likely:
            try:
                self._git(clone, "cat-file", "-e", f"{commit}^{{commit}}")
            except Unreachable:
                continue
            return clone
        return None

    def _cloned(self, address: str, commit: str) -> Path:
        """A new repository with that commit alone, without history. Raises Unreachable."""
        with self._lock:
            lock = self._locks.setdefault(address, threading.Lock())
        with lock:
            known = self._made.get(f"{address} {commit}")
            if known is None:
                known = self._fetch(address, commit)
                self._made[f"{address} {commit}"] = known
        if isinstance(known, Unreachable):
            raise known
        return known

    def _fetch(self, address: str, commit: str) -> Path | Unreachable:
        clone = Path(tempfile.mkdtemp(dir=self._temporary.name))
        try:
            self._git(None, "init", "--bare", "--quiet", str(clone))
            self._git(clone, "fetch", "--quiet", "--depth", "1", "--no-tags", address, commit)
        except Unreachable as error:
            return error
        return clone


def _clones(folder: Path, depth: int) -> list[Path]:
    """Git directories at most `depth` folders below."""
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
        return [folder]
    if (folder / ".git").exists():
        return [folder]
    if not depth:
        return []
    inside = sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink())
    return [clone for path in inside for clone in _clones(path, depth - 1)]


class _Git:
    """Runs git, in as many threads as call it, until it is stopped."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def __call__(self, clone: Path | None, *arguments: str) -> bytes:
        """What git prints. Raises Unreachable if it fails, hangs, is stopped or not there."""
        where = ["-C", str(clone)] if clone else []
        # A clone that another account owns is only read; its hooks and filters do not run.
        with self._started(["git", "-c", "safe.directory=*", *where, *arguments]) as process:
            try:
                out, err = process.communicate(timeout=TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Unreachable(f"git did not answer within {TIMEOUT} seconds") from None
        if process.returncode:
            raise Unreachable(_reason(err.decode("utf-8", "replace"), process.returncode))
        return out

    @contextmanager
    def _started(self, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
        with self._lock:
            if self._stopped:
                raise Unreachable("git was stopped")
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**os.environ, **QUIET},
                )
            except OSError as error:
                raise Unreachable(f"git cannot be run: {error}") from None
            self._running.add(process)
        try:
            with process:
                yield process
        finally:
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.kill()


def _reason(answer: str, code: int) -> str:
    """What git said first of all; its advice follows in later lines."""
    lines = [line.removeprefix("fatal: ") for line in answer.splitlines() if line.strip()]
    said = lines[0] if lines else f"it ended with {code}"
    if "does not appear to be a git repository" in said:
        return "no repository: " + said
    return f"git: {said}"
