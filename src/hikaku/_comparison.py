"""A printed table put together again from its cells."""

from hikaku._record import Record
from hikaku.errors import UnknownCell, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import pandas

    from hikaku._records import ComparisonItem, Observation, Score, Source

CELL_TABLES = ("observations", "scores")


class Cell:
    """One cell of a printed table: the text as printed, and the rows it became, in order."""

    __slots__ = ("as_printed", "column", "row", "values")

    def __init__(
        self,
        row: "ComparisonItem",
        column: "ComparisonItem",
        values: "tuple[Observation | Score, ...]",
    ) -> None:
        self.row, self.column, self.values = row, column, values
        self.as_printed = (values[0].as_printed or "") if values else ""

    def __repr__(self) -> str:
        return f"<cell {self.row.position}, {self.column.position}: {self.as_printed!r}>"


class PrintedTable(Record):
    """What a comparison can do beyond its fields."""

    __slots__ = ()

    if TYPE_CHECKING:  # fields of the record that is made from this

        @property
        def title(self) -> str: ...
        @property
        def locator(self) -> str: ...
        @property
        def source(self) -> "Source": ...

    @property
    def rows(self) -> "tuple[ComparisonItem, ...]":
        """Row headings, in printed order."""
        return self._headings("row")

    @property
    def columns(self) -> "tuple[ComparisonItem, ...]":
        """Column headings, in printed order; the first heads the row headings."""
        return self._headings("column")

    def cell(self, row: "Any", column: "Any") -> Cell:
        """The cell in that row and column.

        Each is a position counted from 1 in printed order, an entity or its id, or a heading as
        printed. Column 1 holds the row headings and has no cells. Raises UnknownCell.
        """
        return self._cell(
            self._heading("row", self.rows, row), self._heading("column", self.columns, column)
        )

    def to_rows(self) -> "list[list[str]]":
        """The table as printed: the heading line, then each row, as texts."""
        cells = self._grid()
        columns = self.columns
        table = [[c.as_printed or "" for c in columns]]
        for row in self.rows:
            line = [row.as_printed or ""]
            for column in columns[1:]:
                values = cells.get((row.position, column.position), ())
                line.append((values[0].as_printed or "") if values else "")
            table.append(line)
        return table

    def to_markdown(self) -> str:
        """The table as printed, as a Markdown table, ending with a line end."""
        head, *body = ([_escape(text) for text in line] for line in self.to_rows())
        lines = ["| " + " | ".join(line) + " |" for line in (head, *body)]
        lines.insert(1, "|" + "---|" * len(head))
        return "\n".join(lines) + "\n"

    def to_pandas(self) -> "pandas.DataFrame":
        """The table as printed: headings as column names, every cell a string."""
        from hikaku import _frames

        head, *body = self.to_rows()
        return _frames.printed(self._dataset, head, body)

    def _repr_html_(self) -> str:
        from hikaku._print import html

        head, *body = self.to_rows()
        return html(head, body, self.title, f"{self.source.title}, {self.locator}")

    def _headings(self, axis: "Literal['row', 'column']") -> "tuple[ComparisonItem, ...]":
        items = self._dataset.comparison_items.where(comparison_id=self.row_key, axis=axis)
        return tuple(sorted(items, key=lambda item: item.position))

    def _grid(self) -> "dict[tuple[int, int], list[Observation | Score]]":
        cells: dict[tuple[int, int], list[Any]] = {}
        for name in CELL_TABLES:
            for value in self._dataset.table(name).where(comparison_id=self.row_key):
                cells.setdefault((value.row, value.column), []).append(value)
        for values in cells.values():
            values.sort(key=lambda value: value.position)
        return cells

    def _cell(self, row: "ComparisonItem", column: "ComparisonItem") -> Cell:
        values: list[Any] = []
        for name in CELL_TABLES:
            values += self._dataset.table(name).where(
                comparison_id=self.row_key, row=row.position, column=column.position
            )
        values.sort(key=lambda value: value.position)
        return Cell(row, column, tuple(values))

    def _heading(
        self, axis: str, headings: "tuple[ComparisonItem, ...]", wanted: "Any"
    ) -> "ComparisonItem":
        if isinstance(wanted, Record):
            wanted = wanted.row_key
        inside = headings[1:] if axis == "column" else headings
        for heading in inside:
            if wanted in (heading.position, heading.entity_id, heading.as_printed, heading.id):
                return heading
        known = [f"{h.position} ({h.entity_id or h.as_printed})" for h in inside]
        close = close_to(wanted, [h.entity_id or "" for h in inside]) if (
            isinstance(wanted, str)
        ) else ""  # fmt: skip
        raise UnknownCell(
            f"{self.row_key} has no {axis} {wanted!r}{close}; its {axis}s: {', '.join(known)}"
        )


def _escape(text: str) -> str:
    return text.replace("|", "\\|")
