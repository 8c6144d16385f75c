"""A DataFrame from the store after pandas is imported, beside `read_parquet` of the same table.

    python -m benchmarks.frames [ROWS]

One process, interleaved, medians; on the real tables and on a store filled with ROWS scores.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import pandas

import hikaku
from benchmarks.validate import ROOT, fill
from scripts.build.run import build
from scripts.package import Package


def compare(name: str, data: hikaku.Dataset, parquet: Path, table: str, runs: int) -> None:
    ours, theirs = [], []
    for _ in range(runs + 1):
        start = time.perf_counter()
        mine = data.table(table).to_pandas()
        middle = time.perf_counter()
        other = pandas.read_parquet(parquet)
        end = time.perf_counter()
        ours.append((middle - start) * 1000)
        theirs.append((end - middle) * 1000)
        assert mine.shape == other.shape
    a, b = statistics.median(ours[1:]), statistics.median(theirs[1:])
    print(f"| {name}: {table} | {len(mine):,} | {a:.1f} | {b:.1f} | {a / b:.2f} |")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print("| table | rows | to_pandas ms | read_parquet ms | ratio |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        release = build(Package(ROOT), Path(folder) / "dist")
        for table in ("observations", "scores"):
            path = release / "parquet" / f"{table}.parquet"
            compare("release", hikaku.open(release), path, table, 15)
        root = Path(folder) / "package"
        root.mkdir()
        fill(root, rows, 0)
        big = build(Package(root))
        compare("filled", hikaku.open(big), big / "parquet/scores.parquet", "scores", 3)


if __name__ == "__main__":
    main()
