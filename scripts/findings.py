"""What a check found, and how it is shown to people and to machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

SHOWN = 60


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, at one place.

    `row` counts data rows from 1, so row n stands on line n + 1; it is None for a finding about
    a whole file. `key` is the row's key, its parts joined by a vertical bar.
    """

    file: str
    row: int | None
    column: str | None
    code: str
    key: str | None
    found: str
    allowed: str
    fix: str
    severity: str = "error"

    @property
    def place(self) -> str:
        line = "" if self.row is None else f":{self.row + 1}"
        return f"{self.file}{line}" + (f" {self.column}" if self.column else "")


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.file, f.row or 0, f.column or "", f.code))


def errors(findings: Sequence[Finding]) -> int:
    """How many of them are errors; the rest are warnings."""
    return sum(f.severity == "error" for f in findings)


def as_json(findings: Sequence[Finding], checked: dict[str, int]) -> dict[str, Any]:
    """The findings for machines; `checked` counts what was looked at, such as rows."""
    wrong = errors(findings)
    return {
        "valid": wrong == 0,
        **checked,
        "errors": wrong,
        "warnings": len(findings) - wrong,
        "findings": [{**asdict(f), "line": None if f.row is None else f.row + 1} for f in findings],
    }


def to_text(findings: Sequence[Finding], checked: dict[str, int]) -> str:
    """The findings, one paragraph each, and a summary as the last line."""
    parts = [_paragraph(f) for f in findings[:SHOWN]]
    if len(findings) > SHOWN:
        counts = Counter(f.code for f in findings[SHOWN:]).most_common()
        rest = ", ".join(f"{n} {code}" for code, n in counts)
        parts.append(f"… and {len(findings) - SHOWN} more ({rest}); --json lists them all.\n")
    wrong = errors(findings)
    verdict = "invalid" if wrong else "valid"
    told = [count(n, noun.removesuffix("s")) for noun, n in checked.items()]
    told += [count(wrong, "error"), count(len(findings) - wrong, "warning")]
    parts.append(f"{verdict}: {', '.join(told)}")
    return "\n".join(parts)


def _paragraph(f: Finding) -> str:
    key = f" [{f.key}]" if f.key else ""
    return (
        f"{f.place}{key}\n  {f.severity} {f.code}: found {f.found}; allowed: {f.allowed}\n"
        f"  to do: {f.fix}\n"
    )


def count(n: int, noun: str) -> str:
    """A number with its noun: 1 row, 2,000 rows."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
