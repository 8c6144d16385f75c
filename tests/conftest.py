"""Shared fixtures, and the option that turns a skipped test into a failure."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scripts.build.run import build
from scripts.package import Package
from tests.once import made_once
from tests.open.folders import DAYS
from tests.planting import PROJECT, copy_package

# Before pytest's own `--hypothesis-profile` is heeded, so that it wins. The parent is named, or
# where CI is set Hypothesis would give these another. No deadline: how long an example takes says
# more of what else the machine does than of the code.
for _name, _count in (("short", 100), ("long", 500)):
    settings.register_profile(
        _name,
        parent=settings.get_profile("default"),
        max_examples=_count,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        derandomize=False,
        print_blob=True,
    )
settings.load_profile("short")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--strict-skips", action="store_true", help="a skipped test fails the run")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("--strict-skips") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A valid small package to break."""
    return copy_package(tmp_path)


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the real tables, built for this run; not to be changed."""
    return made_once(tmp_path_factory, "dist", _build_release) / PROJECT.contract.version


def _build_release(dist: Path) -> None:
    build(PROJECT, dist)


@pytest.fixture(scope="session")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three small releases, whose stores differ by their version; not to be changed."""
    return made_once(tmp_path_factory, "releases", _build_releases)


def _build_releases(dist: Path) -> None:
    root = copy_package(dist.with_name("releases-of"))
    descriptor = root / "datapackage.json"
    whole = json.loads(descriptor.read_text(encoding="utf-8"))
    for version in DAYS:
        descriptor.write_text(json.dumps(whole | {"version": version}), encoding="utf-8")
        build(Package(root), dist)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is loaded, that is not there yet."""
    monkeypatch.setenv("HIKAKU_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nothing answers, nor will: its port is taken, and not listened at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name each skipped test and what it needs."""
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"skipped {report.nodeid}: {reason}")
