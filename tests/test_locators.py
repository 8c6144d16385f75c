"""A locator finds the one place that it names, in every form of document."""

from __future__ import annotations

import pytest

from scripts.errors import NoPlace
from scripts.sources.document import Document, Place, same

TEXT = """\
before

# One
first
goes on

second

| a | b |
|---|---|
| c\\|d | **e** |

<td>x</td><td rowspan=2>y<sup>1</sup></td>
"""


@pytest.mark.parametrize(
    ("locator", "text"),
    [
        ("L3", "# One"), ("L4-5", "first\ngoes on"), ("L9C2", "b"), ("L11C1", "c|d"),
        ("L11C2", "**e**"), ("L13C2", "y<sup>1</sup>"), ("S0P1", "before"),
        ("S1P1", "first\ngoes on"), ("S1P2", "second"), ("T1R0C1", "a"), ("T1R1C2", "**e**"),
        ("F", TEXT.rstrip("\n")),
    ],
)  # fmt: skip
def test_each_form_finds_its_place(locator: str, text: str) -> None:
    assert Document(TEXT.encode(), "a.md").at(locator).text == text


@pytest.mark.parametrize(
    "locator",
    [
        "L99", "L2", "L9C3", "S1P9", "S9P1", "T2R0C1", "P1", "X",
        # Counted from 1: what Python finds at -1 is another place.
        "L0", "L0C1", "L9C0", "L1-0", "L5-4", "S1P0", "T0R1C1", "T1R1C0", "P0", "P0T1R1C1",
        "L٣", "L" + "9" * 5000, "L9C1 ", "L9\n",
    ],
)  # fmt: skip
def test_a_place_that_is_not_there_is_told(locator: str) -> None:
    with pytest.raises(NoPlace):
        Document(TEXT.encode(), "a.md").at(locator)


def test_fields_of_csv_files_are_cells() -> None:
    document = Document(b'name,score\n"a, b",1\n', "x.csv")
    assert document.at("T1R1C1") == Place("a, b", exact=True)
    assert document.at("T1R0C2").text == "score"


def test_a_number_is_not_found_inside_another() -> None:
    passage = Place("77.1 and 85.51, then 12.", exact=False)
    assert not same("7.1", passage)
    assert not same("85.5", passage)
    assert same("12", passage)
    assert same("77.1", passage)
    assert not same("77", Place("77.1", exact=True))


def test_bold_and_tags_are_not_what_is_printed() -> None:
    assert same("90.1", Place("**90.1**", exact=True))
    assert same("90.1 1", Place("<b>90.1</b> <sup>1</sup>", exact=True))


def test_lines_are_counted_as_git_and_editors_count_them() -> None:
    text = "one\x0c\x0btwo\x85\u2028\r\nthree\rstill three\nfour"
    document = Document(text.encode(), "a.md")
    assert document.at("L1").text == "one\x0c\x0btwo\x85\u2028"
    assert document.at("L2").text == "three\rstill three"
    assert document.at("L3").text == "four"
    with pytest.raises(NoPlace, match="ends at line 3"):
        document.at("L4")


def test_rows_of_a_csv_file_end_at_any_line_end() -> None:
    for end in ("\n", "\r\n", "\r"):
        document = Document(end.join(("name,score", "a,1", "b,2", "")).encode(), "x.csv")
        assert document.at("T1R2C1").text == "b"
