"""What the words and marks around a printed value say of it, and what a row must say with them.

`FORMS` is the one list of these forms, in English, Japanese and Chinese. The rules are made from
it, and CONTRIBUTING.md prints it. `fault` judges a row both ways: what is printed must be in the
row, and what the row says must be printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from scripts.contract import WITH_VALUE
from scripts.printed.numbers import (
    BEFORE,
    CJK_SCALES,
    CURRENCY,
    SCALE_WORDS,
    Number,
    east_asian,
    numbers,
    plain,
    vague,
)


@dataclass(frozen=True)
class Form:
    """A way to print something of a value, and the field and value of the row that say it.

    `where` the marks stand: before or after the number, anywhere near it, between the two numbers
    of a range, or as the whole text. `marks` demand the field's value; `words` have other
    meanings too, so they bear it out but demand nothing.
    """

    field: str
    value: str
    where: str
    marks: tuple[str, ...]
    words: tuple[str, ...] = ()


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


FORMS = (
    Form(
        "qualifier",
        "approximate",
        "before",
        _split(
            "~|∼|～|〜|≈|≃|≅|about|around|approximately|approx.|roughly|circa|ca.|close to|nearly"
            "|almost|約|约|大約|大约|およそ|おおよそ|ほぼ|近|将近|接近|rund|etwa"
        ),
        _split("some|c."),
    ),
    Form(
        "qualifier",
        "approximate",
        "after",
        _split("or so|左右|前後|前后|程度|近く|に迫|上下"),
        _split("ほど|弱|強"),
    ),
    Form(
        "qualifier",
        "at_least",
        "before",
        _split(
            "≥|>=|⩾|≧|at least|no less than|not less than|no fewer than|少なくとも|至少|不少于"
            "|不低于|mindestens"
        ),
        _split("a minimum of|from|最低|最少"),
    ),
    Form(
        "qualifier",
        "at_least",
        "after",
        _split("+|or more|or above|or higher|以上"),
        _split("plus|and up|から"),
    ),
    Form(
        "qualifier",
        "more_than",
        "before",
        _split(
            ">|over|more than|exceeding|exceeds|exceeded|beyond|surpassing|surpasses|surpassed"
            "|in excess of|upwards of|greater than|超|超过|超過|逾|多于|大于|mehr als|plus de"
        ),
        _split("above|north of|über|topped|passed|突破"),
    ),
    Form("qualifier", "more_than", "after", _split("を超え|超|余|餘"), _split("多|あまり")),
    Form(
        "qualifier",
        "at_most",
        "before",
        _split(
            "≤|<=|⩽|≦|up to|at most|no more than|not more than|as much as|as many as|至多|不超过"
            "|不超過|bis zu"
        ),
        _split("max|max.|maximum|a maximum of|最大|最多|最高|高达|高達"),
    ),
    Form(
        "qualifier",
        "at_most",
        "after",
        _split("or less|or fewer|or below|以下|以内"),
        _split("まで"),
    ),
    Form(
        "qualifier",
        "less_than",
        "before",
        _split("<|less than|fewer than|under|不足|不到|低于|少于|小于|weniger als"),
        _split("below|short of|within"),
    ),
    Form("qualifier", "less_than", "after", _split("未満|未满|を下回|不到")),
    Form("qualifier", "range", "between", _split("-|–|~|〜|to|至|到|から")),
    Form(
        "qualifier",
        "range",
        "vague",
        _split("hundreds of|a few dozen|several hundred million|multi-billion|数百万|数亿"),
    ),
    Form(
        "status",
        "estimated",
        "near",
        _split(
            "(est.)|est.|(est)|estimated|estimate|estimates|推定|推計|推算|估计|估計|估算|预估|預估"
            "|試算"
        ),
        _split("believed|thought|reportedly|rumored|rumoured|見積|概算"),
    ),
    Form(
        "status",
        "projected",
        "near",
        _split(
            "projected|projection|projections|forecast|forecasts|予測|予想|見込|見通|预计|預計|预测"
            "|預測|预期|将达|將達"
        ),
        _split(
            "expected|expects|expect|to come|to reach|will|would|planned|plans|target|targets|将|將"
            "|计划|計劃"
        ),
    ),
    Form(
        "status",
        "not_disclosed",
        "whole",
        _split(
            "Not Disclosed|undisclosed|not public|not published|not revealed|withheld|confidential"
            "|未公開|非公開|未公表|非公表|未披露|未公开|不公开|未透露|保密"
        ),
        _split("disclose|disclosed|disclosing|reveal|revealed|公開|公表|披露|公开|透露"),
    ),
    Form(
        "status",
        "not_applicable",
        "whole",
        _split("N/A (reason)|not applicable|適用外|対象外|該当なし|不适用|不適用"),
    ),
    Form(
        "status",
        "not_available",
        "whole",
        _split(
            "N/A|NA|n.a.|-|–|—|―|−|--|---|?|/|.|…|TBD|not available|unknown|データなし|不明|暂无"
            "|暫無|无数据"
        ),
    ),
)
# What a mark must not be a part of: 最近 is "recently", 契約 a contract, -> an arrow.
NOT_IN = {
    ">": r"(?<![-=])>",
    "近": "(?<![最附])近",
    "約": "(?<![契予節条要公解合])約",
    "约": "(?<![契预節节条要公合签])约",
    "超": "超(?![过過え级級])",
    "余": "(?<![剩多业業其])余",
    "多": "多(?![于於])",
}
# In tokens a number is a limit itself, so "up to 128K tokens" is as plain as "128K".
LIMIT_UNIT, LIMIT = "tokens", "at_most"
ANY_SCALE = tuple(10**n for n in (3, 4, 6, 8, 9, 12))
SCALED_UNITS = ("parameters", "tokens", "currency", "count")

_FILL = rf"(?:\s|(?:the|a|an|of|total|additional)\b|{CURRENCY}|[¥$€£])*"
_GAP = r"(?:[^\s\d,.;:、。，；：()（）|+]{0,6}?|\s?[A-Za-z]+\s|\s)"


def _mark(text: str) -> str:
    """A mark as a pattern: Latin words whole, everything else as it stands."""
    if text in NOT_IN:
        return NOT_IN[text]
    text = plain(text)
    left = r"(?<![A-Za-z])" if text[0].isascii() and text[0].isalpha() else ""
    right = r"(?![A-Za-z])" if text[-1].isascii() and text[-1].isalpha() else ""
    return left + re.escape(text).replace(r"\ ", r"[\s-]+") + right


def _either(texts: Iterable[str]) -> str:
    return f"(?:{'|'.join(_mark(t) for t in sorted(texts, key=len, reverse=True))})"


@dataclass(frozen=True)
class _Sign:
    """The pattern of a form's marks, or of its words: what they say, and whether they demand it."""

    value: str
    demands: bool
    pattern: re.Pattern[str]


