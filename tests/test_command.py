"""The command: readable for people, clean in pipes, plain about mistakes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import hikaku
from hikaku.__main__ import main
from scripts.package import Package
from tests.planting import HERE


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hikaku", *arguments],
        capture_output=True, encoding="utf-8", env={**os.environ, **environment},
    )  # fmt: skip


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_every_command_answers_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    commands = (
        ["list"], ["show", "article-market"], ["find", "cloud"], ["info", "glm-4"],
        ["table"], ["table", "scores"], ["table", "organizations", "--where", "id=baidu"],
    )  # fmt: skip
    for command in commands:
        tables = {form: output(capsys, *command, "--format", form)
                  for form in ("table", "csv", "json", "markdown")}  # fmt: skip
        rows = json.loads(tables["json"])
        read = list(csv.reader(io.StringIO(tables["csv"])))
        assert rows
        assert len(read) == len(rows) + 1
        assert read[0] == list(rows[0])
        assert tables["markdown"].count("\n") == len(rows) + 2


@pytest.mark.parametrize("lang", ["ja", "zh", "en", "zh_CN.UTF-8"])
def test_every_command_answers_in_every_language(
    lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (
        ["list"], ["show", "article-market"], ["find", "智譜AI"], ["info", "GLM-4"],
        ["table"], ["table", "claims"],
    ):  # fmt: skip
        rows = json.loads(output(capsys, *command, "--lang", lang, "--format", "json"))
        assert rows
        text = json.dumps(rows, ensure_ascii=False)
        if lang == "ja" and command[0] != "table":
            assert re.search("[ぁ-ん]|[ァ-ヴ]", text), command
        if lang.startswith("zh"):
            own = re.sub(r"[ァ-ヴー]+研究所", "", text)
            assert not re.search("[ぁ-んァ-ヴ]", own), command
    market = output(capsys, "show", "article-market", "--lang", lang)
    expected = {"ja": "4.5億米ドル", "en": "$450M"}.get(lang, "4.5亿美元")
    assert expected in market


def test_a_comparison_is_shown_as_printed(capsys: pytest.CaptureFixture[str]) -> None:
    printed = output(capsys, "show", "article-models", "--format", "markdown")
    transcription = (HERE / "article" / "article-models.md").read_text(encoding="utf-8")
    assert printed.replace("| --- ", "|---").replace("|---|\n", "|---|\n").split() == (
        transcription.replace("|---|---|---|---|---|", "|---|---|---|---|---|").split()
    )
    assert "place L18-24" in output(capsys, "show", "article-models")


def test_info_names_the_place_of_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "info", "Zhipu AI")
    assert "ainews-2026-04-11:L42C2.1" in text

    def told(name: str) -> list[tuple[str, str]]:
        """Place and printed words of each line that the article stands behind, in order."""
        rows = json.loads(output(capsys, "info", name, "--format", "json"))
        source = "ainews-2026-04-11:"
        places = ((r["place"], r["as printed"]) for r in rows)
        return [(p.removeprefix(source), x) for p, x in places if p.startswith(source)]

    assert [x for _, x in told("c-eval")][:2] == ["85.5 (5-shot)", "87.8 (5-shot)"]
    places = [place for place, _ in told("flagscale")]
    assert places[:4] == ["L14"] * 4
    assert places[4:7] == ["L20C5", "L26", "L42C2"]
    assert "L14 L26 L42C2" in places


def test_where_narrows_by_text_number_and_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def ids(*where: str) -> list[str]:
        options = [x for w in where for x in ("--where", w)]
        rows = json.loads(output(capsys, "table", "scores", *options, "--format", "json"))
        return [r["model_id"] for r in rows]

    assert "glm-4" in ids("number=85.5")
    assert ids("shots=5", "model=ernie-4.0") == ["ernie-4.0"]
    assert ids("number=", "source=ainews-2026-04-11") == ["gpt-4-turbo", "claude-3-opus"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "article-model"], "close: article-models"),
        (["info", "glmm4"], "close: GLM-4"),
        (["find", "Zhippu AI"], "close: Zhipu AI"),
        (["table", "modles"], "close: models"),
        (["table", "scores", "--where", "modle=x"], "close: mode"),
        (["table", "scores", "--where", "model"], "FIELD=VALUE"),
        (["table", "scores", "--where", "number=x"], "is a number"),
        (["--data", "/nowhere", "list"], "does not exist"),
        (["list", "--lang", "fr"], "en, ja, zh-Hans"),
    ],
)
def test_a_mistake_is_one_plain_line(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith("hikaku: ")
    assert caught.err.count("\n") == 1
    assert words in caught.err


def test_a_pipe_gets_whole_lines_without_colour() -> None:
    done = run("show", "article-models", COLUMNS="40")
    assert "\x1b" not in done.stdout
    assert "Mixture of Experts, Reinforcement Learning from Human Feedback (RLHF)" in done.stdout
    assert not any(line.endswith(" ") for line in done.stdout.splitlines())


def test_a_reader_that_stops_early_is_no_error() -> None:
    command = f"{sys.executable} -m hikaku table observations --format csv | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, encoding="utf-8")
    assert done.stdout.startswith("id,as_printed")
    assert done.stderr == ""


def test_output_is_utf_8_in_any_locale(package: Path) -> None:
    from scripts.build.run import build

    release = str(build(Package(package)))
    for locale in ({"LC_ALL": "C"}, {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"}):
        done = run("--data", release, "table", "aliases", "--format", "csv", **locale)
        assert "アルファ研究所" in done.stdout


def test_wide_characters_are_aligned(package: Path) -> None:
    from scripts.build.run import build

    done = run("--data", str(build(Package(package))), "table", "aliases")
    lines = [line for line in done.stdout.splitlines() if "alpha-labs" in line]

    def column_of(line: str, word: str) -> int:
        before = line[: line.index(word)]
        return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)

    assert column_of(lines[0], "short") == column_of(lines[1], "variant")


def test_help_is_in_the_language_that_is_asked_for() -> None:
    assert "List the printed comparisons." in run("--help").stdout
    assert "掲載された比較表を一覧表示する。" in run("--lang", "ja").stdout
    assert "列出已刊载的对比表。" in run("--lang", "zh", "--help").stdout
    assert "その値を持つ行に限る" in run("table", "--lang", "ja", "--help").stdout
    assert "4.5億米ドル" in run("--lang", "ja", "show", "article-market").stdout


def test_no_command_prints_help_and_the_version_is_that_of_the_data() -> None:
    assert "COMMAND" in run().stdout
    assert run("--version").stdout == f"hikaku {hikaku.__version__}\n"
    assert run("nonsense").returncode == 2
