"""An archive is read where it lies: a hostile one is refused, and writes nothing."""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
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
    files,
    flip,
    line_twice,
    pack,
)  # fmt: skip
from tests.open.server import Server

EVIL = f"/tmp/evil-{os.getpid()}"  # what other runs wrote or did not is not ours
Change = Callable[[Path, Path], None]  # a release's folder, and the zip to write


def adding(name: str, data: bytes = b"x", mode: int = 0o644 | stat.S_IFREG) -> Change:
    """A sound zip with one more member."""

    def change(folder: Path, target: Path) -> None:
        pack(folder, target)
        info = zipfile.ZipInfo("placeholder")
        info.filename = info.orig_filename = name  # ZipInfo itself would tidy it
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(target, "a") as archive, contextlib.suppress(UserWarning):
            archive.writestr(info, data)

    return change


def without(name: str) -> Change:
    def change(folder: Path, target: Path) -> None:
        (folder / name).unlink()
        pack(folder, target)

    return change


def released(change_folder: Callable[[Path], Any]) -> Change:
    def change(folder: Path, target: Path) -> None:
        change_folder(folder)
        pack(folder, target)

    return change


def patched(change: Callable[[bytearray], None]) -> Change:
    """A sound zip whose bytes are changed."""

    def write(folder: Path, target: Path) -> None:
        pack(folder, target)
        data = bytearray(target.read_bytes())
        change(data)
        target.write_bytes(data)

    return write


