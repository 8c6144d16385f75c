"""The one strict reader of CSV that scripts use, so that each file is told in one sentence.

The tables themselves are read by DuckDB where every defect is wanted; see scripts/reading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from scripts.errors import BrokenCsv

csv.field_size_limit(2**31 - 1)  # ours is what the contract allows; the library's is 131,072


def cells(path: Path, name: str = "", bom: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Each record of a file with the line that it ends on, the heading among them.

    `name` stands for the file in messages, its path unless given. Raises BrokenCsv for a file that
    cannot be read, is not UTF-8, has a byte order mark unless `bom`, a NUL or a quotation mark
    that does not pair.
    """
    name = name or str(path)
    try:
        with path.open(encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
            yield from _records(file, name)
    except UnicodeDecodeError as error:
        raise BrokenCsv(
            f"{name} is not UTF-8: the byte 0x{error.object[error.start]:02x}; "
            "save it as CSV in UTF-8"
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BrokenCsv(f"{name} cannot be read: {reason}; restore the file") from None


def of_others(text: str) -> list[list[str]]:
    """The records of a document that is CSV, which is read as it is: no form is demanded."""
    return list(csv.reader(io.StringIO(text, newline="")))


def records(path: Path, names: Sequence[str], name: str = "") -> list[dict[str, str]]:
    """The rows of a file that has exactly these headings, in this order, by heading.

    Raises BrokenCsv like cells, and where a row has another number of cells.
    """
    name = name or str(path)
    rows = cells(path, name)
    _, header = next(rows, (1, []))
    if header != list(names):
        raise BrokenCsv(
            f"{name}:1: the heading line is {ascii(','.join(header))[:100]}; "
            f"it must be {','.join(names)}, in UTF-8 without byte order mark, with commas"
        )
    found = []
    for line, row in rows:
        if len(row) != len(names):
            raise BrokenCsv(
                f"{name}:{line}: {len(row)} cells under {len(names)} headings; "
                "give one cell for each heading, in quotation marks where it holds a comma"
            )
        found.append(dict(zip(names, row, strict=True)))
    return found


def _records(file: Iterable[str], name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(file, strict=True)
    try:
        for row in reader:
            if any("\0" in cell for cell in row):
                raise BrokenCsv(f"{name}:{reader.line_num}: a NUL byte; remove it")
            yield reader.line_num, row
    except csv.Error as error:
        raise BrokenCsv(
            f"{name}:{max(reader.line_num, 1)}: {error}; look for a quotation mark that does not "
            "pair, and double those inside a cell"
        ) from None
