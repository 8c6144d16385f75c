"""Reads the CSV of a table into DuckDB, and says exactly what cannot be read.

A sound file goes through DuckDB alone. A file whose bytes, heading line or rows are unsound is
read line by line instead: every defect is named at its line and column, and the readable rows
go on with their true numbers (row n stands on line n + 1).
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from scripts.contract import Table
from scripts.findings import Finding

BOM = b"\xef\xbb\xbf"
CHUNK = 16 * 1024 * 1024
# A quote that neither opens, closes nor doubles: only the slow reader can judge it.
# It begins with the literal mark, which lets the search skip everything else.
STRAY_QUOTE = re.compile(rb'"(?<=[^,\n"].)(?=[^,\n"])')
CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\Z)')
MEND = {
    "nul": "remove the byte",
    "invalid-utf-8": "save the file as UTF-8",
    "unbalanced-quote": "put the whole cell in quotation marks and double those inside it",
    "line-too-long": "shorten its texts",
    "row-length": "give one cell for each column; text with commas needs quotation marks",
}
LONGEST_LINE = 2_000_000  # bytes; DuckDB keeps sixteen times as many for each thread
LONGEST_RECORD = 100  # lines over which a field with line breaks is followed

OPTIONS = (
    "header=true, auto_detect=false, delim=',', quote='\"', escape='\"', new_line='\\n', "
    "strict_mode=true, null_padding=false, nullstr='', allow_quoted_nulls=true"
)


@dataclass
class Loaded:
    """What became of one file. `lost_keys` are first cells of rows that could not be read."""

    table: Table
    rows: int = 0
    readable: bool = True
    columns: tuple[str, ...] = ()
    lost_rows: int = 0
    lost_keys: set[str] = field(default_factory=set)


def load(con: duckdb.DuckDBPyConnection, root: Path, table: Table) -> tuple[Loaded, list[Finding]]:
    """Create the DuckDB table `table.name`: `_row` and every contract field as text."""
    path = root / table.path
    try:
        bytes_ = _byte_pass(path, table)
    except OSError as error:
        _create_empty(con, table)
        reason = (error.strerror or str(error)).lower()
        code, found = "unreadable-file", f"a file that cannot be opened: it {reason}"
        if isinstance(error, FileNotFoundError):
            code, found = "missing-file", "no such file"
        finding = Finding(
            file=table.path,
            row=None,
            column=None,
            code=code,
            key=None,
            found=found,
            allowed="a readable CSV file",
            fix="restore the file; a table without rows is its heading line alone",
        )
        return Loaded(table, readable=False), [finding]
    if bytes_.sound:
        rows = _load_sound(con, path, table)
        if rows == bytes_.lines - 1 and bytes_.commas == _expected_commas(con, table, bytes_):
            return Loaded(table, rows=rows, columns=table.names), []
    return _load_line_by_line(con, path, table)


@dataclass
class _Bytes:
    """What the bytes of a file tell: whether nothing is wrong with them, and what they hold."""

    sound: bool
    lines: int
    commas: int
    quoted: bool


def _byte_pass(path: Path, table: Table) -> _Bytes:
    """Look at the bytes alone. Reads in chunks."""
    heading = (",".join(table.names) + "\n").encode()
    lines, commas, quoted, carry, sound = 0, 0, False, b"", True
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not carry and not chunk.startswith(heading):
                sound = False
            edge = carry + chunk[:2]  # what only shows where two chunks meet
            if b"\r" in chunk or b"\0" in chunk or b"\n\n" in chunk or b"\n\n" in edge:
                sound = False
            if STRAY_QUOTE.search(chunk) or STRAY_QUOTE.search(edge):
                sound = False
            lines += chunk.count(b"\n")
            commas += chunk.count(b",")
            quoted = quoted or b'"' in chunk
            carry = (carry + chunk[-2:])[-2:]
    return _Bytes(sound and carry.endswith(b"\n"), lines, commas, quoted)


def _load_sound(con: duckdb.DuckDBPyConnection, path: Path, table: Table) -> int:
    """Load by DuckDB; -1 if it refuses the file."""
    try:
        # Rows keep the order of the file, so their own number is free; counting costs as much
        # again as reading.
        return _create(con, path, table, table.names, "rowid + 1 AS _row, *")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return -1


def _expected_commas(con: duckdb.DuckDBPyConnection, table: Table, found: _Bytes) -> int:
    """The commas of a file whose rows all have as many cells as the heading.

    DuckDB lets one more cell pass at the end of a row, if it is empty.
    """
    between = found.lines * (len(table.names) - 1)
    if not found.quoted or found.commas == between:
        return between
    inside = " + ".join(
        f"coalesce(sum(CASE WHEN contains(\"{name}\", ',') THEN"
        f" length(\"{name}\") - length(replace(\"{name}\", ',', '')) END), 0)"
        for name in table.names
    )
    row = con.execute(f'SELECT {inside} FROM "{table.name}"').fetchone()
    return between + int(row[0] if row else 0)


def _create(
    con: duckdb.DuckDBPyConnection, path: Path, table: Table, header: Sequence[str], view: str,
    longest: int = LONGEST_LINE,
) -> int:  # fmt: skip
    """The file as a table of texts, and a view of it with the row number as `_row`; its rows."""
    columns = ", ".join(f"'{c}': 'VARCHAR'" for c in header)
    selected = [f'"{c}"' if c in header else f'NULL::VARCHAR AS "{c}"' for c in table.names]
    if "_row" in header:
        selected.insert(0, "_row::BIGINT AS _row")
    made = con.execute(
        f'CREATE OR REPLACE TABLE "_read_{table.name}" AS SELECT {", ".join(selected)} '
        f"FROM read_csv(?, columns={{{columns}}}, {OPTIONS}, max_line_size={longest})",
        [str(path)],
    ).fetchone()
    con.execute(f'CREATE OR REPLACE VIEW "{table.name}" AS SELECT {view} FROM "_read_{table.name}"')
    return int(made[0]) if made else 0


def _create_empty(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f'"{c}" VARCHAR' for c in table.names)
    con.execute(f'CREATE OR REPLACE TABLE "{table.name}" (_row BIGINT, {columns})')


# --- the slow reader -------------------------------------------------------------------------


def _load_line_by_line(
    con: duckdb.DuckDBPyConnection, path: Path, table: Table
) -> tuple[Loaded, list[Finding]]:
    reader = _LineReader(table, path.read_bytes())
    header = reader.read_header()
    if header is None:
        _create_empty(con, table)
        return Loaded(table, readable=False), reader.findings
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "clean.csv"
        with clean.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["_row", *header])
            writer.writerows([n, *cells] for n, cells in reader.rows(len(header)))
        # Written anew, a row can be twice as long, by its quotation marks.
        rows = _create(con, clean, table, ["_row", *header], "*", 2 * LONGEST_LINE + 100)
    loaded = Loaded(
        table,
        rows=rows,
        columns=tuple(c for c in table.names if c in header),
        lost_rows=reader.lost_rows,
        lost_keys=reader.lost_keys,
    )
    return loaded, reader.findings


class _LineReader:
    """Reads one file line by line, collecting findings and the keys of lost rows."""

    def __init__(self, table: Table, data: bytes) -> None:
        self.table, self.findings = table, list[Finding]()
        self.lost_rows, self.lost_keys = 0, set[str]()
        self.header: list[str] = []
        if data.startswith(BOM):
            data = data[len(BOM) :]
            self._find(
                None,
                None,
                "bom",
                "a byte order mark",
                "plain UTF-8",
                "save the file as UTF-8 without BOM",
            )
        if (crlf := data.count(b"\r\n")) > 0:
            data = data.replace(b"\r\n", b"\n")
            self._find(
                None,
                None,
                "crlf",
                f"{crlf} line ends with CR LF",
                "LF",
                "save with Unix line ends",
            )
        self.lines = data.split(b"\n")
        if data and not data.endswith(b"\n"):
            self._find(
                len(self.lines) - 1,
                None,
                "no-final-newline",
                "no line end after the last row",
                "every line ends with LF",
                "end the last line; a cut-off file loses its end first",
            )
        elif data:
            self.lines.pop()

    def _find(
        self,
        row: int | None,
        column: str | None,
        code: str,
        found: str,
        allowed: str,
        fix: str,
        key: str | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                file=self.table.path,
                row=row,
                column=column,
                code=code,
                key=key,
                found=found,
                allowed=allowed,
                fix=fix,
            )
        )

    def read_header(self) -> list[str] | None:
        """The contract's name of each column in the file; None if there is no usable heading."""
        expected = list(self.table.names)
        actual = None
        if self.lines and self.lines[0].strip():
            actual = _split(self.lines[0].decode("utf-8", "replace"))
        if not isinstance(actual, list):
            self._find(
                None,
                None,
                "no-header",
                "no heading line",
                ",".join(expected),
                "make the heading line the first line of the file",
            )
            return None
        if len(actual) == 1 and len(expected) > 1:
            for name, mark in (("a tab", "\t"), ("a semicolon", ";"), ("a vertical bar", "|")):
                if mark in actual[0]:
                    self._find(
                        0,
                        None,
                        "delimiter",
                        f"{name} between columns",
                        "a comma",
                        "save the file with commas",
                    )
                    return None
        self.header = self._match_header(actual, expected)
        return self.header

    def _match_header(self, actual: list[str], expected: list[str]) -> list[str]:
        if actual == expected:
            return actual
        if sorted(actual) == sorted(expected):
            i = next(i for i, name in enumerate(expected) if actual[i] != name)
            self._find(
                0,
                expected[i],
                "column-order",
                f"{actual[i]} as column {i + 1}",
                f"{expected[i]} as column {i + 1}",
                "put the columns in the contract's order",
            )
            return actual
        result = list[str]()
        for i, name in enumerate(actual):
            if name in expected and name not in result:
                result.append(name)
            elif i < len(expected) and len(actual) == len(expected) and expected[i] not in actual:
                self._find(
                    0,
                    expected[i],
                    "wrong-heading",
                    repr(name),
                    repr(expected[i]),
                    "write the heading as the contract does",
                )
                result.append(expected[i])
            else:
                what = "a second column" if name in expected else "the column"
                self._find(
                    0,
                    name,
                    "extra-column",
                    f"{what} {name!r}",
                    ", ".join(expected),
                    f"remove it, or add the field to {self.table.name} in the contract",
                )
                result.append(f"_extra_{i}")
        for name in expected:
            if name not in result:
                self._find(
                    0,
                    name,
                    "missing-column",
                    "no such column",
                    f"the column {name!r}",
                    "add the column; it may be empty unless the contract requires it",
                )
        return result

    def rows(self, width: int) -> Iterator[tuple[int, list[str]]]:
        """Readable rows with their numbers. Unreadable ones become findings."""
        n = 0
        while (n := n + 1) < len(self.lines):
            line = self.lines[n]
            if not line:
                self._find(n, None, "blank-line", "an empty line", "one row", "remove the line")
                continue
            if len(line) > LONGEST_LINE:
                self._lose(
                    n,
                    0,
                    line[:1000].decode("utf-8", "replace"),
                    "line-too-long",
                    f"{len(line):,} bytes",
                    f"at most {LONGEST_LINE:,} bytes in a row",
                )
                continue
            text = self._decode(n, line)
            if text is None:
                continue
            if (cr := line.find(b"\r")) >= 0:
                self._find(
                    n,
                    self._name(_column_at(line, cr)),
                    "control-character",
                    "a carriage return",
                    "text without control characters",
                    "remove it",
                    text.split(",", 1)[0],
                )
                text = text.replace("\r", " ")
            cells = _split(text)
            if not isinstance(cells, list):
                joined = self._join(n, text, width)
                if joined is None:
                    self._lose(
                        n,
                        cells,
                        text,
                        "unbalanced-quote",
                        "a quotation mark that does not pair",
                        "quotation marks around a whole cell, doubled inside it",
                    )
                    continue
                extra, whole = joined
                self._find(
                    n,
                    self._name(cells),
                    "line-break",
                    "a line break inside a cell",
                    "one row a line",
                    "write the cell on one line",
                    whole[0],
                )
                yield n, [c.replace("\n", " ") for c in whole]
                n += extra
            elif len(cells) != width:
                self._lose(
                    n,
                    min(len(cells), width),
                    text,
                    "row-length",
                    f"{len(cells)} cells",
                    f"{width} cells",
                )
            else:
                yield n, cells

    def _decode(self, n: int, line: bytes) -> str | None:
        if (nul := line.find(b"\0")) >= 0:
            self._lose_at(n, line, nul, "nul", "a NUL byte", "text without NUL bytes")
            return None
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            found = f"the byte 0x{line[error.start]:02x}"
            self._lose_at(n, line, error.start, "invalid-utf-8", found, "UTF-8")
            return None

    def _join(self, n: int, text: str, width: int) -> tuple[int, list[str]] | None:
        """A record whose quoted cell runs over several lines: how many more, and its cells."""
        for extra in range(1, min(LONGEST_RECORD, len(self.lines) - n)):
            text += "\n" + self.lines[n + extra].decode("utf-8", "replace")
            if len(text) > LONGEST_LINE // 4:  # at most as many bytes as a line may have
                return None
            cells = _split(text)
            if isinstance(cells, list):
                return (extra, cells) if len(cells) == width else None
        return None

    def _lose_at(self, n: int, line: bytes, at: int, code: str, found: str, allowed: str) -> None:
        self._lose(n, _column_at(line, at), line.decode("utf-8", "replace"), code, found, allowed)

    def _lose(self, n: int, column: int, text: str, code: str, found: str, allowed: str) -> None:
        key = text.split(",", 1)[0].strip('"')
        self.lost_rows += 1
        self.lost_keys.add(key)
        self._find(
            n,
            self._name(column),
            code,
            found,
            allowed,
            f"{MEND[code]}; the row was left out of further checks",
            key,
        )

    def _name(self, column: int) -> str | None:
        return self.header[column] if column < len(self.header) else None


def _column_at(line: bytes, at: int) -> int:
    """The number of the cell that holds byte `at`."""
    return re.sub(rb'"[^"]*"', b"", line[:at]).count(b",")


def _split(line: str) -> list[str] | int:
    """The cells of one record, or the number of the cell that is broken."""
    cells, at = list[str](), 0
    while True:
        match = CELL.match(line, at)
        if match is None:
            return len(cells)
        quoted, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if not end:
            return cells
        at = match.end()
