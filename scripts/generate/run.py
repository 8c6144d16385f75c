"""Files that are generated and committed: written, or compared by `--check`."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.contract import ROOT, BrokenContract


def run(
    command: str,
    description: str,
    make: Callable[[Path], Mapping[str, str]],
    arguments: list[str] | None = None,
) -> int:
    """Write what `make` gives for the root (path → text), or with --check say what differs."""
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=description)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    options = parser.parse_args(arguments)
    try:
        files = make(ROOT)
    except BrokenContract as error:
        print(f"datapackage.json: {error.what}; to do: {error.fix}")
        return 1
    stale = False
    for name, text in files.items():
        path = ROOT / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        stale = True
        if options.check:
            lines = difflib.unified_diff(
                old.splitlines(), text.splitlines(), name, f"{name} (regenerated)", lineterm="", n=1
            )
            print("\n".join(list(lines)[:40]))
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    if stale and options.check:
        print(f"to do: run `python -m {command}` and commit what it writes")
    return 1 if stale and options.check else 0
