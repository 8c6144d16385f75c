"""The numbers that a printed text states, as people write them in every language.

`$1.2B`, `１２．５`, `1 234 567`, `12,34,567`, `12½`, `1.2×10⁵`, `29億5800万`, `a trillion` and
`(0.4%)`: one reading of each, exact. Only where a text leaves it open are there two: a bracket
after words may be a note or an accountant's minus, the first number of "48 and 190 million" may
share the scale. Cost: linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

BEFORE = 40  # characters before a number in which its sign may stand
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d\u207b"
SPACES = " \u00a0\u2000-\u200a\u202f\u205f\u3000"
TILDES = "~\u223c\u301c\uff5e"
_D, _S = f"[{re.escape(DASHES)}]", f"[{SPACES}]"
CURRENCY = rf"(?-i:(?:[A-Z]{{1,3}}{_S}?)?[$€£¥₩₹₽₺]|RMB|[A-Z]{{3}}(?={_S}))"

# Powers of ten. A letter stands directly behind the number, a capital also after a space.
SCALE_LETTERS = {"k": 3, "m": 6, "b": 9, "t": 12}
SCALE_WORDS = {
    **dict.fromkeys(("hundred", "hundreds"), 2),
    **dict.fromkeys(("thousand", "thousands", "tsd", "mille", "mil", "tausend", "тыс"), 3),
    "lakh": 5,
    **dict.fromkeys(("million", "millions", "millionen", "millones", "milhões", "milioni"), 6),
    **dict.fromkeys(("mn", "mm", "mio", "mln", "млн"), 6),
    "crore": 7,
    **dict.fromkeys(("billion", "billions", "bn", "bln", "milliard", "milliards", "milliarde"), 9),
    **dict.fromkeys(("milliarden", "miliardi", "mrd", "млрд"), 9),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn", "billionen", "трлн"), 12),
    "quadrillion": 15,
}  # fmt: skip
SMALL = {"十": 1, "拾": 1, "百": 2, "千": 3, "천": 3}
LARGE = {"万": 4, "萬": 4, "만": 4, "億": 8, "亿": 8, "억": 8, "兆": 12, "조": 12}
CJK_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
PERCENTS = {
    **dict.fromkeys(("%", "٪", "﹪", "percent", "per cent", "pct", "パーセント"), Fraction(1, 100)),
    **dict.fromkeys(("‰", "permille", "per mille"), Fraction(1, 1000)),
    "‱": Fraction(1, 10000),
}
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {w: i for i, w in enumerate(ONES)} | {w: 20 + 10 * i for i, w in enumerate(TENS)}
MINUS_WORDS = ("minus", "negative", "マイナス", "负", "負")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
VULGAR = "".join(
    chr(c)
    for c in range(0xBC, 0x218A)
    if unicodedata.decomposition(chr(c)).startswith("<fraction>")
).replace("⅟", "")


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_SUP = "[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_EXPONENT = rf"[+{re.escape(DASHES)}]?[0-9]+"
_POWER = rf"10(?:{_S}?(?:\^|\*\*){_S}?(?:\({_EXPONENT}\)|{_EXPONENT})|{_SUP})"
_RUN = rf"[0-9]+(?:[.,'_·٫٬{SPACES}](?!{_POWER})[0-9]+)*"
CJK_SCALES = "".join([*SMALL, *LARGE])
_CJK = "".join([*SMALL, *LARGE, *CJK_DIGITS])
_WORD = rf"(?:{_any(WORDS)})"
_WORD_SCALE = "hundred|thousand|million|billion|trillion|dozen"
TOKEN = re.compile(
    rf"(?P<mixed>[0-9]+{_S}[0-9]+[/⁄][0-9]+)(?![0-9/])"
    rf"|(?<![0-9/.,])(?P<ratio>[0-9]+{_S}?[/⁄]{_S}?[0-9]+)(?![0-9]*[/⁄.,]?[0-9])"
    rf"|(?P<vulgar>(?:[0-9]+{_S}?)?[{VULGAR}])"
    rf"|(?P<power>(?<![0-9.,]){_POWER})"
    rf"|(?P<run>(?:(?<![0-9])(?<![^\W_])[.])?{_RUN})"
    rf"|(?P<cjk>[{_CJK}]+)"
    rf"|\b(?P<words>(?:an?|{_WORD}(?:[ -](?:and )?{_WORD})*)(?:[ -](?:{_WORD_SCALE}))+|{_WORD})\b",
    re.IGNORECASE,
)
ENDLESS = re.compile(
    rf"[0-9{_CJK}]{{31,}}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{{31,}}"
)  # no number, and too long to compute with
NAMED = re.compile(rf"[^\W\d_]{_S}?$")
TIMES = re.compile(
    rf"{_S}?[×x*·⋅]{_S}?(?P<power>{_POWER})|(?P<e>[eE][+{re.escape(DASHES)}]?[0-9]{{1,3}})(?![0-9A-Za-z])"
)
_PART = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"  # of 1兆2,000億
SCALE = re.compile(
    rf"(?:{_S}?(?P<cjk>[多余餘]?[{CJK_SCALES}]+(?:{_PART}[{CJK_SCALES}]+)*(?:{_PART}(?![0-9.,%A-Za-z]))?)"
    rf"|[-{SPACES}]?(?P<word>{_any(SCALE_WORDS)})(?![A-Za-z\u00c0-\u04ff])|(?P<letter>[kmbtKMBT])(?![A-Za-z])"
    rf"|{_S}(?P<capital>(?-i:[KMBT]))(?![A-Za-z]))",
    re.IGNORECASE,
)
PERCENT = re.compile(rf"[-{SPACES}]?(?P<mark>{_any(PERCENTS)})(?![A-Za-z])", re.IGNORECASE)
SIGN = re.compile(
    rf"(?P<lead>^|.)(?P<sign>[+{re.escape(DASHES)}])(?P<gap>{_S}?)(?:{CURRENCY}{_S}?)?$", re.DOTALL
)
MINUS_WORD = re.compile(rf"(?:{_any(MINUS_WORDS)}){_S}?(?:{CURRENCY}{_S}?)?$", re.IGNORECASE)
TRIANGLE = re.compile(rf"[▲△]{_S}?(?:{CURRENCY}{_S}?)?$")
OPENED = re.compile(
    rf"(?P<before>.*?){_S}*(?P<outside>{CURRENCY}?)\({_S}?(?:{CURRENCY}{_S}?)?$", re.DOTALL
)
CLOSED = re.compile(rf"{_S}?\)")
JOINED = re.compile(
    rf"{_S}*(?:(?P<span>{_D}|[{TILDES}]|\bto\b|\bthrough\b|\bbis\b|至|到|から)|(?:,{_S}*)?(?:and|or|und|y|et)\b|[,、和或])"
    rf"{_S}*(?:{CURRENCY}{_S}?)?",
    re.IGNORECASE,
)
BETWEEN = re.compile(rf"\b(?:between|zwischen|entre){_S}+(?:{CURRENCY}{_S}?)?$", re.IGNORECASE)
FROM = re.compile(rf"\b(?:from|von){_S}+(?:{CURRENCY}{_S}?)?$|从{_S}*$", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """One printed number. `start` to `end` spans its sign, digits, scale and percent sign.

    `values` are its readings, percent signs left aside: 5% is 5, with `percent` 1/100. `at` is
    where its digits begin. `span` tells that it is an end of a printed range with number `mate`,
    by its place in the list: "range", or "change" for "from 10 to 20", which may be either.
    """

    values: tuple[Fraction, ...]
    start: int
    at: int
    end: int
    scaled: bool = False
    percent: Fraction | None = None
    bare: Fraction = Fraction(0)  # without its scale
    digits: bool = True  # printed in digits, not in words
    mate: int | None = None
    span: str = ""


def plain(text: str) -> str:
    """The text with ASCII digits, Latin letters and punctuation; as long as it was."""
    return text if text.isascii() else "".join(map(_plain_character, text))


@lru_cache(maxsize=4096)
def _plain_character(c: str) -> str:
    if (digit := unicodedata.decimal(c, None)) is not None:
        return str(digit)
    if "\uff01" <= c <= "\uff5e" and c not in TILDES:
        return chr(ord(c) - 0xFEE0)
    return {"’": "'", "‘": "'", "ʼ": "'", "′": "'", "￥": "¥", "﹪": "%", "٪": "%", "−": "-"}.get(
        c, c
    )


def numbers(text: str, language: str = "en") -> tuple[Number, ...]:
    """The numbers of a text, in printed order. `language` tells what a lone comma or point is."""
    text = ENDLESS.sub(lambda m: "x" * len(m[0]), plain(text))
    found = [n for match in TOKEN.finditer(text) for n in _token(text, match, language)]
    return tuple(_joined(text, _without_overlaps(found)))


def _without_overlaps(found: list[Number]) -> list[Number]:
    """What a scale took in, as in 29億5800万, is no number of its own."""
    kept: list[Number] = []
    for n in found:
        if not kept or n.at >= kept[-1].end or n.at == kept[-1].at:
            kept.append(n)
    return kept


def _token(text: str, match: re.Match[str], language: str) -> Iterator[Number]:
    kind, at = match.lastgroup, match.start()
    if kind == "run":
        for offset, length, values in _run(match[0], language):
            yield from _whole(text, at + offset, at + offset + length, values, language)
        # "GPT 4 128K": behind a name, a space may also part two numbers.
        if NAMED.search(text[max(0, at - 2) : at]) and " " in match[0]:
            for part in re.finditer(r"[^ ]+", match[0]):
                for offset, length, values in _run(part[0], language):
                    start = at + part.start() + offset
                    if start > at or length < len(match[0]):
                        yield from _whole(text, start, start + length, values, language)
    elif kind == "power":
        yield from _whole(text, at, match.end(), (_power(match[0]),), language)
    elif kind == "cjk":
        if value := east_asian(match[0]):
            n = Number((value,), at, at, match.end(), True, None, value, False)
            yield _signed(text, _percented(text, n), language)
    elif kind == "words":
        value = _in_words(match[0])
        yield replace(Number((value,), at, at, match.end(), True, None, value), digits=False)
    else:
        yield from _whole(text, at, match.end(), (_fraction(match[0]),), language)
        if kind == "ratio":  # 85/100 may also be 85, out of 100
            for part in re.finditer("[0-9]+", match[0]):
                value = Fraction(part[0])
                yield Number((value,), at, at, match.end(), False, None, value)


def _whole(
    text: str, at: int, end: int, values: tuple[Fraction, ...], language: str
) -> Iterator[Number]:
    """The number of some digits with what stands around them: exponent, scale, percent, sign."""
    if not values:
        return
    bare, scaled = values[0], False
    if times := TIMES.match(text, end):
        factor = _power(times["power"]) if times["power"] else _ten(times["e"][1:])
        values, end, scaled = tuple(v * factor for v in values), times.end(), True
    while scale := SCALE.match(text, end):
        values, end, scaled = tuple(_scaled(v, scale) for v in values), scale.end(), True
    n = Number(values, at, at, end, scaled, None, bare)
    yield _signed(text, _percented(text, n), language)


def _scaled(value: Fraction, scale: re.Match[str]) -> Fraction:
    if scale["cjk"]:
        found = east_asian(scale["cjk"].lstrip("多余餘"), value)
        return value if found is None else found
    if scale["word"]:
        return value * int(10 ** SCALE_WORDS[scale["word"].casefold()])
    return value * int(10 ** SCALE_LETTERS[(scale["letter"] or scale["capital"]).casefold()])


def _percented(text: str, n: Number) -> Number:
    mark = PERCENT.match(text, n.end)
    if mark is None:
        return n
    return replace(n, end=mark.end(), percent=PERCENTS[mark["mark"].casefold()])


def _signed(text: str, n: Number, language: str) -> Number:
    before = text[max(0, n.at - BEFORE) : n.at]
    sign = SIGN.search(before)
    if sign and _is_sign(sign):
        minus = sign["sign"] != "+"
        start = n.at - len(before) + sign.start("sign")
        return replace(n, start=start, values=_negative(n.values) if minus else n.values)
    word = MINUS_WORD.search(before) or (TRIANGLE.search(before) if language[:2] == "ja" else None)
    if word:
        return replace(n, start=n.at - len(before) + word.start(), values=_negative(n.values))
    opened = OPENED.fullmatch(before)
    closed = CLOSED.match(text, n.end)
    if opened and closed:
        lead = opened["before"].rstrip()
        end = n.end
        if lead and lead[-1] not in "|;,:/\n" and not opened["outside"]:
            return replace(n, values=(*n.values, *_negative(n.values)))
        n = replace(n, values=_negative(n.values), start=n.at - 1)
        outside = PERCENT.match(text, closed.end())
        if outside and n.percent is None:
            n = replace(n, percent=PERCENTS[outside["mark"].casefold()])
        return replace(n, end=end)
    return n


def _is_sign(sign: re.Match[str]) -> bool:
    """A dash after a letter, a digit or a bracket joins; so does one with space on both sides."""
    lead = sign["lead"]
    if sign["sign"] in "—―" and lead:
        return False
    if sign["gap"] and lead:
        return False
    if lead in (*DASHES, *")]}%"):
        return not lead
    return not (lead.isalnum() and not "\u3000" < lead < "\ufb00")


def _negative(values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(-v for v in values)


def _run(run: str, language: str) -> Iterator[tuple[int, int, tuple[Fraction, ...]]]:
    """The numbers of digits with separators between them: offset, length, readings."""
    values = _readings(run, language)
    if values:
        yield 0, len(run), values
        return
    for separators in (rf"[{SPACES}]", "[,]", r"[^0-9]"):  # a list, a date, a version
        parts = list(re.finditer(rf"(?:(?!{separators}).)+", run))
        if len(parts) > 1:
            for part in parts:
                for offset, length, found in _run(part[0], language):
                    yield part.start() + offset, length, found
            return


def _readings(run: str, language: str) -> tuple[Fraction, ...]:
    """What digits with separators are worth; nothing if they are no one number."""
    if run.isdigit():
        return (Fraction(int(run)),)
    if run[0] == ".":
        return (Fraction("0" + run),) if run[1:].isdigit() else ()
    marks = re.findall("[^0-9]", run)
    *leading, last = marks
    whole, _, rest = run.rpartition(last)
    if last in ".,·٫" and last not in leading and _grouped(whole):
        point = Fraction(re.sub("[^0-9]", "", whole) + "." + rest)
        if leading or last in "·٫" or not _grouped(run):
            return (point,)
        group = Fraction(whole + rest)
        if _decimal_comma(language):
            return (group, point)
        return (group,) if last == "," else (point,)
    return (Fraction(re.sub("[^0-9]", "", run)),) if _grouped(run) else ()


def _grouped(run: str) -> bool:
    """Digits in groups of three, of two before the last three (India), or of four (East Asia)."""
    marks = set(re.findall("[^0-9]", run))
    if not marks:
        return True
    if len(marks) > 1 or marks & set("·٫"):
        return False
    if marks == {"_"}:
        return True
    first, *groups = re.split("[^0-9]", run)
    if first.startswith("0") or len(first) > 4:
        return False
    lengths = [len(g) for g in groups]
    threes = len(first) <= 3 and set(lengths) == {3}
    india = len(first) <= 2 and lengths[-1] == 3 and set(lengths[:-1]) == {2}
    fours = len(lengths) > 1 and marks == {","} and set(lengths) == {4}
    return threes or india or fours


@lru_cache
def _decimal_comma(language: str) -> bool:
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    try:
        return bool(get_decimal_symbol(Locale.parse(language, sep="-")) == ",")
    except (UnknownLocaleError, ValueError):
        return False


def _ten(exponent: str) -> Fraction:
    exponent = re.sub(_D, "-", exponent.translate(SUPERSCRIPTS))
    power = min(max(int(exponent), -99), 99)
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def _power(text: str) -> Fraction:
    return _ten(re.sub(rf"^10{_S}?(?:\^|\*\*)?{_S}?\(?|\)$", "", text))


def _fraction(text: str) -> Fraction:
    """½, 12½, 12 ½, 3/4, 12 3/4."""
    if text[-1] in VULGAR:
        above, below = unicodedata.normalize("NFKC", text[-1]).split("⁄")
        whole = text[:-1].strip() or "0"
    else:
        *rest, above, below = re.findall("[0-9]+", text)
        whole = rest[0] if rest else "0"
    return Fraction(whole) + (Fraction(int(above), int(below)) if int(below) else 0)


def east_asian(text: str, current: Fraction | None = None) -> Fraction | None:
    """三百万, 29億5800万 after its first 29, 万亿; None where it states no number."""
    total, section = Fraction(0), Fraction(0)
    for token in re.findall(r"[0-9.,]+|.", text):
        if token in SMALL:
            section += (1 if current is None else current) * 10 ** SMALL[token]
            current = None
        elif token in LARGE:
            part = section + (current or 0)
            if part == 0 and current is None:
                total = (total or 1) * 10 ** LARGE[token]
            elif total and total < 10 ** LARGE[token]:
                total = (total + part) * 10 ** LARGE[token]
            else:
                total += part * 10 ** LARGE[token]
            section, current = Fraction(0), None
        elif token in CJK_DIGITS:
            current = Fraction(CJK_DIGITS[token] + (0 if current is None else current * 10))
        else:
            current = Fraction(token.replace(",", ""))
    return total + section + (current or 0)


def _in_words(text: str) -> Fraction:
    total, part = Fraction(0), Fraction(0)
    for word in re.split("[ -]", text.casefold()):
        if word in ("a", "an"):
            part = Fraction(1)
        elif word in WORDS:
            part += WORDS[word]
        elif word in ("dozen", "hundred"):
            part *= 12 if word == "dozen" else 100
        elif word in SCALE_WORDS:
            factor = 10 ** SCALE_WORDS[word]
            total, part = (total + part * factor, Fraction(0)) if part else (total * factor, part)
    return total + part


def _joined(text: str, found: list[Number]) -> Iterator[Number]:
    """Numbers that stand side by side: ranges, and scales and percent signs that they share."""
    result = list(found)
    for i in range(len(result) - 1):
        one, two = result[i], result[i + 1]
        between = JOINED.fullmatch(text, one.end, two.at) if one.end <= two.at else None
        before = text[max(0, one.start - BEFORE) : one.start]
        if between is None or re.search(rf"[A-Za-z]{_D}?$", before):  # a part of a name
            continue
        if re.search(rf"[0-9]{_D}$", before) or re.match(
            rf"{_D}[0-9]", text[two.end : two.end + 2]
        ):
            continue  # a date
        span = bool(between["span"] or BETWEEN.search(before))
        if not one.scaled and two.scaled and two.bare and one.percent is two.percent:
            shared = tuple(v * abs(two.values[0] / two.bare) for v in one.values)
            if not span:
                one = replace(one, values=(*one.values, *shared), scaled=True)
            elif one.bare < two.bare:
                one = replace(one, values=shared, scaled=True)
        if span and one.percent is None and two.percent is not None:
            one = replace(one, percent=two.percent)
        alike = one.scaled == two.scaled and one.percent is two.percent
        if span and alike and one.values[0] < two.values[0]:
            worded = (between["span"] or "").isalpha()
            kind = "change" if worded and FROM.search(before) else "range"
            one = replace(one, span=one.span or kind, mate=i + 1)
            two = replace(two, span=kind)
        result[i], result[i + 1] = one, two
    yield from result


# --- counted vaguely ---

VAGUE_UNITS = {
    "dozen": (12, 100), "hundred": (100, 1000), "thousand": (10**3, 10**6),
    "million": (10**6, 10**9), "billion": (10**9, 10**12), "trillion": (10**12, 10**15),
}  # fmt: skip
VAGUE = re.compile(
    rf"(?:\b(?P<tens>tens|hundreds) of (?P<of>thousand|million|billion|trillion)s?"
    r"|\b(?:several|a few|some|multi|multiple)[ -](?P<hundred>hundred )?"
    rf"(?P<unit>{_any(VAGUE_UNITS)})s?"
    rf"|\b(?P<plural>{_any(VAGUE_UNITS)})s\b"
    rf"|[数數几幾](?P<cjk>[{CJK_SCALES}]+))",
    re.IGNORECASE,
)


def vague(text: str) -> set[tuple[int, int]]:
    """Ranges that a text counts vaguely: from two of the unit it names to the next larger unit."""
    found = set()
    for m in VAGUE.finditer(plain(text)):
        if m["cjk"]:
            unit = int(east_asian(m["cjk"]) or 0)
            found.add((2 * unit, 10 * unit))
        elif m["of"]:
            unit = (10 if m["tens"].casefold() == "tens" else 100) * VAGUE_UNITS[
                m["of"].casefold()
            ][0]
            found.add((2 * unit, 10 * unit))
        else:
            unit, above = VAGUE_UNITS[(m["unit"] or m["plural"]).casefold()]
            found.add((200 * unit, 1000 * unit) if m["hundred"] else (2 * unit, above))
    return found
