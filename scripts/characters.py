"""Which characters a text may hold: what shows nothing, reorders, or looks like another is told.

Decided by Unicode's properties, as this Python knows them, once for tables, translations and the
contract: in Python for a text at hand, as patterns of RE2 for DuckDB. There are two measures.

* Our own words hold letters, marks, numbers, punctuation, symbols and plain spaces, in form C. No
  form that only looks like the usual one: radicals for ideographs, half width, mathematical or
  full-width letters, a word of two alphabets. Full-width punctuation shows what it is.
* Words of others stay as printed, also their spaces and widths. Only what hides, reorders or means
  nothing is refused. Joiners may stand within scripts that need them and within emoji, a variation
  selector behind what it varies.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache, partial

# Unicode's Default_Ignorable_Code_Point beyond format characters, which unicodedata does not tell.
SELECTORS = ((0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
IGNORABLE = (
    *((0x34F, 0x34F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x3164, 0x3164), (0xFFA0, 0xFFA0)),
    (0x16FE4, 0x16FE4),
)
# Symbols that are blank, or that say that the character was lost.
BLANK = ((0x2800, 0x2800), (0xFFFC, 0xFFFD), (0x1D159, 0x1D159))
JOINERS = ((0x200C, 0x200D),)
SURROGATES = (0xD800, 0xDFFF)  # no file in UTF-8 holds one, and RE2 knows none
# Letters whose compatibility form is not what people write.
USUAL = "µ\u0e33\u0eb3"
LOOKS_RIGHT = re.compile("CJK RADICAL|KANGXI RADICAL|CJK STROKE")
# Alphabets whose letters pass for Latin ones.
ALPHABETS = (
    *("Armenian", "Cherokee", "Coptic", "Cyrillic", "Deseret", "Georgian", "Greek", "Lisu"),
    "Osage",
)
# Scripts in which a joiner or non-joiner changes how letters look.
JOINED_SCRIPTS = (
    *("Arabic", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Malayalam"),
    *("Mandaic", "Mongolian", "Myanmar", "Nko", "Oriya", "Sinhala", "Syriac", "Tamil", "Telugu"),
    "Tibetan",
)

Ranges = list[tuple[int, int]]


def wrong(text: str) -> str | None:
    """What is wrong with a text of our own; None if nothing is."""
    if text.isascii() and text.isprintable():
        return None
    alphabet = None
    for i, character in enumerate(text):
        if hides(character) or (character.isspace() and character != " "):
            return f"{named(character)}, which shows nothing or means nothing"
        if misleads(character):
            return f"{named(character)}, which only looks like the usual character"
        if unicodedata.category(character)[0] == "M":
            if i == 0:
                return f"{named(character)} with no letter before it"
            continue  # a word goes on behind it
        before, alphabet = alphabet, _alphabet(character)
        if {before, alphabet} == {"Latin", "other"}:
            return f"{named(character)} in a word of another alphabet"
    return None if unicodedata.is_normalized("NFC", text) else "text that is not in form C"


def named(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X}" + (f" {name}" if name else "")


@lru_cache(1 << 14)  # what a text is made of repeats
def hides(character: str) -> bool:
    """Control, format, private, unassigned, ignorable, blank: nothing that could be read."""
    category = unicodedata.category(character)
    return (
        category[0] == "C" or category in ("Zl", "Zp") or _within(character, SELECTORS)
        or _within(character, IGNORABLE) or _within(character, BLANK)
    )  # fmt: skip


@lru_cache(1 << 14)
def misleads(character: str) -> bool:
    """A form made for old character sets that passes for the usual one."""
    if LOOKS_RIGHT.match(unicodedata.name(character, "")):
        return True
    tag, _, _ = unicodedata.decomposition(character).partition(" ")
    if tag in ("<narrow>", "<noBreak>"):
        return True
    letter = unicodedata.category(character) in ("Ll", "Lm", "Lo", "Lt", "Lu", "Nd", "Nl")
    other = tag.startswith("<") and tag not in ("<super>", "<sub>") and character not in USUAL
    return letter and other


def _within(character: str, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(first <= ord(character) <= last for first, last in ranges)


@lru_cache(1 << 14)
def _alphabet(character: str) -> str | None:
    if unicodedata.category(character)[0] != "L":
        return None
    script = unicodedata.name(character, "").split(" ")[0].title()
    return "Latin" if script == "Latin" else "other" if script in ALPHABETS else None


# --- the same for DuckDB ---------------------------------------------------------------------


@cache
def hidden_pattern() -> str:
    """What our own words must not hold because it cannot be read. Cost: a tenth of a second."""
    return f"[{_re2(_unprintable())}{_re2(SELECTORS)}{_re2(IGNORABLE)}{_re2(BLANK)}]"


@cache
def hidden_as_printed_pattern() -> str:
    """What the words of others must not hold."""
    never = _without(_unprintable(), [*JOINERS, *_spaces()])
    scripts = "".join(rf"\p{{{script}}}" for script in JOINED_SCRIPTS)
    joiner, selector = f"[{_re2(JOINERS)}]", f"[{_re2(SELECTORS)}]"
    varied = r"\p{So}\p{Sm}\p{No}\p{Han}\p{Mongolian}\x{203c}\x{2049}\x{303d}\x{3030}"
    return "|".join(
        (
            f"[{_re2(never)}{_re2(IGNORABLE)}{_re2(BLANK)}]",
            rf"(^|[^{scripts}\p{{So}}\x{{1f3fb}}-\x{{1f3ff}}\x{{fe0f}}]){joiner}",
            rf"{joiner}([^{scripts}\p{{So}}]|$)",
            f"(^|[^{varied}0-9#*]){selector}",
            rf"[0-9#*]{selector}([^\x{{20e3}}]|$)",  # but keycaps
        )
    )


@cache
def misleading_pattern() -> str:
    """What only looks like the usual character."""
    normal = partial(unicodedata.is_normalized, "NFKC")
    odd = [i for i in range(0x30000) if not normal(chr(i)) and misleads(chr(i))]
    radicals = [i for i in range(0x2E80, 0x31F0) if misleads(chr(i))]
    return f"[{_re2(_runs({*odd, *radicals}))}]"


def mixed_pattern() -> str:
    """A word of Latin letters and of another alphabet's."""
    other = "".join(rf"\p{{{script}}}" for script in ALPHABETS)
    # Only letters: RE2 counts signs and marks of a script to it, too.
    return rf"\p{{Latin}}\p{{M}}*[{other}]|[{other}]\p{{M}}*\p{{Latin}}"


LEADING_MARK = r"^\p{M}"


@cache
def _unprintable() -> Ranges:
    """Categories C and Z but the space; Python calls them unprintable."""
    seen = bytes(map(str.isprintable, map(chr, range(0x110000))))
    found = [(run.start(), run.end() - 1) for run in re.finditer(rb"\0+", seen)]
    return _without(found, [SURROGATES])


def _spaces() -> Ranges:
    return [(i, i) for i in range(0x3001) if unicodedata.category(chr(i)) == "Zs"]


def _without(ranges: Ranges, removed: Ranges) -> Ranges:
    for low, high in removed:
        ranges = [
            part
            for first, last in ranges
            for part in (
                [(first, min(last, low - 1)), (max(first, high + 1), last)]
                if first <= high and low <= last
                else [(first, last)]
            )
            if part[0] <= part[1]
        ]
    return ranges


def _runs(numbers: Iterable[int]) -> Ranges:
    """Numbers as the ranges that they make."""
    found: Ranges = []
    for n in sorted(numbers):
        if found and found[-1][1] == n - 1:
            found[-1] = (found[-1][0], n)
        else:
            found.append((n, n))
    return found


def _re2(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in ranges)
