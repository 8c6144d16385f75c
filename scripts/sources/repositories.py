"""Files of git repositories at a commit: from clones that are at hand, else from a new one.

Addresses, commits and paths are anybody's, and so is a clone. So git sees only what was checked,
works in repositories that are made here, and of a clone at hand it reads the objects alone: no
configuration, hook, filter, replaced commit or promise to load something of a stranger is in force.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from hikaku._formats import paths
from hikaku.errors import Unreachable
from scripts.sources import addresses

DEPTH = 3  # folders below the given one in which clones are looked for
TIMEOUT = 600  # seconds for one git command
TICK = 1.0  # seconds between two looks at how much a git command has written
LARGEST_FILE = 1 << 28  # bytes of a document
LARGEST_FETCH = 1 << 32  # bytes on disk of a repository at one commit
LARGEST_COMPLAINT = 1 << 20  # bytes that git, or a server by it, says on standard error
# What git gets of the caller's environment: where programs are, and what https needs to get out of
# this network. All else could send it elsewhere or have it run something (GIT_SSH_COMMAND,
# GIT_CONFIG_COUNT, GIT_DIR, GIT_TRACE, GIT_EXEC_PATH, GIT_PROXY_COMMAND, LD_PRELOAD …).
KEPT = (
    "PATH",
    "SYSTEMROOT",  # without it no program of Windows has a network
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"),
    *("no_proxy", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
BUILT = {
    "LC_ALL": "C",  # its answers are read
    "GIT_CONFIG_NOSYSTEM": "1",  # neither the system's configuration nor attributes
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,  # nor the user's
    "GIT_TERMINAL_PROMPT": "0",  # nobody is asked for a password
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
}
SETTINGS = (
    # A repository that was renamed is found; what it answers with afterwards leads nowhere else.
    *("-c", "http.followRedirects=initial"),
    # Ends a git that outlived us: a server that sends nothing keeps it no longer than a minute.
    *("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60"),
    *("-c", "gc.auto=0"),  # leaves no process behind
)


class Repositories:
    """Opens files by repository address, commit and path; safe in threads. A context manager.

    A commit names its content, so any clone below `folder` that has it will do, whatever it is
    called. What none of them has is fetched by one of the `protocols`, and removed at the end.
    """

    def __init__(self, folder: Path | None, protocols: Sequence[str] = ("https",)) -> None:
        self._protocols = protocols
        self._temporary = tempfile.TemporaryDirectory(prefix="hikaku-", ignore_cleanup_errors=True)
        home = Path(self._temporary.name)
        self._git = _Git(home, protocols)
        clones = _object_folders(folder, DEPTH) if folder else []
        self._at_hand = _repository(home, clones) if clones else None
        self._fetched: dict[tuple[str, str], Path | Unreachable] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

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

    def read(self, address: str | None, commit: str | None, path: str | None) -> bytes:
        """The bytes of a file at a commit. Raises Unreachable, also for what git may not see."""
        address, commit, path = address or "", commit or "", path or ""
        wrong = addresses.fault(address, self._protocols)
        if wrong:
            raise Unreachable(wrong)
        if not re.fullmatch(addresses.COMMIT, commit):
            raise Unreachable(f"{commit[:80]!r} names no commit; give its 40 hexadecimal digits")
        wrong = paths.fault(path)
        if wrong:
            raise Unreachable(f"{path[:80]!r} is no path in a repository: it {wrong}")
        if self._at_hand:
            with suppress(Unreachable):  # a clone may hold the commit and not this file
                return self._blob(self._at_hand, commit, path)
        return self._blob(self._fetch(address, commit), commit, path)

    def _blob(self, repository: Path, commit: str, path: str) -> bytes:
        """The content of a file. Its name goes to git as a line of input, never as an argument."""
        about = self._git(
            repository, "cat-file", "--batch-check", given=f"{commit}:{path}\n".encode()
        )
        known = re.fullmatch(rb"([0-9a-f]{40}) blob ([0-9]+)\n", about)
        if not known:
            raise Unreachable(f"there is no file {path} at the commit {commit[:10]}")
        name, size = known[1].decode(), int(known[2])
        if size > LARGEST_FILE:
            raise Unreachable(f"{path} has {size:,} bytes; at most {LARGEST_FILE:,} are read")
        return self._git(repository, "cat-file", "blob", name)

    def _fetch(self, address: str, commit: str) -> Path:
        """A new repository with that commit alone, without history. Raises Unreachable."""
        with self._lock:
            lock = self._locks.setdefault(address, threading.Lock())
        with lock:
            known = self._fetched.get((address, commit))
            if known is None:
                known = self._fetched[address, commit] = self._fetch_new(address, commit)
        if isinstance(known, Unreachable):
            raise known
        return known

    def _fetch_new(self, address: str, commit: str) -> Path | Unreachable:
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules")
        try:
            repository = _repository(Path(self._temporary.name))
            self._git(repository, "fetch", *options, "--end-of-options", address, commit)
        except Unreachable as error:
            return error
        except OSError as error:
            return Unreachable(f"there is no room for a clone: {error}")
        return repository


def _repository(inside: Path, borrowed: Sequence[Path] = ()) -> Path:
    """A new repository without anything in it, that finds the objects of others too.

    Made without git, which would copy hooks from a template of the machine.
    """
    made = Path(tempfile.mkdtemp(dir=inside))
    (made / "refs").mkdir()
    (made / "objects" / "info").mkdir(parents=True)
    (made / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    (made / "config").write_bytes(b"[core]\n\tbare = true\n")
    lines = [b'"%s"\n' % re.sub(rb'(["\\])', rb"\\\1", os.fsencode(path)) for path in borrowed]
    (made / "objects" / "info" / "alternates").write_bytes(b"".join(lines))
    return made


def _object_folders(folder: Path, depth: int) -> list[Path]:
    """The objects of every clone at most `depth` folders below. A name with a line end is none."""
    found = _objects(folder)
    if found:
        return [found.resolve()] if str(found).isprintable() else []
    if not depth:
        return []
    try:
        inside = sorted(p for p in folder.iterdir() if p.is_dir() and not p.is_symlink())
    except OSError:  # not ours to read
        return []
    return [objects for path in inside for objects in _object_folders(path, depth - 1)]


def _objects(folder: Path) -> Path | None:
    """Where a clone keeps its objects; None if the folder is no clone."""
    if (folder / "HEAD").is_file() and (folder / "objects").is_dir():
        return folder / "objects"
    inside = folder / ".git"
    try:
        if inside.is_file():  # a work tree beside the clone's own, or a submodule
            inside = folder / inside.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        common = inside / "commondir"
        if common.is_file():
            inside = inside / common.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return inside / "objects" if (inside / "objects").is_dir() else None


class _Git:
    """Runs git, in as many threads as call it, until it is stopped."""

    def __init__(self, home: Path, protocols: Sequence[str]) -> None:
        self._home = home
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        at_home = dict.fromkeys(("HOME", "USERPROFILE", "XDG_CONFIG_HOME"), str(home))
        allowed = {"GIT_ALLOW_PROTOCOL": ":".join(protocols)}  # no configuration adds one
        self._environment = {**kept, **BUILT, **at_home, **allowed}
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False
        self._lock = threading.Lock()

    def __call__(self, repository: Path, *arguments: str, given: bytes | None = None) -> bytes:
        """What git prints. Raises Unreachable if it fails, hangs, is stopped or not there."""
        command = ["git", f"--git-dir={repository}", *SETTINGS, *arguments]
        with tempfile.TemporaryFile() as said, self._started(command, said) as process:
            end = time.monotonic() + TIMEOUT
            while True:
                try:
                    out, _ = process.communicate(given, timeout=min(TICK, TIMEOUT))
                    break
                except subprocess.TimeoutExpired:
                    given = None  # is on its way
                    if time.monotonic() >= end:
                        raise Unreachable(f"git did not answer within {TIMEOUT} seconds") from None
                    if _size(repository) > LARGEST_FETCH:
                        raise Unreachable(
                            f"the repository has more than {LARGEST_FETCH:,} bytes at that commit"
                        ) from None
                    if os.fstat(said.fileno()).st_size > LARGEST_COMPLAINT:
                        raise Unreachable("git did not stop complaining") from None
            if process.returncode:
                said.seek(0)
                answer = said.read(LARGEST_COMPLAINT).decode("utf-8", "replace")
                raise Unreachable(_reason(answer, process.returncode))
        return out

    @contextmanager
    def _started(self, command: list[str], said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
        """Git, and what it starts, in a group of its own; none of it is left after the block."""
        with self._lock:
            if self._stopped:
                raise Unreachable("git was stopped")
            try:
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=said,
                    cwd=self._home,
                    env=self._environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise Unreachable(f"git cannot be run: {error}") from None
            self._running.add(process)
        try:
            yield process
        finally:
            _kill(process)
            with process:  # closes its pipes
                pass
            with self._lock:
                self._running.discard(process)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    with suppress(ProcessLookupError):
        if os.name == "nt":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


def _size(folder: Path) -> int:
    """Bytes of all files below a folder, as far as they stand still."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size
    return total


def _reason(answer: str, code: int) -> str:
    """What git said first of all, in one line; its advice follows in later lines."""
    lines = [line.removeprefix("fatal: ") for line in answer.splitlines() if line.strip()]
    said = lines[0] if lines else f"it ended with {code}"
    said = "".join(c if c.isprintable() else "?" for c in said)[:300]
    if "does not appear to be a git repository" in said:
        return "no repository: " + said
    return f"git: {said}"
