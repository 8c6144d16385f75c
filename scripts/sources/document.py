"""Finds the place that a locator names in a document, and the text that is printed there.

Lines and cells are counted from 1. A cell is what stands between two pipes of a Markdown table,
or a `<td>` or `<th>` that begins on the line; in a CSV file, `T1R3C2` is a field. Whether a text
stands there is for `matching` to say.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

from hikaku._formats import lines
from hikaku.errors import Unreachable
from scripts import csv_files
from scripts.errors import NoPlace
from scripts.sources.matching import Place as Place
from scripts.sources.matching import same as same

CELL = re.compile(r"(?<!\\)\|")
TAG_CELL = re.compile(r"<t[dh]\b[^<>]*>(.*?)(?=</t[dh]>|<t[dh]\b|$)", re.IGNORECASE | re.DOTALL)
HEADING = re.compile(r"^(#{1,6}\s+\S|<h[1-6][ >])|^(=|-){3,}\s*$", re.IGNORECASE)
RULE = re.compile(":?-+:?")  # a cell of the line below a table's headings
N = "[1-9][0-9]{0,8}"  # from 1; row 0 is a heading, section 0 is what stands before the first
GRAMMAR = re.compile(
    rf"L(?P<line>{N})(-(?P<last>{N})|C(?P<cell>{N}))?"
    rf"|(P(?P<tpage>{N}))?T(?P<table>{N})R(?P<row>0|{N})C(?P<column>{N})"
    rf"|S(?P<section>0|{N})P(?P<paragraph>{N})|P(?P<page>{N})|(?P<whole>F)"
)


class Document:
    """A text document, or a PDF: its places by locator. Raises Unreachable if it cannot be read."""

    def __init__(self, data: bytes, path: str) -> None:
        self.path = path
        self.pages: list[str] | None = None
        if data.startswith(b"%PDF-"):
            self.pages = _pdf_pages(data, path)
            self.lines: list[str] = []
        else:
            self.lines = lines.split(_text(data, path))

    def at(self, locator: str) -> Place:
        """The place. Raises NoPlace."""
        found = GRAMMAR.fullmatch(locator)
        if found is None:
            raise NoPlace(f"{locator} is no locator")
        part = {k: int(v) for k, v in found.groupdict().items() if v and v != "F"}
        page = part.get("page") or part.get("tpage")
        if page is not None:
            return Place(self._page(page), exact=False)
        if self.pages is not None:
            return Place("\n".join(self.pages), exact=False)
        if "line" in part:
            return self._lines(part)
        if "table" in part:
            return self._table_cell(part["table"], part["row"], part["column"])
        if "section" in part:
            return self._paragraph(part["section"], part["paragraph"])
        return Place("\n".join(self.lines), exact=False)

    def _lines(self, part: dict[str, int]) -> Place:
        first, last = part["line"], part.get("last", part["line"])
        if last > len(self.lines):
            raise NoPlace(f"the document ends at line {len(self.lines)}")
        if "cell" not in part:
            text = "\n".join(self.lines[first - 1 : last])
            if not text.strip():
                raise NoPlace(f"line {first} is blank")
            return Place(text, exact=False, line=first)
        cells = line_cells(self.lines, first)
        if part["cell"] > len(cells):
            raise NoPlace(f"line {first} has {len(cells)} cells")
        return Place(cells[part["cell"] - 1], exact=True, line=first)

    def _page(self, page: int) -> str:
        if self.pages is None or page > len(self.pages):
            raise NoPlace(f"the document has {len(self.pages or [])} pages")
        return self.pages[page - 1]

    def _table_cell(self, table: int, row: int, column: int) -> Place:
        tables = list(self._tables())
        try:
            cells = tables[table - 1][row]
            return Place(cells[column - 1], exact=True)
        except IndexError:
            raise NoPlace(f"the document has no T{table}R{row}C{column}") from None

    def _tables(self) -> Iterator[list[list[str]]]:
        """Tables as rows of cells; row 0 is the heading."""
        if self.path.casefold().endswith(".csv"):
            # A lone CR ends a row of a CSV file, though it ends no line of the document.
            yield csv_files.of_others("\n".join(self.lines))
            return
        rows: list[list[str]] = []
        for line in [*self.lines, ""]:
            if "|" in line:
                if not _is_separator(line):
                    rows.append(pipe_cells(line))
            elif rows:
                yield rows
                rows = []

    def _paragraph(self, section: int, paragraph: int) -> Place:
        sections: list[list[tuple[int, list[str]]]] = [[]]
        open_paragraph = False
        for n, line in enumerate(self.lines, start=1):
            if HEADING.match(line):
                sections.append([])
                open_paragraph = False
            elif not line.strip():
                open_paragraph = False
            elif open_paragraph:
                sections[-1][-1][1].append(line)
            else:
                sections[-1].append((n, [line]))
                open_paragraph = True
        try:
            line_number, text = sections[section][paragraph - 1]
        except IndexError:
            raise NoPlace(f"the document has no S{section}P{paragraph}") from None
        return Place("\n".join(text), exact=False, line=line_number)


def _is_separator(line: str) -> bool:
    """Whether a line parts a table's headings from its rows: |:---|---:|."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return all(RULE.fullmatch(cell.strip()) for cell in inner.split("|"))


def pipe_cells(line: str) -> list[str]:
    """The cells between the pipes of one line, without the space around them."""
    parts = [part.strip().replace("\\|", "|") for part in CELL.split(line.strip())]
    if parts and not parts[0]:
        parts = parts[1:]
    if parts and not parts[-1]:
        parts = parts[:-1]
    return parts


def line_cells(lines: list[str], line: int) -> list[str]:
    """The cells that begin on a line, counted from 1: `<td>` and `<th>`, else between pipes."""
    text = lines[line - 1]
    if re.search(r"<t[dh]\b", text, re.IGNORECASE):
        # A cell may end on a later line.
        later = "\n".join(lines[line : line + 20])
        cells = TAG_CELL.findall(text + "\n" + later)
        count = len(re.findall(r"<t[dh]\b", text, re.IGNORECASE))
        return [c.strip() for c in cells[:count]]
    return pipe_cells(text)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreachable(f"{path} is no UTF-8 text: {error.reason}, byte {error.start}") from None


def _pdf_pages(data: bytes, path: str) -> list[str]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what is wrong is told below
    try:
        return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    except Exception as error:  # a broken PDF makes pypdf stumble in every way there is
        raise Unreachable(f"{path} is no PDF that can be read: {error}") from None
