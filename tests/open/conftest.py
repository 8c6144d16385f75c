"""What each test of opening has of its own: what it may break, a cache, a server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.open.folders import write_index
from tests.open.server import Server


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
def cache(cache: Path) -> Path:
    """That of conftest above, for each test: none here may touch the user's own."""
    return cache


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the machine is not asked for what lies on loopback."""
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server(catalogue: Path) -> Iterator[Server]:
    running = Server(catalogue)
    yield running
    running.close()
