"""The files that other tools read say the same as the Makefile, the contract and the tables."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.planting import PROJECT, ROOT

MAKEFILE = ROOT / "Makefile"
PRE_COMMIT = ROOT / ".pre-commit-config.yaml"
GITHUB = ROOT / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
FORMS = sorted(p for p in GITHUB.glob("ISSUE_TEMPLATE/*.yml") if p.name != "config.yml")
PAPERS = [*WORKFLOWS, *FORMS, *GITHUB.glob("ISSUE_TEMPLATE/config.yml"), *GITHUB.glob("*.yml")]

RULE = re.compile(r"([A-Za-z][\w -]*):(?!=)")
VARIABLE = re.compile(r"(\w+)\s*[:?]?=\s*(.*)")
USE = re.compile(r"\$\((\w+)\)")
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(make [^`\n]+)`")
ENDS_COMMAND = {"&&", "||", ";", "|", "&", "(", ")"}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


# --- the Makefile ---


def makefile() -> tuple[set[str], dict[str, list[str]]]:
    """The targets, and the recipe of each as it runs: variables put in, no @ in front."""
    text = MAKEFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = text.splitlines()
    variables = {m[1]: m[2] for line in lines if (m := VARIABLE.fullmatch(line))}
    recipes: dict[str, list[str]] = {}
    names: list[str] = []
    for line in lines:
        if line.startswith("\t"):
            command = line.strip().lstrip("@-+")
            while USE.search(command) and any(n in variables for n in USE.findall(command)):
                command = USE.sub(lambda m: variables.get(m[1], m[0]), command)
            for name in names:
                recipes[name].append(" ".join(command.split()))
        elif rule := RULE.match(line):
            names = rule[1].split()
            recipes |= {name: [] for name in names}
    return {*recipes}, recipes


def hooks() -> list[dict[str, Any]]:
    return [hook for repo in read(PRE_COMMIT)["repos"] for hook in repo["hooks"]]


def test_a_commit_is_refused_for_what_the_check_refuses_and_for_nothing_else() -> None:
    check = makefile()[1]["check"]
    assert len(check) > 5
    assert [" ".join(hook["entry"].split()) for hook in hooks()] == check


def test_no_hook_looks_at_changed_files_alone() -> None:
    """A change of one table can break another, and a formatter's list of files leaves out ours."""
    for hook in hooks():
        assert hook["language"] == "system", hook["id"]
        assert hook["pass_filenames"] is False, hook["id"]
        assert hook["always_run"] is True, hook["id"]


# --- what runs on other people's machines ---


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in read(path)["jobs"].values():
        yield from job["steps"]


def made(script: str) -> Iterator[list[str]]:
    """The targets of each call of make in a shell script."""
    for line in script.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        command: list[str] = []
        for word in [*words, ";"]:
            if word not in ENDS_COMMAND:
                command.append(word)
                continue
            while command and re.fullmatch(r"\w+=.*", command[0]):
                command.pop(0)
            if command and command[0] == "make":
                assert not any(w.startswith("-") for w in command), f"teach this test: {line}"
                yield [w for w in command[1:] if "=" not in w]
            command = []


def test_made_finds_each_call_of_make() -> None:
    script = 'A=1 make release TO="a b" && make test \\\n  STRICT=1; cmake x\n# make no\necho make'
    assert [*made(script)] == [["release"], ["test"]]


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.name)
def test_no_paper_is_broken_yaml(path: Path) -> None:
    assert isinstance(read(path), dict)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_no_workflow_calls_a_target_that_is_not_there(path: Path) -> None:
    targets = makefile()[0]
    called = [t for step in steps(path) for ts in made(step.get("run", "")) for t in ts]
    assert called
    assert {*called} <= targets


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_no_workflow_names_a_file_that_is_not_there(path: Path) -> None:
    for step in steps(path):
        for name in re.findall(r"(?:tests|scripts)/[\w/]+\.\w+", step.get("run", "")):
            assert (ROOT / name).is_file(), name


