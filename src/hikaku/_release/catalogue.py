"""The choice of one version from a catalogue."""

import datetime

from hikaku._formats import index
from hikaku._formats.index import Entry, is_day
from hikaku._formats.version import parse
from hikaku.errors import InvalidValue, UnknownVersion, close_to


def read_index(data: bytes, where: str) -> "tuple[Entry, ...]":
    """The versions of a catalogue, the lowest first. Raises DamagedStore, also if there is none."""
    entries = index.read(data, where).entries
    if not entries:
        raise index.damaged(where, "it lists no versions")
    return entries


def choose(
    entries: "tuple[Entry, ...]",
    where: str,
    version: "str | None" = None,
    as_of: "str | datetime.date | None" = None,
) -> Entry:
    """The version that is asked for: by name, as of a day, or else the highest.

    As of a day is the version that was published last by the end of that day. Raises
    UnknownVersion, naming what there is, and InvalidValue if both are given or no day.
    """
    if as_of is not None:
        if version is not None:
            raise InvalidValue("give version or as_of, not both")
        return _as_of(entries, where, _day(as_of))
    if version is None:
        return entries[-1]
    known = [entry.version for entry in entries]
    if version not in known:
        raise UnknownVersion(
            f"{where} has no version {version!r}{close_to(str(version), known)}; "
            f"versions: {', '.join(known)}"
        )
    return entries[known.index(version)]


def _day(as_of: "str | datetime.date") -> str:
    if isinstance(as_of, datetime.datetime):
        as_of = as_of.date()
    if isinstance(as_of, datetime.date):
        return as_of.isoformat()
    if not isinstance(as_of, str) or not is_day(as_of):
        raise InvalidValue(f"as_of takes a day such as 2026-12-01, found {as_of!r}")
    return as_of


def _as_of(entries: "tuple[Entry, ...]", where: str, day: str) -> Entry:
    def order(entry: Entry) -> "tuple[str, tuple[int, int, int]]":
        return entry.published_on, parse(entry.version)

    until = [entry for entry in entries if entry.published_on <= day]
    if not until:
        first = min(entries, key=order)
        raise UnknownVersion(
            f"{where} has no version as of {day}; the first is {first.version}, published on "
            f"{first.published_on}"
        )
    return max(until, key=order)
