"""A password, a signature or a token opens a release, and stands nowhere afterwards."""

from __future__ import annotations

import base64
import http.server
import pickle
import shutil
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import INDEX, STORE, SUMS, pack
from tests.open.server import Server, sends
from tests.planting import ROOT

SECRET = "s3cr3tpa55"
BASIC = "Basic " + base64.b64encode(f"us er:{SECRET}@".encode()).decode()
USER = f"us%20er:{SECRET}%40@"
QUERY = f"?X-Amz-Signature={SECRET}&v=1"


def asks_who(server: Server, path: str) -> None:
    """Let the server answer a path only with the password or the signature."""

    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        if handler.headers["Authorization"] == BASIC or QUERY in handler.path:
            sends((server.folder / path.strip("/")).read_bytes())(handler)
        else:
            sends(b"", 401)(handler)

    server.answers[path] = server.answers[path + QUERY] = answer


@pytest.fixture
def closed(server: Server, small: Path) -> Server:
    """A server that answers only who has a secret."""
    pack(small, server.folder / "r.zip")
    for path in (f"/{INDEX}", f"/0.9.0/{SUMS}", f"/0.9.0/{STORE}", "/r.zip"):
        asks_who(server, path)
    for name in (f"/0.9.0/{INDEX}", f"/0.9.0/{INDEX}{QUERY}"):
        server.answers[name] = sends(b"", 404)
    return server


def addresses(server: Server) -> list[tuple[str, dict[str, Any]]]:
    port = server.url.rpartition(":")[2]
    return [
        (f"http://{user}127.0.0.1:{port}/{path}{query}#token={SECRET}", asked)
        for user, query in ((USER, ""), ("", QUERY), (USER, QUERY))
        for path, asked in (("", {"version": "0.9.0"}), ("0.9.0/", {}), ("r.zip", {}))
    ]


def without_secret(*texts: object) -> bool:
    plain = " ".join(t.decode("latin-1") if isinstance(t, bytes) else str(t) for t in texts)
    hidden = (SECRET, "us%20er", "us er", base64.b64encode(SECRET.encode()).decode()[:10])
    return not any(h in plain for h in hidden)


def test_a_secret_opens_and_stands_nowhere(closed: Server, cache: Path) -> None:
    for where, asked in addresses(closed):
        data = hikaku.open(where, **asked)
        model = data.models["model-a"]
        kept = pickle.dumps([data, model])
        assert without_secret(data.location, repr(data), kept, vars(data), data.store.path)
        for path in cache.rglob("*"):
            assert without_secret(path, path.read_bytes() if path.is_file() else b"")
        # The same process goes on, other threads too, and another one opens it from the cache.
        read: list[str] = []
        thread = threading.Thread(target=lambda: read.append(data.models["model-b"].id))  # noqa: B023
        thread.start()
        thread.join()
        assert read == ["model-b"]
        assert pickle.loads(kept)[1] == model
        closed.asked.clear()
        code = "import pickle, sys; print(pickle.load(sys.stdin.buffer)[1].developer.name)"
        done = subprocess.run([sys.executable, "-c", code], input=kept, capture_output=True)
        assert done.stdout.strip() == b"Alpha Labs", done.stderr
        assert closed.asked == []


def test_without_the_cache_a_pickle_says_what_it_lacks(closed: Server, cache: Path) -> None:
    for where, asked in addresses(closed):
        kept = pickle.dumps(hikaku.open(where, **asked))
        shutil.rmtree(cache)
        code = (
            "import pickle, sys, hikaku\n"
            "try: pickle.load(sys.stdin.buffer)\n"
            "except hikaku.errors.Unreachable as error: print(error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], input=kept, capture_output=True, text=False,
            env={"PYTHONPATH": str(ROOT / "src"), "HIKAKU_CACHE": str(cache), "no_proxy": "*"},
        )  # fmt: skip
        assert b"opened with a password or a query, which are not kept" in done.stdout, done


def test_without_the_cache_what_needs_no_secret_opens_again(server: Server, cache: Path) -> None:
    for path, asked in (("", {"version": "0.9.0"}), ("0.9.1/", {})):
        kept = pickle.dumps(hikaku.open(f"{server.url}/{path}?v={SECRET}", **asked))
        shutil.rmtree(cache)
        code = "import pickle, sys; print(pickle.load(sys.stdin.buffer).version)"
        done = subprocess.run([sys.executable, "-c", code], input=kept, capture_output=True)
        assert done.stdout.decode().strip() in ("0.9.0", "0.9.1"), done.stderr


