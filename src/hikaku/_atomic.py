"""Files that are there whole or not at all."""

import os
from contextlib import contextmanager, suppress
from itertools import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

PREFIX = ".part-"  # of temporary names, by which what killed processes left is known
_numbers = count()


@contextmanager
def replacing(
    path: "str | os.PathLike[str]", part: "str | os.PathLike[str] | None" = None
) -> "Iterator[BinaryIO]":
    """A binary file to write, which is put in place at `path` when the block ends well.

    Until then it has a temporary name in the same folder, or `part` if that is given, for writers
    of whom there is never more than one. What was at `path` stays if the block raises. On disk
    before it is in place. Raises OSError.
    """
    path = os.fspath(path)
    opened = _fresh(os.path.dirname(path)) if part is None else open(part, "wb")  # noqa: SIM115
    with _placed(opened.name, path), opened as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def placing(path: "str | os.PathLike[str]") -> "Iterator[str]":
    """As `replacing`, for who opens the file himself: the temporary name of an empty file."""
    path = os.fspath(path)
    with _fresh(os.path.dirname(path)) as empty:
        name = empty.name
    with _placed(name, path):
        yield name


@contextmanager
def _placed(name: str, path: str) -> "Iterator[None]":
    try:
        yield
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


@contextmanager
def scratch(folder: "str | os.PathLike[str]") -> "Iterator[BinaryIO]":
    """A binary file in the folder for the time of the block, to write and read; then it is gone."""
    opened = _fresh(os.fspath(folder))
    try:
        with opened as file:
            yield file
    finally:
        with suppress(OSError):
            os.unlink(opened.name)


def write(path: "str | os.PathLike[str]", data: bytes) -> None:
    """Write a whole file, as `replacing` does."""
    with replacing(path) as file:
        file.write(data)


def _fresh(folder: str) -> "BinaryIO":
    """A new file under a name that nobody has, with the rights of any other new file."""
    while True:
        name = f"{PREFIX}{os.getpid()}-{next(_numbers)}"
        with suppress(FileExistsError):  # left by a process that had the same number
            return open(os.path.join(folder, name), "x+b")
