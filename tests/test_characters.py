"""A text shows what it is: the same to Python and to DuckDB, whatever Unicode adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import duckdb
import pytest

from scripts import characters

EVERY = [chr(i) for i in range(1, 0x110000) if not 0xD800 <= i <= 0xDFFF]
USUAL = {
    "English": "Zhipu AI’s GLM‐4 — 32 k tokens, 5 µs, x² ≥ ½ “about” … naïve Café ✓ ™ €",
    "Japanese": "智譜AIは、約300億円（推定）の「モデル」を々：ーヶ？々〇％＆～",
    "Chinese": "智谱AI：“基座模型”，约4.6万亿；（估计）？",
    "Korean": "한국어 모델",
    "Russian": "Модель GPT",
    "Thai": "น้ำ",
    "Greek": "α-Modell μ",
    "Hindi": "हिन्दी",
    "emoji": "🙂",
}
PRINTED = {
    "a Persian word with a non-joiner": "می\u200cخواهم",
    "an Indic conjunct": "क्\u200dष",
    "a family": "👩\u200d👩\u200d👧",
    "a profession with a skin": "👩🏽\u200d💻",
    "a heart on fire": "❤\ufe0f\u200d🔥",
    "a keycap": "1\ufe0f\u20e3",
    "an ideograph's variant": "葛\U000e0100",
    "full width": "ＡＩ　モデル",
    "half width": "ｱｲ",
    "spaces as printed": "72\u00a0B\u2009tokens",
    "not in form C": "Cafe\u0301",
    "radicals": "⼀⺘",
}
HIDING = {
    **{f"U+{i:04X}": f"a{chr(i)}b" for i in (
        0x85, 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x180B, 0x180E, 0x200B, 0x200C, 0x200D,
        0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2061,
        0x2066, 0x2067, 0x2068, 0x2069, 0x206A, 0x2800, 0x3164, 0xE000, 0xFDD0, 0xFE00, 0xFE0F,
        0xFEFF, 0xFFA0, 0xFFF9, 0xFFFC, 0xFFFD, 0xFFFF, 0x1D173, 0xE0001, 0xE0041, 0xE0100, 0xF0000,
        0x10FFFF,
    )},
    "joined ideographs": "大\u200d模型",
    "a joiner at the end": "👩\u200d",
    "a flag of tags": "🏴\U000e0067\U000e007f",
    "selectors in a row": "❤\ufe0f\ufe01",
    "a selector behind a digit": "1\ufe0f0",
}  # fmt: skip


def found_by_duckdb(pattern: str, texts: list[str]) -> set[str]:
    with duckdb.connect() as con:
        sql = (
            f"SELECT t FROM (SELECT unnest(?::VARCHAR[]) AS t) WHERE regexp_matches(t, '{pattern}')"
        )
        return {text for (text,) in con.execute(sql, [texts]).fetchall()}


@cache
def refused() -> set[str]:
    return {c for c in EVERY if characters.hides(c) or (c.isspace() and c != " ")}


@pytest.mark.parametrize("step", [97, pytest.param(1, marks=pytest.mark.long)])
def test_duckdb_refuses_the_very_characters_that_python_does(step: int) -> None:
    """Each is of its own version of Unicode; the patterns hold Python's."""
    some = EVERY[::step]
    assert found_by_duckdb(characters.hidden_pattern(), some) == refused().intersection(some)
    misleading = {c for c in some if characters.misleads(c)}
    assert found_by_duckdb(characters.misleading_pattern(), some) == misleading
    assert len(misleading) > 2000 // step


def test_duckdb_tells_two_alphabets_in_one_word_as_python_does() -> None:
    cased = [c for c in EVERY if unicodedata.category(c) in ("Ll", "Lu", "Lt") and ord(c) > 127]
    plain = [c for c in cased if not characters.misleads(c) and unicodedata.is_normalized("NFC", c)]
    words = [f"a{c}" for c in plain]
    told = {w for w in words if "another alphabet" in (characters.wrong(w) or "")}
    # What Unicode has as a symbol's form is of no alphabet by its name.
    assert found_by_duckdb(characters.mixed_pattern(), words) == told
    assert {"aа", "aο", "aԁ"} <= told


def ignorable() -> Iterator[str]:
    shows_nothing = re.compile("VARIATION SELECTOR|GRAPHEME JOINER|VOWEL INHERENT|HANGUL.*FILLER")
    for c in EVERY:
        if shows_nothing.search(unicodedata.name(c, "")):
            yield c


def test_no_selector_filler_or_joiner_that_unicode_knows_gets_through() -> None:
    found = set(ignorable())
    assert len(found) > 250
    assert found <= refused()


def test_no_category_that_shows_nothing_gets_through() -> None:
    shown = {unicodedata.category(c) for c in EVERY if c not in refused()}
    assert shown.isdisjoint({"Cc", "Cf", "Cn", "Co", "Zl", "Zp"})


@pytest.mark.parametrize("text", USUAL.values(), ids=USUAL)
def test_words_as_people_write_them_are_not_refused(text: str) -> None:
    text = text.replace("‐", "-")
    assert characters.wrong(text) is None
    for pattern in (
        characters.hidden_pattern(), characters.misleading_pattern(), characters.mixed_pattern(),
        characters.hidden_as_printed_pattern(), characters.LEADING_MARK,
    ):  # fmt: skip
        assert found_by_duckdb(pattern, [text]) == set()


@pytest.mark.parametrize("text", PRINTED.values(), ids=PRINTED)
def test_what_a_source_printed_is_kept(text: str) -> None:
    assert found_by_duckdb(characters.hidden_as_printed_pattern(), [text]) == set()


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING)
def test_what_hides_or_reorders_is_refused_in_words_of_others_too(text: str) -> None:
    assert found_by_duckdb(characters.hidden_as_printed_pattern(), [text]) == {text}
    assert characters.wrong(text)


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "a\u0301",
        "\u0301a",
        "Cafe\u0301 x",
        "ﬁne",
        "Ⅳ",
        "𝐀",
        "Ａ",
        "ｱ",
        "⼀",
        "⺘",
        "㇐",
        "a‑b",
    ],
)
def test_a_text_of_our_own_in_another_form_is_told_by_its_character(text: str) -> None:
    assert re.search(r"U\+[0-9A-F]{4}|form C", characters.wrong(text) or "")
