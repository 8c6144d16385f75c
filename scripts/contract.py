"""The contract: `datapackage.json`, read once into typed objects. Standard library only.

Everything else derives from it: checks, store, typed records, codebook, Parquet schemas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hikaku._comparison import CELL_TABLES as CELL_TABLES
from hikaku._formats import version as versions
from hikaku.errors import InvalidValue
from scripts.errors import BrokenContract

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTOR = "datapackage.json"
TYPES = ("string", "integer", "number", "date")


# The statuses that say that there is a value.
WITH_VALUE = ("reported", "estimated", "projected", "derived")
# The fields of each table that say where in its source something stands.
LOCATOR_FIELDS = {
    "comparisons": ("locator",),
    "observations": ("locator", "stated_at"),
    "scores": ("locator", "stated_at"),
    "claims": ("locator",),
    "evidence": ("locator",),
}
CORRECTIONS = "corrections"  # the table that says why a published value changed


@dataclass(frozen=True)
class Field:
    """One column. `references` names the table whose `id` it points at, if any."""

    name: str
    type: str
    title: str
    description: str
    unit: str | None
    translated: bool
    required: bool
    unique: bool
    enum: tuple[str, ...]
    pattern: str | None
    minimum: float | None
    references: str | None
    raw: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One resource. `extends` names the table whose records this one adds fields to, if any."""

    name: str
    record: str
    title: str
    description: str
    path: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]
    minimum_rows: int
    extends: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f.name for f in self.fields)

    def __getitem__(self, name: str) -> Field:
        for f in self.fields:
            if f.name == name:
                return f
        raise KeyError(name)


@dataclass(frozen=True)
class Contract:
    """The whole package. `raw` is the descriptor as parsed, `text` as written."""

    tables: tuple[Table, ...]
    version: str
    raw: dict[str, Any]
    text: str

    def __getitem__(self, name: str) -> Table:
        for t in self.tables:
            if t.name == name:
                return t
        raise KeyError(name)

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def subtypes(self, name: str) -> dict[str, Table]:
        """Tables that extend `name`, by the entity kind that they describe."""
        return {t.record.lower(): t for t in self.tables if t.extends == name}


