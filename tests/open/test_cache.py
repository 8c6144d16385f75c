"""What was loaded is kept whole, is loaded once, and opens again without a network."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import INDEX, STORE, SUMS, files, sha
from tests.open.server import Server, sends


def test_only_two_files_are_loaded_and_only_once(server: Server, cache: Path) -> None:
    data = hikaku.open(server.url, version="0.9.0")
    assert [m.id for m in data.models] == ["model-a", "model-b"]
    assert server.asked == [f"/{INDEX}", f"/0.9.0/{SUMS}", f"/0.9.0/{STORE}"]
    server.asked.clear()
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"
    assert server.asked == [f"/{INDEX}"]
    store = sha((server.folder / "0.9.0" / STORE).read_bytes())
    assert files(cache / "stores") == [f"{store}.sqlite"]


def test_a_named_version_opens_without_a_network_once_it_was_loaded(
    server: Server, nowhere: str
) -> None:
    hikaku.open(server.url, version="0.9.0")
    hikaku.open(f"{server.url}/0.9.1/")
    server.stop()
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"
    assert hikaku.open(f"{server.url}/0.9.1/").version == "0.9.1"
    # What is the highest version now cannot be known; what is here is offered.
    for asked in ({}, {"as_of": "2026-12-01"}):
        with pytest.raises(errors.Unreachable, match=r"without a network: version=\"0\.9\.1\""):
            hikaku.open(server.url, **asked)
    with pytest.raises(errors.Unreachable, match="check the address and the network"):
        hikaku.open(server.url, version="0.10.0")
    with pytest.raises(errors.UnknownVersion, match="versions: 0"):
        hikaku.open(server.url, version="7.0.0")
    with pytest.raises(OSError, match="cannot be loaded"):
        hikaku.open(nowhere)


def test_records_come_back_from_where_they_were_and_of_the_same_version(server: Server) -> None:
    local = hikaku.open(server.folder, version="0.9.0")
    far = hikaku.open(server.url, version="0.9.0")
    kept = pickle.dumps([local.models["model-a"], far.models["model-a"]])
    server.stop()
    code = (
        "import pickle, sys\n"
        "for r in pickle.load(sys.stdin.buffer): print(r._dataset.version, r.developer.name)"
    )
    # In another process, without the network, after newer versions came.
    done = subprocess.run([sys.executable, "-c", code], input=kept, capture_output=True, check=True)
    assert done.stdout.decode().splitlines() == ["0.9.0 Alpha Labs"] * 2


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"half"])
def test_a_cache_that_was_damaged_is_mended(content: bytes, server: Server, cache: Path) -> None:
    hikaku.open(server.url, version="0.9.0")
    (path,) = (cache / "stores").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if content == b"half" else content)
    for kept in (cache / "sums").iterdir():
        kept.write_bytes(b"x")
    assert len(hikaku.open(server.url, version="0.9.0").models) == 2
    assert path.read_bytes() == whole


def test_a_cache_that_was_damaged_is_not_trusted_without_a_network(
    server: Server, cache: Path
) -> None:
    hikaku.open(server.url, version="0.9.0")
    server.stop()
    (path,) = (cache / "stores").iterdir()
    with path.open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 10)
    # On a coarse clock of files, damage in the moment of writing has the time of the writing.
    state = path.stat()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 10**9))
    with pytest.raises(errors.Unreachable):
        hikaku.open(server.url, version="0.9.0")


def test_processes_that_load_at_once_do_not_spoil_each_other(server: Server, cache: Path) -> None:
    code = f"import hikaku; print(len(hikaku.open({server.url!r}).models))"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(6)
    ]
    try:
        assert [p.communicate(timeout=60)[0] for p in running] == [b"2\n"] * 6
    finally:
        for process in running:  # one that hangs would outlive the test
            process.kill()
    assert len(files(cache / "stores")) == 1


STRESS = """
import hashlib, os, random, sys
from hikaku._release import cache
chance = random.Random(int(sys.argv[1]))
for n in range(int(sys.argv[2])):
    data = b"%d" % chance.randrange(50)
    digest = hashlib.sha256(data).hexdigest()
    what = n % 4
    if what == 0:
        assert cache.keep_sums(data) == digest and cache.sums(digest) in (data, None)
    elif what == 1:
        cache.keep_answer(f"{data}", data)
        assert cache.answer(f"{data}") in (data, None)
    elif what == 2:
        assert cache.keep_store(digest, [data]) is not None
        cache.store(digest)
    else:
        with cache.scratch() as part:
            part.write(data)
            part.seek(0)
            assert part.read() == data
"""
WRECK = """
import os, shutil, sys, time
while os.getppid() == int(sys.argv[2]):
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    time.sleep(float(sys.argv[3]))
"""


@pytest.mark.parametrize("pause", [pytest.param(0.0, marks=pytest.mark.long), 0.01])
@pytest.mark.parametrize("count", [100, pytest.param(2000, marks=pytest.mark.long)])
def test_a_cache_that_others_clear_away_is_passed_over(
    count: int, pause: float, cache: Path
) -> None:
    wrecker = subprocess.Popen(
        [sys.executable, "-c", WRECK, str(cache), str(os.getpid()), str(pause)]
    )
    running = [
        subprocess.Popen([sys.executable, "-c", STRESS, str(n), str(count)], stderr=subprocess.PIPE)
        for n in range(4)
    ]
    try:
        assert [process.communicate(timeout=300)[1] for process in running] == [b""] * 4
    finally:
        for process in [*running, wrecker]:
            process.kill()
            process.wait()


def test_what_a_killed_process_left_is_cleared_away_after_a_day(
    server: Server, cache: Path
) -> None:
    (cache / "stores").mkdir(parents=True)
    for name, age in (("old", 90_000), ("new", 60)):
        left = cache / "stores" / f".part-{name}"
        left.write_bytes(b"x")
        then = left.stat().st_mtime - age
        os.utime(left, (then, then))
    hikaku.open(server.url)
    assert [n for n in files(cache / "stores") if n.startswith(".")] == [".part-new"]


def test_a_cache_that_cannot_be_written_is_told(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(errors.Unreachable, match="set HIKAKU_CACHE to a folder"):
        hikaku.open(server.url)


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "HOME/.cache/hikaku"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/hikaku"),
        ("linux", {"XDG_CACHE_HOME": "/x", "HIKAKU_CACHE": "/y"}, "/y"),
        ("darwin", {}, "HOME/Library/Caches/hikaku"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/hikaku"),
    ],
)
def test_downloads_go_where_the_platform_keeps_caches(
    platform: str, variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hikaku._release import cache

    monkeypatch.setattr(sys, "platform", platform)
    for name in ("XDG_CACHE_HOME", "HIKAKU_CACHE", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "HOME")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache.folder() == expected


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (sends(b"", 404), "is not there"),
        (sends(b"SQLite format 3\0"), "changed or cut off, and was not kept"),
        (sends(b"abc", length=10_000), "cut off"),
        (sends(b"", length=3 << 30), "larger than"),
        (sends(b"", length=10**30), "larger than"),
    ],
)
def test_a_store_that_is_not_whole_is_not_kept(
    answer: Any, words: str, server: Server, cache: Path
) -> None:
    server.answers[f"/0.9.0/{STORE}"] = answer
    with pytest.raises(errors.DamagedStore, match=words):
        hikaku.open(server.url, version="0.9.0")
    assert not (cache / "stores").exists() or files(cache / "stores") == []
    del server.answers[f"/0.9.0/{STORE}"]
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"
