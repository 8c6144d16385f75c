"""The store inside a zip of a release. Nothing is ever extracted; hostile archives are refused."""

import stat
import struct
import zlib
from hashlib import sha256
from typing import cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hikaku._formats import paths, sums
from hikaku._formats.sums import AGAIN, SUMS
from hikaku._release.checksums import hold_against, store_digest
from hikaku._store import STORE
from hikaku.errors import DamagedStore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO, BinaryIO

LARGEST = 2 << 30  # bytes, of the archive and of all that it holds
MOST = 10_000  # members
LIST = 4 << 20  # bytes of the list of members, which zipfile makes objects of
SMALL = 16 << 20  # bytes that any member may grow to, however well it is compressed
RATIO = 200  # the tables of a release are compressed to a tenth, a bomb to a thousandth
LOCAL_HEADER = 30  # bytes before the name of a member
BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")  # a member, or the end of an empty zip
MEMBER = b"PK\x01\x02"  # begins each member of the list
END = b"PK\x05\x06"  # begins what stands behind the list
END_OF_LARGE = 76  # bytes of what large zips have between the two
LONGEST_END = END_OF_LARGE + 22 + 65_535
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


def read_store(file: "BinaryIO", path: str, wanted: "str | None" = None) -> "tuple[bytes, bytes]":
    """The bytes of the store in a zip of a release, verified, and those of its SHA256SUMS.

    `path` is what errors call the zip; `wanted` is the SHA-256 that its SHA256SUMS must have.
    Reads the list of members and two of them. Raises DamagedStore if the zip is damaged, hostile
    or no release.
    """
    try:
        file.seek(0)
        if file.read(4) not in BEGINNINGS:
            raise DamagedStore(f"{path} is damaged: it is no zip; {AGAIN}")
        if file.seek(0, 2) > LARGEST:
            raise _refused(path, f"it is larger than {LARGEST >> 30} GB")
        listing = _Listing(path, file)
        # Made of seek, tell and read alone, which is all that it asks of what it is given.
        with ZipFile(cast("IO[bytes]", listing)) as archive:
            listing.check_end(archive.start_dir)
            members = _members(path, archive)
            store = _store_name(path, members)
            folder = store.removesuffix(STORE)
            listed = _read(path, archive, members, folder + SUMS, SMALL)
            named = sums.parse(listed, path, wanted)
            digest = store_digest(named, path)
            _all_are_named(path, members, folder, named)
            data = _read(path, archive, members, store, LARGEST)
    except FAULTS as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DamagedStore(f"{path} is damaged ({reason}); {AGAIN}") from None
    hold_against(sha256(data).hexdigest(), digest, path)
    return data, listed


class _Listing:
    """The file as zipfile reads it, which takes the whole list of members before anyone can count.

    While it does, no more is given to it than a list of a release may have, whatever the end of
    the file states; how much that was shows whether the file ends as it should.
    """

    def __init__(self, path: str, file: "BinaryIO") -> None:
        self._path, self._file = path, file
        self._given: int | None = 0
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if self._given is None:
            return self._file.read(size)
        data = self._file.read(min(size, LIST + 1) if size >= 0 else LIST + 1)
        if len(data) > LIST:
            raise _refused(self._path, f"the list of its members is larger than {LIST:,} bytes")
        count = data.count(MEMBER)
        if count > MOST:
            raise _refused(
                self._path, f"it has {count} members or more, a release has fewer than {MOST}"
            )
        self._given = len(data)
        return data

    def check_end(self, start: int) -> None:
        """Behind the list stands one end of a zip, and nothing else: or readers would disagree."""
        self._file.seek(start + (self._given or 0))
        self._given = None
        rest = self._file.read(LONGEST_END + 1)
        at = rest.find(END)
        comment = rest[at + 22 :]
        if (
            at not in (0, END_OF_LARGE)
            or rest.count(END) != 1
            or len(comment) != int.from_bytes(rest[at + 20 : at + 22], "little")
        ):
            raise _refused(self._path, "it does not end as a zip does, or ends twice")


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
    if listed and all(member.header_offset for member in listed):
        raise _refused(path, "something stands in front of its members")
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
