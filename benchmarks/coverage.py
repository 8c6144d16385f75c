"""How much of each room the tests run: statements and branches, and the lines that none runs.

    make coverage

Code in rooms as `docs/architecture.md` names them; commands that tests start are measured too.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path, PurePosixPath

from coverage import Coverage
from rich.console import Console
from rich.table import Table


def room_of(path: str) -> str:
    """`scripts/build/`, or the module itself where it is a room of its own."""
    parts = PurePosixPath(path.removeprefix("src/")).parts
    return "/".join(parts[:2]) + ("/" if len(parts) > 2 else "")


def main() -> int:
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        measured.json_report(outfile=f"{folder}/report.json")
        report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
    rooms: dict[str, list[tuple[int, int]]] = defaultdict(list)
    left: dict[str, list[str]] = defaultdict(list)
    for path, file in sorted(report["files"].items()):
        told, room = file["summary"], room_of(path)
        run = told["covered_lines"] + told["covered_branches"]
        rooms[room].append((run, told["num_statements"] + told["num_branches"]))
        if file["missing_lines"]:
            lines = ",".join(map(str, file["missing_lines"]))
            left[room].append(f"{PurePosixPath(path).name}:{lines}")
    table = Table("room", "run", "of", "share", "lines that no test runs", box=None)
    for room, counts in sorted(rooms.items()):
        run, of = sum(r for r, _ in counts), sum(n for _, n in counts)
        share = f"{run / of:.1%}" if of else ""
        table.add_row(room, f"{run:,}", f"{of:,}", share, " ".join(left[room]))
    table.add_row("all", "", "", f"{report['totals']['percent_covered']:.1f}%", "")
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
