"""A release opens from wherever it lies, and only if it is what was published."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import io
import json
import os
import pickle
import shutil
import socket
import sqlite3
import stat
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hikaku
from hikaku import errors
from hikaku._formats.index import Entry
from hikaku._formats.version import parse
from hikaku._release.catalogue import choose
from scripts.build.run import build
from scripts.package import Package
from scripts.release_folder import write_sums
from tests.planting import copy_package

pytestmark = pytest.mark.slow

STORE, SUMS, INDEX = "hikaku.sqlite", "SHA256SUMS", "index.json"
# Published out of order: 0.9.1 mends an old line after 0.10.0 came.
DAYS = {"0.9.0": "2026-03-01", "0.10.0": "2026-06-01", "0.9.1": "2026-09-01"}


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three small releases, whose stores differ by their version."""
    root = copy_package(tmp_path_factory.mktemp("releases"))
    descriptor = root / "datapackage.json"
    whole = json.loads(descriptor.read_text(encoding="utf-8"))
    for version in DAYS:
        descriptor.write_text(json.dumps(whole | {"version": version}), encoding="utf-8")
        build(Package(root), root / "dist")
    return root / "dist"


@pytest.fixture
def catalogue(releases: Path, tmp_path: Path) -> Path:
    """A catalogue to break."""
    folder = tmp_path / "catalogue"
    shutil.copytree(releases, folder)
    write_index(folder)
    return folder


@pytest.fixture
def small(releases: Path, tmp_path: Path) -> Path:
    """A release to break."""
    return Path(shutil.copytree(releases / "0.9.0", tmp_path / "0.9.0"))


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_index(folder: Path, **changes: Any) -> None:
    versions = [
        {"version": v, "published_on": DAYS[v], "path": f"{v}/",
         "sums_sha256": sha((folder / v / SUMS).read_bytes()), "files": 1, "bytes": 1}
        for v in sorted(DAYS, key=parse)
    ]  # fmt: skip
    text = json.dumps({"format": 1, "versions": versions} | changes)
    (folder / INDEX).write_text(text, encoding="utf-8")


def change_store(folder: Path, sql: str) -> None:
    """Change a store, and its release's checksums with it."""
    with contextlib.closing(sqlite3.connect(folder / STORE, isolation_level=None)) as con:
        con.executescript(sql)
    write_sums(folder)


# --- a server, with all that servers do ---


