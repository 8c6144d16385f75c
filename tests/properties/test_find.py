"""Whoever has a name is found by it, however a page, a keyboard or a clipboard writes it."""

from __future__ import annotations

import unicodedata
from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st

from hikaku._find import _begins_a_word, fold
from hikaku._open import installed

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u00ad"
SPACES = " \u00a0\u2009\u3000\t"
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u200e\u202e\ufe0f\U000e0101"


@cache
def names() -> list[tuple[str, str]]:
    return list(installed().store.rows("SELECT text, entity_id FROM names"))


@st.composite
def rewritten(draw: st.DrawFn, name: str) -> str:
    """The name with other dashes, spaces, widths, cases, forms, and with unseen characters."""
    made = ""
    for character in name:
        if character in DASHES or character.isspace():
            character = draw(st.sampled_from([*DASHES, *SPACES, ""]))
        elif 0x21 <= ord(character) <= 0x7E and draw(st.booleans()):
            character = chr(ord(character) + 0xFEE0)
        elif character.swapcase().casefold() == character.casefold():
            character = draw(st.sampled_from([character, character.swapcase()]))
        made += character + draw(st.sampled_from(["", "", "", *UNSEEN]))
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])), made)


@given(data=st.data())
def test_each_name_finds_its_entity_in_any_spelling(data: st.DataObject) -> None:
    name, key = data.draw(st.sampled_from(names()))
    query = data.draw(rewritten(name))
    assert key in [entity.id for entity in installed().find(query)], ascii(query)


@given(st.text(), st.text("-\u2011 \u200b\u0301aA\u3164\u1160\uff0d\u2212ǆ"))
@example("İ\u00ad", "ﬁ\u034f\u0301")
def test_folding_is_idempotent(a: str, b: str) -> None:
    assert fold(fold(a + b)) == fold(a + b)
    assert fold(f"\u200b{a} ") == fold(a)


@given(before=st.sampled_from("abz019"), inner=st.text("abxyz", min_size=1), after=st.text("ab 1"))
def test_the_inside_of_a_word_is_no_find(before: str, inner: str, after: str) -> None:
    name = before + "q" + inner + after  # no word begins with what stands behind the q
    if not name.startswith(inner):
        assert not _begins_a_word(f"{before}q{inner}", inner)
    for lead in (" ", "-", "(", "智", "\u2011"):
        assert _begins_a_word(f"{before}q{lead}{inner}{after}", inner)
