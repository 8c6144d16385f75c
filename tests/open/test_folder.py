"""A release in a folder opens only if it is whole, and needs nothing of the web."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import (
    STORE,
    SUMS,
    change_store,
    cut,
    damage,
    flip,
    line_twice,
    replace_store,
    with_line,
)  # fmt: skip
from tests.planting import ROOT


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damage(STORE, None), "it has no hikaku.sqlite"),
        (damage(SUMS, None), "it has no SHA256SUMS"),
        (damage(STORE, b""), "changed or cut off"),
        (cut, "changed or cut off"),
        (flip, "changed or cut off"),
        (damage(SUMS, b""), "does not name hikaku.sqlite"),
        (damage(SUMS, b"\xff\xfe"), "it is no text"),
        (damage(SUMS, b"not sums\n"), "line 1 is no checksum"),
        (damage(SUMS, b"0" * 64 + b"  " + STORE.encode() + b"\n"), "changed or cut off"),
        (line_twice, "names 'hikaku.sqlite' twice"),
        (with_line(f"{'0' * 64}  HIKAKU.sqlite\n"), "one file on some systems"),
        (with_line(f"{'0' * 64}  ../evil\n"), r"leads out of its folder"),
        (with_line(f"{'0' * 64}  end"), "has no end"),
        (with_line(f"{'0' * 64}  end\r\n"), "has control characters"),
        (lambda f: change_store(f, "PRAGMA user_version = 99"), "format 99.*upgrade"),
        (lambda f: change_store(f, "PRAGMA application_id = 7"), "no hikaku data"),
        (lambda f: replace_store(f, b"text"), "no SQLite file"),
        (lambda f: replace_store(f, b""), "it is empty"),
    ],
)
def test_a_damaged_folder_is_refused_with_its_fault(
    change: Callable[[Path], Any], words: str, small: Path
) -> None:
    assert hikaku.open(small).version == "0.9.0"
    change(small)
    with pytest.raises(errors.DamagedStore, match=words) as caught:
        hikaku.open(small)
    assert "\n" not in str(caught.value)


def test_what_is_no_path_of_this_system_is_told(tmp_path: Path) -> None:
    for where in (tmp_path / ("x" * 5000), f"{tmp_path}/a\0b"):
        with pytest.raises(errors.DamagedStore, match=r"cannot be opened|does not exist"):
            hikaku.open(where)


def test_what_names_no_place_is_told() -> None:
    for where in (5, None, b"\xff\x00", "~/none", "\udce9", "\ud800", "a" * 5000, "", "."):
        with pytest.raises((errors.DamagedStore, errors.InvalidValue)):
            hikaku.open(where)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        (SUMS, lambda: f"{'0' * 64}  a\n".encode() * 300_000),
        ("index.json", lambda: b"[" * 17_000_000),
        ("index.json", lambda: b'{"a":' * 100_000),
        ("index.json", lambda: b'{"format": 1, "versions": [' + b"9" * 100_000 + b"]}"),
    ],
)
def test_a_list_without_end_is_refused(name: str, make: Callable[[], bytes], small: Path) -> None:
    if name != SUMS:
        (small / STORE).unlink()
    (small / name).write_bytes(make())
    with pytest.raises(errors.DamagedStore, match=r"larger than|no JSON"):
        hikaku.open(small)


def test_a_folder_that_a_build_replaces_is_opened(releases: Path, tmp_path: Path) -> None:
    """Between two names of the folder there is none, and files of two builds do not fit."""
    place = tmp_path / "dist"
    spare = [
        Path(shutil.copytree(releases / ("0.9.0", "0.9.1")[n % 2], tmp_path / f"{n}"))
        for n in range(20)
    ]
    spare.pop().rename(place)

    def builds() -> None:
        for n, folder in enumerate(spare):
            place.rename(tmp_path / f"old-{n}")
            folder.rename(place)
            time.sleep(0.02)

    thread = threading.Thread(target=builds)
    thread.start()
    found = set()
    while thread.is_alive():
        found.add(hikaku.open(place).version)
    thread.join()
    assert found <= {"0.9.0", "0.9.1"}


def test_a_local_release_needs_nothing_of_the_web(releases: Path) -> None:
    code = (
        f"import sys, hikaku; hikaku.open({str(releases / '0.9.0')!r}).models['model-a'].name\n"
        "print([m for m in ('urllib', 'http', 'zipfile', 'json', 'tempfile', 'socket', 'ssl')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True,
                          env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""})  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
