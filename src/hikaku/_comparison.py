"""A printed table put together again from its cells."""

from hikaku._row import Record
from hikaku._statement import Statement, citation
from hikaku.errors import UnknownCell, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import pandas

    from hikaku._records import ComparisonItem, Observation, Score, Verdict

CELL_TABLES = ("observations", "scores")  # their rows are cells or phrases that a source printed


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

    @property
    def verdicts(self) -> "tuple[Verdict, ...]":
        """The verdicts on the rows that the cell became, each once, in their order."""
        found = dict.fromkeys(value.verdict_id for value in self.values)
        by_id = {value.verdict_id: value.verdict for value in self.values}
        return tuple(v for v in (by_id[key] for key in found) if v is not None)

    def __reduce__(self) -> "tuple[Any, ...]":
        return Cell, (self.row, self.column, self.values)

    def __repr__(self) -> str:
        return f"<cell {self.row.position}, {self.column.position}: {self.as_printed!r}>"


class PrintedTable(Statement):
    """What a comparison can do beyond its fields."""

    __slots__ = ()

    if TYPE_CHECKING:  # fields of the record that is made from this

        @property
        def title(self) -> str: ...

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
        printed, if it is the only one with that entity or text. Column 1 holds the row headings
        and has no cells. Raises UnknownCell.
        """
        return self._cell(
            self._heading("row", self.rows, row), self._heading("column", self.columns, column)
        )

    def to_rows(self, lang: "str | None" = None, marks: bool = False) -> "list[list[str]]":
        """The heading line, then each row, as texts: as printed, or in a language.

        With `marks`, each cell that was checked ends with the signs of its verdicts; `legend`
        explains them.
        """
        cells = self._grid()
        columns = self.columns
        head, text = self._as_printed() if lang is None else self._in_language(lang)
        table = [[head(column, cells) for column in columns]]
        signs = self._signs(lang or "en") if marks else {}
        for row in self.rows:
            line = [str(row.label(lang)) if lang else row.as_printed or ""]
            for column in columns[1:]:
                values = cells.get((row.position, column.position), [])
                line.append(_marked(text(values), values, signs))
            table.append(line)
        return table

    def legend(self, lang: str = "en") -> str:
        """The signs that mark cells by their verdicts, each with its meaning."""
        from hikaku._labels import texts

        words = texts(self._dataset, "texts", "text", lang)
        titles = texts(self._dataset, "values", "title", lang)
        states = self._dataset.record("verdicts")._enums["verdict"]
        return words["list_separator"].join(
            words["legend"].format(
                mark=words[f"mark_{state}"], title=titles[f"verdicts.verdict.{state}"]
            )
            for state in states
        )

    def is_checked(self) -> bool:
        """Whether any cell has a verdict, so that signs need a legend."""
        return any(value.verdict_id for values in self._grid().values() for value in values)

    def to_markdown(self, lang: "str | None" = None) -> str:
        """The table as printed, or in a language, as Markdown, ending with a line end."""
        from hikaku._render import markdown

        head, *body = self.to_rows(lang)
        return markdown(head, body, tight=True)

    def to_pandas(self, lang: "str | None" = None) -> "pandas.DataFrame":
        """The table as printed, or in a language: headings as columns, each cell a string.

        A heading that another column has already is followed by a number.
        """
        from hikaku import _frames

        head, *body = self.to_rows(lang)
        return _frames.printed(self._dataset, head, body)

    def _as_printed(self) -> "tuple[Any, Any]":
        """How a heading, and how a cell, is shown as printed."""
        return (
            lambda column, cells: column.as_printed or "",
            lambda values: (values[0].as_printed or "") if values else "",
        )

    def _in_language(self, lang: str) -> "tuple[Any, Any]":
        """How a heading, and how a cell, is shown in a language."""
        from hikaku._labels import texts

        words = texts(self._dataset, "texts", "text", lang)
        values = {name: texts(self._dataset, name, "value", lang) for name in CELL_TABLES}

        def head(column: "ComparisonItem", cells: "Any") -> str:
            inside = [v for (_, c), vs in cells.items() if c == column.position for v in vs]
            return _heading_text(column.label(lang), inside, words)

        return head, lambda found: _cell_text(found, values, words)

    def _signs(self, lang: str) -> "dict[str, str]":
        """The sign of each verdict, by its id."""
        from hikaku._labels import states, texts

        words = texts(self._dataset, "texts", "text", lang)
        allowed = self._dataset.record("verdicts")._enums["verdict"]
        marks = {f"verdicts.verdict.{state}": words[f"mark_{state}"] for state in allowed}
        return states(self._dataset, "verdicts", "verdict", marks)

    def _repr_html_(self) -> str:
        from hikaku._render import html

        head, *body = self.to_rows(marks=True)
        # The cells are of the data at hand, also if this record was pickled by another version.
        cited = citation(self, self._dataset.version, "en")
        note = f"{cited} {self.legend()}" if self.is_checked() else cited
        return html(head, body, self.title, note)

    def _headings(self, axis: "Literal['row', 'column']") -> "tuple[ComparisonItem, ...]":
        items = self._dataset.table("comparison_items").where(comparison_id=self.row_key, axis=axis)
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
        from hikaku._values import plain, shown

        wanted = wanted.row_key if isinstance(wanted, Record) else plain(wanted)
        inside = headings[1:] if axis == "column" else headings
        found: list[ComparisonItem] = []
        if isinstance(wanted, str):
            found = [h for h in inside if wanted in (h.entity_id, h.as_printed)]
            found = [h for h in inside if wanted == h.id] or found
        elif isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
            found = [h for h in inside if wanted == h.position]
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownCell(
                f"{self.row_key} has several {axis}s {wanted!r}; give the position of one: "
                + ", ".join(f"{h.position} ({h.as_printed or h.id})" for h in found)
            )
        ids = [h.entity_id or "" for h in inside]
        close = close_to(wanted, ids) if isinstance(wanted, str) else ""
        known = ", ".join(f"{h.position} ({h.entity_id or h.as_printed})" for h in inside)
        raise UnknownCell(
            f"{self.row_key} has no {axis} {shown(wanted)}{close}; its {axis}s: {known}"
        )


def _heading_text(label: str, inside: "list[Any]", words: "dict[str, str]") -> str:
    """A heading with the one period that all its cells speak of, if they do."""
    periods = {(getattr(v, "period_start", None), getattr(v, "period_end", None)) for v in inside}
    start, end = periods.pop() if len(periods) == 1 else (None, None)
    if not start or len(start) != 4:
        return str(label)
    period = words["year"].format(year=start)
    if start != end:
        period = words["period_years"].format(start=start, end=end)
    return words["heading_period"].format(heading=label, period=period)


def _cell_text(
    found: "list[Any]", values: "dict[str, dict[str, str]]", words: "dict[str, str]"
) -> str:
    """The items of a cell in a language, each with its details in brackets."""
    items: dict[int, list[str]] = {}
    for value in found:
        shown = values[value._table].get(value.id, value.as_printed or "")
        items.setdefault(value.detail_of or value.position, []).append(shown)
    separator = words["list_separator"]
    return separator.join(
        words["item_details"].format(item=first, details=separator.join(details))
        if details
        else first
        for first, *details in items.values()
    )


def _marked(text: str, values: "list[Any]", signs: "dict[str, str]") -> str:
    """The text of a cell, with the different signs of its verdicts behind it."""
    found = dict.fromkeys(signs[v.verdict_id] for v in values if v.verdict_id in signs)
    return f"{text} {''.join(found)}".strip() if found else text
