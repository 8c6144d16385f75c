"""The store of a release, held against SHA256SUMS, and kept as it was then."""

import os
import sqlite3
from hashlib import file_digest, sha256

from hikaku._formats.sums import AGAIN, SUMS
from hikaku._store import STORE, Store
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

HELD = 64 << 20  # bytes of a store that are kept in memory; of a larger one, the file is watched


def store_digest(sums: "Mapping[str, str]", where: str) -> str:
    """The SHA-256 that SHA256SUMS names for the store. Raises DamagedStore if it names none."""
    found = sums.get(STORE)
    if found is None:
        raise DamagedStore(f"{SUMS} of {where} is incomplete: it does not name {STORE}; {AGAIN}")
    return found


def store_at(path: str, digest: "str | None", where: str) -> Store:
    """The store in a file, if it has that SHA-256; None as the digest takes any content.

    What is read later is what was hashed here, or it is told: the file is opened once, and a
    store of up to HELD bytes stays in memory. Raises DamagedStore and OSError.
    """
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= HELD and hasattr(sqlite3.Connection, "deserialize"):
            data = file.read(HELD + 1)
            if digest is not None:
                hold_against(sha256(data).hexdigest(), digest, where)
            return Store(path, AGAIN, data)

    def verify(file: "BinaryIO") -> None:
        assert digest is not None
        found = file_digest(file, "sha256")  # type: ignore[arg-type]
        hold_against(found.hexdigest(), digest, where)

    store = Store(path, AGAIN, verify=None if digest is None else verify)
    store.check()
    return store


def hold_against(found: str, wanted: str, where: str) -> None:
    """Raises DamagedStore unless the store's SHA-256 is the one that SHA256SUMS names."""
    if found != wanted:
        raise DamagedStore(
            f"{STORE} in {where} is not the file that {SUMS} names: it was changed or cut off; "
            f"{AGAIN}"
        )
