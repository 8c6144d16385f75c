"""The checks on 1,000,000 scores, beside `frictionless validate` on the same files.

    python -m benchmarks.validate [ROWS] [RUNS]

Whole processes, interleaved; medians. Once on clean files, once with 100 planted defects, for
which both have to name the rows. frictionless stops at 1,000 errors a table, so it may finish.
"""

from __future__ import annotations

import csv
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "ainews-2026-04-11"
MODELS = ("claude-3-opus", "ernie-4.0", "glm-4", "gpt-4-turbo", "qwen2.5-72b")
DEFECTS = ("eighty", "8,5", "--")  # frictionless lets NaN, 1e400 and many more pass


def fill(root: Path, rows: int, defects: int) -> None:
    """The real package with `rows` generated scores, `defects` of them with a bad number."""
    shutil.copytree(ROOT / "tables", root / "tables")
    shutil.copy(ROOT / "datapackage.json", root)
    path = root / "tables" / "scores.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *real = list(csv.reader(file))
    at = {name: i for i, name in enumerate(header)}
    made = []
    every = rows // defects if defects else rows + 1
    for n in range(rows):
        row = [""] * len(header)
        number = f"{n % 100}.{n % 9 + 1}"
        values = {
            "id": f"{SOURCE}:L{n + 1000}C2",
            "as_printed": number,
            "status": "reported",
            "number": number,
            "source_id": SOURCE,
            "locator": f"L{n + 1000}C2",
            "position": "1",
            "model_id": MODELS[n % 5],
            "benchmark_id": "c-eval",
            "shots": str(n % 6),
            "metric": "accuracy",
            "split": ("test", "validation")[n % 2],
            "mode": "thinking",
        }
        if n % every == every - 1:
            values["number"] = DEFECTS[n % len(DEFECTS)]
        for name, value in values.items():
            row[at[name]] = value
        made.append(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(sorted([*real, *made]))


def timed(command: list[str], cwd: Path) -> tuple[float, int]:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr[-2000:])
    return seconds, _findings(command, done.stdout)


def _findings(command: list[str], output: str) -> int:
    found = json.loads(output)
    if "frictionless" in command[0]:
        return int(found["stats"]["errors"])
    return len(found["findings"])


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    frictionless = str(Path(sys.executable).parent / "frictionless")
    print(f"| {rows:,} scores, {runs} runs | hikaku s | frictionless s | ratio | found |")
    print("|---|---|---|---|---|")
    for name, defects in (("clean", 0), ("100 defects", 100)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "package"
            root.mkdir()
            fill(root, rows, defects)
            ours: list[float] = []
            theirs: list[float] = []
            found = (0, 0)
            for _ in range(runs):
                mine, n = timed(
                    [sys.executable, "-m", "scripts.validate", str(root), "--json"], ROOT
                )
                other, m = timed([frictionless, "validate", "datapackage.json", "--json"], root)
                ours.append(mine)
                theirs.append(other)
                found = (n, m)
            a, b = statistics.median(ours), statistics.median(theirs)
            print(f"| {name} | {a:.2f} | {b:.1f} | {b / a:.1f} | {found[0]} / {found[1]} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"\nLargest child process: {peak} MB.")


if __name__ == "__main__":
    main()
