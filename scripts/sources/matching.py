"""Whether a printed text stands at a place: all of a cell, or whole in a passage.

What a reader does not see, or sees as a mark beside the text, is folded away on both sides: tags,
bold, code, links, escapes, entities, marks of footnotes. Digits, signs and letters stay. Cost:
linear in the text; the numbers of a text are read once.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from scripts.printed.numbers import numbers

VERIFIED, WEAK, ABSENT = "verified", "weak", ""

# No pattern may look for its end from each of many beginnings: documents are strangers'.
BREAK = re.compile(r"</?(?:br|p|li|tr|td|th|div)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(
    r"</?(?:a|abbr|b|big|center|cite|code|del|em|font|i|img|ins|kbd|mark|ol|q|s|small|span|strike"
    r"|strong|sub|sup|table|tbody|tfoot|thead|tt|u|ul|h[1-6])\b[^<>]*>|<!--(?:(?!<!--).)*?-->",
    re.IGNORECASE | re.DOTALL,
)
SUP = re.compile(r"<sup\b[^<>]*>((?:(?!<sup\b).)*?)</sup>", re.IGNORECASE | re.DOTALL)
NOTE = re.compile(r"[\s\[(]*(?:[0-9]{1,2}|[a-z]|[*†‡§¶#]+)(?:,\s?[0-9]{1,2})*[\])\s]*")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
LOWERED = str.maketrans(RAISED, "0123456789+-")
POWER = re.compile(rf"(?<![0-9.,])10([{RAISED}]+)")
TARGET = r"(?:\([^()]*\)|\[[^\[\]]*\])"
LINK = re.compile(rf"!?(?<!\\)\[((?:[^\[\]]|\\[\[\]])*)\]{TARGET}")
REFERENCE = re.compile(r"(?<!\s)\s*(?<!\\)\[(?:\^[^\[\]]+|[0-9]{1,3}(?:[,–-]\s?[0-9]{1,3})*)\]")
EMPHASIS = re.compile(r"(?<![\w\\])_([^_]+)_(?!\w)")
MARKS = re.compile(r"(?<!\\)(?:\*+|~~|`+)|__(?=\S)|(?<=\S)__")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>$%&^-])")
ENDLESS = re.compile("&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")  # no character has such a number
DAGGERS = re.compile(r"[†‡§¶]|\*+")


@dataclass(frozen=True)
class Place:
    """What stands at a locator. `exact` places are cells: their whole text is the printed one."""

    text: str
    exact: bool
    line: int | None = None  # first line, where the place has one


def match(printed: str, found: Place) -> str:
    """How the printed text stands at the place: `VERIFIED`, `WEAK`, or `ABSENT`.

    A passage holds only what it holds whole: 85 does not stand in 85.5, 85%, 85K, -85, 85-90, 1985
    or GPT-85, nor "art" in "party". A number without a word may stand in a passage by chance:
    that is weak.
    """
    if not any(_stands(printed, found, notes) for notes in (False, True)):
        return ABSENT
    return VERIFIED if found.exact or not is_bare(printed) else WEAK


def _stands(printed: str, found: Place, notes: bool) -> bool:
    wanted, text = folded(printed, notes), folded(found.text, notes)
    return wanted == text if found.exact else bool(wanted) and _holds(text, wanted)


def same(printed: str, found: Place) -> bool:
    """Whether the printed text stands at the place, be it by chance."""
    return match(printed, found) != ABSENT


def is_bare(text: str) -> bool:
    """Whether a text has no word and no currency: nothing tells it from others like it."""
    return re.search(r"[^\W\d_]{2}|[\u3040-\ufaff]|[$€£¥￥₩₹]", text) is None


@lru_cache(maxsize=64)
def folded(text: str, notes: bool = False) -> str:
    """The text that readers see, in one line; with the marks of footnotes only if `notes`."""
    plain = POWER.sub(lambda m: "10^" + m[1].translate(LOWERED), text)
    plain = re.sub(f"([{RAISED}]+)", r" \1" if notes else "", plain).translate(LOWERED)
    plain = SUP.sub(lambda m: _raised(m, notes), BREAK.sub(" ", plain))
    plain = LINK.sub(r"\1", TAG.sub("", plain))
    plain = EMPHASIS.sub(r"\1", plain if notes else REFERENCE.sub("", plain))
    plain = DAGGERS.sub(
        "", ESCAPE.sub(r"\1", html.unescape(ENDLESS.sub("\ufffd", MARKS.sub("", plain))))
    )
    # A cell may print a mark and nothing else.
    return " ".join(plain.split()) or " ".join(text.split())


def _raised(found: re.Match[str], notes: bool) -> str:
    """What `<sup>` holds: a power of ten, a footnote's mark, or other text."""
    if re.search(r"(?<![0-9.,])10$", found.string[max(0, found.start() - 4) : found.start()]):
        return "^" + found[1]
    if NOTE.fullmatch(TAG.sub("", found[1])):
        return f" {found[1]}" if notes else ""
    return found[1]


def _holds(text: str, wanted: str) -> bool:
    at = text.find(wanted)
    while at >= 0:
        if not any(_cuts(text, edge) for edge in (at, at + len(wanted))):
            return True
        at = text.find(wanted, at + 1)
    return False


def _cuts(text: str, at: int) -> bool:
    """Whether a word, a number, or a name with a number goes on here."""
    before, behind = text[max(0, at - 2) : at], text[at : at + 2]
    if not before or not behind:
        return False
    if _is_letter(before[-1]) and _is_letter(behind[0]):
        return True
    if behind[0].isdigit() and re.fullmatch("[A-Za-z]-", before):
        return True
    if before[-1].isdigit() and re.fullmatch("-[A-Za-z]", behind):
        return True
    starts, ends = _spans(text)
    i = bisect_left(starts, at) - 1
    return i >= 0 and starts[i] < at < ends[i]


def _is_letter(c: str) -> bool:
    return (c.isalnum() or c == "_") and c < "\u2e80"


@lru_cache(maxsize=64)
def _spans(text: str) -> tuple[list[int], list[int]]:
    """Where the numbers of a text begin and end, with what belongs to them: ~, +, a range."""
    # In a passage a space parts two columns as often as two groups, unless a group is no number.
    found = numbers(re.sub(r"(?<=[0-9]) (?=[0-9])(?!0[0-9]{2})", "\n", text))
    starts: list[int] = []
    ends: list[int] = []
    for n in found:
        if not n.digits:
            continue
        start, end = n.start, n.end
        if start and text[start - 1] in "~≈<>≥≤±∼～":
            start -= 1
        if n.span == "range" and n.mate is not None:
            end = found[n.mate].end
        if re.match(r"\+(?![0-9])", text[end : end + 2]):
            end += 1
        if ends and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends
