"""`python -m scripts.recompute`: do values that follow from others follow from them?

A row of `tables/recomputations.csv` names a statement, a rule and the values that the rule takes.
Each value stands for an interval, as wide as its printed digits leave open; the result is an
interval too. It supports the statement where the two overlap, and contradicts it where they do
not. The finding must be the stored verdict, of method recomputation, under the same id.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import duckdb

from scripts import command, findings
from scripts.contract import load
from scripts.errors import BrokenTable
from scripts.findings import Finding
from scripts.reading import into_duckdb

FILE = "tables/recomputations.csv"
GROWTH = "cagr"  # the attribute whose values always follow from two others, if its source has them
SIZE = "market-size"

Row = dict[str, Any]


@dataclass(frozen=True)
class Interval:
    """All numbers from low to high; an end may be infinite."""

    low: float
    high: float

    def overlaps(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high

    def __str__(self) -> str:
        return f"{_short(self.low)} to {_short(self.high)}"


@dataclass(frozen=True)
class Result:
    """What the rule of one recomputation gives, beside what is stated."""

    id: str
    row: int
    rule: str
    statement: str
    stated: Interval
    computed: Interval
    value: float
    stored: str | None  # the verdict in the tables, of method recomputation and with the same id

    @property
    def verdict(self) -> str:
        return "supported" if self.computed.overlaps(self.stated) else "contradicted"


def interval(row: Row) -> Interval:
    """What a printed number leaves open: half a unit of its last digit to each side.

    A bound such as "over 7 billion" is taken to lie within one unit above what it names, or the
    source would have named the next one.
    """
    if row["number"] is None:
        return Interval(row["low"], row["high"])
    number, unit = row["number"], last_digit(row["number"], row["as_printed"] or "")
    if row["qualifier"] in ("more_than", "at_least"):
        return Interval(number, number + unit)
    if row["qualifier"] in ("less_than", "at_most"):
        return Interval(number - unit, number)
    return Interval(number - unit / 2, number + unit / 2)


def last_digit(number: float, printed: str) -> float:
    """The worth of the last digit that was printed: 0.1e9 for $2.8B, 1e6 for $450M."""
    for text in re.findall(r"[0-9][0-9,]*\.?[0-9]*", printed):
        digits = text.replace(",", "")
        value = float(digits)
        if value and _same_digits(value, number):
            decimals = len(digits.partition(".")[2])
            return float(abs(number) / value * 10.0**-decimals)
    # Printed in words: as exact as the number's own digits.
    exact = f"{abs(number):.15g}"
    if "." in exact:
        return float(10.0 ** -len(exact.partition(".")[2]))
    return float(10.0 ** (len(exact) - len(exact.rstrip("0")))) if number else 1.0


def _same_digits(a: float, b: float) -> bool:
    def digits(x: float) -> str:
        return f"{abs(x):.15e}".split("e")[0].replace(".", "").rstrip("0")

    return digits(a) == digits(b)


def compute(rule: str, inputs: Sequence[Interval], years: float | None = None) -> Interval:
    """The range of a rule's results over all numbers that the inputs leave open.

    Raises ValueError if there are too few inputs, no years where the rule needs them, or a divisor
    that may be zero. Each rule is monotonic in each of its inputs, so that the ends of the inputs
    give its extremes.
    """
    if len(inputs) < 2:
        raise ValueError(f"{rule} needs two inputs or more")
    if rule == "ranking":
        first, *others = inputs
        best = 1 + sum(o.low > first.high for o in others)
        worst = 1 + sum(o.high > first.low for o in others)
        return Interval(best, worst)
    if rule in ("ratio", "share"):
        divisors = inputs[1:2] if rule == "ratio" else inputs
        if sum(d.low for d in divisors) <= 0 <= sum(d.high for d in divisors):
            raise ValueError(f"{rule} would divide by what may be zero")
    results = [
        _point(rule, corner, years) for corner in product(*((i.low, i.high) for i in inputs))
    ]
    return Interval(min(results), max(results))


def _point(rule: str, x: Sequence[float], years: float | None) -> float:
    if rule == "growth_rate":
        if not years or len(x) != 2 or min(x) <= 0:
            raise ValueError("growth_rate needs two sizes above zero, and years between them")
        return float((x[1] / x[0]) ** (1 / years) - 1) * 100
    if rule in ("ratio", "difference") and len(x) != 2:
        raise ValueError(f"{rule} needs exactly two inputs")
    if rule == "ratio":
        return x[0] / x[1]
    if rule == "difference":
        return x[0] - x[1]
    if rule == "sum":
        return math.fsum(x)
    if rule == "share":
        return x[0] / math.fsum(x) * 100
    raise ValueError(f"there is no rule {rule}")


def results(con: duckdb.DuckDBPyConnection) -> Iterator[Result | Finding]:
    """Each recomputation's result, or the finding that kept it from being done.

    `con` holds the tables as text, as `scripts.reading.into_duckdb` loads them; they must be
    valid. Only the rows that a recomputation names are looked up.
    """
    for row in _rows(con, "SELECT * FROM recomputations ORDER BY _row"):
        try:
            yield _result(con, row)
        except ValueError as error:
            yield Finding(
                file=FILE,
                row=row["_row"],
                column="inputs",
                code="not-recomputable",
                key=row["id"],
                found=str(error),
                allowed="inputs that the rule can take",
                fix="correct the rule or its inputs",
            )


def _result(con: duckdb.DuckDBPyConnection, row: Row) -> Result:
    inputs = [_value(con, key) for key in row["inputs"].split(" ")]
    units = {str(i["unit"]) for i in inputs}
    if len(units) > 1:
        raise ValueError(f"inputs in several units: {', '.join(sorted(units))}")
    if row["observation_id"]:
        statement = _value(con, row["observation_id"])
        stated = interval(statement)
    else:
        (statement,) = _rows(con, "SELECT * FROM claims WHERE id = ?", row["claim_id"])
        low, high = _number(row["low"]), _number(row["high"])
        stated = Interval(-math.inf if low is None else low, math.inf if high is None else high)
    years = _years(inputs) if row["rule"] == "growth_rate" else None
    ranges = [interval(i) for i in inputs]
    middle = [Interval((i.low + i.high) / 2, (i.low + i.high) / 2) for i in ranges]
    stored = _rows(
        con, "SELECT verdict FROM verdicts WHERE id = ? AND method = 'recomputation'", row["id"]
    )
    points_there = statement["verdict_id"] == row["id"]
    return Result(
        row["id"],
        row["_row"],
        row["rule"],
        statement["id"],
        stated,
        compute(row["rule"], ranges, years),
        compute(row["rule"], middle, years).low,
        stored[0]["verdict"] if stored and points_there else None,
    )


def _years(inputs: Sequence[Row]) -> float:
    first, last = (i.get("period_end") for i in inputs[:2])
    if not first or not last or first[:4] >= last[:4]:
        raise ValueError("the inputs of a growth rate need years, the second after the first")
    return int(last[:4]) - int(first[:4])


def check(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Results that differ from the stored verdicts, and growth rates that nobody recomputes."""
    return _wrong(con, results(con))


