"""What the documents show is what happens."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hikaku.__main__ import main
from scripts.generate import codebook, coverage, records
from scripts.generate.run import main as generate
from tests.planting import PROJECT, ROOT, copy_project

DOCUMENTS = [
    *sorted(ROOT.glob("README*.md")),
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (path.name, text)
        for path in DOCUMENTS
        for kind, text in BLOCK.findall(path.read_text(encoding="utf-8"))
        if kind == language
    ]


@pytest.mark.parametrize("document", sorted({name for name, _ in blocks("python")}))
def test_python_examples_run_one_after_the_other(document: str) -> None:
    scope: dict[str, object] = {}
    for name, code in blocks("python"):
        if name == document:
            exec(compile(code, document, "exec"), scope)


@pytest.mark.parametrize(("document", "session"), blocks("console"))
def test_console_examples_print_what_is_shown(
    document: str, session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command, _, expected = session.partition("\n")
    words = shlex.split(command.removeprefix("$ "))
    assert words[0] == "hikaku"
    assert main(words[1:]) == 0
    assert capsys.readouterr().out == expected


def test_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)", text, re.MULTILINE))
    assert targets == {"release", "test"}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert f"\n{target}: " in makefile


def test_examples_name_one_version() -> None:
    """A reader who follows two documents must find one catalogue."""
    named = {
        version
        for path in DOCUMENTS
        for version in re.findall(
            r"catalogue/(\d+\.\d+\.\d+)|version=\"(\d+\.\d+\.\d+)\"", path.read_text("utf-8")
        )
    }
    assert len({a or b for a, b in named}) == 1


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("generator", [records, codebook, coverage], ids=lambda g: g.__name__)
def test_generated_files_are_current(generator: object) -> None:
    for name, text in generator.make(PROJECT).items():  # type: ignore[attr-defined]
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"run python -m {generator}"


def test_a_stale_generated_file_fails_its_check(tmp_path: Path) -> None:
    for name in ("scripts", "src", "docs", "datapackage.json"):
        subprocess.run(["cp", "-r", ROOT / name, tmp_path], check=True)
    for path in ("docs/codebook.md", "src/hikaku/_records.py"):
        with (tmp_path / path).open("a", encoding="utf-8") as file:
            file.write("# edited by hand\n")
    for call in (["scripts.codebook"], ["scripts.generate", "records"]):
        done = subprocess.run(
            [sys.executable, "-m", *call, "--check"],
            cwd=tmp_path, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 1
        assert "python -m scripts.generate" in done.stdout


def test_the_check_shows_what_differs_and_writing_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = copy_project(tmp_path, "docs", "tables")
    page = root / "docs/codebook.md"
    good = page.read_text(encoding="utf-8")
    page.write_text(good + "edited by hand\n", encoding="utf-8")
    command = ["codebook", "--root", str(root)]
    assert generate([*command, "--check"]) == 1
    assert "\n-edited by hand\n" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") != good
    assert generate(command) == 0
    assert capsys.readouterr().out == "wrote docs/codebook.md\n"
    assert page.read_text(encoding="utf-8") == good
    page.unlink()
    assert generate([*command, "--json", "--check"]) == 1
    files = ["docs/codebook.md"]
    assert json.loads(capsys.readouterr().out) == {"files": files, "stale": files}
    assert generate([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": files, "wrote": files}
    assert generate(["codebok"]) == 2
    assert "there is no 'codebok' to generate; there are records" in capsys.readouterr().err


def test_nothing_speaks_of_machines() -> None:
    """No path of a machine and no registry host is in what we publish."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    files = listed.stdout.split() or [p.name for p in DOCUMENTS]
    for name in files:
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        assert not re.search(r"/root/|/work/|/home/\w|file:///|pypi\.org|pythonhosted", text) or (
            name == "tests/test_docs.py"
        ), name
