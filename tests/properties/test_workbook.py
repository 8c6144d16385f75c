"""Every title gets a sheet name that is legal and its own."""

from __future__ import annotations

import os

import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.build.workbook import sheet_names

# What Excel 2016 refuses in the name of a sheet.
FORBIDDEN = "[]:*?/\\［］：＊？／＼￥"


def titles() -> st.SearchStrategy[list[str]]:
    nasty = st.sampled_from(
        [*FORBIDDEN, "'", "’", "＇", " ", "a", "A", "Ａ", "ß", "表", "😀", "\n", "\0"]
    )
    long = st.text(nasty | st.characters(codec="utf-8"), max_size=45)
    named = st.sampled_from(["History", "Overview", "x" * 31, "x" * 32, "表" * 40, "a" * 30 + "😀"])
    return st.lists(long | named, max_size=14)


@given(titles())
@example(["x" * 40] * 12)
@example(["a 2", "a", "a", "A"])
@example(["Four companies and their models today", "Four companies and their models yesterday"])
def test_every_title_gets_a_sheet_name_that_is_legal_and_its_own(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len(names) == len(wanted)
    assert len({name.casefold() for name in names}) == len(names)
    with xlsxwriter.Workbook(os.devnull, {"in_memory": True}) as book:
        for name in names:
            assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31, name
            assert not set(name) & set(FORBIDDEN), name
            assert name.strip("'’＇ ") == name, name
            assert name.isprintable(), name
            assert name.casefold() != "history"
            book.add_worksheet(name)  # raises for what it knows to be illegal
