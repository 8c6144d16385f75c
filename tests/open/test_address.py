"""An address opens what is published there, and each trouble on the way is told."""

from __future__ import annotations

import contextlib
import http.server
import io
import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import INDEX, STORE, SUMS, change_store, pack
from tests.open.server import Server, sends


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
