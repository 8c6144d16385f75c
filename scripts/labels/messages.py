"""Everything that is translated: the texts of the contract and of the tables, by context.

A context is `table.id.field`, split at the first and the last dot. Texts of the contract use the
tables `package`, `tables`, `fields`, `values` and `texts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.contract import Contract
from scripts.package import Package, once


@dataclass(frozen=True, order=True)
class Message:
    """One English text to translate. `comment` tells a translator what it is."""

    context: str
    english: str
    comment: str


@once
def messages(package: Package) -> list[Message]:
    """All messages of the package, sorted by context."""
    return sorted([*_contract(package.contract), *_tables(package)])


def extract(
    fileobj: Any, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, tuple[str, str], list[str]]]:
    """A Babel extractor for `datapackage.json`, which finds the tables beside it."""
    for message in messages(Package(Path(fileobj.name).resolve().parent)):
        yield 1, "pgettext", (message.context, message.english), [message.comment]


def split(context: str) -> tuple[str, str, str]:
    """Table, id and field of a context."""
    table, rest = context.split(".", 1)
    key, field = rest.rsplit(".", 1)
    return table, key, field


def _contract(contract: Contract) -> Iterator[Message]:
    for field in ("title", "description"):
        yield Message(f"package.hikaku.{field}", contract.raw[field], f"{field} of the data set")
    for name, text in contract.raw.get("texts", {}).items():
        yield Message(f"texts.{name}.text", text["text"], text["description"])
    for table in contract:
        yield Message(f"tables.{table.name}.title", table.title, "title of a table")
        yield Message(f"tables.{table.name}.description", table.description, "what a row is")
        for f in table.fields:
            at = f"fields.{table.name}.{f.name}"
            yield Message(f"{at}.title", f.title, f"heading of a {f.type} column")
            yield Message(f"{at}.description", f.description, f"meaning of the column {f.title}")
            for value in f.enum:
                at = f"values.{table.name}.{f.name}.{value}"
                about = f.raw["values"][value]
                yield Message(f"{at}.title", about["title"], f"a value of {f.title}")
                yield Message(f"{at}.description", about["description"], f"meaning of {value}")


def _tables(package: Package) -> Iterator[Message]:
    for table in package.contract:
        translated = [(i, f) for i, f in enumerate(table.fields) if f.translated]
        if not translated:
            continue
        kind = table.names.index("kind") if "kind" in table.names else None
        for row in package.rows(table.name):
            key = "|".join(str(row[table.names.index(k)]) for k in table.key)
            what = str(row[kind]).replace("_", " ") if kind is not None else table.title.lower()
            for i, f in translated:
                if row[i] is not None:
                    comment = f"{f.title.lower()}: {what}"
                    yield Message(f"{table.name}.{key}.{f.name}", str(row[i]), comment)
