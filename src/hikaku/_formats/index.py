"""The index of a catalogue: which versions are published. What it does not list is not."""

import json
from datetime import date
from typing import Any, NamedTuple

from hikaku._formats import paths, version
from hikaku._formats.sums import is_digest
from hikaku.errors import DamagedStore, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INDEX = "index.json"
FORMAT = 1
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+/")


class Entry(NamedTuple):
    """A published version: its folder, ending with /, its day, and the SHA-256 of its SHA256SUMS.

    `files` and `bytes` count what its SHA256SUMS lists.
    """

    version: str
    published_on: str
    path: str
    sums_sha256: str
    files: int
    bytes: int

    @property
    def numbers(self) -> "tuple[int, int, int]":
        """The version as numbers, by which versions sort."""
        return version.parse(self.version)


class Index(NamedTuple):
    """What is published, the lowest version first, and what is claimed.

    `claims` is there only while a version that somebody else began is taken over: the release (by
    the SHA-256 of its SHA256SUMS) that alone may be listed under that version.
    """

    entries: "tuple[Entry, ...]"
    claims: "Mapping[str, str]"


def read(data: bytes, where: str) -> Index:
    """The index of the catalogue `where`, from its bytes. It may list nothing yet.

    Raises DamagedStore for whatever is not as `dump` writes it, or of a newer format.
    """
    try:
        raw = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise _damaged(where, f"it is no JSON: {error}") from None
    found = raw.get("format") if isinstance(raw, dict) else None
    if type(found) is not int or found < 1:
        raise _damaged(where, "it states no format")
    if found > FORMAT:
        raise DamagedStore(
            f"{INDEX} of {where} has format {found}, this hikaku reads up to {FORMAT}; "
            "upgrade: pip install --upgrade hikaku"
        )
    listed = raw.get("versions")
    if not isinstance(listed, list):
        raise _damaged(where, "it has no list of versions")
    entries = [_entry(item, where) for item in listed]
    if len({entry.version for entry in entries}) < len(entries):
        raise _damaged(where, "it lists a version twice")
    if len({paths.folded(entry.path) for entry in entries}) < len(entries):
        raise _damaged(where, "it gives two versions one path")
    entries.sort(key=lambda entry: entry.numbers)
    return Index(tuple(entries), _claims(raw.get("claims", {}), where))


def dump(entries: "Iterable[Entry]", claims: "Mapping[str, str]") -> bytes:
    """The bytes of an index; the same for the same entries and claims in any order."""
    ordered = sorted(entries, key=lambda entry: entry.numbers)
    raw: dict[str, Any] = {"format": FORMAT, "versions": [entry._asdict() for entry in ordered]}
    if claims:
        raw["claims"] = dict(sorted(claims.items()))
    return (json.dumps(raw, indent=2) + "\n").encode()


def _object(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
    """A JSON object; each name once, or two readers would see different things."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice in an object")
    return found


def is_day(text: object) -> bool:
    """Whether it is a day such as 2026-12-01."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _damaged(where: str, reason: str) -> DamagedStore:
    return DamagedStore(
        f"{INDEX} of {where} is damaged ({reason}); restore it from a copy, or tell who "
        "publishes it"
    )


def _entry(item: Any, where: str) -> Entry:
    raw: dict[str, Any] = item if isinstance(item, dict) else {}
    values: list[Any] = [raw.get(field) for field in Entry._fields]
    name, published_on, path, sums, files, size = values
    if not _is_version(name):
        raise _damaged(where, f"a version has no name such as 1.2.0, but {_shown(name)}")
    if not is_day(published_on):
        raise _damaged(where, f"{name} has no day in published_on, but {_shown(published_on)}")
    # A path from elsewhere could lead to another folder, or to another server.
    if not isinstance(path, str) or not _is_inside(path.removesuffix("/")):
        raise _damaged(
            where, f"the path of {name} does not lead into the catalogue: {_shown(path)}"
        )
    if not is_digest(sums):
        raise _damaged(where, f"{name} has no SHA-256 in sums_sha256, but {_shown(sums)}")
    for field, count in (("files", files), ("bytes", size)):
        if type(count) is not int or count < 0:
            raise _damaged(where, f"{name} has no whole number in {field}, but {_shown(count)}")
    return Entry(name, published_on, f"{path.removesuffix('/')}/", sums, files, size)


def _claims(raw: Any, where: str) -> "dict[str, str]":
    if not isinstance(raw, dict) or not all(map(_is_version, raw)):
        raise _damaged(where, "its claims are not by version")
    for name, sums in raw.items():
        if not is_digest(sums):
            raise _damaged(where, f"the claim of {name} is no SHA-256, but {_shown(sums)}")
    return raw


def _is_version(name: Any) -> bool:
    try:
        return bool(version.parse(name))
    except InvalidValue:
        return False


def _is_inside(path: str) -> bool:
    return PLAIN.issuperset(path) and paths.fault(path) is None


def _shown(value: Any) -> str:
    """A value in few words, whatever it is."""
    known = value is None or isinstance(value, (str, int, float))
    return repr(value)[:80] if known else type(value).__name__
