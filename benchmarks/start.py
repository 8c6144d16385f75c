"""Process start to the first typed record, beside the bare interpreter and pycountry.

    python -m benchmarks.start [RUNS]

Whole processes, interleaved in random order, so that a drift of the machine hits all alike.
Quote the ratios; the milliseconds are this machine's.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "bare interpreter": "pass",
    "hikaku: first record": "import hikaku; hikaku.models['glm-4'].name",
    "hikaku: first look-up by name": "import hikaku; hikaku.find('Zhipu AI')[0].id",
    "hikaku: first Japanese label": "import hikaku; hikaku.label('zhipu-ai', 'ja')",
    "hikaku: all observations": "import hikaku; list(hikaku.observations)",
    "pycountry: first record": "import pycountry; pycountry.countries.get(alpha_2='CN').name",
}


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    order = list(COMMANDS) * runs
    random.shuffle(order)
    for name in [*COMMANDS, *order]:  # one warm-up each
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", COMMANDS[name]], check=True, env={**os.environ})
        times[name].append((time.perf_counter() - start) * 1000)
    bare = statistics.median(times["bare interpreter"][1:])
    print(f"| {runs} interleaved runs | median ms | × bare interpreter |\n|---|---|---|")
    for name, all_times in times.items():
        median = statistics.median(all_times[1:])
        print(f"| {name} | {median:.1f} | {median / bare:.2f} |")


if __name__ == "__main__":
    main()
