"""SHA256SUMS: the files of a release, each with its SHA-256, in the form of sha256sum."""

from hashlib import sha256

from hikaku._formats.paths import fault, folded
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SUMS = "SHA256SUMS"
AGAIN = "download the release again"
HEX = frozenset("0123456789abcdef")


def is_digest(text: object) -> bool:
    """Whether it is a SHA-256 in lower-case hexadecimal digits."""
    return isinstance(text, str) and len(text) == 64 and HEX.issuperset(text)


def parse(data: bytes, where: str, wanted: "str | None" = None) -> "Mapping[str, str]":
    """SHA-256 of each file by its path, from the bytes of SHA256SUMS.

    `wanted` is the SHA-256 that SHA256SUMS itself must have; `where` is what errors call the
    release. Every path is safe to join to a folder. Raises DamagedStore.
    """
    if wanted is not None and sha256(data).hexdigest() != wanted:
        raise DamagedStore(
            f"{SUMS} of {where} is not the file that the catalogue names: the release was "
            f"changed after it was published, or cut off; {AGAIN}"
        )
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise _damaged(where, "it is no text") from None
    ends = lines[-1] == ""
    sums: dict[str, str] = {}
    seen: set[str] = set()
    for n, line in enumerate(lines[:-1] if ends else lines, start=1):
        digest, name = line[:64].lower(), line[66:]
        if not is_digest(digest) or line[64:66] not in ("  ", " *") or not name:
            raise _damaged(where, f"line {n} is no checksum")
        wrong = "is a folder" if name.endswith("/") else fault(name)
        if wrong is not None:
            raise _damaged(where, f"line {n}: the name {name!r} {wrong}")
        if folded(name) in seen:
            raise _damaged(where, f"it names {name!r} twice")
        seen.add(folded(name))
        sums[name] = digest
    if not ends:
        raise _damaged(where, "its last line does not end")
    return sums


def dump(sums: "Mapping[str, str]") -> bytes:
    """The bytes of SHA256SUMS, in the order that is given."""
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()


def _damaged(where: str, reason: str) -> DamagedStore:
    return DamagedStore(f"{SUMS} of {where} is damaged ({reason}); {AGAIN}")
