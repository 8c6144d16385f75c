"""index.json of a catalogue: which versions are published. What it does not list is not.

`claims` is there only while a version that somebody else began is taken over: the release (by the
SHA-256 of its SHA256SUMS) that alone may be listed under that version.
"""

import datetime

from hikaku._formats.paths import fault, folded
from hikaku._formats.sums import is_digest
from hikaku._formats.version import is_version, parse
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

INDEX = "index.json"
FORMAT = 1
# What needs no escape in any address.
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+/")


class Entry:
    """A published version: its day, its folder (ending with /), the hash of its sums.

    `files` and `bytes` count what its SHA256SUMS lists.
    """

    __slots__ = ("bytes", "files", "path", "published_on", "sums_sha256", "version")

    def __init__(
        self, version: str, published_on: str, path: str, sums_sha256: str, files: int, bytes: int
    ) -> None:
        self.version, self.published_on, self.path = version, published_on, path
        self.sums_sha256, self.files, self.bytes = sums_sha256, files, bytes


class Index:
    """What a catalogue lists: entries, the lowest version first, and claims by version."""

    __slots__ = ("claims", "entries")

    def __init__(
        self, entries: "Iterable[Entry]" = (), claims: "Mapping[str, str] | None" = None
    ) -> None:
        self.entries = tuple(sorted(entries, key=lambda entry: parse(entry.version)))
        self.claims = dict(sorted((claims or {}).items()))

    def find(self, version: str) -> "Entry | None":
        """The entry of that version, or None."""
        return next((e for e in self.entries if e.version == version), None)

    def with_entry(self, entry: Entry) -> "Index":
        """The index with one more version, which nobody claims any more."""
        claims = {v: s for v, s in self.claims.items() if v != entry.version}
        return Index((*self.entries, entry), claims)

    def with_claim(self, version: str, sums_sha256: str) -> "Index":
        return Index(self.entries, {**self.claims, version: sums_sha256})

    def dump(self) -> bytes:
        """The bytes of index.json."""
        import json

        names = ("version", "published_on", "path", "sums_sha256", "files", "bytes")
        listed = [{name: getattr(e, name) for name in names} for e in self.entries]
        raw: dict[str, Any] = {"format": FORMAT, "versions": listed}
        if self.claims:
            raw["claims"] = self.claims
        return (json.dumps(raw, indent=2) + "\n").encode()


def read(data: bytes, where: str) -> Index:
    """The index, from its bytes; `where` is what errors call the catalogue.

    Every path leads below the catalogue. Raises DamagedStore. An index may list nothing yet.
    """
    import json

    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise damaged(where, f"it is no JSON: {error}") from None
    found = raw.get("format") if isinstance(raw, dict) else None
    if type(found) is not int or found < 1:
        raise damaged(where, "it states no format")
    if found > FORMAT:
        raise DamagedStore(
            f"{INDEX} of {where} has format {found}, this hikaku reads up to {FORMAT}; "
            "upgrade: pip install --upgrade hikaku"
        )
    listed = raw.get("versions")
    if not isinstance(listed, list):
        raise damaged(where, "it lists no versions")
    entries = [_entry(item, where) for item in listed]
    if len({entry.version for entry in entries}) < len(entries):
        raise damaged(where, "it lists a version twice")
    if len({folded(entry.path) for entry in entries}) < len(entries):
        raise damaged(where, "two versions have one path")
    return Index(entries, _claims(raw.get("claims", {}), where))


def damaged(where: str, reason: str) -> DamagedStore:
    return DamagedStore(
        f"{INDEX} of {where} is damaged ({reason}); restore it from a copy, or tell who "
        "publishes it"
    )


def _entry(item: "Any", where: str) -> Entry:
    if not isinstance(item, dict) or not is_version(item.get("version")):
        raise damaged(where, "a version has no name of three numbers")
    version, day, path = item["version"], item.get("published_on"), item.get("path")
    if not isinstance(day, str) or not is_day(day):
        raise damaged(where, f"{version} has no day in published_on")
    # A path from elsewhere could lead to another folder, or to another server.
    if not isinstance(path, str) or fault(path) is not None or not PLAIN.issuperset(path):
        raise damaged(where, f"the path of {version} does not lead into the catalogue: {path!r}")
    if not is_digest(item.get("sums_sha256")):
        raise damaged(where, f"{version} has no SHA-256 in sums_sha256")
    for name in ("files", "bytes"):
        if type(item.get(name)) is not int or item[name] < 0:
            raise damaged(where, f"{version} has no count in {name}")
    path = f"{path.removesuffix('/')}/"
    return Entry(version, day, path, item["sums_sha256"], item["files"], item["bytes"])


def _claims(raw: "Any", where: str) -> "dict[str, str]":
    if not isinstance(raw, dict):
        raise damaged(where, "its claims are no object")
    for version, digest in raw.items():
        if not is_version(version) or not is_digest(digest):
            raise damaged(where, f"the claim of {version!r} is none")
    return raw


def is_day(text: object) -> bool:
    """Whether it is a day of the calendar, as YYYY-MM-DD."""
    try:
        return isinstance(text, str) and datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
