"""The numbers that a text states, whatever the language writes them with.

`30 billion dollars`, `300億ドル` and `300亿美元` state one number, and so do
`12 February` and `2月12日`.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

SCALES = {
    "en": {"thousand": 3, "million": 6, "billion": 9, "trillion": 12},
    "ja": {"万": 4, "億": 8, "兆": 12},
    "zh-Hans": {"万": 4, "亿": 8, "万亿": 12},
}
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
# Words for numbers, which translations may write in digits.
WORDS = {
    "zero": 0,
    "once": 1,
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "half": 2,
    "tenfold": 10,
    **{
        word: n
        for n, word in enumerate(
            (
                "one",
                "two",
                "three",
                "four",
                "five",
                "six",
                "seven",
                "eight",
                "nine",
                "ten",
                "eleven",
                "twelve",
            ),
            start=1,
        )
    },
    **{
        word: n
        for n, word in enumerate(
            (
                "first",
                "second",
                "third",
                "fourth",
                "fifth",
                "sixth",
                "seventh",
                "eighth",
                "ninth",
                "tenth",
            ),
            start=1,
        )
    },
    **{
        f"{word}fold": n
        for n, word in enumerate(
            ("two", "three", "four", "five", "six", "seven", "eight", "nine"), start=2
        )
    },
}
# In "13 and 30 billion" and "from 48 to 190 million" the first number may share the scale.
SHARED = r"({n}) (to|and|or|of the|of|against) ({n}) (thousand|million|billion|trillion)"
NUMBER = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
WORD_SCALED = re.compile(rf"\b({'|'.join(WORDS)}|a) (million|billion|trillion)\b", re.IGNORECASE)


def stated(text: str, tag: str) -> Counter[Decimal]:
    """The numbers in digits, each with the power of ten that stands behind it."""
    scales = SCALES[tag]
    units = "|".join(sorted(scales, key=len, reverse=True))
    gap = r"[ -]?" if tag == "en" else ""
    found: Counter[Decimal] = Counter()
    whole = Decimal(0)
    last = 0, 0  # where the previous part ended, and its power of ten
    if tag == "en":
        text = WORD_SCALED.sub(lambda m: f"{WORDS.get(m[1].casefold(), 1)} {m[2]}", text)
    for match in re.finditer(rf"({NUMBER})(?:{gap}({units})(?![a-z]))?", text):
        power = scales[match[2]] if match[2] else 0
        value = Decimal(match[1].replace(",", "")) * 10**power
        # 29億5800万 is one number in two parts, the second one smaller.
        joined = tag != "en" and last[0] == match.start() and last[1] > power and last[0] > 0
        if joined:
            found -= Counter([whole])
            whole += value
        else:
            whole = value
        found[whole] += 1
        last = (match.end(), power)
    return found


def in_words(english: str) -> Counter[Decimal]:
    """The numbers that an English text says in words: 5 for five, fivefold and May; scales."""
    words = re.findall(r"[a-z]+", english.casefold())
    found: Counter[Decimal] = Counter(Decimal(WORDS[w]) for w in words if w in WORDS)
    found.update(Decimal(MONTHS.index(w) + 1) for w in words if w in MONTHS)
    found.update(Decimal(10) ** SCALES["en"][w] for w in words if w in SCALES["en"])
    return found


def differ(english: str, text: str, tag: str) -> bool:
    """Whether the translation states other numbers than the English text."""
    found = stated(text, tag)
    shared = re.sub(SHARED.format(n=NUMBER), r"\1 \4 \2 \3 \4", english)
    for reading in (english, shared):
        wanted = set(stated(reading, "en"))
        # How often one is named is a matter of style: Japanese repeats GLM-4 where English says it.
        if wanted <= set(found) <= wanted | set(in_words(english)):
            return False
    return True