def _wrong(con: duckdb.DuckDBPyConnection, recomputed: Iterable[Result | Finding]) -> list[Finding]:
    found: list[Finding] = []
    for result in recomputed:
        if isinstance(result, Finding):
            found.append(result)
        elif result.stored != result.verdict:
            found.append(
                Finding(
                    file=FILE,
                    row=result.row,
                    column="id",
                    code="verdict-differs",
                    key=result.id,
                    found=result.stored or f"no verdict {result.id} of method recomputation",
                    allowed=f"{result.verdict}: {result.rule} gives {result.computed}, "
                    f"stated is {result.stated}",
                    fix=f"give {result.statement} the verdict {result.id}, {result.verdict}, "
                    "of method recomputation",
                )
            )
    for row in _rows(con, NOT_RECOMPUTED, GROWTH, SIZE, SIZE):
        found.append(
            Finding(
                file="tables/observations.csv",
                row=row["_row"],
                column="id",
                code="not-recomputed",
                key=row["id"],
                found="a growth rate beside its two sizes",
                allowed="a row in tables/recomputations.csv",
                fix=f"add the row; its inputs: {row['inputs']}",
            )
        )
    return found


# The sizes that a growth rate is about: of the same thing and source, at its first and last year.
NOT_RECOMPUTED = """
    SELECT r._row, r.id, a.id || ' ' || z.id AS inputs
    FROM observations AS r
    JOIN observations AS a ON a.subject_id = r.subject_id AND a.source_id = r.source_id
        AND a.period_end = r.period_start
    JOIN observations AS z ON z.subject_id = r.subject_id AND z.source_id = r.source_id
        AND z.period_end = r.period_end
    WHERE r.attribute_id = ? AND a.attribute_id = ? AND z.attribute_id = ?
        AND r.id NOT IN (SELECT observation_id FROM recomputations WHERE observation_id IS NOT NULL)
    ORDER BY r._row"""