def load(root: Path = ROOT) -> Contract:
    """Read the contract under `root`. Raises BrokenContract at the first thing that is wrong."""
    path = root / DESCRIPTOR
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise BrokenContract(
            "the file is missing", f"restore {DESCRIPTOR} from version control"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenContract(
            f"the file cannot be read: {error}", "make it a readable UTF-8 text file"
        ) from None
    try:
        raw = json.loads(text, object_pairs_hook=_no_duplicates)
    except json.JSONDecodeError as error:
        raise BrokenContract(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            "mend the JSON at that place",
            line=error.lineno,
        ) from None
    except (ValueError, RecursionError) as error:
        raise BrokenContract(
            f"not valid JSON: {error}", "compare it with the last good version of the file"
        ) from None
    try:
        tables, version = _parse(raw)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BrokenContract(
            f"a part of it has the wrong shape: {error}",
            "compare it with the last good version of the file",
        ) from None
    return Contract(tables, version, raw, text)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise BrokenContract(
                f"the key {name!r} is given twice in one object", "keep one of the two", name
            )
        result[name] = value
    return result


def _parse(raw: Any) -> tuple[tuple[Table, ...], str]:
    version = _take(raw, "version", str, "")
    try:
        versions.parse(version)  # it becomes the name of a folder
    except InvalidValue as error:
        raise BrokenContract(str(error), "write three numbers", "version") from None
    resources = _take(raw, "resources", list, "")
    tables = tuple(parse_table(r, f"resources/{i}") for i, r in enumerate(resources))
    names = [t.name for t in tables]
    for name in names:
        if names.count(name) > 1:
            raise BrokenContract(
                f"two tables are named {name!r}", "rename one of them", f"resources/{name}"
            )
    _check_references(tables, names, _kinds(tables))
    return tables, version


def parse_table(raw: Any, where: str) -> Table:
    """One resource of a descriptor. Raises BrokenContract, naming the place under `where`."""
    name = _take(raw, "name", str, where)
    where = f"resources/{name}"
    _check_name(name, f"{where}/name")
    if raw.get("path") != f"tables/{name}.csv":
        raise BrokenContract(
            f"the table {name!r} is not kept where its name says",
            f'give "path": "tables/{name}.csv"',
            f"{where}/path",
        )
    schema = _take(raw, "schema", dict, where)
    inside = f"{where}/schema"
    references: dict[str, str] = {}
    for i, key in enumerate(schema.get("foreignKeys", [])):
        at = f"{inside}/foreignKeys/{i}"
        reference = _take(key, "reference", dict, at)
        own = reference.get("resource") == ""  # the standard's way to say "this table"
        target = name if own else _take(reference, "resource", str, at)
        if reference.get("fields") != "id":
            raise BrokenContract(
                "a foreign key points at another field than id", 'give "fields": "id"', at
            )
        references[_take(key, "fields", str, at)] = target
    fields = tuple(
        _field(f, references, f"{inside}/fields/{i}")
        for i, f in enumerate(_take(schema, "fields", list, inside))
    )
    names = [f.name for f in fields]
    key = schema.get("primaryKey")
    if not key:
        raise BrokenContract(
            f"the table {name!r} has no primary key",
            'give "primaryKey" in its schema',
            f"{inside}/primaryKey",
        )
    keys = (key,) if isinstance(key, str) else tuple(key)
    unique = tuple(tuple(u) for u in schema.get("uniqueKeys", []))
    for column in {*keys, *references, *(c for u in unique for c in u)}:
        if column not in names:
            raise BrokenContract(
                f"a key of the table {name!r} uses the field {column!r}, which it does not have",
                f"use one of: {', '.join(names)}",
                inside,
            )
    if schema.get("missingValues") != [""]:
        raise BrokenContract(
            "missingValues must be the empty string alone",
            'give "missingValues": [""]',
            f"{inside}/missingValues",
        )
    return Table(
        name=name,
        record=_take(raw, "record", str, where),
        title=_take(raw, "title", str, where),
        description=_take(raw, "description", str, where),
        path=_take(raw, "path", str, where),
        fields=fields,
        key=keys,
        unique_keys=unique,
        minimum_rows=int(raw.get("minimumRows", 0)),
        extends=references.get("id"),
    )


def _field(raw: Any, references: dict[str, str], where: str) -> Field:
    name = _take(raw, "name", str, where)
    _check_name(name, f"{where}/name")
    kind = _take(raw, "type", str, where)
    if kind not in TYPES:
        raise BrokenContract(
            f"the field {name!r} has the unknown type {kind!r}",
            f"use one of: {', '.join(TYPES)}",
            f"{where}/type",
        )
    constraints = raw.get("constraints", {})
    enum = tuple(constraints.get("enum", ()))
    if enum != tuple(raw.get("values", ())):
        raise BrokenContract(
            f"the allowed values of {name!r} and their titles differ",
            'list the same values, in the same order, in "constraints.enum" and "values"',
            where,
        )
    pattern, minimum = constraints.get("pattern"), constraints.get("minimum")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise BrokenContract(
            f"the pattern of {name!r} is no regular expression: {error}",
            "mend the pattern; use only what RE2 and Python share",
            f"{where}/constraints/pattern",
        ) from None
    if pattern and not re.fullmatch(str(pattern), str(raw.get("example", ""))):
        raise BrokenContract(
            f"the field {name!r} has a pattern and no example that fits it",
            'give an "example" that the pattern matches',
            f"{where}/example",
        )
    numeric = minimum is None or type(minimum) in (int, float)
    if not numeric or not all(isinstance(v, str) for v in enum):
        raise BrokenContract(
            f"a constraint of {name!r} has the wrong type",
            "allowed values are texts, a minimum is a number",
            f"{where}/constraints",
        )
    if name.endswith("_id") and name not in references:
        raise BrokenContract(
            f"the field {name!r} has lost its foreign key",
            "name its table in foreignKeys: a field that ends in _id always points somewhere",
            where,
        )
    return Field(
        name=name,
        type=kind,
        title=_take(raw, "title", str, where),
        description=_take(raw, "description", str, where),
        unit=raw.get("unit"),
        translated=raw.get("translated", False),
        required=constraints.get("required", False),
        unique=constraints.get("unique", False),
        enum=enum,
        pattern=pattern,
        minimum=minimum,
        references=references.get(name),
        raw=raw,
    )


def _check_name(name: str, where: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise BrokenContract(
            f"{name!r} is no name for a table or field",
            "use small letters, digits and single underscores",
            where,
        )


def _kinds(tables: tuple[Table, ...]) -> dict[str, str]:
    """Entity kinds that have no view of their own, so must have a table."""
    for table in tables:
        if table.name == "entities" and "kind" in table.names:
            kind = table["kind"]
            views = kind.raw.get("views", {})
            return {k: table.name for k in kind.enum if k not in views}
    return {}


def _check_references(tables: tuple[Table, ...], names: list[str], kinds: dict[str, str]) -> None:
    for table in tables:
        for field in table.fields:
            if field.references and field.references not in names:
                raise BrokenContract(
                    f"{table.name}.{field.name} points at the unknown table {field.references!r}",
                    f"use one of: {', '.join(names)}",
                    f"resources/{table.name}/schema/foreignKeys",
                )
        if table.record.lower() in kinds and not table.extends:
            raise BrokenContract(
                f"{table.name}.id has lost its foreign key to entities",
                "name it in foreignKeys: each row extends an entity",
                f"resources/{table.name}/schema/foreignKeys",
            )


def _take(raw: Any, name: str, kind: type, where: str) -> Any:
    value = raw.get(name) if isinstance(raw, dict) else None
    if not isinstance(value, kind) or value == "":
        found = "nothing" if value in (None, "") else json.dumps(value, ensure_ascii=False)[:60]
        wanted = {"str": "a text", "list": "a list", "dict": "an object"}[kind.__name__]
        raise BrokenContract(
            f"{name!r} must be {wanted}, found {found}",
            f"give {name!r} at that place",
            f"{where}/{name}".lstrip("/"),
        )
    return value
