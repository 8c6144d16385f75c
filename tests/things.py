"""What tests of examples and of laws both speak of: a table of every type, what a score states."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.build.content_hash import Value
from scripts.contract import Field, Table

Rows = Sequence[Sequence[Value]]


def field(name: str, kind: str) -> Field:
    return Field(name, kind, name, name, None, False, False, False, (), None, None, None, {})


TABLE = Table(
    name="things",
    record="Thing",
    title="Things",
    description="Things.",
    path="tables/things.csv",
    fields=(
        field("id", "string"),
        field("count", "integer"),
        field("size", "number"),
        field("day", "date"),
        field("text", "string"),
    ),
    key=("id",),
    unique_keys=(),
    minimum_rows=0,
    extends=None,
)


CONDITIONS = {
    "metric": ["accuracy", "exact-match"],
    "shots": ["0", "5"],
    "mode": ["thinking", "non_thinking"],
    "tools": ["with", "without"],
    "split": ["test", "validation"],
    "scaffold": ["harness", "other-harness"],
}