def test_no_document_names_a_target_that_is_not_there() -> None:
    targets = makefile()[0]
    for name in ("CONTRIBUTING.md", "RELEASING.md", "docs/releases.md", "docs/versions.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        shown = [*SHELL.findall(text), *INLINE.findall(text)]
        called = [t for code in shown for ts in made(code) for t in ts]
        assert {*called} <= targets, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_no_action_can_be_exchanged_behind_our_back(path: Path) -> None:
    """A tag can be moved to other code, a commit cannot."""
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w./-]+@[0-9a-f]{40}", step["uses"]), step["uses"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_no_text_of_a_stranger_becomes_a_command(path: Path) -> None:
    """An expression in a script is put in before the shell reads it; an environment is not."""
    for step in steps(path):
        assert "${{" not in step.get("run", ""), step.get("name")


def test_only_the_step_that_publishes_may_prove_who_we_are() -> None:
    for path in WORKFLOWS:
        workflow = read(path)
        assert workflow["permissions"] in ({}, {"contents": "read"}), path.name
        for name, job in workflow["jobs"].items():
            own = job.get("permissions", {})
            if (path.name, name) == ("publish.yml", "publish"):
                assert own == {"id-token": "write"}
                assert job["environment"] == "pypi"
                assert not any("run" in step for step in job["steps"]), "no code of ours runs there"
            else:
                assert own in ({}, {"contents": "read"}), f"{path.name} {name}"


# --- what people are asked for ---


def fields(path: Path) -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in read(path)["body"] if f["type"] != "markdown"}


def allowed(table: str, field: str) -> list[str]:
    return [*PROJECT.contract[table][field].enum]


@pytest.mark.parametrize(
    ("form", "field", "choices"),
    [
        ("contest-a-verdict", "verdict", allowed("verdicts", "verdict")),
        ("contest-a-verdict", "stance", allowed("evidence", "stance")),
        ("contest-a-verdict", "tier", allowed("evidence", "tier")),
        ("add-a-source", "kind", allowed("sources", "kind")),
        ("add-a-source", "opened", allowed("sources", "opened")),
        ("wrong-translation", "language", ["ja", "zh-Hans"]),
    ],
)
def test_no_form_offers_a_word_that_the_tables_do_not_take(
    form: str, field: str, choices: list[str]
) -> None:
    asked = fields(GITHUB / f"ISSUE_TEMPLATE/{form}.yml")[field]
    assert asked["attributes"]["options"] == choices


@pytest.mark.parametrize("path", FORMS, ids=lambda p: p.name)
def test_no_form_can_be_sent_without_what_is_needed_to_act_on_it(path: Path) -> None:
    asked = [f for f in read(path)["body"] if f["type"] != "markdown"]
    assert any(f.get("validations", {}).get("required") for f in asked)
    assert len({f["id"] for f in asked}) == len(asked), "one answer would hide another"


# --- line ends ---


def test_no_text_has_another_line_end_on_another_system() -> None:
    """A CR in a table or PO file changes its checksum and what a locator counts."""
    names = _git("ls-files", "-z").split("\0")[:-1]
    assert names, "not a clone"
    marked = _git("check-attr", "-z", "text", *names).split("\0")[:-1]
    text = dict(zip(marked[::3], marked[2::3], strict=True))
    assert {*text} == {*names}
    held = [n for n in names if text[n] != "unset" and b"\r" in (ROOT / n).read_bytes()]
    assert held == [], "end the lines with LF, or list the file as -text in .gitattributes"


@pytest.mark.parametrize("name", ["tables/scores.csv", "translations/ja/LC_MESSAGES/hikaku.po"])
def test_git_hands_out_lf_whatever_the_system_likes(name: str) -> None:
    assert _git("check-attr", "text", "eol", "--", name).split("\n")[:-1] == [
        f"{name}: text: auto",
        f"{name}: eol: lf",
    ]


@pytest.mark.parametrize("end", ["sqlite", "parquet", "xlsx", "zip", "whl", "tar.gz", "pickle"])
def test_git_never_mends_line_ends_inside_data(end: str) -> None:
    assert _git("check-attr", "text", "--", f"a.{end}") == f"a.{end}: text: unset\n"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    return done.stdout
