"""What 0.1.0 pickled, by the positions of fields and in SQL, in names. Frozen.

Later versions name fields and values (see `_row` and `_table`), and need nothing of this.
"""

import re

from hikaku.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

FIRST = "0.1.0"
# The fields of that version in their order. Never changes.
FIELDS = {
    "sources": (
        "id kind title language publisher_id published_on accessed_on opened url repository "
        "commit path sha256 licence replaces_id translation_of_id copy_of_id"
    ),
    "entities": "id kind name description part_of_id same_as",
    "models": "id kind name description part_of_id same_as developer_id variant weights",
    "benchmarks": (
        "id kind name description part_of_id same_as unit minimum maximum direction replaces_id"
    ),
    "attributes": "id kind name description part_of_id same_as value_type nature unit direction",
    "aliases": "entity_id language text kind",
    "comparisons": "id source_id locator title",
    "comparison_items": "id comparison_id axis position as_printed entity_id name",
    "observations": (
        "id as_printed status qualifier number low high stated_at source_id locator position "
        "detail_of comparison_id row column quoted_from_id verdict_id subject_id attribute_id "
        "currency object_id text period_start period_end region"
    ),
    "scores": (
        "id as_printed status qualifier number low high stated_at source_id locator position "
        "detail_of comparison_id row column quoted_from_id verdict_id model_id benchmark_id "
        "metric shots mode tools split scaffold runs setting"
    ),
    "claims": "id kind nature about_id statement source_id locator due_from due_to verdict_id",
    "verdicts": "id verdict method confidence reasoning decided_on replaces_id",
    "evidence": "id verdict_id stance tier finding source_id locator observation_id score_id",
    "recomputations": "id rule observation_id claim_id inputs low high",
    "verifications": "source_id locator state verified_on",
    "corrections": "id corrected_on table key field old new reason source_id",
}
# One of the alternatives of a condition, as that version wrote it.
EQUAL = r'[tx]\."(?P<field>\w+)" = \?'
EMPTY = r'[tx]\."(?P<empty>\w+)" IS NULL'
STATE = r'[tx]\."(?P<link>\w+)" IN \(SELECT id FROM "\w+" WHERE "(?P<state>\w+)" = \?\)'


def fields(table: str, values: "tuple[Any, ...]") -> "dict[str, Any]":
    """The values of a record by the names of their fields."""
    return dict(zip(FIELDS[table].split(), values, strict=True))


def conditions(written: "Any") -> "Iterator[tuple[str, tuple[Any, ...]]]":
    """What each condition names and the values that it allows, from SQL and parameters.

    Raises InvalidValue for SQL that 0.1.0 did not write.
    """
    part = re.compile(f"{STATE}|{EQUAL}|{EMPTY}")
    for sql, parameters in written:
        if re.sub(r" OR |[() ]|^0$", "", part.sub("", sql)):
            raise InvalidValue(f"{sql!r} is no selection that version {FIRST} wrote; make it again")
        left = iter(parameters)
        found = [*part.finditer(sql)]
        values = tuple(None if one["empty"] else next(left) for one in found)
        # A state, such as that of a verdict, may stand among ids: then all go by its name.
        names = [one["state"] or one["field"] or one["empty"] for one in found]
        states = [one["state"] for one in found if one["state"]]
        yield [*states, *names, ""][0], values
