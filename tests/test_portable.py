"""What one system takes for granted is relied on nowhere: locks, line ends, encodings, names."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from tests.planting import ROOT

POSIX_ONLY = {"fcntl", "grp", "posix", "pwd", "resource", "termios", "tty"}
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
FORBIDDEN = set('<>:"|?*\\')
LONGEST = 160  # of 260; the folder that people clone into needs the rest

ROOMS = ("benchmarks", "docs", "scripts", "src", "tables", "tests", "translations")
MODULES = sorted([*ROOT.glob("src/hikaku/**/*.py"), *ROOT.glob("scripts/**/*.py")])


def faults(tree: ast.AST) -> Iterator[str]:
    """What would fail on another system, or write other bytes there."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (f"import {n.name}" for n in names if n.name in POSIX_ONLY)
            case ast.ImportFrom(module=str(name)) if name in POSIX_ONLY:
                yield f"import {name}"
            case ast.Call(func=ast.Attribute(attr=name), keywords=given):
                named = {k.arg for k in given}
                if name == "write_text" and not {"encoding", "newline"} <= named:
                    yield "write_text without encoding and newline"
                if name == "read_text" and "encoding" not in named:
                    yield "read_text without encoding"
                mode = _mode(node)
                if name == "open" and mode and "b" not in mode:
                    wanted = {"encoding"} if mode == "r" else {"encoding", "newline"}
                    if not wanted <= named:
                        yield f"open({mode!r}) without {', '.join(sorted(wanted - named))}"


def _mode(call: ast.Call) -> str:
    for value in [*call.args, *(k.value for k in call.keywords if k.arg == "mode")]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            text = value.value
            if text and set(text) <= set("rwxabt+"):
                return text
    return ""


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_module_relies_on_one_system(path: Path) -> None:
    assert [*faults(ast.parse(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    "line",
    [
        "import fcntl", "from pwd import getpwnam", "p.write_text(x)", "p.read_text()",
        "p.write_text(x, encoding='utf-8')", "p.open('w')", "p.open(mode='a', encoding='utf-8')",
        "p.open('r')",
    ],
)  # fmt: skip
def test_each_kind_of_reliance_is_found(line: str) -> None:
    assert [*faults(ast.parse(line))]


def _unfit(names: list[str]) -> list[str]:
    """Names that another system cannot hold, or holds as one file."""
    found = []
    folded = Counter(name.casefold() for name in names)
    for name in names:
        parts = PurePosixPath(name).parts
        if (
            folded[name.casefold()] > 1
            or len(name) > LONGEST
            or any(FORBIDDEN & {*p} or p[-1] in ". " for p in parts)
            or any(p.split(".")[0].casefold() in DEVICES for p in parts)
        ):
            found.append(name)
    return found


def test_every_system_can_hold_the_names_of_this_repository() -> None:
    names = [
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert names
    assert _unfit(names) == []


def test_every_system_can_hold_the_names_of_a_release(release: Path) -> None:
    names = [p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()]
    assert names
    assert _unfit(names) == []


@pytest.mark.parametrize(
    "names", [["a/B.csv", "a/b.csv"], ["aux.py"], ["a:b"], ["end."], ["x" * 200], ["a/nul/x"]]
)
def test_a_name_that_one_system_cannot_hold_is_found(names: list[str]) -> None:
    assert _unfit(names) == names
