"""A locator finds again what was written at its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts.sources.document import line_cells, pipe_cells


@given(st.lists(st.text("abc1.%* ", min_size=1).map(str.strip).filter(bool), min_size=1))
def test_cells_between_pipes_come_back_as_written(cells: list[str]) -> None:
    line = "| " + " | ".join(cells) + " |"
    assert pipe_cells(line) == cells
    assert line_cells([line], 1) == cells
