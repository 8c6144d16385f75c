"""A catalogue gives the version that was asked for, and only the files that it names."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import errors
from tests.open.folders import INDEX, STORE, change_store, files, pack
from tests.open.server import Server


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
        (
            b'{"format": 1, "versions": [], "claims": {"1.0.0": "abc"}}',
            "the claim of 1.0.0 is no SHA-256, but 'abc'",
        ),
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
