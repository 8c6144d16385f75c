"""The store inside a zip of a release. Nothing is ever extracted; hostile archives are refused."""

import stat
import struct
import zlib
from hashlib import sha256
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hikaku._formats import paths, sums
from hikaku._formats.sums import AGAIN, SUMS
from hikaku._release.checksums import hold_against, store_digest
from hikaku._store import STORE
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST = 2 << 30  # bytes, of the archive and of all that it holds
MOST = 10_000  # members
SMALL = 16 << 20  # bytes that any member may grow to, however well it is compressed
RATIO = 200  # the tables of a release are compressed to a tenth, a bomb to a thousandth
LOCAL_HEADER = 30  # bytes before the name of a member
BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")  # a member, or the end of an empty zip
ENCRYPTED = 0x1 | 0x40 | 0x2000
FAULTS = (
    BadZipFile,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    RuntimeError,
    OverflowError,
    struct.error,
    zlib.error,
)


def read_store(file_path: str, path: str) -> bytes:
    """The bytes of the store in a zip of a release, verified against the SHA256SUMS beside it.

    `path` is what errors call the zip. Reads the list of members and two of them. Raises
    DamagedStore if the zip is damaged, hostile or no release.
    """
    try:
        with open(file_path, "rb") as file:
            if file.read(4) not in BEGINNINGS:
                raise DamagedStore(f"{path} is damaged: it is no zip; {AGAIN}")
            if file.seek(0, 2) > LARGEST:
                raise _refused(path, f"it is larger than {LARGEST >> 30} GB")
            with ZipFile(file) as archive:
                members = _members(path, archive)
                store = _store_name(path, members)
                folder = store.removesuffix(STORE)
                named = sums.parse(_read(path, archive, members, folder + SUMS, SMALL), path)
                wanted = store_digest(named, path)
                _all_are_named(path, members, folder, named)
                data = _read(path, archive, members, store, LARGEST)
    except FAULTS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DamagedStore(f"{path} is damaged ({reason}); {AGAIN}") from None
    hold_against(sha256(data).hexdigest(), wanted, path)
    return data


def _refused(path: str, reason: str) -> DamagedStore:
    return DamagedStore(
        f"{path} was refused, nothing was extracted: {reason}; do not unpack it, {AGAIN} from "
        "where it was published"
    )


def _members(path: str, archive: ZipFile) -> "dict[str, ZipInfo]":
    """The files of the archive by name; folders are left out."""
    listed = archive.infolist()
    if len(listed) > MOST:
        raise _refused(path, f"it has {len(listed)} members, a release has fewer than {MOST}")
    members: dict[str, ZipInfo] = {}
    seen: set[str] = set()
    for member in listed:
        name = member.orig_filename  # as it stands there; zipfile cuts at NUL and turns slashes
        fault = paths.fault(name.removesuffix("/")) or _fault_of_member(member)
        if fault is not None:
            raise _refused(path, f"the member {name!r} {fault}")
        # Two names that some file systems hold to be one would overwrite each other.
        folded = paths.folded(name.removesuffix("/"))
        if folded in seen:
            raise _refused(path, f"the member {name!r} occurs twice")
        seen.add(folded)
        if not member.is_dir():
            members[name] = member
    if sum(member.file_size for member in listed) > LARGEST:
        raise _refused(path, f"its members grow to more than {LARGEST >> 30} GB together")
    _none_overlap(path, archive, listed)
    return members


def _fault_of_member(member: ZipInfo) -> "str | None":
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "is a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is neither file nor folder"
    if member.flag_bits & ENCRYPTED:
        return "is encrypted"
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return "is compressed in a way that releases do not use"
    if member.file_size > max(SMALL, RATIO * member.compress_size):
        return (
            f"is a compression bomb ({member.compress_size} bytes that grow to {member.file_size})"
        )
    return None


def _none_overlap(path: str, archive: ZipFile, listed: "list[ZipInfo]") -> None:
    """Each member has bytes of its own: members that share them make the best bombs."""
    ordered = sorted(listed, key=lambda member: member.header_offset)
    ends = [*(member.header_offset for member in ordered), archive.start_dir][1:]
    for member, end in zip(ordered, ends, strict=True):
        if member.header_offset + LOCAL_HEADER + member.compress_size > end:
            raise _refused(path, f"the member {member.orig_filename!r} overlaps another one")


def _store_name(path: str, members: "dict[str, ZipInfo]") -> str:
    stores = [name for name in members if name.split("/")[-1] == STORE]
    if not stores:
        raise DamagedStore(f"{path} is no release: it holds no {STORE}; {AGAIN}")
    if len(stores) > 1:
        raise _refused(path, f"it holds several releases ({', '.join(sorted(stores)[:5])})")
    return stores[0]


def _all_are_named(
    path: str, members: "dict[str, ZipInfo]", folder: str, named: "Mapping[str, str]"
) -> None:
    for name in members:
        inside = name.removeprefix(folder)
        if not name.startswith(folder) or (inside != SUMS and inside not in named):
            raise _refused(path, f"the member {name!r} is not named in {SUMS}")


def _read(
    path: str, archive: ZipFile, members: "dict[str, ZipInfo]", name: str, limit: int
) -> bytes:
    """The bytes of a member; never more than were declared, whatever it would grow to."""
    member = members.get(name)
    if member is None:
        raise DamagedStore(f"{path} is no release: it holds no {name.split('/')[-1]}; {AGAIN}")
    if member.file_size > limit:
        raise _refused(path, f"the member {name!r} is too large ({member.file_size} bytes)")
    with archive.open(member) as file:
        return file.read(member.file_size + 1)
