"""Process start to the first typed record, beside the bare interpreter and pycountry.

    python -m benchmarks.start [RUNS] [--beside CHECKOUT]

Whole processes, interleaved in random order, so that a drift of the machine hits all alike. With
--beside the same is measured with another checkout's code and data (its store must be built), and
the ratio of the medians is printed. Quote the ratios; the milliseconds are this machine's.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Users have compiled modules; where they may not be written, reading the source would be timed.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
COMMANDS = {
    "bare interpreter": ["-c", "pass"],
    "hikaku: first record": ["-c", "import hikaku; hikaku.models['glm-4'].name"],
    "hikaku: first look-up by name": ["-c", "import hikaku; hikaku.find('Zhipu AI')[0].id"],
    "hikaku: first Japanese label": ["-c", "import hikaku; hikaku.label('zhipu-ai', 'ja')"],
    "hikaku: all observations": ["-c", "import hikaku; list(hikaku.observations)"],
    "hikaku: start of the command": ["-m", "hikaku", "--version"],
    "pycountry: first record": [
        "-c",
        "import pycountry; pycountry.countries.get(alpha_2='CN').name",
    ],
}


def run(root: Path, name: str) -> float:
    """Milliseconds of one process with the code of a checkout."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *COMMANDS[name]],
        check=True,
        stdout=subprocess.DEVNULL,
        env=ENVIRONMENT | {"PYTHONPATH": str(root / "src")},
    )
    return (time.perf_counter() - start) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", nargs="?", type=int, default=40)
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT")
    options = parser.parse_args()
    roots = [ROOT, *([options.beside.resolve()] if options.beside else [])]
    cases = [(root, name) for root in roots for name in COMMANDS]
    times: dict[tuple[Path, str], list[float]] = {case: [] for case in cases}
    order = cases * options.runs
    random.shuffle(order)
    for case in cases:  # one warm-up each
        run(*case)
    for case in order:
        times[case].append(run(*case))
    medians = {case: statistics.median(found) for case, found in times.items()}
    bare = medians[ROOT, "bare interpreter"]
    beside = " × beside |" if options.beside else ""
    print(f"| {options.runs} interleaved runs | median ms | × bare interpreter |{beside}")
    print("|---|---|---|" + ("---|" if options.beside else ""))
    for name in COMMANDS:
        median = medians[ROOT, name]
        ratio = f" {median / medians[roots[-1], name]:.3f} |" if options.beside else ""
        print(f"| {name} | {median:.1f} | {median / bare:.2f} |{ratio}")


if __name__ == "__main__":
    main()