def _value(con: duckdb.DuckDBPyConnection, key: str) -> Row:
    """An observation or score by id, its numbers as numbers, with its unit or currency."""
    for sql in (
        "SELECT o.*, coalesce(o.currency, a.unit) AS unit FROM observations AS o"
        " LEFT JOIN attributes AS a ON a.id = o.attribute_id WHERE o.id = ?",
        "SELECT s.*, b.unit FROM scores AS s"
        " LEFT JOIN benchmarks AS b ON b.id = s.benchmark_id WHERE s.id = ?",
    ):
        for row in _rows(con, sql, key):
            return row | {name: _number(row[name]) for name in ("number", "low", "high")}
    raise ValueError(f"there is no value {key}")


def _rows(con: duckdb.DuckDBPyConnection, sql: str, *parameters: str) -> list[Row]:
    query = con.execute(sql, parameters)
    names = [column[0] for column in query.description or ()]
    return [dict(zip(names, values, strict=True)) for values in query.fetchall()]


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _short(x: float) -> str:
    return f"{x:,.4g}" if abs(x) < 1e5 else f"{x:,.0f}"


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser(
        "recompute",
        "Recompute what follows from other values, and compare it with what is stated.",
    )
    return command.run(parser, _act, arguments, failed="not recomputed")


def _act(options: argparse.Namespace) -> int:
    try:
        with duckdb.connect() as con:
            for table in load(options.root):
                into_duckdb.load(con, options.root, table)
            recomputed = list(results(con))
            wrong = _wrong(con, recomputed)
    except duckdb.Error as error:
        raise BrokenTable(f"{error}; run `python -m scripts.validate` first") from None
    done = [r for r in recomputed if isinstance(r, Result)]
    if options.json:
        command.show_json([_for_machines(r) for r in done])
    else:
        for r in done:
            print(
                f"{r.id}: {r.verdict}; {r.rule} gives {_short(r.value)} ({r.computed}), "
                f"stated is {r.stated}"
            )
        print(findings.to_text(wrong, {"recomputations": len(done)}))
    return command.WRONG if wrong else command.OK


def _for_machines(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "rule": result.rule,
        "statement": result.statement,
        "verdict": result.verdict,
        "value": result.value,
        "computed": [_finite(result.computed.low), _finite(result.computed.high)],
        "stated": [_finite(result.stated.low), _finite(result.stated.high)],
        "stored": result.stored,
    }


def _finite(x: float) -> float | None:
    return x if math.isfinite(x) else None


if __name__ == "__main__":
    sys.exit(main())
