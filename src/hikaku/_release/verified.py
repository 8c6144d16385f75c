"""The store of a release, held against what SHA256SUMS says of it."""

from hashlib import file_digest

from hikaku._formats.sums import AGAIN, SUMS
from hikaku._store import STORE
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def store_digest(sums: "Mapping[str, str]", where: str) -> str:
    """The SHA-256 that the store must have. Raises DamagedStore if it is not named."""
    if STORE not in sums:
        raise DamagedStore(f"{SUMS} of {where} is incomplete: it does not name {STORE}; {AGAIN}")
    return sums[STORE]


def digest_of(path: str) -> str:
    """SHA-256 of a file. Raises OSError."""
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()


def hold_against(found: str, wanted: str, where: str) -> None:
    """Raises DamagedStore unless the store's SHA-256 is the one that SHA256SUMS names."""
    if found != wanted:
        raise DamagedStore(
            f"{STORE} in {where} is not the file that {SUMS} names: it was changed or cut off; "
            f"{AGAIN}"
        )
