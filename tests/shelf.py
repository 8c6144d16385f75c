"""Catalogues for tests: a folder, or a bucket of moto's S3 server on loopback, both read without
the code that publishes.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.release_folder import write_sums

Files = dict[str, str]


class OneAtATime:
    """S3 promises that a conditional write is decided at once; moto looks first and writes later.

    So requests wait for each other here. And a request that was cut off writes nothing, as in S3.
    """

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app = app
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length:
            try:
                body = environ["wsgi.input"].read(length)
            except OSError:
                body = b""
            if len(body) != length:
                start("400 Bad Request", [])
                return [b""]
            environ["wsgi.input"] = io.BytesIO(body)
        with self.lock:
            return list(self.app(environ, start))


class Careless:
    """Stores that answer like S3 and yet do not heed a condition of a write, or heed too much.

    `deaf_to` is a header that they drop; who writes what ends with `closed` is told that another
    was first.
    """

    def __init__(self, app: Callable[..., Any], deaf_to: str, closed: str) -> None:
        self.app, self.closed = app, closed
        self.header = "HTTP_" + deaf_to.upper().replace("-", "_")

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        environ.pop(self.header, None)
        put = environ["REQUEST_METHOD"] == "PUT"
        if put and self.closed and environ["PATH_INFO"].endswith(self.closed):
            start("412 Precondition Failed", [("Content-Type", "application/xml")])
            return [b"<Error><Code>PreconditionFailed</Code><Message>no</Message></Error>"]
        return self.app(environ, start)


@contextmanager
def s3_server(deaf_to: str = "", closed: str = "") -> Iterator[dict[str, str]]:
    """The server, with the environment that leads to it. Its bucket is named `shelf`."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    from moto.server import ThreadedMotoServer  # slow to import

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    assert server._server
    server._server.app = OneAtATime(Careless(server._server.app, deaf_to, closed))
    host, port = server.get_host_and_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        client(environment).create_bucket(Bucket="shelf")
        yield environment
    finally:
        server.stop()


def client(environment: dict[str, str]) -> Any:
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        region_name=environment["AWS_DEFAULT_REGION"],
    )


class Shelf:
    """A catalogue as its readers see it: `target` for the publisher, files for the test."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._s3 = client(dict(os.environ)) if target.startswith("s3://") else None
        self._prefix = target.removeprefix("s3://shelf/") + "/"

    def files(self) -> dict[str, bytes]:
        """Every file but the lock, which holds nothing."""
        if self._s3:
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket="shelf", Prefix=self._prefix
            )
            names = [o["Key"][len(self._prefix) :] for p in pages for o in p.get("Contents", [])]
        else:
            found = Path(self.target).rglob("*")
            names = [p.relative_to(self.target).as_posix() for p in found if p.is_file()]
        return {name: self.read(name) for name in sorted(names) if name != ".lock"}

    def read(self, name: str) -> bytes:
        if self._s3:
            answer = self._s3.get_object(Bucket="shelf", Key=self._prefix + name)
            return bytes(answer["Body"].read())
        return (Path(self.target) / name).read_bytes()

    def write(self, name: str, data: bytes) -> None:
        if self._s3:
            self._s3.put_object(Bucket="shelf", Key=self._prefix + name, Body=data)
            return
        path = Path(self.target) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def published(self) -> dict[str, Files]:
        """SHA-256 of each file of each listed version; fails where one is not as it should be."""
        files = self.files()
        if "index.json" not in files:
            return {}
        index = json.loads(files["index.json"])
        assert index["format"] == 1
        versions: dict[str, Files] = {}
        for entry in index["versions"]:
            assert list(entry) == [
                "version", "published_on", "path", "sums_sha256", "files", "bytes",
            ]  # fmt: skip
            path = entry["path"]
            held = {n[len(path) :]: d for n, d in files.items() if n.startswith(path)}
            text = held.pop("SHA256SUMS")
            assert _sha(text) == entry["sums_sha256"], entry["version"]
            lines = (line.split("  ") for line in text.decode().splitlines())
            sums = {name: digest for digest, name in lines}
            assert {name: _sha(data) for name, data in held.items()} == sums, entry["version"]
            assert entry["files"] == len(held)
            assert entry["bytes"] == sum(map(len, held.values()))
            versions[entry["version"]] = {**sums, "SHA256SUMS": entry["sums_sha256"]}
        assert len(versions) == len(index["versions"])
        return versions


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def small_release(folder: Path, version: str, word: str = "one", size: int = 10) -> Path:
    """Something in the shape of a release, quickly made."""
    release = folder / version
    shutil.rmtree(release, ignore_errors=True)
    (release / "tables").mkdir(parents=True)
    (release / "tables/claims.csv").write_text(f"id,statement\n1,{word}\n", encoding="utf-8")
    (release / "tables/entities.csv").write_text("id,name\nzhipu-ai,智谱\n", encoding="utf-8")
    (release / "empty").touch()
    (release / "hikaku.sqlite").write_bytes(f"{version} {word}".encode() * size)
    write_sums(release)
    return release
