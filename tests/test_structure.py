"""The tree reads as the pipeline: each room says what it is for, and nothing imports upwards."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.structure import arrows, circles
from scripts.__main__ import COMMANDS, listing
from tests.planting import ROOT

SCRIPTS = ROOT / "scripts"
ROOMS = sorted(p.parent for p in [*SCRIPTS.glob("*/__init__.py"), *ROOT.glob("src/hikaku/*/__init__.py")])  # fmt: skip  # noqa: E501


def is_command(name: str) -> bool:
    if (SCRIPTS / name).is_dir():
        return (SCRIPTS / name / "__main__.py").exists()
    return '__name__ == "__main__"' in (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")


def test_every_command_is_listed_and_none_that_is_not_there() -> None:
    names = {p.stem for p in SCRIPTS.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    names -= {"__init__", "__main__", "__pycache__"}
    assert {name for name in names if is_command(name)} == {*COMMANDS}


def test_the_list_of_commands_is_printed() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == listing()


def test_the_list_names_each_command_with_its_purpose() -> None:
    for name, line in zip(COMMANDS, listing(), strict=True):
        call, _, about = line.partition("  ")
        assert call.startswith(f"python -m scripts.{name}")
        assert about.strip()


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_tells_how_it_is_called(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"scripts.{name}", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--json" in done.stdout


@pytest.mark.parametrize("room", ROOMS, ids=lambda p: p.name)
def test_each_room_says_what_it_is_for_what_goes_in_and_what_comes_out(room: Path) -> None:
    tree = ast.parse((room / "__init__.py").read_text(encoding="utf-8"))
    text = ast.get_docstring(tree) or ""
    assert [len(tree.body)] == [1], "a room's own file holds nothing else"
    purpose, _, rest = text.partition("\n\n")
    assert purpose
    assert rest.startswith("In: ")
    assert "\nOut: " in rest


@pytest.mark.parametrize("package", ["hikaku", "scripts"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    imports = arrows(package, types=False)
    assert circles(imports) == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("src/hikaku/_store.py", "import hikaku._dataset"),
        ("src/hikaku/_dataset.py", "from hikaku._release import opening"),
        ("src/hikaku/_table.py", "import pandas"),
        ("src/hikaku/_labels.py", "import scripts.contract"),
        ("scripts/contract.py", "import scripts.build.store"),
        ("scripts/reading/rows.py", "from scripts.package import Package"),
        ("src/hikaku/new.py", "import os"),
        ("scripts/new.py", "import os"),
    ],
)
def test_a_planted_upward_import_or_a_module_without_a_place_fails(
    tmp_path: Path, file: str, line: str
) -> None:
    for name in ("scripts", "src", "pyproject.toml"):
        subprocess.run(["cp", "-r", ROOT / name, tmp_path], check=True)
    planted = tmp_path / file
    old = planted.read_text(encoding="utf-8") if planted.exists() else ""
    planted.write_text(f"{old}\n\ndef _planted():\n    {line}\n", encoding="utf-8")
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [lint, "--no-logo", "--no-cache"],
        cwd=tmp_path, capture_output=True, text=True,
        env={"PYTHONPATH": f"{tmp_path / 'src'}:{tmp_path}", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 1
    assert "BROKEN" in done.stdout or file.rsplit("/", 1)[-1][:-3] in done.stdout
