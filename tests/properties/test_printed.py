"""Laws: a number written in any way that people write it is read, and any other one is not."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scripts.labels.wording import number_text
from scripts.printed.forms import fault
from scripts.printed.numbers import numbers
from scripts.sources.matching import ABSENT, Place, match
from tests.properties.scale import examples

SCRIPTS = {"latin": "0", "full": "０", "arabic": "٠", "devanagari": "०", "bold": "𝟎"}
MINUSES = "-−‐‑‒–﹣－"
GROUPS = (",", " ", "\u00a0", "\u202f", "\u2009", "'", "’", "_")
SCALES = {
    "": 0, "K": 3, "M": 6, "B": 9, "T": 12, " thousand": 3, " million": 6, " bn": 9, " billion": 9,
    "-million": 6, " trillion": 12, "万": 4, "億": 8, " 亿": 8, "兆": 12, "千万": 7, "百万": 6,
    "万亿": 12, " lakh": 5, " crore": 7, " Milliarden": 9, "e5": 5, "E+03": 3, "×10⁵": 5,
    " x 10^6": 6, "·10**4": 4, "e-2": -2, " × 10⁻²": -2,
}  # fmt: skip
BEFORE = ("", "$", "US$", "HK$ ", "€", "RMB ", "scores ", "得点は", "(n=5) ", "a | ")
AFTER = ("", " points", "点", " (5-shot)", ", of course", "*")


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A number as the tables have it, and a text that prints it."""
    digits = draw(st.integers(1, 10**9))
    decimals = draw(st.integers(0, 3))
    scale = draw(st.sampled_from(sorted(SCALES)))
    minus = draw(st.sampled_from(["", "", *MINUSES, "("]))
    plain = str(digits).rjust(decimals + 1, "0")
    whole, rest = (plain[:-decimals], plain[-decimals:]) if decimals else (plain, "")
    group, point = draw(st.sampled_from(GROUPS)), draw(st.sampled_from(".,"))
    indian = group == "," and draw(st.booleans())
    if group == point or (point == "," and len(rest) == 3):
        point = "."
    if draw(st.booleans()) and not scale.startswith("·") and (len(whole) > 3 or point == ","):
        whole = grouped(whole, "." if point == "," and group == "," else group, indian)
    shown = whole + (point + rest if rest else "")
    zero = ord(SCRIPTS[draw(st.sampled_from(sorted(SCRIPTS)))])
    if scale.strip()[:1] not in ("e", "E"):
        shown = "".join(chr(zero + int(c)) if c.isdigit() else c for c in shown)
    before, after = draw(st.sampled_from(BEFORE)), draw(st.sampled_from(AFTER))
    if minus == "(":
        text = f"({shown}{scale})"
    else:
        text = f"{before if minus else ''}{minus}{'' if minus else before}{shown}{scale}{after}"
    value = Fraction(digits, 10**decimals) * Fraction(10) ** SCALES[scale]
    return exact(-value if minus else value), text


def grouped(whole: str, mark: str, indian: bool) -> str:
    head, groups = whole[:-3], [whole[-3:]]
    while head:
        size = 2 if indian else 3
        head, groups = head[:-size], [head[-size:], *groups]
    return mark.join(groups)


def exact(value: Fraction) -> str:
    """A fraction as plain digits: 1.5, 15000000, 0.002."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs(value * 10**places).numerator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text


def judged(number: str, printed: str) -> str | None:
    return fault(printed, None, False, number, None, None, None, "reported", "points", "en", False)


@examples(short=150)
@given(written())
def test_a_number_printed_in_any_way_stands_in_its_cell(case: tuple[str, str]) -> None:
    number, printed = case
    assert judged(number, printed) is None, (number, printed)


@examples(short=150)
@given(written(), st.data())
def test_a_changed_digit_sign_point_or_scale_is_found(
    case: tuple[str, str], data: st.DataObject
) -> None:
    number, printed = case
    value = Fraction(number)
    at = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    power = data.draw(st.sampled_from([-12, -9, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8, 9]))
    wrong = {
        exact(Fraction(number[:at] + digit + number[at + 1 :])),
        exact(-value),
        exact(value * Fraction(10) ** power),
    }
    beside = {exact(Fraction(n)) for n in ("5", "-5", "10", "2", "-2")}  # of "(5-shot)"
    for other in wrong - beside - {number, "0"}:
        assert judged(other, printed) == "number", (other, printed)


@examples(short=100)
@given(
    st.integers(1, 10**15 - 1), st.integers(0, 14), st.booleans(),
    st.sampled_from(["percent", "points", "count", "ratio", "tokens", "parameters", "currency"]),
    st.sampled_from(["en", "ja", "zh_Hans"]),
    st.sampled_from(["USD", "CNY", "EUR", "JPY", "HKD"]),
)  # fmt: skip
def test_a_number_in_words_has_every_digit_that_the_contract_allows(
    digits: int, decimals: int, negative: bool, unit: str, locale: str, currency: str
) -> None:
    if len(str(digits).rjust(decimals + 1, "0")) > 15:
        return
    value = Fraction(digits, 10**decimals) * (-1 if negative else 1)
    number = float(exact(value))
    shown = number_text(number, unit, currency if unit == "currency" else None, locale)
    (read,) = numbers(shown)
    assert value in read.values, shown


@examples(short=60)
@given(written(), st.text("0123456789,.%KMB-–_ ", min_size=1, max_size=3))
def test_a_passage_holds_a_number_whole_or_not_at_all(case: tuple[str, str], more: str) -> None:
    _, printed = case
    assert match(f"it has {printed} so", Place(f"we say it has {printed} so far", False)) != ABSENT
    for longer in (f"{printed}{more}", f"{more}{printed}"):
        cell = Place(longer, exact=True)
        assert match(printed, cell) == ABSENT or " ".join(longer.split()).strip("*_ ") == (
            " ".join(printed.split()).strip("*_ ")
        )


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for n in numbers(text):
        assert 0 <= n.start <= n.at < n.end <= len(text)
    judged("1", text)
    assert match(text, Place(text, exact=True)) or not text.strip()
