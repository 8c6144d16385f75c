"""What frictionless, the standard's own checker, finds in the same package."""

from __future__ import annotations

from pathlib import Path

from scripts.contract import DESCRIPTOR
from scripts.findings import Finding


def frictionless_findings(root: Path, descriptor: str = DESCRIPTOR) -> list[Finding]:
    """Findings of frictionless in our terms: rows counted from 1 without the heading line."""
    from frictionless import FrictionlessException, Package, system

    try:
        with system.use_context(trusted=True):
            report = Package(str(root / descriptor)).validate()
    except FrictionlessException as raised:
        return [_finding(descriptor, None, None, raised.error.type, raised.error.message)]
    found = [_finding(descriptor, None, None, e.type, e.message) for e in report.errors]
    for task in report.tasks:
        for error in task.errors:
            row = getattr(error, "row_number", None)
            found.append(
                _finding(
                    task.place,
                    None if row is None else row - 1,
                    getattr(error, "field_name", None),
                    error.type,
                    error.message,
                )
            )
    return found


def _finding(file: str, row: int | None, column: str | None, code: str, message: str) -> Finding:
    return Finding(
        file=file,
        row=row,
        column=column,
        code=code,
        key=None,
        found=" ".join(message.split()),
        allowed="",
        fix="",
    )


def to_text(found: list[Finding]) -> str:
    lines = [f"frictionless: {f.place} {f.code}: {f.found}" for f in found]
    return "\n".join([*lines, f"frictionless: {len(found)} findings"])
