"""What users give as values: taken out of collections, as plain values, as a field holds them.

Values of numpy, pandas, polars and Arrow are known by what they can do, so none is imported.
"""

from collections.abc import Iterable

from hikaku.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

MISSING = ("NAType", "NaTType", "MaskedConstant")  # of pandas and numpy
SIZES = (-(2**63), 2**63 - 1)  # of the integers that SQLite holds


class Nothing:
    """In place of a number that no row can equal, because no field can hold it."""


def singles(value: "Any") -> "list[Any]":
    """The plain values in a collection of any kind and depth, or the one that is given."""
    try:
        return [plain(one) for one in _flat(value)]
    except RecursionError:
        raise InvalidValue("a collection that holds itself has no end; give its values") from None


def _flat(value: "Any") -> "Iterator[Any]":
    if isinstance(value, (str, bytes, bytearray, memoryview, int)):  # a flag is a number, too
        yield value
    elif not isinstance(value, Iterable) or getattr(value, "shape", None) == ():
        yield value  # an array without dimensions is one value
    elif hasattr(value, "columns"):
        raise InvalidValue("a frame has several columns; give the values of one, as frame['id']")
    else:
        for one in value:
            yield from _flat(one)


def plain(value: "Any") -> "Any":
    """A single value by Python's own type, if it has one; None if it stands for a missing one."""
    if value is None or type(value) in (str, int, bool) or getattr(value, "shape", ()) != ():
        return value
    if hasattr(value, "as_py"):  # Arrow
        value = value.as_py()
    kind = getattr(getattr(value, "dtype", None), "kind", "")  # numpy
    if type(value).__name__ in MISSING or (kind in ("M", "m") and str(value) == "NaT"):
        return None
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return None if value != value else float(value)
    if kind == "M":
        return _day_of_numpy(value)
    if kind == "f":  # a short float is worth the digits that it shows: 85.3, not 85.30000305
        from decimal import Decimal

        value = Decimal(str(value))
    elif kind != "m" and hasattr(value, "dtype") and hasattr(value, "item"):
        held = value.item()
        return held if type(held) is type(value) else plain(held)
    if hasattr(value, "is_snan") and value.is_nan():  # a Decimal, which may not be compared
        return None
    return value


def _day_of_numpy(value: "Any") -> "Any":
    """A datetime64 as a date if it is a whole day, else unchanged."""
    from datetime import date

    day, _, time = str(value).partition("T")
    try:
        return value if time.strip("0:.") else date.fromisoformat(day)
    except ValueError:
        return value


def fitting(kind: str, value: "Any") -> "Any":
    """A plain value as the store has it in a field of that type; Nothing if none can hold it.

    Raises ValueError if it is of another type.
    """
    if kind == "date":
        return _day(value)
    if kind in ("integer", "number"):
        return _number(value)
    if not is_text(value):
        raise ValueError
    return value


def is_text(value: object) -> bool:
    """Whether it is a text that can be written: one without halves of characters."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _day(value: "Any") -> str:
    """As ISO 8601. A day that has a time is none."""
    from datetime import date

    if isinstance(value, str):
        return date.fromisoformat(value).isoformat()
    parts = ("hour", "minute", "second", "microsecond", "nanosecond")
    if not isinstance(value, date) or any(getattr(value, part, 0) for part in parts):
        raise ValueError
    return value.isoformat()[:10]


def _number(value: "Any") -> "Any":
    """As an integer or a float that is worth the same in digits: 0.1 equals Decimal("0.1")."""
    if isinstance(value, float):
        return value
    from decimal import Decimal
    from fractions import Fraction
    from numbers import Rational

    is_number = isinstance(value, (Decimal, Rational)) and not hasattr(value, "dtype")
    if isinstance(value, bool) or not is_number:  # a timedelta64 says that it is an integer
        raise ValueError
    if isinstance(value, int) and SIZES[0] <= value <= SIZES[1]:
        return int(value)
    try:
        near = float(value)
    except OverflowError:
        return Nothing
    if near in (float("inf"), float("-inf")) or (near == 0) != (value == 0):
        return Nothing
    exact = Fraction(value)
    if exact.denominator == 1 and SIZES[0] <= exact <= SIZES[1]:
        return int(exact)
    return near if Fraction(repr(near)) == exact else Nothing


def shown(value: object) -> str:
    """A value in a message: short, and of whatever type without an error."""
    try:
        text = repr(value)
    except Exception:  # whatever a stranger's type does
        text = f"this {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}…"
