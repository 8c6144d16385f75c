"""SHA256SUMS of a release: the SHA-256 of each of its files, a line each."""

from hashlib import sha256
from itertools import pairwise

from hikaku._formats.paths import fault, folded
from hikaku.errors import DamagedStore, InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SUMS = "SHA256SUMS"
AGAIN = "download the release again"
SMALL = 16 << 20  # bytes of a list of checksums, or of an index
HEX = frozenset("0123456789abcdef")


def is_digest(text: object) -> bool:
    """Whether it is a SHA-256 in lower-case hexadecimal digits."""
    return isinstance(text, str) and len(text) == 64 and HEX.issuperset(text)


def parse(data: bytes, where: str, wanted: "str | None" = None) -> "dict[str, str]":
    """SHA-256 of each file by its path, from the bytes of SHA256SUMS of `where`.

    `wanted` is the SHA-256 that SHA256SUMS itself must have. Raises DamagedStore, also for a name
    that is not safe as a path. Every name is another file on every system.
    """
    if wanted is not None and sha256(data).hexdigest() != wanted:
        raise DamagedStore(
            f"{SUMS} of {where} is not the file that the catalogue names: the release was "
            f"changed after it was published, or cut off; {AGAIN}"
        )
    try:
        *lines, rest = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise _damaged(where, "it is no text") from None
    sums: dict[str, str] = {}
    names: dict[str, str] = {}
    for n, line in enumerate([*lines, rest] if rest else lines, start=1):
        digest, name = line[:64].lower(), line[66:]
        if not is_digest(digest) or line[64:66] not in ("  ", " *") or not name:
            raise _damaged(where, f"line {n} is no checksum")
        wrong = fault(name)
        if wrong is not None:
            raise _damaged(where, f"in line {n} {name[:80]!r} {wrong}")
        before = names.setdefault(folded(name), name)
        if name in sums:
            raise _damaged(where, f"it names {name!r} twice")
        if before != name:
            raise _damaged(where, f"it names {before!r} and {name!r}, one file on some systems")
        sums[name] = digest
    if rest:
        raise _damaged(where, f"line {len(lines) + 1} has no end")
    # Sorted with what parts names before all else, what is in a folder follows its name at once.
    ordered = sorted(name.replace("/", "\0") for name in names)
    for name, inside in pairwise(ordered):
        if inside.startswith(f"{name}\0"):
            parts = names[inside.replace("\0", "/")].split("/")
            folder = "/".join(parts[: name.count("\0") + 1])
            raise _damaged(where, f"it names {folder!r} as a file and as a folder")
    return sums


def dump(sums: "Mapping[str, str]") -> bytes:
    """The bytes of SHA256SUMS, as sha256sum -c reads them, in the order given.

    Raises InvalidValue for a name that no reader would take.
    """
    for name in sums:
        wrong = fault(name)
        if wrong is not None:
            raise InvalidValue(f"{name!r} cannot be in a release: it {wrong}; name it otherwise")
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()


def _damaged(where: str, reason: str) -> DamagedStore:
    return DamagedStore(f"{SUMS} of {where} is damaged ({reason}); {AGAIN}")