def _signs(where: str, before: str = "", after: str = "") -> list[_Sign]:
    flags = re.IGNORECASE | re.DOTALL
    return [
        _Sign(f.value, demands, re.compile(before + _either(texts) + after, flags))
        for f in FORMS
        if f.where == where
        for demands, texts in ((True, f.marks), (False, f.words))
        if texts
    ]


_BEFORE = _signs("before", after=f"{_FILL}$")
_AFTER = _signs("after", f"{_GAP}?", r"(?!\s?[0-9])")
_NEAR = _signs("near")
_WHOLE = _signs("whole")
# Most texts hold no mark at all, and need no closer look.
_ANY_QUALIFIER = re.compile(
    "|".join(s.pattern.pattern for s in _signs("before") + _signs("after")), re.IGNORECASE
)
_ANY_STATUS = re.compile("|".join(s.pattern.pattern for s in _NEAR), re.IGNORECASE)
_NA = next(f for f in FORMS if f.value == "not_available").marks
_BLANK = re.compile("|".join(re.escape(plain(m)) for m in _NA) + r"|\*+", re.IGNORECASE)
_REASON = re.compile(
    rf"(?:{_either(m for m in _NA if m[0].isalpha())}|[-–—])\s*[(:;,].*\w.*",
    re.DOTALL | re.IGNORECASE,
)


def _rough(where: str) -> str:
    """A pattern for SQL of any mark at that place: what lacks it needs no closer look."""
    marks = {m for f in FORMS if f.where == where for m in f.marks}
    short = {re.sub(r"^\(|\)$| \(reason\)$", "", m) for m in marks}
    return "|".join(re.escape(plain(m).casefold()) for m in sorted(short))


HEADED = _rough("near")
ABSENT = rf"^[^a-z0-9]{{0,3}}(?:$|{_rough('whole')})"
_HEADING_SCALE = re.compile(
    rf"\b(?P<word>{'|'.join(w for w in SCALE_WORDS if len(w) > 1 and w.isascii())})\b"
    rf"|[$€£¥]\s?(?P<money>[kmbt]|bn|mn|tn)\b|\(\s?(?P<letter>[kmbt]|bn|mn|tn)\s?\)"
    rf"|(?P<cjk>[{CJK_SCALES}]+)(?=円|元|美|米|ドル|人|件|個|个|$|\)|）|\s|トークン)",
    re.IGNORECASE,
)
LETTERS = {"k": 3, "m": 6, "mn": 6, "b": 9, "bn": 9, "t": 12, "tn": 12}


