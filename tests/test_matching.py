"""`verified` is said of a text that stands at its place whole, never of a chance."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from scripts.errors import NoPlace
from scripts.sources.document import Document
from scripts.sources.matching import ABSENT, VERIFIED, WEAK, Place, match, same
from scripts.verify import Outcome, _look
from scripts.verify import Place as Wanted


def in_cell(printed: str, cell: str) -> str:
    return match(printed, Place(cell, exact=True))


def in_passage(printed: str, passage: str) -> str:
    return match(printed, Place(passage, exact=False))


@pytest.mark.parametrize(
    "cell",
    [
        "87.1",
        "**87.1**",
        "__87.1__",
        "*87.1*",
        "~~87.1~~",
        "`87.1`",
        "<b>87.1</b>",
        " 87.1 ",
        "[87.1](https://example.org/x)",
        "[87.1][1]",
        "87.1<sup>1</sup>",
        "87.1 <sup>[2]</sup>",
        "87.1[1]",
        "87.1[^note]",
        "87.1†",
        "87.1*",
        "87.1\\*",
        "87.1¹",
        "87.1&nbsp;",
        "87\\.1",
        "<!-- a -->87.1",
    ],
)
def test_markup_and_marks_of_footnotes_are_no_part_of_a_cell(cell: str) -> None:
    assert in_cell("87.1", cell) == VERIFIED


@pytest.mark.parametrize(
    ("printed", "cell"),
    [
        ("87.11", "87.1<sup>1</sup>"),
        ("87.1", "87.11"),
        ("87.1", "187.1"),
        ("87.1", "87.1%"),
        ("87.1", "-87.1"),
        ("87.1", "~87.1"),
        ("128K", "128K+"),
        ("87.1", "87.1 (5-shot)"),
        ("105", "10⁵"),
        ("105", "10<sup>5</sup>"),
        ("87.1", "[87.2](87.1)"),
        ("-", "—"),
        ("a", "A"),
    ],
)
def test_a_cell_of_other_digits_signs_or_letters_is_another_cell(printed: str, cell: str) -> None:
    assert in_cell(printed, cell) == ABSENT


@pytest.mark.parametrize(
    ("printed", "cell"),
    [
        ("10⁵", "10<sup>5</sup>"),
        ("<1%", "&lt;1%"),
        ("a_b_c", "a\\_b\\_c"),
        ("a|b", "a|b"),
        ("-", "-"),
        ("*", "*"),
        ("x < y and z > w", "x < y and z > w"),
        ("200K*", "200K<sup>*</sup>"),
        ("1 2", "1<br>2"),
        ("2nd", "2<sup>nd</sup>"),
    ],
)
def test_what_readers_see_is_what_is_compared(printed: str, cell: str) -> None:
    assert in_cell(printed, cell) == VERIFIED


@pytest.mark.parametrize(
    "passage",
    [
        "about 85,000 users",
        "85.5 points",
        "in 1985",
        "at -85 degrees",
        "at −85",
        "85% of all",
        "85 % of",
        "85K",
        "85 million",
        "85万",
        "GPT-85",
        "an 85-shot run",
        "v85x",
        "from 85-90",
        "~85",
        "85+",
        "85/100",
        "85 000 users",
        "1,285",
        "0.85",
        "85e3",
        "85×10³",
    ],
)
def test_a_part_of_another_number_or_name_is_not_the_number(passage: str) -> None:
    assert in_passage("85", passage) == ABSENT


@pytest.mark.parametrize("printed", ["85", "85%", "7.1", "128K", "~85", "-85", "85 (5)", "C"])
def test_a_number_alone_in_a_passage_is_weak(printed: str) -> None:
    assert in_passage(printed, f"It has {printed}, and so on.") == WEAK
    assert in_passage(f"has {printed}", f"It has {printed}, and so on.") == VERIFIED
    assert in_cell(printed, printed) == VERIFIED


@pytest.mark.parametrize(
    ("printed", "passage", "right"),
    [
        ("art", "a party", False),
        ("GLM", "GLM4", False),
        ("CEO 张鹏", "由CEO 张鹏说", True),
        ("$450 million", "worth $450 million.", True),
        ("scores 85", "it scores **85**.", True),
        ("up to 128K", "up\nto 128K tokens", True),
        ("78.1 points", "77.1, 78.1 points", True),
        ("", "anything", False),
    ],
)
def test_a_phrase_stands_whole_or_not_at_all(printed: str, passage: str, right: bool) -> None:
    assert in_passage(printed, passage) == (VERIFIED if right else ABSENT)


TEXT = (
    "| A | B |\n|---|---|\n| Model A | 1 |\n| Model B | 87.1 |\n| Model C | 90.2 |\n\n1 of 90.2.\n"
)


@pytest.mark.parametrize(
    ("locator", "printed", "state", "found"),
    [
        ("L4C2", "1", "changed", "87.1"),  # a lone digit stands anywhere
        ("L3C2", "87.1", "moved", "1; it stands at L4C2"),
        ("L3C2", "Model C", "moved", "1; it stands at L5C1"),
        ("L7", "90.1", "changed", "1 of 90.2."),
        ("L3", "90.2", "changed", "| Model A | 1 |"),  # in two lines: which one?
        ("L7", "90.2", "weak", ""),
        ("L99", "Model C", "moved", "the document ends at line 7; it stands at L5"),
    ],
)
def test_moved_is_not_claimed_by_chance(locator: str, printed: str, state: str, found: str) -> None:
    outcome = _look(Document(TEXT.encode(), "a.md"), Wanted("s", locator, {printed}))
    assert outcome.state == state
    assert state == "weak" or outcome == Outcome("s", locator, state, found, printed)


def test_one_text_that_is_gone_is_told_though_another_stands_elsewhere() -> None:
    """The text that is at its place is not searched for, and lends its place to none."""
    outcome = _look(Document(TEXT.encode(), "a.md"), Wanted("s", "L3", {"Model A", "Model X"}))
    assert (outcome.state, outcome.expected) == ("changed", "Model X")


def test_a_whole_file_and_a_page_are_as_strict_as_a_line() -> None:
    document = Document(TEXT.encode(), "a.md")
    for printed, state in (("90.2", "weak"), ("0.2", "changed"), ("Model", "verified")):
        assert _look(document, Wanted("s", "F", {printed})).state == state


def test_a_reference_to_a_character_that_cannot_be_hides_no_number() -> None:
    for reference in ("&#" + "9" * 5000 + ";", "&#x" + "f" * 5000, "&#0;", "&#xd800;"):
        assert same("87.1", Document(f"a 87.1 {reference}\n".encode(), "x.md").at("L1"))


def test_a_long_document_is_searched_in_time_linear_in_its_length() -> None:
    """Six thousand numbers; a search that read them anew for each would take hours."""
    document = Document(("in 1985 of 85.5 " * 3_000 + "85 so").encode(), "a.md")
    assert _look(document, Wanted("s", "F", {"85"})).state == "weak"


@pytest.mark.long
@pytest.mark.parametrize(
    "piece",
    ["<sup>", "<sup>x", "<!--", "<td>", "<td ", " ", "\n ", "[", "[a](", "[^", "[1,", "_a", "**",
     "\\", "<a ", "`", "1,", "10", "|", "|-", "x\n"],
)  # fmt: skip
def test_no_document_of_one_megabyte_holds_the_command_up(piece: str) -> None:
    """Counted in processor time, with much to spare: what is quadratic takes hours here."""
    text = piece * (1_000_000 // len(piece))
    begun = time.process_time()
    for exact in (True, False):
        same("85", Place(text, exact))
    document = Document(text.encode(), "README.md")
    for locator in ("L1C1", "T1R1C1", "S0P1"):
        with suppress(NoPlace):
            document.at(locator)
    assert time.process_time() - begun < 60
