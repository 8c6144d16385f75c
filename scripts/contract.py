"""The contract: `datapackage.json`, read once into typed objects. Standard library only.

Everything else derives from it: checks, store, typed records, codebook, Parquet schemas.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hikaku._comparison import CELL_TABLES as CELL_TABLES
from hikaku._formats import version as versions
from hikaku.errors import InvalidValue
from scripts import characters
from scripts.errors import BrokenContract

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTOR = "datapackage.json"
TYPES = ("string", "integer", "number", "date")
NUMERIC = ("integer", "number")
DIGITS = 15  # as many as every reader keeps of a number

# All that the contract may state, by place: a type, the one value that a place may have, a list
# of one kind, or an object of these names, "*" for any name. What is not here is refused, so that
# nothing is stated that no check holds the tables to.
TITLED = {"title": str, "description": str}
FIELD = {
    **TITLED,
    "name": str,
    "type": str,
    "unit": str,
    "example": str,
    "translated": bool,
    "verbatim": bool,
    "values": {"*": TITLED},
    "views": {"*": str},
    "constraints": {
        "required": bool,
        "unique": bool,
        "enum": [str],
        "pattern": str,
        "minimum": object,  # _field says what it may be
    },
}
RESOURCE = {
    **TITLED,
    "name": str,
    "record": str,
    "path": str,
    "type": "table",
    "profile": "tabular-data-resource",
    "format": "csv",
    "mediatype": "text/csv",
    "encoding": "utf-8",
    "minimumRows": int,
    "schema": {
        "fields": [FIELD],
        "primaryKey": object,  # a name or a list of names
        "uniqueKeys": [[str]],
        "foreignKeys": [{"fields": str, "reference": {"resource": str, "fields": str}}],
        "missingValues": [str],
    },
}
CONTRACT = {
    **TITLED,
    "$schema": str,
    "name": str,
    "version": str,
    "licenses": [{"name": str, "title": str, "path": str}],
    "contributors": [{"title": str, "roles": [str]}],
    "keywords": [str],
    "texts": {"*": {"text": str, "description": str}},
    "resources": [RESOURCE],
}
# The types of which a constraint says something; the standard's own checker ignores others.
CONSTRAINED = {"enum": ("string",), "pattern": ("string",), "minimum": NUMERIC}
# Patterns say the same to RE2 and to Python's re: letters, sets of ranges, groups, alternatives
# and plain repetition. No class of a name (\d is another one in each), anchor or look-around.
_ESCAPED = r"\\[\^$\\.*+?()\[\]{}|/-]"
_ITEM = rf"(?:[^\[\]\\^&~|-]|{_ESCAPED})"
_SET = rf"\[\^?(?:{_ITEM}(?:-{_ITEM})?)+-?\]"
_ONE = rf"(?:{_SET}|{_ESCAPED}|[^\[\]\\(){{}}*+?|^$])"
SHARED_PATTERN = re.compile(
    rf"(?:(?:{_ONE}|\))(?:[*+?]|\{{[0-9]{{1,3}}(?:,[0-9]{{0,3}})?\}})?|[(|])*"
)

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
        raw = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_number,
        )
    except json.JSONDecodeError as error:
        raise BrokenContract(
            f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            "mend the JSON at that place",
            line=error.lineno,
        ) from None
    except RecursionError:
        raise BrokenContract(
            "its JSON nests too deep", "compare it with the last good version of the file"
        ) from None
    except ValueError as error:
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


def _number(text: str) -> int | float:
    """A number of JSON that every reader reads alike."""
    value = float(text)
    if not math.isfinite(value) or abs(value) >= 10**DIGITS:
        raise BrokenContract(
            f"the number {text[:40]} is none that every reader takes",
            f"write a number of at most {DIGITS} digits",
        )
    return value if "." in text or "e" in text.lower() else int(text)


def _parse(raw: Any) -> tuple[tuple[Table, ...], str]:
    version = _take(raw, "version", str, "")
    _take(raw, "resources", list, "")
    _hold(raw, CONTRACT, "")
    try:
        versions.parse(version)  # it becomes the name of a folder
    except InvalidValue as error:
        raise BrokenContract(str(error), "write three numbers", "version") from None
    tables = tuple(parse_table(r, f"resources/{i}") for i, r in enumerate(raw["resources"]))
    names = [t.name for t in tables]
    for name in names:
        if names.count(name) > 1:
            raise BrokenContract(
                f"two tables are named {name!r}", "rename one of them", f"resources/{name}"
            )
    _check_references(tables, names, _kinds(tables))
    return tables, version


def _hold(value: Any, shape: Any, where: str) -> None:
    """Refuses what has another shape, or states what nothing checks, at its place."""
    if isinstance(shape, dict):
        _typed(value, dict, "an object", where)
        for name, inside in value.items():
            if name not in shape and "*" not in shape:
                raise BrokenContract(
                    f"nothing checks what {name!r} states there",
                    f"remove it; known are: {', '.join(shape)}",
                    f"{where}/{name}".lstrip("/"),
                )
            _told(name, where)
            _hold(inside, shape.get(name, shape.get("*")), f"{where}/{name}".lstrip("/"))
    elif isinstance(shape, list):
        _typed(value, list, "a list", where)
        for i, inside in enumerate(value):
            named = shape[0] is RESOURCE and isinstance(inside, dict) and inside.get("name")
            _hold(inside, shape[0], f"{where}/{named or i}")
    elif isinstance(shape, str):
        if value != shape:
            raise BrokenContract(
                f"{where.rpartition('/')[2]!r} must be {shape!r}, found {_shown(value)}",
                f"write {shape!r}",
                where,
            )
    elif shape is not object:
        words = {str: "a text", bool: "true or false", int: "a whole number"}
        _typed(value, shape, words[shape], where)
        if isinstance(value, str):
            _told(value, where)


def _typed(value: Any, kind: type, wanted: str, where: str) -> None:
    if type(value) is not kind:
        raise BrokenContract(
            f"{where.rpartition('/')[2]!r} must be {wanted}, found {_shown(value)}",
            f"write {wanted} there",
            where,
        )


def _told(text: str, where: str) -> None:
    if found := characters.wrong(text):
        raise BrokenContract(f"a text holds {found}", "retype the text", where)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if value and isinstance(value, list | dict):
        return "an object" if isinstance(value, dict) else "a list"
    return ascii(value)[:60]


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
        column = _take(key, "fields", str, at)
        if column in references:
            raise BrokenContract(
                f"the field {column!r} has two foreign keys", "keep one of the two", at
            )
        references[column] = target
    fields = tuple(
        _field(f, references, f"{inside}/fields/{i}")
        for i, f in enumerate(_take(schema, "fields", list, inside))
    )
    names = [f.name for f in fields]
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise BrokenContract(
            f"the table {name!r} has two fields named {twice[0]!r}",
            "rename or remove one of them",
            f"{inside}/fields",
        )
    key = schema.get("primaryKey")
    if not key:
        raise BrokenContract(
            f"the table {name!r} has no primary key",
            'give "primaryKey" in its schema',
            f"{inside}/primaryKey",
        )
    keys = (key,) if isinstance(key, str) else tuple(key)
    unique = tuple(tuple(u) for u in schema.get("uniqueKeys", []))
    unique += tuple((f.name,) for f in fields if f.unique)
    if not all(unique) or any(len({*u}) < len(u) for u in (keys, *unique)):
        raise BrokenContract(
            f"a key of the table {name!r} has no field, or one of them twice",
            "name each field of a key once",
            inside,
        )
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
    for constraint, types in CONSTRAINED.items():
        if constraint in constraints and kind not in types:
            raise BrokenContract(
                f"the constraint {constraint!r} says nothing of a field of type {kind!r}",
                f"use it for {' or '.join(types)} alone, or remove it",
                f"{where}/constraints/{constraint}",
            )
    if "enum" in constraints and not enum:
        raise BrokenContract(
            f"the field {name!r} allows no value", "list its values", f"{where}/constraints/enum"
        )
    if error := _unshared(pattern or ""):
        raise BrokenContract(
            f"the pattern of {name!r} is no regular expression{error}",
            "mend the pattern; use only what RE2 and Python share",
            f"{where}/constraints/pattern",
        )
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


def _unshared(pattern: str) -> str | None:
    """Why a pattern is none that RE2 and Python share; None if it is."""
    if not SHARED_PATTERN.fullmatch(pattern):  # first, for others may warn when compiled
        return " that RE2 and Python read alike"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f": {error}"
    return None


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
            if field.references and "id" not in tables[names.index(field.references)].names:
                raise BrokenContract(
                    f"{table.name}.{field.name} points at {field.references!r}, which has no id",
                    "point at a table whose key is id",
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
        found = _shown(value)
        wanted = {"str": "a text", "list": "a list", "dict": "an object"}[kind.__name__]
        raise BrokenContract(
            f"{name!r} must be {wanted}, found {found}",
            f"give {name!r} at that place",
            f"{where}/{name}".lstrip("/"),
        )
    return value
