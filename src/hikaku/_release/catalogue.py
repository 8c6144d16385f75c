"""The choice of one version from the index of a catalogue."""

import datetime

from hikaku._formats.index import INDEX, Entry, is_day
from hikaku.errors import DamagedStore, InvalidValue, UnknownVersion, close_to

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def choose(
    entries: "Sequence[Entry]",
    where: str,
    version: "str | None" = None,
    as_of: "str | datetime.date | None" = None,
) -> Entry:
    """The version that is asked for: by name, as of a day, or else the highest.

    `entries` are those of the catalogue `where`, the lowest version first. As of a day is the
    version that was published last by the end of that day. Raises UnknownVersion, naming what
    there is, InvalidValue if both are given or no day, and DamagedStore if nothing is published.
    """
    if not entries:
        raise DamagedStore(
            f"{INDEX} of {where} lists no versions; publish one, or tell who publishes it"
        )
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
    if not is_day(as_of):
        raise InvalidValue(f"as_of takes a day such as 2026-12-01, found {as_of!r}")
    return as_of


def _as_of(entries: "Sequence[Entry]", where: str, day: str) -> Entry:
    def order(entry: Entry) -> "tuple[str, tuple[int, int, int]]":
        return entry.published_on, entry.numbers

    until = [entry for entry in entries if entry.published_on <= day]
    if not until:
        first = min(entries, key=order)
        raise UnknownVersion(
            f"{where} has no version as of {day}; the first is {first.version}, published on "
            f"{first.published_on}"
        )
    return max(until, key=order)
