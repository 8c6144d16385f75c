"""A cell of a table that is shown stays one cell, whatever it holds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from hikaku._render import html, markdown

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
