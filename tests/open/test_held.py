"""What was verified is what is read: in each thread and process, whatever becomes of the file."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from hikaku._store import Store
from tests.open.folders import STORE, change_store, damage, files
from tests.open.server import Server

EVIL = "UPDATE entities SET name = 'Evil Labs' WHERE name = 'Alpha Labs'"


def in_place(folder: Path) -> None:
    """Other bytes, as many as before."""
    path = folder / STORE
    path.write_bytes(path.read_bytes().replace(b"Alpha Labs", b"Wrong Labs"))


def in_place_with_its_time(folder: Path) -> None:
    state = (folder / STORE).stat()
    in_place(folder)
    os.utime(folder / STORE, ns=(state.st_atime_ns, state.st_mtime_ns))


def by_renaming(folder: Path) -> None:
    shutil.copy2(folder / STORE, folder / "other")
    (folder / STORE).rename(folder / "first")
    (folder / "other").rename(folder / STORE)
    in_place(folder)


CHANGES: dict[str, Callable[[Path], Any]] = {
    "in place": in_place,
    "in place, with its time": in_place_with_its_time,
    "replaced": by_renaming,
    "by another release": lambda folder: change_store(folder, EVIL),
    "removed": damage(STORE, None),
    "emptied": damage(STORE, b""),
}


def names(data: Any) -> str:
    """What a thread reads, or what it is told."""
    try:
        return str(data.entities["alpha-labs"].name)
    except errors.DamagedStore as error:
        return str(error)


def in_thread(do: Callable[[], str]) -> str:
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(do()))
    thread.start()
    thread.join()
    return found[0]


def in_fork(do: Callable[[], str]) -> str:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=lambda: answers.put(do()))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    return str(answers.get())


@pytest.mark.parametrize("read_first", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_a_release_that_is_open_stays_what_was_verified(
    change: str, read_first: bool, small: Path
) -> None:
    opened = hikaku.open(small), hikaku.open(small / STORE)
    if read_first:
        assert {names(data) for data in opened} == {"Alpha Labs"}
    CHANGES[change](small)

    def read() -> str:
        return " ".join(names(data) for data in opened)

    assert read() == in_thread(read) == "Alpha Labs Alpha Labs"
    if sys.platform == "linux":
        assert in_fork(read) == "Alpha Labs Alpha Labs"


@pytest.mark.parametrize("change", ["in place", "replaced", "by another release", "emptied"])
def test_a_change_of_a_store_too_large_for_memory_is_told(
    change: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hikaku._release.checksums.HELD", 10)
    data = hikaku.open(small)
    assert names(data) == in_thread(lambda: names(data)) == "Alpha Labs"
    os.utime(small / STORE)  # another time, the same content
    assert names(data) == in_thread(lambda: names(data)) == "Alpha Labs"
    CHANGES[change](small)
    replaced = change == "replaced"  # here the first file is still open, and is as it was
    assert names(data) == "Alpha Labs" if replaced else "changed or cut off" in names(data)
    assert "changed or cut off" in in_thread(lambda: names(data))
    if sys.platform == "linux":
        assert "changed or cut off" in in_fork(lambda: names(data))


def test_a_large_store_from_the_web_is_kept_and_opened(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hikaku._release.checksums.HELD", 10)
    monkeypatch.setattr("hikaku._release.cache.HELD", 10)
    data = hikaku.open(server.url, version="0.9.0")
    (kept,) = files(cache / "stores")
    whole = (cache / "stores" / kept).read_bytes()
    # Another process loaded the same at the same time: nothing is wrong.
    (cache / "stores" / "other").write_bytes(whole)
    (cache / "stores" / "other").replace(cache / "stores" / kept)
    assert names(data) == in_thread(lambda: names(data)) == "Alpha Labs"


def test_an_upgrade_under_a_running_program_is_told(small: Path) -> None:
    """As the installed data is opened: without any checksum, and from its file."""
    store = Store(str(small / STORE))
    wanted = [("0.9.0",)]
    sql = "SELECT value FROM hikaku WHERE key = 'version'"
    assert list(store.rows(sql)) == wanted
    by_renaming(small)
    assert list(store.rows(sql)) == wanted  # the file that this thread has open

    def other() -> str:
        try:
            return str(list(store.rows(sql)))
        except errors.DamagedStore as error:
            return str(error)

    assert "changed or replaced since this program opened it" in in_thread(other)
    assert "start the program again" in in_thread(other)


def test_a_store_is_read_at_any_path(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hikaku._release.checksums.HELD", 10)
    for name in ("データ", "a b", "50%", "a?b", "#1", os.fsdecode(b"\xe9")):
        folder = small.parent / name
        try:
            shutil.copytree(small, folder)
        except OSError:  # a file system that has no such names
            continue
        for where in (folder, str(folder), f"/{folder}"):
            assert names(hikaku.open(where)) == "Alpha Labs"
        as_bytes: Any = os.fsencode(folder)
        assert names(hikaku.open(as_bytes)) == "Alpha Labs"
