"""An address opens what is published there, and each trouble on the way is told."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import io
import shutil
import socket
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import INDEX, STORE, SUMS, change_store, pack
from tests.open.server import V6, Server, sends


def test_every_kind_of_address_opens_the_same(server: Server, small: Path) -> None:
    pack(small, server.folder / "r.zip")
    wanted = list(hikaku.open(small).entities)
    for where in (
        f"{server.url}/0.9.0", f"{server.url}/0.9.0/", f"{server.url}/0.9.0/{STORE}",
        f"{server.url}/0.9.0/{SUMS}", f"{server.url}/r.zip", f"{server.url}/0.9.0/?v=1",
        small.as_uri(), (small / STORE).as_uri(), (server.folder / "r.zip").as_uri(),
    ):  # fmt: skip
        assert list(hikaku.open(where).entities) == wanted


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


def drips(before: bytes, piece: bytes) -> Callable[[http.server.BaseHTTPRequestHandler], None]:
    """An answer that goes on for ever, a little now and then."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(before)
            for _ in range(1000):
                handler.wfile.write(piece)
                time.sleep(0.02)
        handler.close_connection = True

    return answer


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "the status": drips(b"HTTP/1.1 200 ", b"O"),
    "a header": drips(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "headers": drips(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "other answers": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "content": drips(b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "content with its length": drips(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", b" "),
    "pieces": drips(CHUNKED, b"1\r\nx\r\n"),
    "pieces that say much": drips(CHUNKED, b"1;" + b"x" * 5000 + b"\r\nx\r\n"),
    "the end": drips(CHUNKED + b"0\r\n", b"X: x\r\n"),
}


@pytest.mark.parametrize("drip", DRIPS)
def test_an_answer_that_drips_ends(
    drip: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hikaku._release import http as web

    monkeypatch.setattr(web, "GRACE", 0.3)
    server.answers[f"/{INDEX}"] = DRIPS[drip]
    begun = time.monotonic()
    words = "comes too slowly|got more than 100 headers|did not answer as web servers do"
    with pytest.raises(errors.HikakuError, match=words if drip != "the end" else "."):
        hikaku.open(server.url)
    assert time.monotonic() - begun < 10  # it would be twenty seconds


def test_redirects_that_drip_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from hikaku._release import http as web

    monkeypatch.setattr(web, "GRACE", 0.5)
    for n in range(11):

        def goes_on(handler: http.server.BaseHTTPRequestHandler, n: int = n) -> None:
            time.sleep(0.2)
            sends(b"", 302, Location=f"/{n + 1}")(handler)

        server.answers[f"/{n}"] = goes_on
    server.answers[f"/{INDEX}"] = sends(b"", 302, Location="/0")
    with pytest.raises(errors.Unreachable, match="comes too slowly"):
        hikaku.open(server.url)
    assert len(server.asked) < 8


def test_what_comes_steadily_may_take_its_time(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hikaku._release import http as web

    monkeypatch.setattr(web, "GRACE", 0.5)
    monkeypatch.setattr(web, "SLOWEST", 1000)
    data = (server.folder / INDEX).read_bytes()

    def slow(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for at in range(0, len(data), 100):
            handler.wfile.write(data[at : at + 100])
            handler.wfile.flush()
            time.sleep(0.03 if len(data) < 3000 else 0.01)

    server.answers[f"/{INDEX}"] = slow
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("データ", "データ"), ("データ", "%E3%83%87%E3%83%BC%E3%82%BF"), ("a b", "a b"),
        ("a b", "a%20b"), ("100%", "100%"), ("100%", "100%25"), ("a+b&c=d;e", "a+b&c=d;e"),
        ("@scope", "@scope"), ('"<>^`{|}', '"<>^`{|}'), ("(1)", "(1)"), ("a:b", "a:b"),
    ],
)  # fmt: skip
def test_an_address_opens_as_people_write_it(folder: str, path: str, server: Server) -> None:
    shutil.copytree(server.folder / "0.9.0", server.folder / folder)
    shutil.copy(server.folder / INDEX, server.folder / folder / INDEX)
    (server.folder / folder / INDEX).unlink()
    data = hikaku.open(f"{server.url}/{path}")
    assert data.version == "0.9.0"
    assert data.location is not None
    assert hikaku.open(data.location).version == "0.9.0"


def test_a_host_may_be_written_in_any_way(server: Server) -> None:
    from hikaku._release.address import Address

    port = server.url.rpartition(":")[2]
    for host in ("LOCALHOST", "127.0.0.1"):
        assert hikaku.open(f"http://{host}:{port}/0.9.0/").version == "0.9.0"
    for text, url in (
        ("https://例え.テスト/a", "https://xn--r8jz45g.xn--zckzah/a"),
        ("https://B\u00dccher.example:8443/", "https://xn--bcher-kva.example:8443/"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("http://u:p@[2001:db8::1]/a", "http://[2001:db8::1]/a"),
        ("http://host", "http://host/"),
        ("http://host?q=a b", "http://host/?q=a%20b"),
        ("http://host/?q=%zz", "http://host/?q=%25zz"),
    ):
        assert Address(text).url == url
    if socket.has_ipv6:
        with contextlib.suppress(OSError), contextlib.closing(V6(server.folder)) as six:
            assert hikaku.open(f"{six.url}/0.9.0/").version == "0.9.0"


def coded(data: bytes, coding: str) -> Any:
    return sends(data, 200, None, **{"Content-Encoding": coding})


@pytest.mark.parametrize(
    ("coding", "pack_up"),
    [
        ("gzip", gzip.compress), ("x-gzip", gzip.compress), ("GZIP", gzip.compress),
        ("deflate", zlib.compress), ("identity", bytes), ("", bytes),
        ("gzip", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])),
    ],
)  # fmt: skip
def test_what_was_compressed_for_the_way_is_unpacked(
    coding: str, pack_up: Callable[[bytes], bytes], server: Server
) -> None:
    for name in (INDEX, f"0.9.0/{SUMS}", f"0.9.0/{STORE}"):
        server.answers[f"/{name}"] = coded(pack_up((server.folder / name).read_bytes()), coding)
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"


@pytest.mark.parametrize(
    ("coding", "body", "error", "words"),
    [
        ("br", b"x", errors.Unreachable, "sends it as br"),
        ("gzip, gzip", b"x", errors.Unreachable, "sends it as gzip, gzip"),
        ("gzip", b"no gzip", errors.DamagedStore, "does not unpack"),
        ("gzip", gzip.compress(b"x" * 5000)[:-9], errors.DamagedStore, "does not unpack"),
        ("gzip", gzip.compress(bytes(20 << 20)), errors.DamagedStore, "larger than"),
        ("gzip", gzip.compress(b"") * 100_000, errors.DamagedStore, "no JSON"),
    ],
    ids=["other coding", "twice", "no gzip", "cut off", "bomb", "many members"],
)
def test_compressed_trouble_is_told(
    coding: str, body: bytes, error: type[Exception], words: str, server: Server
) -> None:
    server.answers[f"/{INDEX}"] = coded(body, coding)
    with pytest.raises(error, match=words):
        hikaku.open(server.url)


def test_a_page_in_place_of_a_file_is_no_file(server: Server) -> None:
    """Servers of one-page applications answer any address with their page, and call it success."""
    page = sends(b"\n<!doctype html><html></html>", 200, None, **{"Content-Type": "text/html"})
    server.answers[f"/0.9.0/{INDEX}"] = page
    assert hikaku.open(f"{server.url}/0.9.0/").version == "0.9.0"
    server.answers[f"/0.9.0/{SUMS}"] = page
    with pytest.raises(
        errors.Unreachable, match=r"neither a catalogue nor a release.*page of HTML"
    ):
        hikaku.open(f"{server.url}/0.9.0/")


@pytest.mark.parametrize("code", [201, 202, 204, 205, 206, 304, 418, 999])
def test_an_answer_that_is_not_the_file_is_refused(code: int, server: Server) -> None:
    server.answers[f"/0.9.0/{STORE}"] = sends(b"", code)
    with pytest.raises(errors.Unreachable, match=f"answered {code}"):
        hikaku.open(server.url, version="0.9.0")


def test_an_answer_from_a_proxy_and_one_without_a_length_are_taken(server: Server) -> None:
    def bare(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(203)
        handler.send_header("Content-Length", "soon")
        handler.end_headers()
        handler.wfile.write((server.folder / "0.9.0" / STORE).read_bytes())

    server.answers[f"/0.9.0/{STORE}"] = bare
    assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"


def test_a_redirect_to_another_web_address_is_followed(server: Server, catalogue: Path) -> None:
    with contextlib.closing(Server(catalogue)) as other:
        server.answers[f"/{INDEX}"] = sends(b"", 302, Location=f"{other.url}/{INDEX}")
        assert hikaku.open(server.url, version="0.9.0").version == "0.9.0"


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
        ("{nowhere}a b\n", errors.Unreachable, "cannot be loaded"),
        ("{nowhere}0.9.0/#sha256=abc", errors.InvalidValue, "no SHA-256"),
        ("file://localhost/nowhere", errors.DamagedStore, "does not exist"),
    ],
)
def test_an_address_that_cannot_be_is_told(
    url: str, error: type[Exception], words: str, nowhere: str
) -> None:
    with pytest.raises(error, match=words):
        hikaku.open(url.format(nowhere=nowhere))


def test_a_pinned_address_gives_that_content_or_nothing(server: Server, cache: Path) -> None:
    pinned = hikaku.open(server.url, version="0.9.0").location
    assert pinned is not None
    shutil.rmtree(cache)
    change_store(server.folder / "0.9.0", "UPDATE entities SET name = 'Evil Labs'")
    with pytest.raises(errors.DamagedStore, match="not the file that the catalogue names"):
        hikaku.open(pinned)