class Server:
    """A folder on loopback. `answers` replaces what is sent for a path; `asked` lists requests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {}
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments, directory=str(outer.folder))

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                answer = outer.answers.get(self.path)
                if answer is None:
                    super().do_GET()
                else:
                    answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def server(catalogue: Path) -> Iterator[Server]:
    running = Server(catalogue)
    yield running
    running.stop()


def sends(
    body: bytes, code: int = 200, length: int | None = None, **headers: str
) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# --- choosing from a catalogue ---


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ({}, "0.10.0"),
        ({"version": "0.9.0"}, "0.9.0"),
        ({"version": "0.9.1"}, "0.9.1"),
        ({"as_of": "2026-03-01"}, "0.9.0"),
        ({"as_of": "2026-05-31"}, "0.9.0"),
        ({"as_of": date(2026, 6, 1)}, "0.10.0"),
        ({"as_of": datetime(2026, 8, 31, 23, 59)}, "0.10.0"),
        ({"as_of": "2026-12-01"}, "0.9.1"),
    ],
)
def test_a_catalogue_gives_the_version_that_was_asked_for(
    asked: dict[str, Any], version: str, server: Server
) -> None:
    folder = server.folder
    places = (folder, folder / INDEX, folder.as_uri(), server.url, f"{server.url}/{INDEX}")
    for where in places:
        assert hikaku.open(where, **asked).version == version


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"version": "0.9"}, errors.UnknownVersion, r"close.*versions: 0\.9\.0, 0\.9\.1, 0\.10\.0"),
        ({"as_of": "2026-02-28"}, errors.UnknownVersion, r"first is 0\.9\.0.*2026-03-01"),
        ({"as_of": "2026-12-01", "version": "0.9.0"}, errors.InvalidValue, "not both"),
        ({"as_of": "December"}, errors.InvalidValue, "a day such as"),
        ({"as_of": "2026-13-01"}, errors.InvalidValue, "a day such as"),
        ({"as_of": "20261201"}, errors.InvalidValue, "a day such as"),
    ],
)
def test_what_a_catalogue_does_not_have_is_told_with_what_it_has(
    asked: dict[str, Any], error: type[Exception], words: str, server: Server
) -> None:
    for where in (str(server.folder), server.url):
        with pytest.raises(error, match=words):
            hikaku.open(where, **asked)


def test_one_release_is_not_mistaken_for_a_catalogue(server: Server, small: Path) -> None:
    archive = pack(small, small.with_name("r.zip"))
    pinned = hikaku.open(server.url, version="0.9.0").location
    assert pinned is not None
    for where in (
        small, small / STORE, archive, small.as_uri(), f"{server.url}/0.9.0/", pinned,
        f"{server.url}/r.zip",
    ):  # fmt: skip
        with pytest.raises(errors.InvalidValue, match=r"choose from"):
            hikaku.open(where, version="0.9.0")
        with pytest.raises(errors.InvalidValue, match=r"choose from"):
            hikaku.open(where, as_of="2026-12-01")


@given(
    days=st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 9)), min_size=1, max_size=8),
    day=st.dates(date(2025, 12, 30), date(2026, 1, 12)),
)
def test_as_of_never_gives_what_was_published_later(days: list[date], day: date) -> None:
    entries = [Entry(f"0.{n}.0", d.isoformat(), "x/", "0" * 64, 1, 1) for n, d in enumerate(days)]
    before = [d for d in days if d <= day]
    if not before:
        with pytest.raises(errors.UnknownVersion):
            choose(entries, "here", as_of=day)
        return
    found = choose(entries, "here", as_of=day)
    assert found.published_on == max(before).isoformat()
    same = [n for n, d in enumerate(days) if d == max(before)]
    assert found.version == f"0.{max(same)}.0"


@given(st.lists(st.tuples(*[st.integers(0, 120)] * 3), min_size=2, max_size=6))
def test_versions_sort_as_numbers(versions: list[tuple[int, ...]]) -> None:
    texts = [".".join(map(str, v)) for v in versions]
    expected = [".".join(map(str, v)) for v in sorted(versions)]
    assert sorted(texts, key=parse) == expected


GOOD = {
    "version": "1.0.0", "published_on": "2026-01-01", "path": "1.0.0/", "sums_sha256": "a" * 64,
    "files": 4, "bytes": 4000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (b"", "no JSON"),
        (b'{"format": 1, "versions": [', "no JSON"),
        (b"\xff\xfe{}", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"<html>not found</html>", "no JSON"),
        (b"[]", "no format"),
        (b'{"versions": []}', "no format"),
        (b'{"format": true, "versions": []}', "no format"),
        (b'{"format": 2, "versions": {}}', "format 2, this hikaku reads up to 1; upgrade"),
        (b'{"format": 1, "versions": []}', "lists no versions"),
        (b'{"format": 1, "versions": [7]}', "no name"),
        ([GOOD, GOOD], "a version twice"),
        ([GOOD | {"version": "1.0"}], r"no name such as 1\.2\.0"),
        ([GOOD | {"version": "2.0.0"}, GOOD], "two versions one path"),
        (
            [GOOD | {"version": "2.0.0", "path": "A"}, GOOD | {"path": "a/"}],
            "two versions one path",
        ),
        ([GOOD | {"files": -1}], "no whole number in files"),
        ([GOOD | {"files": True}], "no whole number in files"),
        ([GOOD | {"bytes": 1.5}], "no whole number in bytes"),
        ([{k: v for k, v in GOOD.items() if k != "bytes"}], "no whole number in bytes, but None"),
        (b'{"format": 1, "versions": {}}', "no list of versions"),
        (b'{"format": 1, "versions": [], "claims": {"x": 1}}', "claims are not by version"),
        ([GOOD | {"published_on": "today"}], "no day"),
        ([GOOD | {"sums_sha256": "abc"}], "no SHA-256"),
        ([GOOD | {"path": "../1.0.0/"}], "does not lead into"),
        ([GOOD | {"path": "/etc/"}], "does not lead into"),
        ([GOOD | {"path": "http://elsewhere/1.0.0/"}], "does not lead into"),
        ([GOOD | {"path": "//elsewhere/1.0.0/"}], "does not lead into"),
        ([GOOD | {"path": "a\\..\\b"}], "does not lead into"),
        ([GOOD | {"path": "%2e%2e/x/"}], "does not lead into"),
        ([GOOD | {"path": "1.0.0//"}], "does not lead into"),
        ([GOOD | {"path": "nul/"}], "does not lead into"),
        ([GOOD | {"path": "a./"}], "does not lead into"),
        ([GOOD | {"path": ""}], "does not lead into"),
        ([GOOD | {"path": None}], "does not lead into"),
    ],
)
def test_a_damaged_or_newer_index_is_told(
    index: bytes | list[dict[str, Any]], words: str, server: Server, cache: Path
) -> None:
    if not isinstance(index, bytes):
        index = json.dumps({"format": 1, "versions": index}).encode()
    (server.folder / INDEX).write_bytes(index)
    for where in (str(server.folder), server.url):
        with pytest.raises(errors.DamagedStore, match=words):
            hikaku.open(where)
    assert not cache.exists()


def test_a_tampered_release_of_a_catalogue_is_refused_though_its_sums_fit(
    server: Server, cache: Path
) -> None:
    """Who can change a release can change its SHA256SUMS too; only the index gives it away."""
    change_store(server.folder / "0.9.1", "UPDATE entities SET name = 'Evil Labs'")
    for where in (str(server.folder), server.url):
        with pytest.raises(errors.DamagedStore, match="not the file that the catalogue names"):
            hikaku.open(where, version="0.9.1")
        assert hikaku.open(where, version="0.9.0").version == "0.9.0"
    (server.folder / "0.10.0" / STORE).write_bytes(b"")
    for where in (str(server.folder), server.url):
        with pytest.raises(errors.DamagedStore, match="changed or cut off"):
            hikaku.open(where)
    shutil.rmtree(server.folder / "0.9.0")
    with pytest.raises(errors.DamagedStore, match="no release"):
        hikaku.open(server.folder, version="0.9.0")
    assert len(files(cache / "stores")) == 1


# --- addresses and the cache ---


def test_only_two_files_are_loaded_and_only_once(server: Server, cache: Path) -> None:
    data = hikaku.open(server.url, version="0.9.0")
    assert [m.id for m in data.models] == ["model-a", "model-b"]
    assert server.asked == [f"/{INDEX}", f"/0.9.0/{SUMS}", f"/0.9.0/{STORE}"]
    server.asked.clear()
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"
    assert server.asked == [f"/{INDEX}"]
    store = sha((server.folder / "0.9.0" / STORE).read_bytes())
    assert files(cache / "stores") == [f"{store}.sqlite"]


def test_every_kind_of_address_opens_the_same(server: Server, small: Path) -> None:
    pack(small, server.folder / "r.zip")
    wanted = list(hikaku.open(small).entities)
    for where in (
        f"{server.url}/0.9.0", f"{server.url}/0.9.0/", f"{server.url}/0.9.0/{STORE}",
        f"{server.url}/0.9.0/{SUMS}", f"{server.url}/r.zip", f"{server.url}/0.9.0/?v=1",
        small.as_uri(), (small / STORE).as_uri(), (server.folder / "r.zip").as_uri(),
    ):  # fmt: skip
        assert list(hikaku.open(where).entities) == wanted


def test_a_named_version_opens_without_a_network_once_it_was_loaded(catalogue: Path) -> None:
    server = Server(catalogue)
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
        hikaku.open("http://127.0.0.1:9/")


def test_records_come_back_from_where_they_were_and_of_the_same_version(catalogue: Path) -> None:
    server = Server(catalogue)
    local = hikaku.open(catalogue, version="0.9.0")
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
    catalogue: Path, cache: Path
) -> None:
    server = Server(catalogue)
    hikaku.open(server.url, version="0.9.0")
    server.stop()
    (path,) = (cache / "stores").iterdir()
    with path.open("r+b") as file:
        file.seek(5000)
        file.write(b"\xff" * 10)
    with pytest.raises(errors.Unreachable):
        hikaku.open(server.url, version="0.9.0")


def test_processes_that_load_at_once_do_not_spoil_each_other(server: Server, cache: Path) -> None:
    code = f"import hikaku; print(len(hikaku.open({server.url!r}).models))"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(6)
    ]
    assert [p.communicate(timeout=60)[0] for p in running] == [b"2\n"] * 6
    assert len(files(cache / "stores")) == 1


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


def closes(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


def half_a_chunk(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.protocol_version = "HTTP/1.1"
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"1000\r\nhalf")


def endless(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(b"0" * (1 << 20))


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (sends(b"", 500), errors.Unreachable, "answered 500"),
        (sends(b"", 503), errors.Unreachable, "answered 503.*try again later"),
        (sends(b"", 401), errors.Unreachable, "answered 401"),
        (sends(b"", 404), errors.Unreachable, "no index.json and no SHA256SUMS"),
        (sends(b"", 302, Location="file://localhost/x"), errors.Unreachable, "not allowed"),
        (sends(b"", 302, Location="ftp://127.0.0.1/x"), errors.Unreachable, "only http and https"),
        (sends(b"", 302, Location="data:,x"), errors.Unreachable, "not allowed"),
        (sends(b"", 302, Location=f"/0.9.0/{SUMS}"), errors.Unreachable, "loop|answered 302"),
        (sends(b"abc", length=10_000), errors.DamagedStore, "cut off.*3 of 10000"),
        (sends(b"", length=3 << 30), errors.DamagedStore, "larger than"),
        (endless, errors.DamagedStore, "larger than"),
        (half_a_chunk, errors.DamagedStore, "cut off"),
        (closes, errors.Unreachable, "cannot be loaded"),
        (sends(b"<html>Please log in</html>"), errors.DamagedStore, "line 1 is no checksum"),
        (sends(b""), errors.DamagedStore, "does not name hikaku.sqlite"),
        (sends(b"\xff"), errors.DamagedStore, "it is no text"),
    ],
)
def test_each_trouble_of_a_server_is_told(
    answer: Any, error: type[Exception], words: str, server: Server, cache: Path
) -> None:
    server.answers[f"/0.9.0/{SUMS}"] = answer
    with pytest.raises(error, match=words) as caught:
        hikaku.open(f"{server.url}/0.9.0/")
    assert "\n" not in str(caught.value)
    assert not cache.exists()


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


def test_a_server_that_says_nothing_is_not_waited_for(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hikaku._release import http as web

    monkeypatch.setattr(web, "TIMEOUT", 0.2)
    gate = threading.Event()

    def waits(_: http.server.BaseHTTPRequestHandler) -> None:
        gate.wait(10)

    server.answers[f"/{INDEX}"] = waits
    with pytest.raises(errors.Unreachable, match="cannot be loaded"):
        hikaku.open(server.url)
    gate.set()


def test_a_redirect_to_another_web_address_is_followed(server: Server, catalogue: Path) -> None:
    other = Server(catalogue)
    server.answers[f"/{INDEX}"] = sends(b"", 302, Location=f"{other.url}/{INDEX}")
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"
    other.stop()


def test_https_is_never_left_for_http() -> None:
    from http.client import HTTPMessage
    from urllib.request import Request

    from hikaku._release.http import _Redirects

    request = Request("https://example.org/index.json")
    arguments = (request, io.BytesIO(), 302, "Found", HTTPMessage())
    with pytest.raises(errors.Unreachable, match="never from https to http"):
        _Redirects().redirect_request(*arguments, "http://example.org/index.json")
    assert _Redirects().redirect_request(*arguments, "https://example.com/index.json")


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("ftp://127.0.0.1/0.9.0/", errors.InvalidValue, "only http, https and file"),
        ("s3://bucket/hikaku/", errors.InvalidValue, "only http, https and file"),
        ("file://elsewhere/x", errors.InvalidValue, "only http, https and file"),
        ("http:///x", errors.InvalidValue, "only http, https and file"),
        ("http://[::1/x", errors.InvalidValue, "no address"),
        ("http://127.0.0.1:port/", errors.Unreachable, "cannot be loaded"),
        ("http://127.0.0.1:9/a b\n", errors.Unreachable, "cannot be loaded"),
        ("http://127.0.0.1:9/0.9.0/#sha256=abc", errors.InvalidValue, "no SHA-256"),
        ("file://localhost/nowhere", errors.DamagedStore, "does not exist"),
    ],
)
def test_an_address_that_cannot_be_is_told(url: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        hikaku.open(url)


def test_a_pinned_address_gives_that_content_or_nothing(server: Server, cache: Path) -> None:
    pinned = hikaku.open(server.url, version="0.9.0").location
    assert pinned is not None
    shutil.rmtree(cache)
    change_store(server.folder / "0.9.0", "UPDATE entities SET name = 'Evil Labs'")
    with pytest.raises(errors.DamagedStore, match="not the file that the catalogue names"):
        hikaku.open(pinned)


# --- folders ---


def damage(path: str, content: bytes | None) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        if content is None:
            (folder / path).unlink()
        else:
            (folder / path).write_bytes(content)

    return change


def cut(folder: Path) -> None:
    with (folder / STORE).open("r+b") as file:
        file.truncate(5000)


def flip(folder: Path) -> None:
    data = bytearray((folder / STORE).read_bytes())
    data[-100] ^= 1
    (folder / STORE).write_bytes(data)


def replace_store(folder: Path, data: bytes) -> None:
    """Another file as the store, with sums that fit."""
    (folder / STORE).write_bytes(data)
    write_sums(folder)


def with_line(line: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / SUMS).open("ab") as file:
            file.write(line.encode())

    return change


line_twice = with_line(f"{'0' * 64}  {STORE}\n")


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


# --- archives ---


def pack(folder: Path, target: Path, prefix: str = "0.9.0/") -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in files(folder):
            archive.write(folder / name, prefix + name)
    return target


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
    "absolute path": (adding("/tmp/evil"), "absolute path"),
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
    _written = found
    try:
        yield found
    finally:
        _written = None


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
        server.stop()
    assert str(caught.value).isprintable()
    assert not Path("/tmp/evil").exists()


def test_there_are_at_least_twenty_kinds_of_hostile_archives() -> None:
    assert len(HOSTILE) >= 20


def test_a_sound_archive_opens_with_or_without_a_folder(small: Path, tmp_path: Path) -> None:
    """So that the refusals above are not for the way the tests pack."""
    for prefix in ("", "0.9.0/", "a/b/"):
        archive = pack(small, tmp_path / "r.zip", prefix)
        with zipfile.ZipFile(archive, "a") as more:
            more.mkdir(f"{prefix}tables/")
        assert len(hikaku.open(archive).models) == 2
    upper = archive.rename(tmp_path / "R.ZIP")
    assert len(hikaku.open(upper).models) == 2


@settings(
    max_examples=150, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(seed=st.data())
def test_whatever_byte_of_a_zip_changes_it_opens_right_or_says_why(
    seed: st.DataObject, releases: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sound.zip"
    if not target.exists():
        pack(releases / "0.9.0", target)
    data = bytearray(target.read_bytes())
    # The end of the file, where the list of members is, is the part that is worth most tries.
    start = seed.draw(st.sampled_from([0, len(data) - 3000]))
    for _ in range(seed.draw(st.integers(1, 4))):
        data[seed.draw(st.integers(start, len(data) - 1))] = seed.draw(st.integers(0, 255))
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    # Any other error is a traceback for the user.
    with contextlib.suppress(errors.DamagedStore):
        opened = hikaku.open(changed)
        assert opened.store._data == (releases / "0.9.0" / STORE).read_bytes()


# --- releases of other versions ---


def older(folder: Path) -> None:
    """A store as an older version would have written it: fewer texts, fields and tables."""
    change_store(
        folder,
        "DELETE FROM labels WHERE tbl = 'texts' AND id LIKE 'heading%';"
        "DELETE FROM labels WHERE tbl = 'texts' AND id LIKE '%list_separator%';"
        "DELETE FROM labels WHERE tbl = 'texts' AND id IN ('labelled', 'legend', 'marked');"
        "DELETE FROM labels WHERE tbl = 'fields';"
        "DELETE FROM labels WHERE tbl = 'tables';"
        "DELETE FROM labels WHERE tbl = 'values' AND lang <> 'en';"
        "PRAGMA foreign_keys = OFF;"
        "DROP TABLE recomputations; DROP TABLE verifications;"
        "DROP INDEX observations_verdict_id;"
        "CREATE TABLE o AS SELECT * FROM observations;"
        "DROP TABLE observations;"
        "CREATE TABLE observations AS SELECT * FROM o; DROP TABLE o;"
        "ALTER TABLE observations DROP COLUMN verdict_id;"
        "UPDATE hikaku SET value = '0.0.9' WHERE key = 'version';",
    )


@pytest.mark.parametrize("lang", [None, "en", "ja", "zh-Hans"])
def test_every_command_reads_an_older_release(
    lang: str | None, releases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from hikaku.__main__ import main

    folder = Path(shutil.copytree(releases / "0.9.0", tmp_path / "old"))
    older(folder)
    data = hikaku.open(folder)
    (comparison,) = [c.id for c in data.comparisons][:1]
    verdict = next(iter(data.verdicts)).id
    for archive in (folder, pack(folder, tmp_path / "old.zip")):
        for command in (
            ["list"], ["show", comparison], ["find", "alpha"], ["info", "model-a"],
            ["check", verdict], ["verdicts"], ["table"], ["table", "observations"],
        ):  # fmt: skip
            options = ["--lang", lang] if lang else []
            assert main(["--data", str(archive), *command, *options]) == 0, command
            assert capsys.readouterr().out.strip()
    assert data.version == "0.0.9"
    assert len(data.recomputations) == 0
    assert len(data.observations) > 0
    assert all(o.verdict is None for o in data.observations)
    assert data.models["model-a"].developer is not None


def test_a_release_that_no_longer_has_a_table_asks_for_an_upgrade(small: Path) -> None:
    change_store(
        small,
        "PRAGMA foreign_keys = OFF; DROP TABLE verifications;"
        "UPDATE hikaku SET value = '99.0.0' WHERE key = 'version'",
    )
    data = hikaku.open(small)
    with pytest.raises(errors.DamagedStore, match=r"99\.0\.0.*verifications.*upgrade"):
        list(data.models)


@pytest.mark.parametrize("version", ["", "soon", "1.0", "0.0.9-rc1"])
def test_an_older_release_whose_version_is_none_is_told(version: str, small: Path) -> None:
    change_store(
        small,
        "PRAGMA foreign_keys = OFF; DROP TABLE verifications;"
        f"UPDATE hikaku SET value = '{version}' WHERE key = 'version'",
    )
    with pytest.raises(errors.DamagedStore, match=r"no version that can be read.*download"):
        list(hikaku.open(small).models)


def test_a_local_release_needs_nothing_of_the_web(releases: Path) -> None:
    code = (
        f"import sys, hikaku; hikaku.open({str(releases / '0.9.0')!r}).models['model-a'].name\n"
        "print([m for m in ('urllib', 'http', 'zipfile', 'json', 'tempfile', 'socket', 'ssl')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True,
                          env={"PYTHONPATH": "src", "PATH": ""})  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
