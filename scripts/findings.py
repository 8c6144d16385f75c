"""What a check found, and how it is shown to people and to machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

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


def to_json(findings: Sequence[Finding], checked: dict[str, int]) -> str:
    """The findings for machines; `checked` counts what was looked at, such as rows."""
    errors = sum(f.severity == "error" for f in findings)
    return json.dumps(
        {
            "valid": errors == 0,
            **checked,
            "errors": errors,
            "warnings": len(findings) - errors,
            "findings": [
                {**asdict(f), "line": None if f.row is None else f.row + 1} for f in findings
            ],
        },
        ensure_ascii=False,
        indent=2,
    )


def to_text(findings: Sequence[Finding], checked: dict[str, int]) -> str:
    """The findings, one paragraph each, and a summary as the last line."""
    parts = [_paragraph(f) for f in findings[:SHOWN]]
    if len(findings) > SHOWN:
        counts = Counter(f.code for f in findings[SHOWN:]).most_common()
        rest = ", ".join(f"{n} {code}" for code, n in counts)
        parts.append(f"… and {len(findings) - SHOWN} more ({rest}); --json lists them all.\n")
    errors = sum(f.severity == "error" for f in findings)
    warnings = len(findings) - errors
    verdict = "invalid" if errors else "valid"
    told = [_count(n, noun.removesuffix("s")) for noun, n in checked.items()]
    told += [_count(errors, "error"), _count(warnings, "warning")]
    parts.append(f"{verdict}: {', '.join(told)}")
    return "\n".join(parts)


def _paragraph(f: Finding) -> str:
    key = f" [{f.key}]" if f.key else ""
    return (
        f"{f.place}{key}\n  {f.severity} {f.code}: found {f.found}; allowed: {f.allowed}\n"
        f"  to do: {f.fix}\n"
    )


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
