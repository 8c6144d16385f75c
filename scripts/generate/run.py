"""Writes the generated files that are committed, or says with --check what differs."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Mapping
from pathlib import Path

from hikaku import _atomic as atomic
from scripts import command
from scripts.errors import Misuse
from scripts.generate import codebook, coverage, records
from scripts.package import Package

SHOWN = 40  # lines of a difference
# What can be generated, each as texts by path.
KINDS: dict[str, Callable[[Package], Mapping[str, str]]] = {
    "records": records.make,
    "codebook": codebook.make,
    "coverage": coverage.make,
}


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("generate", "Write the generated files that are committed.")
    parser.add_argument(
        "kinds", nargs="*", metavar="KIND", help=f"only these of {', '.join(KINDS)} (default: all)"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    parser.add_argument(
        "--source",
        type=Path,
        metavar="FILE",
        help="instead hold docs/coverage.csv against this copy of the article",
    )
    return command.run(parser, _act, arguments, failed="not generated")


def _act(options: argparse.Namespace) -> int:
    package = Package(options.root)
    if options.source:
        return _hold_against(package, options)
    unknown = [kind for kind in options.kinds if kind not in KINDS]
    if unknown:
        raise Misuse(f"there is no {unknown[0]!r} to generate; there are {', '.join(KINDS)}")
    files = {
        name: text for kind in options.kinds or KINDS for name, text in KINDS[kind](package).items()
    }
    stale = [name for name, text in files.items() if _differs(package.root / name, text)]
    for name in stale:
        if not options.check:
            atomic.write(package.root / name, files[name].encode())
    if options.json:
        command.show_json({"files": [*files], "stale" if options.check else "wrote": stale})
    else:
        for name in stale:
            path = package.root / name
            print(_difference(path, name, files[name]) if options.check else f"wrote {name}")
        if stale and options.check:
            print("to do: run `python -m scripts.generate` and commit what it writes")
    return command.WRONG if stale and options.check else command.OK


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_bytes() != text.encode()


def _difference(path: Path, name: str, text: str) -> str:
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    lines = difflib.unified_diff(
        old.splitlines(), text.splitlines(), name, f"{name} (regenerated)", lineterm="", n=1
    )
    return "\n".join(list(lines)[:SHOWN])


def _hold_against(package: Package, options: argparse.Namespace) -> int:
    wrong = coverage.check_list(package, options.source)
    if options.json:
        command.show_json({"wrong": wrong})
    else:
        print("\n".join(wrong) or "every line of the copy that holds text is listed")
    return command.WRONG if wrong else command.OK