def closes(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


ANSWERS: dict[str, Callable[[http.server.BaseHTTPRequestHandler], None]] = {
    "no such file": sends(b"", 404),
    "who are you": sends(b"", 401),
    "trouble": sends(b"", 500),
    "part": sends(b"", 206),
    "closed": closes,
    "no text": sends(b"\xff"),
    "cut off": sends(b"x", length=100),
    "too large": sends(b"", length=3 << 30),
    "strange coding": sends(b"x", 200, None, **{"Content-Encoding": "br"}),
    "to nowhere": sends(b"", 302, Location=f"ftp://u:{SECRET}@host/x?{SECRET}"),
    "to a file": sends(b"", 302, Location=f"file://localhost/{SECRET}?{SECRET}"),
    "to no port": sends(b"", 302, Location=f"http://u:{SECRET}@host:{SECRET}/"),
    "to a bad host": sends(b"", 302, Location=f"http://u:{SECRET}@[::1/?{SECRET}"),
    "round in circles": sends(b"", 302, Location=f"/circle?{SECRET}"),
}
WRONG = [
    f"ftp://u:{SECRET}@host/", f"s3://bucket/?sig={SECRET}", f"http://u:{SECRET}@[::1/",
    f"http://u:{SECRET}@host:port/", f"http://u:pa/{SECRET}@host/", f"http://u:pa#{SECRET}@host/",
    f"http://u:{SECRET}/@host/", f"http://u:{SECRET}?@host/", f"http://u:{SECRET}\\@host/",
    f"http:/u:{SECRET}@host/", f"https:u:{SECRET}@host/", f"HTTPS:/u:{SECRET}@host/",
    f"http://u:{SECRET}@/", f"http:///x?{SECRET}", f"http://u:{SECRET}@h\u2100st/",
    f"http://u:{SECRET}@-\ud800/", f"http://u:{SECRET}@{'a' * 70}\u00e9/", f"file://u:{SECRET}@h/",
    f"http://u:{SECRET}@127.0.0.1:1/?{SECRET}#sha256={SECRET}", f" http://u:{SECRET}@[/",
    f"http://u:{SECRET}@a b/", f"http://u:{SECRET}@127.0.0.1:99999/",
]  # fmt: skip


PATHS = {  # that need the file
    f"/{INDEX}": [""], f"/0.9.0/{SUMS}": ["0.9.0/"], f"/0.9.0/{STORE}": ["0.9.0/"],
    "/r.zip": ["r.zip"],
}  # fmt: skip


def chain(error: BaseException | None) -> list[str]:
    """All that a trace of an error could print, of what led to it too."""
    found: list[str] = []
    while error is not None:
        found += [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return found


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_trouble_of_a_server_shows_a_secret(answer: str, server: Server) -> None:
    port = server.url.rpartition(":")[2]
    server.answers[f"/circle?{SECRET}"] = ANSWERS[answer]
    for name in PATHS:
        server.answers[name] = server.answers[name + QUERY] = ANSWERS[answer]
        for path in PATHS[name]:
            where = f"http://{USER}127.0.0.1:{port}/{path}{QUERY}#{SECRET}"
            with pytest.raises(errors.HikakuError) as caught:
                hikaku.open(where)
            assert without_secret(*chain(caught.value)), (path, str(caught.value))
        del server.answers[name], server.answers[name + QUERY]


@pytest.mark.parametrize("where", WRONG)
def test_no_wrong_address_shows_a_secret(where: str) -> None:
    with pytest.raises(errors.HikakuError) as caught:
        hikaku.open(where)
    assert without_secret(*chain(caught.value)), str(caught.value)


def test_an_address_is_not_told_to_another_server(closed: Server, catalogue: Path) -> None:
    """A redirect to elsewhere carries no password; one on the same server does."""
    told: list[str | None] = []
    elsewhere = Server(catalogue)

    def listens(handler: http.server.BaseHTTPRequestHandler) -> None:
        told.append(handler.headers["Authorization"])
        sends((catalogue / "0.9.0" / STORE).read_bytes())(handler)

    elsewhere.answers["/store"] = listens
    closed.answers[f"/0.9.0/{STORE}"] = sends(b"", 302, Location=f"{elsewhere.url}/store")
    closed.answers[f"/0.9.0/{SUMS}"] = sends(b"", 302, Location="../sums")

    def stays(handler: http.server.BaseHTTPRequestHandler) -> None:
        told.append(handler.headers["Authorization"])
        sends((catalogue / "0.9.0" / SUMS).read_bytes())(handler)

    closed.answers["/sums"] = stays
    port = closed.url.rpartition(":")[2]
    try:
        assert hikaku.open(f"http://{USER}127.0.0.1:{port}/0.9.0/").version == "0.9.0"
    finally:
        elsewhere.close()
    assert told == [BASIC, None]
