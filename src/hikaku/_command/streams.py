"""Standard output and error as a program may find them: in any encoding, closed, full."""

import os
import sys
from contextlib import suppress
from typing import TextIO


class Closed:
    """In place of standard output that was closed before the program began."""

    def write(self, text: str) -> int:
        raise OSError("standard output is closed")

    def flush(self) -> None:
        """Nothing was kept back."""

    def isatty(self) -> bool:
        return False


def ready() -> None:
    """Make both streams take any text: the names are in several scripts, whatever the locale."""
    if sys.stdout is None:
        sys.stdout = Closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115  it stays open
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def silence(stream: TextIO) -> None:
    """Let what is left in a stream go nowhere, so that ending the program does not fail on it."""
    with suppress(OSError, AttributeError):  # where it has no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