def fault(
    printed: str | None,
    headings: str | None,
    elsewhere: bool,
    number: str | None,
    low: str | None,
    high: str | None,
    qualifier: str | None,
    status: str | None,
    unit: str | None,
    language: str | None,
    other: bool,
) -> str | None:
    """Which field of a row is at odds with what is printed; None if none is.

    One of "number", "low", "qualifier" and "status". `headings` are the texts that stand over and
    beside the cell, `elsewhere` whether the row names other places that state its conditions,
    `other` whether it has a value that is no number. Of rows that other rules refuse, nothing.
    """
    if status == "derived" or (low is None) != (high is None):
        return None
    if number is not None and (low is not None or qualifier == "range"):
        return None
    try:
        wanted = [Fraction(x) for x in (number, low, high) if x is not None]
    except ValueError:
        return None
    text, heads = printed or "", headings or ""
    valued = bool(wanted) or other
    if status not in WITH_VALUE:
        return "status" if not valued and _wrong_absence(text, status, elsewhere) else None
    if not wanted:
        said = _absences(text) if valued else set()
        if said and not elsewhere:
            return "status"
        return "status" if _unsaid(text, heads, status, elsewhere) else None
    found = _numbers(text, language or "en")
    if number is not None:
        return _number_fault(
            text, heads, elsewhere, wanted[0], qualifier, status, unit or "", found
        )
    if qualifier != "range" or wanted[0] >= wanted[1]:
        return None
    ends = _Worth(unit or "", heads, elsewhere)
    spans = (
        ends.has(one, wanted[0]) and ends.has(found[one.mate], wanted[1])
        for one in found
        if one.mate is not None
    )
    if not any(spans) and not vague(text) & {(wanted[0], wanted[1])}:
        return "low"
    return "status" if _status_fault(text, [], found, heads, status, elsewhere) else None


def _number_fault(
    text: str, heads: str, elsewhere: bool, number: Fraction, qualifier: str | None,
    status: str | None, unit: str, found: tuple[Number, ...],
) -> str | None:  # fmt: skip
    worth = _Worth(unit, heads, elsewhere)
    hits = [n for n in found if worth.has(n, number)]
    if not hits:
        return "number"
    if not any(_qualified(text, n, qualifier, unit) for n in hits):
        return "qualifier"
    return "status" if _status_fault(text, hits, found, heads, status, elsewhere) else None


@lru_cache(maxsize=4096)
def _numbers(text: str, language: str) -> tuple[Number, ...]:
    return numbers(text, language)


class _Worth:
    """What a printed number may be worth in a unit, under its headings."""

    def __init__(self, unit: str, headings: str, elsewhere: bool) -> None:
        self.unit = unit
        self.percent = "%" in headings or "percent" in headings.casefold()
        self.scales = [Fraction(x) for x in _heading_scales(headings)]
        if elsewhere and unit in SCALED_UNITS:  # a scale may stand where we do not see it
            self.scales += map(Fraction, ANY_SCALE)

    def has(self, n: Number, number: Fraction) -> bool:
        return any(self._is(v, number) for v in self._values(n))

    def _values(self, n: Number) -> Iterator[Fraction]:
        for v in n.values:
            if self.unit == "percent":
                yield v * 100 * n.percent if n.percent else v
                if n.percent is None and abs(v) <= 1:  # a share of one: 0.871
                    yield v * 100
            elif self.unit == "ratio":
                yield v * n.percent if n.percent else v
                if n.percent is None and self.percent:
                    yield v / 100
            else:
                yield v
            if not n.scaled and n.percent is None:
                yield from (v * s for s in self.scales)

    def _is(self, value: Fraction, number: Fraction) -> bool:
        if value == number:
            return True
        rest = value.denominator
        while rest % 2 == 0 or rest % 5 == 0:
            rest //= 2 if rest % 2 == 0 else 5
        if rest == 1:
            return False
        # ⅓ has no last digit: 0.33 and 0.3333 both stand for it.
        digits = _decimals(number)
        return digits >= 2 and abs(value - number) * 10**digits * 2 <= 1


def _decimals(number: Fraction) -> int:
    digits = 0
    while (number * 10**digits).denominator != 1:
        digits += 1
    return digits


