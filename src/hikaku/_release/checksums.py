"""The store of a release, held against SHA256SUMS."""

from hashlib import file_digest

from hikaku._formats.sums import AGAIN, SUMS
from hikaku._store import STORE
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def store_digest(sums: "Mapping[str, str]", where: str) -> str:
    """The SHA-256 that SHA256SUMS names for the store. Raises DamagedStore if it names none."""
    found = sums.get(STORE)
    if found is None:
        raise DamagedStore(f"{SUMS} of {where} is incomplete: it does not name {STORE}; {AGAIN}")
    return found


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