def central(data: bytearray, name: str) -> int:
    """Where the entry of a member begins in the central directory."""
    at = data.rindex(name.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return at


def in_central(offset: int, form: str, value: int, name: str = f"0.9.0/{STORE}") -> Change:
    def change(data: bytearray) -> None:
        struct.pack_into(form, data, central(data, name) + offset, value)

    return patched(change)


def other_name_in_front(data: bytearray) -> None:
    at = data.index(f"0.9.0/{STORE}".encode())
    data[at : at + 5] = b"9.9.9"


def wrong_crc(data: bytearray) -> None:
    at = central(data, f"0.9.0/{STORE}") + 16
    data[at] ^= 1


def two_large(data: bytearray) -> None:
    """Three gigabytes declared, of one that is there: no bomb by its ratio."""
    at = central(data, f"0.9.0/{STORE}")
    struct.pack_into("<II", data, at + 20, 1 << 30, 3 << 30)


def overlapping(data: bytearray) -> None:
    """One member's bytes given as those of another, as the best bombs do."""
    first = central(data, f"0.9.0/{STORE}")
    other = central(data, "0.9.0/tables/scores.csv")
    data[other + 42 : other + 46] = data[first + 42 : first + 46]


def halved(data: bytearray) -> None:
    del data[len(data) // 2 :]


def not_ended(data: bytearray) -> None:
    del data[-10:]


def in_front(data: bytearray) -> None:
    data[:0] = b"<html><script>alert(1)</script></html>"


def zip_in_front(folder: Path, target: Path) -> None:
    """Two zips in one file: some readers take the first, some the last."""
    pack(folder, target)
    sound = target.read_bytes()
    target.write_bytes(sound + sound)


def two_ends(folder: Path, target: Path) -> None:
    """The comment holds an end of its own, for a list of nothing."""
    pack(folder, target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"PK\x05\x06" + bytes(18) + b"!"


def two_ends_at_last(folder: Path, target: Path) -> None:
    pack(folder, target)
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"PK\x05\x06" + bytes(18)


def something_behind(data: bytearray) -> None:
    data += b"more"


def between_list_and_end(data: bytearray) -> None:
    at = data.rindex(b"PK\x05\x06")
    data[at:at] = b"PK\x05\x06" + bytes(18)


def end(offset: int, form: str, *values: int) -> Change:
    """A zip whose end states something else."""

    def change(data: bytearray) -> None:
        struct.pack_into(form, data, data.rindex(b"PK\x05\x06") + offset, *values)

    return patched(change)


def large_end(size: int, offset: int, count: int = 3) -> Change:
    """A zip with an end for large zips, which states what it likes."""

    def change(data: bytearray) -> None:
        at = data.rindex(b"PK\x05\x06")
        record = struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset
        )
        record += struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
        struct.pack_into("<HHII", data, at + 8, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        data[at:at] = record

    return patched(change)


def nested(folder: Path, target: Path) -> None:
    """A release inside a zip inside a zip is none, and is not looked for."""
    inner = pack(folder, folder.with_name("inner.zip"))
    with zipfile.ZipFile(target, "w") as archive:
        archive.write(inner, "0.9.0/inner.zip")


def stored_twice(folder: Path, target: Path) -> None:
    pack(folder, target)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"0.9.0/{STORE}", b"another")


def too_many(folder: Path, target: Path) -> None:
    pack(folder, target)
    with zipfile.ZipFile(target, "a") as archive:
        for n in range(10_001):
            archive.writestr(f"0.9.0/{n}", b"")


def lzma_packed(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for name in files(folder):
            archive.write(folder / name, f"0.9.0/{name}")


def a_tar(folder: Path, target: Path) -> None:
    import tarfile

    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, "0.9.0")


HOSTILE: dict[str, tuple[Change, str]] = {
    "absolute path": (adding(EVIL), "absolute path"),
    "leads out": (adding("0.9.0/../../evil"), r"leads out of its folder"),
    "leads out at once": (adding("../evil"), r"leads out of its folder"),
    "backslashes": (adding("..\\evil"), "backslash"),
    "drive letter": (adding("C:/evil"), "drive or stream"),
    "stream": (adding(f"0.9.0/{STORE}:evil"), "drive or stream"),
    "doubled slash": (adding("0.9.0//evil"), "not plain"),
    "dot": (adding("./0.9.0/evil"), "not plain"),
    "NUL": (adding("0.9.0/evil\0.csv"), "control characters"),
    "line end": (adding("0.9.0/evil\n.csv"), "control characters"),
    "terminal escape": (adding("0.9.0/\x1b[2Jevil"), "control characters"),
    "turned writing": (adding("0.9.0/\u202evsc.exe"), "control characters"),
    "device of Windows": (adding("0.9.0/NUL.csv"), "takes for a device"),
    "dot at the end": (adding("0.9.0/setup.py."), "space or a dot at the end"),
    "other spelling": (adding("0.9.0/e\u0301vil"), "normal form C"),
    "name too long": (adding("0.9.0/" + "e" * 256), "longer than 255 bytes"),
    "link": (adding("0.9.0/link", b"/etc/passwd", 0o777 | stat.S_IFLNK), "is a link"),
    "link to a folder": (adding("0.9.0/tables2", b"..", 0o777 | stat.S_IFLNK), "is a link"),
    "device": (adding("0.9.0/dev", b"", 0o666 | stat.S_IFCHR), "neither file nor folder"),
    "pipe": (adding("0.9.0/pipe", b"", 0o666 | stat.S_IFIFO), "neither file nor folder"),
    "duplicate": (stored_twice, "occurs twice"),
    "duplicate by case": (adding(f"0.9.0/{STORE.upper()}"), "occurs twice"),
    "not in the sums": (adding("0.9.0/setup.py"), "not named in SHA256SUMS"),
    "outside the release": (adding("setup.py"), "not named in SHA256SUMS"),
    "two releases": (adding(f"0.9.1/{STORE}"), "several releases"),
    "bomb": (adding("0.9.0/bomb", b"\0" * (32 << 20)), "compression bomb"),
    "declared bomb": (in_central(24, "<I", 3 << 30), "compression bomb"),
    "grows over the limit": (patched(two_large), "grow to more than 2 GB"),
    "overlapping members": (patched(overlapping), "overlaps"),
    "size that runs over": (in_central(20, "<I", 1 << 20), "overlaps"),
    "too many members": (too_many, "10.* members"),
    "encrypted": (in_central(8, "<H", 0x1), "encrypted"),
    "strongly encrypted": (in_central(8, "<H", 0x41), "encrypted"),
    "lzma": (lzma_packed, "compressed in a way"),
    "other method": (in_central(10, "<H", 99), "compressed in a way"),
    "shorter than declared": (in_central(24, "<I", 10_000), "damaged"),
    "wrong CRC": (patched(wrong_crc), "Bad CRC"),
    "other name in front": (patched(other_name_in_front), "differ"),
    "cut in half": (patched(halved), "is damaged"),
    "end missing": (patched(not_ended), "is damaged"),
    "zip in front": (zip_in_front, "in front of its members"),
    "two ends": (two_ends, "ends twice"),
    "two ends, the last one taken": (two_ends_at_last, "ends twice|is damaged|holds no"),
    "something behind": (patched(something_behind), "damaged|does not end"),
    "end before the end": (patched(between_list_and_end), "damaged|does not end|in front"),
    "list of 2 GB": (end(12, "<I", 0x7FFFFFFF), "is damaged"),
    "list that begins elsewhere": (end(16, "<I", 0x7FFFFFFF), "is damaged|in front"),
    "list of no size": (end(12, "<I", 0), "holds no hikaku.sqlite"),
    "list of 2**63": (large_end(1 << 63, 0), "is damaged"),
    "list of 2**64 - 1": (large_end((1 << 64) - 1, (1 << 64) - 1), "is damaged"),
    "list at 2**63": (large_end(100, 1 << 63), "is damaged"),
    "something in front": (patched(in_front), "no zip"),
    "text": (lambda f, t: (t.write_text("not a zip"), None)[1], "no zip"),
    "empty file": (lambda f, t: (t.write_bytes(b""), None)[1], "no zip"),
    "tar": (a_tar, "no zip"),
    "empty zip": (lambda f, t: zipfile.ZipFile(t, "w").close(), "holds no hikaku.sqlite"),
    "nested": (nested, "holds no hikaku.sqlite"),
    "no sums": (without(SUMS), "holds no SHA256SUMS"),
    "no store": (without(STORE), "holds no hikaku.sqlite"),
    "sums without the store": (
        released(damage(SUMS, b"0" * 64 + b"  CITATION.cff\n")), "does not name",
    ),
    "sums without end": (
        released(lambda f: (f / SUMS).write_bytes(os.urandom(1 << 20) * 17)), "too large",
    ),
    "sums of another": (released(line_twice), "twice"),
    "sums no text": (released(damage(SUMS, b"\xff")), "no text"),
    "store changed": (released(flip), "changed or cut off"),
    "store cut": (released(cut), "changed or cut off"),
    "store newer": (
        released(lambda f: change_store(f, "PRAGMA user_version = 2")), "format 2.*upgrade",
    ),
}  # fmt: skip


_written: list[str] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    changes = event in ("os.mkdir", "os.rename", "os.link", "os.symlink") or (
        event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    )
    if changes and _written is not None:
        _written.append(str(arguments[0]))


sys.addaudithook(_watch)  # cannot be taken away again, so there is one for all tests


@contextlib.contextmanager
def watched() -> Iterator[list[str]]:
    """Every path that this process opens for writing, makes, links or renames."""
    global _written
    found: list[str] = []
    # Where no test ran before, what is imported only now would be written down as bytecode.
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    _written = found
    try:
        yield found
    finally:
        _written = None
        sys.dont_write_bytecode = bytecode


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_tampered_archive_is_refused_and_writes_nothing(
    name: str, small: Path, tmp_path: Path, cache: Path
) -> None:
    change, words = HOSTILE[name]
    target = tmp_path / "release.zip"
    change(small, target)
    server = Server(tmp_path)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    try:
        with watched() as written, pytest.raises(errors.DamagedStore, match=words) as caught:
            hikaku.open(target)
        # Files are opened for reading only.
        assert written == []
        assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before
        with watched() as written, pytest.raises(errors.DamagedStore, match=words):
            hikaku.open(f"{server.url}/release.zip")
        # The zip itself is in the cache while it is looked at.
        assert written
        assert all(Path(p).is_relative_to(cache) for p in written)
        assert [n for n in files(cache) if not n.endswith(".sqlite")] == []
    finally:
        server.close()
    assert str(caught.value).isprintable()
    assert not Path(EVIL).exists()


def test_a_zip_of_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    target = tmp_path / "huge.zip"
    with target.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate((2 << 30) + 1)  # no disk holds its zeros
    with pytest.raises(errors.DamagedStore, match="larger than 2 GB"):
        hikaku.open(target)


def million(target: Path, members: int) -> None:
    """A zip of that many empty members; all that the list says of each is 46 bytes and a letter."""
    one = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", *[20] * 2, *[0] * 4, *[0] * 3, 1, *[0] * 4, 0, 0
    )
    listed = (one + b"x") * members
    with target.open("wb") as file:
        file.write(struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, *[0] * 4, *[0] * 3, 1, 0) + b"x")
        start = file.tell()
        file.write(listed)
        at = file.tell()
        file.write(struct.pack(
            "<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, members, members, len(listed), start
        ))  # fmt: skip
        file.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1))
        file.write(
            struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
        )


