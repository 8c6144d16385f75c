"""What all commands share: their arguments, their exit codes, and how trouble is told.

A command ends with 0 if all is well, 1 if something is wrong or could not be done, 2 if it was not
understood, 130 if it was interrupted. Trouble is told in a sentence on standard error, and with
--json also as `{"error": ...}` on standard output; never as a traceback.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from hikaku._command import streams
from hikaku.errors import HikakuError
from scripts import findings
from scripts.contract import ROOT
from scripts.errors import Misuse

OK, WRONG, MISUSED, INTERRUPTED = 0, 1, 2, 130

Act = Callable[[argparse.Namespace], int]


def parser(name: str, about: str, *, root: bool = True) -> argparse.ArgumentParser:
    """The parser of `python -m scripts.NAME`, with --json, and --root unless it reads none."""
    made = argparse.ArgumentParser(prog=f"python -m scripts.{name}", description=about)
    if root:
        made.add_argument("--root", type=Path, default=ROOT, help="the package's folder")
    made.add_argument("--json", action="store_true", help="print the answer for machines")
    return made


def run(
    parser: argparse.ArgumentParser, act: Act, arguments: list[str] | None, *, failed: str
) -> int:
    """Do it and give the exit code; `failed` begins the sentence about what went wrong."""
    streams.ready()
    try:
        options = parser.parse_args(arguments)
    finally:
        _flush()  # what argparse printed before it ends the program
    code = _code(options, act, failed)
    return code if _flush() else WRONG


def _flush() -> bool:
    """Whether all that was printed could be written, or its reader had seen enough."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        streams.silence(sys.stdout)
    except OSError as error:
        streams.silence(sys.stdout)
        _say(f"the answer cannot be written: {(error.strerror or str(error)).lower()}")
        return False
    return True


def _code(options: argparse.Namespace, act: Act, failed: str) -> int:
    try:
        with _termination():
            return act(options)
    except BrokenPipeError:  # the reader, such as head, has seen enough
        streams.silence(sys.stdout)
        return OK
    except Misuse as error:
        return _tell(options, f"{failed}: {error}", MISUSED)
    except (HikakuError, OSError) as error:
        return _tell(options, f"{failed}: {error}", WRONG)
    except KeyboardInterrupt:
        return _tell(options, "stopped; the next run goes on from here", INTERRUPTED)


@contextmanager
def _termination() -> Iterator[None]:
    """`kill` ends a command as Ctrl-C does, so that it clears away what it made on the way."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only that one may say what a signal does
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _tell(options: argparse.Namespace, sentence: str, code: int) -> int:
    _say(sentence)
    if options.json:
        try:
            show_json({"error": sentence})
        except OSError:
            streams.silence(sys.stdout)
    return code


def _say(sentence: str) -> None:
    try:
        print(sentence, file=sys.stderr, flush=True)
    except OSError:
        streams.silence(sys.stderr)


def show_json(answer: Any) -> None:
    """The one answer of a command, for machines."""
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def show_findings(
    options: argparse.Namespace, found: Sequence[findings.Finding], checked: dict[str, int]
) -> None:
    """Findings as the answer of a command, for people or for machines."""
    if options.json:
        show_json(findings.as_json(found, checked))
    else:
        print(findings.to_text(found, checked))


class Step(Protocol):
    """Is told how much is done of how much, and maybe what it is doing now."""

    def __call__(self, done: int, of: int, what: str = ...) -> None: ...


def silent(done: int, of: int, what: str = "") -> None:
    """Tells nobody."""


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """A bar on standard error while the block runs; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def step(done: int, of: int, what: str = what) -> None:
            bar.update(task, description=what, completed=done, total=of)

        yield step
