"""What changed between two contracts: tables, fields and each of their properties.

Files' sizes and hashes are derived, and so are titles in other languages: the labels hold them.
The order of tables, of allowed values and of keys means nothing; the order of fields does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.diff.model import ContractChange

OWN = {"version", "resources"}  # the version is no change of content; tables are compared apart
DERIVED = {"bytes", "hash", "titles", "profile", "type", "mediatype"}

Raw = Mapping[str, Any]


def contract_changes(old: Raw | None, new: Raw, skip: set[str]) -> Iterator[ContractChange]:
    """All changes, by place. Without an older contract only the tables are told, as added."""
    before, after = _tables(old or {}, skip), _tables(new, skip)
    if old is not None:
        yield from _properties(None, None, _flat(old, OWN), _flat(new, OWN))
    for name in sorted({*before} | {*after}):
        if name not in before:
            yield ContractChange(name, None, "table", None, _plain(after[name]))
        elif name not in after:
            yield ContractChange(name, None, "table", _plain(before[name]), None)
        else:
            yield from _table(name, before[name], after[name])


def _tables(raw: Raw, skip: set[str]) -> dict[str, Raw]:
    return {r["name"]: r for r in raw.get("resources", []) if r["name"] not in skip}


def _plain(resource: Raw) -> dict[str, Any]:
    """A table or field without what is derived."""
    kept = {k: v for k, v in resource.items() if k not in DERIVED - {"type"} and k != "schema"}
    if "schema" in resource:
        kept.pop("type", None)
        schema = dict(resource["schema"])
        kept["schema"] = {**schema, "fields": [_plain(f) for f in schema["fields"]]}
    return kept


def _table(name: str, old: Raw, new: Raw) -> Iterator[ContractChange]:
    yield from _properties(name, None, _table_properties(old), _table_properties(new))
    before, after = _fields(old), _fields(new)
    common = [f for f in before if f in after]
    if common != [f for f in after if f in before]:
        yield ContractChange(name, None, "order of fields", [*before], [*after])
    for field in sorted({*before} | {*after}):
        if field not in before:
            yield ContractChange(name, field, "field", None, _plain(after[field]))
        elif field not in after:
            yield ContractChange(name, field, "field", _plain(before[field]), None)
        else:
            yield from _properties(
                name,
                field,
                _field_properties(before[field], old),
                _field_properties(after[field], new),
            )


def _fields(resource: Raw) -> dict[str, Raw]:
    return {f["name"]: f for f in resource["schema"]["fields"]}


def _table_properties(resource: Raw) -> dict[str, Any]:
    schema = resource["schema"]
    flat = _flat(resource, {"name", "schema", *DERIVED})
    flat |= _flat(schema, {"fields", "foreignKeys", "primaryKey", "uniqueKeys"})
    flat["primaryKey"] = _listed(schema["primaryKey"])
    for key in schema.get("uniqueKeys", []):
        flat[f"uniqueKeys.{'|'.join(_listed(key))}"] = _listed(key)
    for key in schema.get("foreignKeys", []):
        if len(_listed(key["fields"])) > 1:  # those of one field are told with the field
            flat[f"foreignKeys.{'|'.join(_listed(key['fields']))}"] = key["reference"]
    return flat


def _field_properties(field: Raw, resource: Raw) -> dict[str, Any]:
    flat = _flat(field, {"name", "titles", "values", "constraints"})
    constraints = dict(field.get("constraints", {}))
    texts = field.get("values", {})
    if "enum" in constraints:
        flat["enum"] = {v: texts.get(v, {}) for v in constraints.pop("enum")}
    flat |= {f"constraints.{k}": v for k, v in constraints.items() if v is not False}
    for key in resource["schema"].get("foreignKeys", []):
        if _listed(key["fields"]) == [field["name"]]:
            reference = key["reference"]
            target = ".".join([reference["resource"], *_listed(reference["fields"])])
            flat["references"] = target.lstrip(".")
    return flat


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _flat(raw: Raw, without: set[str]) -> dict[str, Any]:
    """Properties by name, nested ones by path; what is false is as good as absent."""
    flat: dict[str, Any] = {}
    for name, value in raw.items():
        if name in without or value is False:
            continue
        if isinstance(value, dict):
            flat |= {f"{name}.{k}": v for k, v in _flat(value, set()).items()}
        else:
            flat[name] = value
    return flat


def _properties(
    table: str | None, field: str | None, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[ContractChange]:
    if "enum" in old and "enum" in new:
        old, new = _values_apart(old, new), _values_apart(new, old)
    for what in sorted({*old} | {*new}):
        if old.get(what) != new.get(what):
            yield ContractChange(table, field, what, old.get(what), new.get(what))


def _values_apart(properties: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Each allowed value as a property: whole if only this side has it, else by its texts."""
    rest = {k: v for k, v in properties.items() if k != "enum"}
    for value, texts in properties["enum"].items():
        if value in other["enum"]:
            rest |= {f"enum.{value}.{k}": v for k, v in texts.items()}
        else:
            rest[f"enum.{value}"] = texts
    return rest