@pytest.mark.parametrize(("members", "words"), [(3_000_000, "larger than"), (80_000, "members")])
def test_a_list_of_millions_is_refused_before_it_is_parsed(
    members: int, words: str, tmp_path: Path
) -> None:
    target = tmp_path / "long.zip"
    million(target, members)
    tracemalloc.start()
    try:
        with pytest.raises(errors.DamagedStore, match=words):
            hikaku.open(target)
        assert tracemalloc.get_traced_memory()[1] < 40 << 20  # it would be a gigabyte
    finally:
        tracemalloc.stop()


def test_there_are_at_least_twenty_kinds_of_hostile_archives() -> None:
    assert len(HOSTILE) >= 20


def test_a_sound_archive_opens_with_or_without_a_folder(small: Path, tmp_path: Path) -> None:
    """So that the refusals above are not for the way the tests pack."""
    for prefix in ("", "0.9.0/", "a/b/"):
        archive = pack(small, tmp_path / "r.zip", prefix)
        with zipfile.ZipFile(archive, "a") as more:
            more.mkdir(f"{prefix}tables/")
            more.comment = b"Of the commit 960a637."
        assert len(hikaku.open(archive).models) == 2
    upper = archive.rename(tmp_path / "R.ZIP")
    assert len(hikaku.open(upper).models) == 2
