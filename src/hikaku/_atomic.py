"""Files that are written whole or not at all."""

import os
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

PART = ".part-"  # begins the name of a file that is not whole yet


@contextmanager
def replacing(
    path: "str | os.PathLike[str]", part: "str | os.PathLike[str] | None" = None
) -> "Iterator[IO[bytes]]":
    """A file to write that gets the name `path` if the block ends well, and is removed if not.

    Until then it has a name of its own in the same folder, or the name `part` on the same disk.
    The folder must be there. What was at `path` stays until it is replaced, in one step. Raises
    OSError.
    """
    with placing(path, part) as name, open(name, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def placing(
    path: "str | os.PathLike[str]", part: "str | os.PathLike[str] | None" = None
) -> "Iterator[str]":
    """The same for who opens the file himself: the name under which to make it."""
    name = os.fspath(part or part_beside(path))
    try:
        yield name
        os.replace(name, path)
    except BaseException:
        remove(name)
        raise


def write(path: "str | os.PathLike[str]", data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    with replacing(path) as file:
        file.write(data)


def remove(path: "str | os.PathLike[str]") -> None:
    """Remove a file, unless it is gone already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def part_beside(path: "str | os.PathLike[str]") -> str:
    """A name in the folder of `path` that no other file has."""
    return os.path.join(os.path.dirname(os.path.abspath(path)), PART + os.urandom(8).hex())