@lru_cache(maxsize=4096)
def _heading_scales(headings: str) -> tuple[int, ...]:
    found = []
    for m in _HEADING_SCALE.finditer(plain(headings)):
        if m["cjk"]:
            found.append(int(east_asian(m["cjk"]) or 1))
        elif m["word"]:
            found.append(10 ** SCALE_WORDS[m["word"].casefold()])
        else:
            found.append(10 ** LETTERS[(m["money"] or m["letter"]).casefold()])
    return tuple(found)


# --- qualifiers ---


def _qualified(text: str, n: Number, qualifier: str | None, unit: str) -> bool:
    """Whether the qualifier is the one that stands at the number."""
    if qualifier is None and not n.span and not _any_qualifier(text):
        return True
    demanded, borne_out = _said_at(text, n)
    if qualifier is None:
        return not demanded or (unit == LIMIT_UNIT and demanded == {LIMIT})
    return qualifier in demanded | borne_out


@lru_cache(maxsize=4096)
def _any_qualifier(text: str) -> bool:
    return _ANY_QUALIFIER.search(plain(text)) is not None


@lru_cache(maxsize=4096)
def _said_at(text: str, n: Number) -> tuple[set[str], set[str]]:
    """The qualifiers that stand at a number: those demanded, and those that may be meant."""
    text = plain(text)
    second = n.span and n.mate is None  # what stands before it belongs to both
    before = "" if second else text[max(0, n.start - BEFORE) : n.start]
    behind = text[n.end : n.end + BEFORE]
    found = [s for s in _BEFORE if _ends(s, before)]
    found += [s for s in _AFTER if s.pattern.match(behind)]
    demanded = {s.value for s in found if s.demands}
    borne_out = {s.value for s in found if not s.demands}
    if inside := re.search("[余餘多]", text[n.at : n.end]):  # 4500余万
        (borne_out if inside[0] == "多" else demanded).add("more_than")
    if n.span == "range":
        demanded.add("range")
    return demanded, borne_out


def _ends(sign: _Sign, before: str) -> bool:
    """Whether a text ends with the mark, and with none that it ends: "no more than" is another."""
    found = sign.pattern.search(before)
    if found is None:
        return False
    others = (s.pattern.search(before) for s in _BEFORE if s is not sign)
    return not any(o and o.start() < found.start() for o in others)


# --- statuses ---


def _status_fault(
    text: str, hits: list[Number], found: tuple[Number, ...], heads: str, status: str | None,
    elsewhere: bool,
) -> bool:  # fmt: skip
    if status != "reported":
        return _unsaid(text, heads, status, elsewhere)
    if not _ANY_STATUS.search(plain(f"{text} {heads}")):
        return False
    zones = [_zone(text, n, found) for n in hits] or [text]
    return all(_near(f"{zone} {heads}", demanded=True) for zone in zones)


def _zone(text: str, n: Number, found: tuple[Number, ...]) -> str:
    """The text that speaks of a number alone: from the number before it to a bracket behind it."""
    others = [o for o in found if o.digits and o.at != n.at]
    if not others:
        return text
    start = max((o.end for o in others if o.end <= n.start), default=0)
    own = text[start : n.start]
    if start and ")" in own:  # the bracket of the number before it
        own = own[own.index(")") + 1 :]
    behind = re.match(r"\W{0,2}[(（][^)）]*[)）]", text[n.end :])
    return own + (behind[0] if behind else "")


def _near(text: str, demanded: bool) -> set[str]:
    """The statuses that a text speaks of; only those that it demands, or all it may mean."""
    text = plain(text)
    return {s.value for s in _NEAR if (s.demands or not demanded) and s.pattern.search(text)}


def _unsaid(text: str, heads: str, status: str | None, elsewhere: bool) -> bool:
    """Whether nothing printed says that the value is an estimate or a forecast."""
    if status not in ("estimated", "projected") or elsewhere:
        return False
    return status not in _near(f"{text} {heads}", demanded=False)


def _absences(text: str) -> set[str]:
    """The statuses that a text demands which says as a whole that there is no value."""
    text = plain(text).strip()
    if not text or _BLANK.fullmatch(text):
        return {"not_available"}
    if _REASON.fullmatch(text):
        return {"not_applicable", *(s.value for s in _WHOLE if s.pattern.search(text))} - {
            "not_available"
        }
    bare = text.strip("()（）[]*. ")
    return {s.value for s in _WHOLE if s.demands and s.pattern.fullmatch(bare)}


def _wrong_absence(text: str, status: str | None, elsewhere: bool) -> bool:
    """Whether a row without a value gives another reason than the text does."""
    if elsewhere:  # a legend may say what a dash means
        return False
    said = _absences(text) or {s.value for s in _WHOLE if s.pattern.search(plain(text))}
    return status not in said
