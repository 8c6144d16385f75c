"""A file is there whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hikaku import _atomic, errors
from hikaku._release import cache


def test_a_file_is_in_place_when_the_block_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with _atomic.replacing(path) as file:
        file.write(b"one")
        assert not path.exists()
        assert [p.name.startswith(_atomic.PREFIX) for p in tmp_path.iterdir()] == [True]
    assert path.read_bytes() == b"one"
    _atomic.write(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [False, True])
def test_a_block_that_raises_changes_nothing(there: bool, tmp_path: Path) -> None:
    path = tmp_path / "x"
    if there:
        path.write_bytes(b"old")

    def write(error: type[BaseException]) -> None:
        with _atomic.replacing(path) as file:
            file.write(b"new")
            raise error

    for error in (OSError, KeyboardInterrupt, errors.DamagedStore):
        with pytest.raises(error):
            write(error)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == ({"x": b"old"} if there else {})


def test_the_temporary_name_can_be_given(tmp_path: Path) -> None:
    part = tmp_path / ".part"
    part.write_bytes(b"left by somebody")
    with _atomic.replacing(tmp_path / "x", part) as file:
        file.write(b"one")
        assert part.exists()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"x": b"one"}


def test_a_killed_writer_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    code = (
        "import os, signal\nfrom hikaku import _atomic\n"
        f"with _atomic.replacing({str(path)!r}) as file:\n"
        "    file.write(b'new' * 100_000); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code])
    assert done.returncode < 0
    assert path.read_bytes() == b"old"
    _atomic.write(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_name_that_is_taken_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_atomic, "_numbers", iter(range(3)))
    (tmp_path / f"{_atomic.PREFIX}{os.getpid()}-0").write_bytes(b"left")
    _atomic.write(tmp_path / "x", b"one")
    assert (tmp_path / "x").read_bytes() == b"one"
    assert (tmp_path / f"{_atomic.PREFIX}{os.getpid()}-0").read_bytes() == b"left"


def test_what_is_written_has_the_rights_of_other_files(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    _atomic.write(tmp_path / "x", b"")
    assert (tmp_path / "x").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_many_threads_write_one_file(tmp_path: Path) -> None:
    texts = [bytes([n]) * 50_000 for n in range(16)]
    writers = [threading.Thread(target=_atomic.write, args=(tmp_path / "x", t)) for t in texts]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert (tmp_path / "x").read_bytes() in texts
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]


def test_scratch_is_gone_after_the_block(tmp_path: Path) -> None:
    with _atomic.scratch(tmp_path) as file:
        file.write(b"one")
    with pytest.raises(ValueError, match="no"), _atomic.scratch(tmp_path):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == []


# --- the cache, which is written so ---


def test_leftovers_that_vanish_meanwhile_do_not_disturb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path))
    cache.keep_sums(b"one")
    for n in range(3):
        left = tmp_path / "sums" / f"{_atomic.PREFIX}{n}"
        left.write_bytes(b"x")
        os.utime(left, (0, 0))
    unlink, listed = os.unlink, os.scandir

    def gone_before(path: str) -> None:
        """Another process removes the file between our look and our hand."""
        unlink(path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", gone_before)
    digest = cache.keep_sums(b"two")
    monkeypatch.setattr(os, "unlink", unlink)
    assert cache.sums(digest) == b"two"

    def gone_after(folder: str) -> list[os.DirEntry[str]]:
        """And here between our list and our look."""
        (tmp_path / "sums" / f"{_atomic.PREFIX}9").write_bytes(b"x")
        entries = list(listed(folder))
        unlink(tmp_path / "sums" / f"{_atomic.PREFIX}9")
        return entries

    monkeypatch.setattr(os, "scandir", gone_after)
    assert cache.sums(cache.keep_sums(b"three")) == b"three"


def test_a_folder_that_cannot_be_read_is_told_though_the_file_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path))
    digest = cache.keep_sums(b"one")
    (tmp_path / "sums" / digest).write_bytes(b"damaged")

    def forbidden(folder: str) -> list[os.DirEntry[str]]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(errors.Unreachable, match=r"permission denied.*HIKAKU_CACHE"):
        cache.keep_sums(b"one")


def test_a_full_disk_is_told_even_over_a_file_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path))
    digest = cache.keep_sums(b"one")
    path = tmp_path / "sums" / digest
    path.write_bytes(b"damaged")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.Unreachable, match=r"no space left.*HIKAKU_CACHE"):
        cache.keep_sums(b"one")
    assert [p.name for p in (tmp_path / "sums").iterdir()] == [digest]


def test_a_file_that_another_process_holds_open_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where an open file cannot be replaced."""
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path))
    cache.keep_answer("http://127.0.0.1/", b"one")

    def held(*_: str) -> None:
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(os, "replace", held)
    cache.keep_answer("http://127.0.0.1/", b"two")
    assert cache.answer("http://127.0.0.1/") == b"one"
    with pytest.raises(errors.Unreachable, match="access is denied"):
        cache.keep_answer("http://127.0.0.1/other", b"two")
    assert not [p for p in tmp_path.rglob("*") if p.name.startswith(_atomic.PREFIX)]
