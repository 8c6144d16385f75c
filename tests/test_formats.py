"""Each form that a reader takes is taken, and each fault of another is told."""

from __future__ import annotations

from typing import Any

import pytest

from hikaku._formats import index, lines, paths, sums, version
from hikaku.errors import DamagedStore, InvalidValue

DIGEST = "0123456789abcdef" * 4


# --- names of files ---


@pytest.mark.parametrize(
    "name",
    [
        "hikaku.sqlite", "tables/scores.csv", "a b/c", ".hidden", "a..b", "CONSOLE", "com10.txt",
        "智谱/é.md", "nul_", "a" * 255, "/".join(["a" * 204] * 5),
    ],
)  # fmt: skip
def test_names_that_lead_to_one_file_are_safe(name: str) -> None:
    assert paths.fault(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "no name"), ("/etc/passwd", "absolute"), ("//server/x", "absolute"),
        ("a\\b", "backslash"), ("C:", "drive"), ("a/b:stream", "drive or stream"),
        ("..", "leads out"), ("a/../b", "leads out"), (".", "not plain"), ("./a", "not plain"),
        ("a//b", "not plain"), ("a/", "not plain"), ("a\0", "control"), ("a\r", "control"),
        ("a\nb", "control"), ("\x7f", "control"), ("a\u2028", "control"), ("\ud800", "control"),
        ("\u202ea", "control"), ("a ", "space or a dot"), ("a./b", "space or a dot"),
        ("...", "space or a dot"), ("CON", "device"), ("a/nul.txt", "device"),
        ("Com1.tar.gz", "device"), ("lpt¹", "device"), ("aux .c", "device"), ("conin$", "device"),
        ("a" * 256, "255 bytes"), ("谱" * 86, "255 bytes"), ("/".join(["a" * 205] * 5), "1024"),
        ("e\u0301", "form C"),
    ],
)  # fmt: skip
def test_names_that_may_lead_elsewhere_are_told(name: str, words: str) -> None:
    assert words in (paths.fault(name) or "")


# --- SHA256SUMS ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{DIGEST}  a", "line 1 has no end"),
        (f"{DIGEST}  a\n{DIGEST}  b", "line 2 has no end"),
        (f"{DIGEST}  a\r\n", "line 1 'a\\\\r' has control"),
        (f"{DIGEST}  a\n\n{DIGEST}  b\n", "line 2 is no checksum"),
        (f"\ufeff{DIGEST}  a\n", "line 1 is no checksum"),
        (f"{DIGEST}  a\x0b{DIGEST}  b\n", "line 1 .* has control"),
        (f"{DIGEST}  ../a\n", "line 1 '../a' leads out"),
        (f"{DIGEST}  /a\n", "line 1 '/a' has an absolute path"),
        (f"{DIGEST}  nul.txt\n", "line 1 'nul.txt' has a name that Windows"),
        (f"{DIGEST}  a\n{DIGEST}  a\n", "names 'a' twice"),
        (f"{DIGEST}  a\n{DIGEST}  A\n", "names 'a' and 'A', one file on some systems"),
        (f"{DIGEST}  ß\n{DIGEST}  SS\n", "names 'ß' and 'SS'"),
        (f"{DIGEST}  a/b/c\n{DIGEST}  A\n", "names 'a' as a file and as a folder"),
    ],
)
def test_sums_of_another_form_are_told_with_their_line(text: str, words: str) -> None:
    with pytest.raises(DamagedStore, match=words):
        sums.parse(text.encode(), "here")


def test_both_forms_of_sha256sum_are_read() -> None:
    text = f"{DIGEST.upper()}  text\n{DIGEST} *binary\n"
    assert sums.parse(text.encode(), "here") == {"text": DIGEST, "binary": DIGEST}
    assert sums.parse(b"", "here") == {}


@pytest.mark.parametrize("name", ["a\nb", "..", "con", ""])
def test_sums_are_not_written_for_a_name_that_no_reader_takes(name: str) -> None:
    with pytest.raises(InvalidValue, match="name it otherwise"):
        sums.dump({name: DIGEST})


# --- versions ---


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "1.2", "1.2.3.4", "1.2.", ".1.2", "1.2.x", "v1.2.3", "1.2.3-rc1", "1.2.3+x",
        "01.2.3", "1.2.00", " 1.2.3", "1.2.3\n", "1. 2.3", "+1.2.3", "-1.2.3", "1_0.2.3", "１.2.3",
        "1.2.³", "1.2.1000000000", "index.json", None, 1.2,
    ],
)  # fmt: skip
def test_what_is_no_version_is_told(text: Any) -> None:
    with pytest.raises(InvalidValue, match=r"such as 1\.2\.0"):
        version.parse(text)


# --- lines of documents ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\n\n", ["a", ""]),
        ("a\r\nb\r\n", ["a", "b"]), ("a\r\r\nb", ["a\r", "b"]), ("a\rb", ["a\rb"]),
        ("a\r", ["a\r"]), ("a\x0bb\x0cc\x1cd\x85e\u2028f\n", ["a\x0bb\x0cc\x1cd\x85e\u2028f"]),
    ],
)  # fmt: skip
def test_lines_are_those_that_git_counts(text: str, expected: list[str]) -> None:
    assert lines.split(text) == expected


def test_an_index_that_says_a_thing_twice_is_damaged() -> None:
    with pytest.raises(DamagedStore, match="occurs twice"):
        index.read(b'{"format": 1, "format": 1, "versions": []}', "here")
