"""Checks compiled from the contract to SQL: cells, keys, references, order.

A cell breaks at most one of its checks, the first in the order required, text, type, pattern,
enum, minimum; keys and references are looked at only where the cells they use are sound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import duckdb

from scripts import characters
from scripts.contract import DESCRIPTOR, Contract, Field, Table
from scripts.findings import Finding
from scripts.rules.check import Check, columns, quote

# Whole-cell patterns in the common subset of RE2 and Python's re. Casts alone are too lenient:
# they take 1e400, NaN, 1_000 and 2024-1-2.
TYPE_PATTERNS = {
    "integer": r"0|-?[1-9][0-9]{0,14}",
    "number": r"0|-?[1-9][0-9]*|-?(0|[1-9][0-9]*)\.[0-9]*[1-9]",
    "date": r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}",
}
TYPE_ALLOWED = {
    "integer": "a whole number in plain digits, such as 5",
    "number": "a number in plain digits without exponent, separators or trailing zeros, "
    "such as 89.8, of at most 15 digits",
    "date": "a calendar date as YYYY-MM-DD",
}
TYPE_FIX = {
    "integer": "correct the cell; what the source printed goes into as_printed",
    "number": "correct the cell; what the source printed goes into as_printed",
    "date": "write year, month and day, each with its zeros",
}
SPACE = r"[\s\x{85}\x{a0}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"
MISSING_WORDS = "'na', 'n/a', 'nan', 'null', 'none', 'nil'"
CONTROL = r"[\x00-\x1f\x7f-\x{9f}]"
LONGEST = 32_767  # characters of a spreadsheet's cell, counted in UTF-16
MOST_ROWS = 1_048_575  # of a spreadsheet's sheet, below its headings


def cell_checks(table: Table) -> dict[str, list[Check]]:
    """For each column, its checks in the order in which the first broken one counts."""
    return {f.name: list(_field_checks(table, f)) for f in table.fields}


def doubtful(f: Field) -> str:
    """SQL for whether a cell is to be looked at: it is not one of those that are sound at once.

    It is short, so that planning it costs little; most columns need nothing else.
    """
    column = f't."{f.name}"'
    missing = f"{column} IS NULL OR " if f.required else ""
    return f"({missing}NOT ({_sound(f)}))"


def first_broken(table: Table, f: Field) -> str:
    """SQL for the number of the first check that a cell breaks, counted from 1; 0 if none.

    A condition that sound cells meet at once comes first: it spares them all other checks.
    """
    cases = " ".join(
        f"WHEN {c.where} THEN {i}" for i, c in enumerate(_field_checks(table, f), start=1)
    )
    return f"(CASE WHEN {_sound(f)} THEN 0 {cases} ELSE 0 END)"


def _sound(f: Field) -> str:
    """A condition that only sound cells meet."""
    column = f't."{f.name}"'
    if f.enum:
        return f"{column} IN ({', '.join(quote(v) for v in f.enum)})"
    if f.type in TYPE_PATTERNS:
        sound = f"regexp_full_match({column}, '{TYPE_PATTERNS[f.type]}') AND strlen({column}) <= 15"
        if f.type == "date":
            sound += f" AND TRY_CAST({column} AS DATE) IS NOT NULL"
        return sound if f.minimum is None else f"{sound} AND num({column}) >= {f.minimum}"
    if f.pattern and _closed(f.pattern):
        return f"regexp_full_match({column}, {quote(f.pattern)}) AND strlen({column}) <= {LONGEST}"
    if f.pattern or f.raw.get("verbatim"):
        pattern = f" AND regexp_full_match({column}, {quote(f.pattern)})" if f.pattern else ""
        return (
            f"regexp_full_match({column}, '[!-~]([ -~]*[!-~])?') AND strlen({column}) <= {LONGEST}"
            + pattern
        )
    return f"regexp_full_match({column}, '[0-9A-Za-z]([ -~]*[!-~])?')" + (
        f" AND lower({column}) NOT IN ({MISSING_WORDS}) AND strlen({column}) <= {LONGEST}"
    )


def _closed(pattern: str) -> bool:
    """Whether a pattern lets in only the characters that it names."""
    return pattern.isascii() and not re.search(r"\[\^|(?<!\\)\.(?![^\[]*\])", pattern)


def _field_checks(table: Table, f: Field) -> list[Check]:
    column = f't."{f.name}"'
    checks: list[Check] = []

    def check(code: str, where: str, allowed: str, fix: str, found: str = column) -> None:
        checks.append(
            Check(
                code=code,
                table=table.name,
                column=f.name,
                where=where,
                allowed=allowed,
                fix=fix,
                found=found,
                uses=(f.name,),
            )
        )

    if f.required:
        check(
            "required",
            f"{column} IS NULL",
            "a value",
            f"fill the cell. Meaning: {f.description}",
            "'nothing'",
        )
    check(
        "control-character",
        f"regexp_matches({column}, '{CONTROL}')",
        "text without control characters",
        "remove tabs, line breaks and other control characters",
    )
    check(
        "edge-space",
        f"regexp_matches({column}, '^{SPACE}|{SPACE}$')",
        "text without space at its ends",
        "remove the space",
        f"'«' || {column} || '»'",
    )
    if f.type in TYPE_PATTERNS:
        wrong = f"NOT regexp_full_match({column}, '{TYPE_PATTERNS[f.type]}')"
        if f.type == "number":
            wrong += f" OR length(regexp_replace({column}, '[-.]', '', 'g')) > 15"
        if f.type == "date":
            wrong = f"{column} IS NOT NULL AND ({wrong} OR TRY_CAST({column} AS DATE) IS NULL)"
        check("type", wrong, TYPE_ALLOWED[f.type], TYPE_FIX[f.type])
    elif not f.enum:
        _text(f, column, check)
    if f.pattern:
        example = f.raw["example"]
        check(
            "pattern",
            f"NOT regexp_full_match({column}, {quote(f.pattern)})",
            f"the form of {example}",
            f"write it like {example}. Meaning: {f.description}",
        )
    if f.enum:
        check(
            "enum",
            f"{column} NOT IN ({', '.join(quote(v) for v in f.enum)})",
            ", ".join(f.enum),
            "use one of the allowed values",
        )
    if f.minimum is not None:
        check(
            "minimum",
            f"num({column}) < {f.minimum}",
            f"{f.minimum} or more",
            "correct the number",
        )
    return checks


def _text(f: Field, column: str, check: Callable[..., None]) -> None:
    """What each text must be: ids and codes by their pattern, words of others as printed."""
    astral = f"length(regexp_replace({column}, '[^\\x{{10000}}-\\x{{10ffff}}]', '', 'g'))"
    check(
        "too-long",
        f"strlen({column}) > {LONGEST} AND length({column}) + {astral} > {LONGEST}",
        f"at most {LONGEST:,} characters, as many as a spreadsheet's cell takes",
        "shorten the text",
        f"length({column}) || ' characters'",
    )
    if f.references or (f.pattern and _closed(f.pattern)):
        return
    if f.raw.get("verbatim") or f.pattern:
        hidden = characters.hidden_as_printed_pattern()
        allowed, fix = "characters that can be read", "remove it, or write what is printed there"
    else:
        hidden, allowed = characters.hidden_pattern(), "visible characters and plain spaces"
        fix = "remove it, or write a plain space"
    check(
        "invisible-character",
        f"regexp_matches({column}, '{hidden}')",
        allowed,
        fix,
        _code_point(column, characters.hidden_pattern()),
    )
    check(
        "leading-mark",
        f"regexp_matches({column}, '{characters.LEADING_MARK}')",
        "a letter before each mark that combines with it",
        "write the letter, or remove the mark",
        _code_point(column, characters.LEADING_MARK),
    )
    if not (f.raw.get("verbatim") or f.pattern):
        _own_text(column, check)


def _code_point(column: str, pattern: str) -> str:
    """The first character of a text that a pattern finds, by its number: it may not show."""
    return f"printf('U+%04X', unicode(regexp_extract({column}, '{pattern}')))"


def _own_text(column: str, check: Callable[..., None]) -> None:
    check(
        "formula",
        f"regexp_matches({column}, '^[=@]|^[+-].')"
        f" AND NOT regexp_full_match({column}, '[+-][0-9.,]+%?')",
        "text that no spreadsheet runs as a formula",
        "begin with a letter or a digit",
    )
    check(
        "missing-word",
        f"lower({column}) IN ({MISSING_WORDS})",
        "an empty cell where nothing is stated",
        "empty the cell, or say it with a status",
    )
    check(
        "misleading-character",
        f"regexp_matches({column}, '{characters.misleading_pattern()}')",
        "the usual characters, not forms that only look like them",
        "type the usual character: the ideograph, the letter, the hyphen",
        f"{_code_point(column, characters.misleading_pattern())} || ' in ' || {column}",
    )
    check(
        "mixed-script",
        f"regexp_matches({column}, '{characters.mixed_pattern()}')",
        "words of one alphabet",
        "type the word anew: letters of another alphabet only look the same",
    )
    check(
        "not-nfc",
        f"nfc_normalize({column}) <> {column}",
        "text in Unicode normal form C",
        "normalize the text to NFC",
    )


def refused_patterns(con: duckdb.DuckDBPyConnection, contract: Contract) -> list[Finding]:
    """Patterns that RE2 refuses, such as those that repeat too often, as findings."""
    patterned = [(t, i, f.pattern) for t in contract for i, f in enumerate(t.fields) if f.pattern]
    with suppress(duckdb.Error):  # most often RE2 takes them all, which one query tells
        con.execute(f"SELECT {', '.join({_taken(pattern) for _, _, pattern in patterned})}")
        return []
    found = []
    for table, i, pattern in patterned:
        try:
            con.execute(f"SELECT {_taken(pattern)}")
        except duckdb.Error as error:
            found.append(
                Finding(
                    file=DESCRIPTOR,
                    row=None,
                    column=f"resources/{table.name}/schema/fields/{i}/constraints/pattern",
                    code="broken-contract",
                    key=None,
                    found=str(error).splitlines()[0],
                    allowed="a pattern that RE2 takes",
                    fix="make the pattern shorter, or repeat less",
                )
            )
    return found


def _taken(pattern: str) -> str:
    return f"regexp_full_match('', {quote(pattern)})"


def key_checks(contract: Contract, table: Table) -> list[Check]:
    """Keys, order and references of one table; run where their cells are sound."""
    key = tuple(f't."{c}"' for c in table.key)
    key_list = ", ".join(key)
    windowed = _windowed(
        table,
        f"min(_row) OVER (PARTITION BY {columns(table.key)}) AS _first",
        f"lag(({columns(table.key)})) OVER (ORDER BY _row) AS _before",
    )
    checks = [
        Check(
            code="duplicate-key",
            table=table.name,
            column=table.key[-1],
            where="t._first < t._row",
            allowed="each key once",
            fix="give the row a key of its own, or remove one of the two",
            found="'the key of row ' || t._first",
            uses=table.key,
            source=windowed,
        ),
        Check(
            code="sort-order",
            table=table.name,
            column=table.key[0],
            where=f"({key_list}) < t._before",
            allowed="rows sorted by key, in code point order",
            fix="move the row to its place: sort the rows by key",
            found=f"concat_ws('|', {key_list})",
            uses=table.key,
            source=windowed,
        ),
    ]
    for unique in table.unique_keys:
        plain = columns(unique)
        some = " AND ".join(f't."{c}" IS NOT NULL' for c in unique)
        checks.append(
            Check(
                code="not-unique",
                table=table.name,
                column=unique[-1],
                where=f"{some} AND t._first < t._row",
                allowed=f"{' and '.join(unique)} unique together",
                fix="correct one of the two rows",
                found="'the same as row ' || t._first",
                uses=unique,
                source=_windowed(table, f"min(_row) OVER (PARTITION BY {plain}) AS _first"),
            )
        )
    for f in table.fields:
        column = f't."{f.name}"'
        if f.references == table.name:
            checks.append(
                Check(
                    code="self-reference",
                    table=table.name,
                    column=f.name,
                    where=f'{column} = t."id"',
                    allowed="another row",
                    fix="point at another row, or empty the cell",
                    found=column,
                    uses=("id", f.name),
                )
            )
        if f.references:
            target = contract[f.references]
            checks.append(
                Check(
                    code="dangling-reference",
                    table=table.name,
                    column=f.name,
                    where=f"{column} IS NOT NULL"
                    f" AND {column} NOT IN (SELECT id FROM {_ids(target)})",
                    allowed=f"an id of {target.path}",
                    fix=f"use an id of {target.path}, or add the row there",
                    found=column,
                    uses=(f.name,),
                )
            )
    return checks


def _windowed(table: Table, *expressions: str) -> str:
    return f'(SELECT *, {", ".join(expressions)} FROM "{table.name}")'


def _ids(target: Table) -> str:
    """The known keys of a table: those read, and those of rows that could not be read."""
    return f"_ids_{target.name}"
