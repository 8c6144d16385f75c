"""A cell of a table that is shown stays one cell, whatever it holds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hikaku._render import distinct, html, markdown, unsafe, visible

CELLS = st.lists(st.text("ab|\\ \n\r\u2028<&`", max_size=8), min_size=2, max_size=2)


def cells(line: str) -> list[str]:
    """The cells of a Markdown row as GitHub's renderer parts them: at bars that none escapes."""
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", line)
    joined = ["".join(parts[i : i + 2]) for i in range(0, len(parts), 2)]
    return joined[1:-1]


@given(st.lists(CELLS, max_size=3))
def test_a_markdown_table_has_as_many_rows_and_cells_as_were_given(rows: list[list[str]]) -> None:
    lines = markdown(["one", "two"], rows).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(rows) + 2
    assert all(len(cells(line)) == 2 for line in lines)
    assert not any(re.search("[\r\u2028]", line) for line in lines)


@given(st.lists(CELLS, max_size=3))
def test_an_html_table_holds_no_markup_of_its_cells(rows: list[list[str]]) -> None:
    made = html(["one", "two"], rows)
    assert made.count("<td>") == 2 * len(rows)
    assert not re.search(r"<(?!/?(table|thead|tbody|tr|th|td)>)", made)


@given(st.lists(st.sampled_from(["", " ", "a", "a (2)", "a (3)", "a (2) (2)", "(2)", "b"])))
def test_as_many_names_come_out_as_went_in_and_no_two_are_one(names: list[str]) -> None:
    made = distinct(names)
    assert len(made) == len({*made}) == len(names)
    first = [name not in names[:i] for i, name in enumerate(names)]
    assert all(a == b for a, b, is_first in zip(names, made, first, strict=True) if is_first)


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b\x07\u202e\u2066\r\x7f\u2028\ud800")))
def test_a_shown_text_drives_no_terminal_and_keeps_what_can_be_read(text: str) -> None:
    shown = visible(text)
    assert unsafe(shown) == []
    assert not set(shown) & {*map(chr, [*range(9), *range(11, 32), *range(127, 160)])}
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
    )
    assert visible(shown) == shown
    if text.isprintable():
        assert shown == text
