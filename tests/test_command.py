"""The command: readable for people, clean in pipes, plain about mistakes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import hikaku
from hikaku.__main__ import main
from scripts.build.store import make_store
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


# --- what a terminal and a shell may do ---


def shell(line: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a line of a shell gives, where $hikaku is the command."""
    return subprocess.run(
        ["sh", "-c", line], capture_output=True,
        env={
            **os.environ, **environment,
            "hikaku": f"{sys.executable} -m hikaku", "PYTHONUNBUFFERED": "",
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("$hikaku list >&-", 1, b"standard output is closed"),
        ("$hikaku list --format json >&-", 1, b"standard output is closed"),
        ("$hikaku list >/dev/full", 1, b"no space left on device"),
        ("$hikaku table scores --format csv >/dev/full", 1, b"no space left on device"),
        ("$hikaku --help >/dev/full", 1, b"no space left on device"),
        ("$hikaku show nope 2>/dev/full", 1, b""),
        ("$hikaku show nope 2>&-", 1, b""),
        ("$hikaku list >&- 2>&-", 1, b""),
    ],
)
def test_output_that_cannot_be_written_is_told_in_a_sentence(
    line: str, code: int, words: bytes
) -> None:
    if "/dev/full" in line and not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    done = shell(line)
    assert done.returncode == code
    assert done.stdout == b""
    assert words in done.stderr
    assert done.stderr.count(b"\n") == bool(words)


@pytest.mark.parametrize("arguments", ["table scores --format json", "--help", "list"])
def test_a_reader_that_has_seen_enough_is_no_error(arguments: str) -> None:
    done = shell(f"{{ $hikaku {arguments}; echo $? >&2; }} | true")
    assert done.stderr.strip() in (b"0", b"")


@pytest.mark.parametrize(
    "arguments",
    ["info", "find", "show", "check", "table", "list --lang", "list --data", "verdicts --verdict",
     "table models --where", "table models --where id=x --where name="],
)  # fmt: skip
def test_an_argument_that_is_no_text_is_one_plain_line(arguments: str) -> None:
    done = shell(f"$hikaku {arguments}\"$(printf 'x\\351')\"".replace('"$', ' "$', 1), LANG="C")
    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr


def test_options_may_stand_before_the_command_or_after_it(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "hikaku.sqlite"
    make_store(Package(package), store)
    before = output(capsys, "--data", str(store), "--lang", "ja", "list")
    assert "table-1" in before
    assert output(capsys, "list", "--data", str(store), "--lang", "ja") == before
    assert output(capsys, "--lang", "ja", "list", "--data", str(store)) == before


def test_conditions_on_one_field_all_hold(capsys: pytest.CaptureFixture[str]) -> None:
    both = ("--where", "benchmark=c-eval", "--where", "benchmark=mmlu")
    assert json.loads(output(capsys, "table", "scores", *both, "--format", "json")) == []
    one = json.loads(output(capsys, "table", "scores", *both[2:], "--format", "json"))
    assert one
    assert one == json.loads(
        output(capsys, "table", "scores", *both[2:], *both[2:], "--format", "json")
    )


@pytest.mark.parametrize(
    ("number", "rows"),
    [("85.50", True), ("8.55e1", True), ("99999999999999999999", False), ("1e9999", False),
     ("85.500000000000000000001", False)],
)  # fmt: skip
def test_a_number_is_taken_by_its_worth(
    number: str, rows: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = output(capsys, "table", "scores", "--where", f"number={number}", "--format", "json")
    assert bool(json.loads(found)) is rows


@pytest.mark.parametrize("number", ["1_0", "nan", "inf", "8５", "0x10", "9" * 5000 + "x"])
def test_what_is_no_number_is_told(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["table", "scores", "--where", f"number={number}"]) == 1
    assert "is a number, found" in capsys.readouterr().err


HOSTILE = "\x1b]0;own\x07\x1b[2J\x9b31m\u202egpj.exe\u2066\x7f\u2028end"


@pytest.fixture
def hostile(package: Path, tmp_path: Path) -> Path:
    """A store whose cells, titles and names would drive a terminal."""
    store = tmp_path / "hikaku.sqlite"
    make_store(Package(package), store)
    with sqlite3.connect(store) as con:
        con.execute("UPDATE comparisons SET title = ?", (HOSTILE,))
        con.execute("UPDATE comparison_items SET as_printed = ? WHERE position = 2", (HOSTILE,))
        con.execute("UPDATE scores SET as_printed = ?", (HOSTILE,))
        con.execute("UPDATE labels SET text = ? WHERE tbl IN ('comparisons', 'scores')", (HOSTILE,))
        con.execute("UPDATE entities SET name = ?", (HOSTILE,))
        con.execute("UPDATE names SET text = ?", (HOSTILE,))
        con.execute("UPDATE sources SET title = ?", (HOSTILE,))
    con.close()
    return store


def test_no_cell_of_a_stranger_reaches_the_terminal(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ""
    for form in ("table", "json"):
        for command in (
            ["list"], ["show", "table-1"], ["table", "scores"], ["find", "model"], ["verdicts"],
            ["info", "model-a"], ["check", "paper-1:L12C3"],
        ):  # fmt: skip
            said += output(capsys, "--data", str(hostile), *command, "--format", form)
    assert main(["--data", str(hostile), "find", "own]0;"]) == 1
    said += capsys.readouterr().err
    assert {c for c in said if not c.isprintable()} <= {"\n", "\u3000", "\xa0"}
    assert r"\x1b]0;own\x07" in said
    assert r"\u202egpj.exe" in said
    rows = json.loads(output(capsys, "--data", str(hostile), "table", "scores", "--format", "json"))
    assert rows[0]["as_printed"] == HOSTILE  # escaped, not changed


def test_csv_in_a_pipe_is_exact_and_on_a_terminal_harmless(
    hostile: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("--data", str(hostile), "table", "scores", "--format", "csv")
    exact = output(capsys, *command)
    assert next(csv.DictReader(io.StringIO(exact)))["as_printed"] == HOSTILE
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b" not in output(capsys, *command)


def test_signs_are_explained_only_where_there_are_some(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "hikaku.sqlite"
    make_store(Package(package), store)
    data = hikaku.open(store)
    legend = data.comparisons["table-1"].legend()
    assert legend in output(capsys, "--data", str(store), "show", "table-1")
    assert legend in data.comparisons["table-1"]._repr_html_()
    with sqlite3.connect(store) as con:
        for name in ("scores", "observations"):
            con.execute(f"UPDATE {name} SET verdict_id = NULL")
    con.close()
    data = hikaku.open(store)
    assert legend not in output(capsys, "--data", str(store), "show", "table-1")
    assert legend not in data.comparisons["table-1"]._repr_html_()


def test_errors_of_the_command_speak_of_commands(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (
        ["show", "nope"], ["info", "nope"], ["table", "scores", "--where", "benchmark=nope"],
        ["find", "xai"],
    ):  # fmt: skip
        assert main(arguments) == 1
        said = capsys.readouterr().err
        assert "hikaku list" in said or "hikaku table" in said
        assert "hikaku." not in said


def test_a_name_of_several_things_is_told_with_their_ids(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "hikaku.sqlite"
    make_store(Package(package), store)
    assert main(["--data", str(store), "info", "model"]) == 1
    assert "'model' finds 2: model-a, model-b; give one id" in capsys.readouterr().err
