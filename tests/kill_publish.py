"""Kills publishers with SIGKILL and looks at what they leave.

    python -m tests.kill_publish [KILLS] [folder|s3 …]

Each time a child process publishes a new version and is killed after a random wait from a stage
that it reported. Then nothing listed may be torn or changed, and the next run must finish.

A publisher is quick, and most of its time goes into reading and writing files: killed at any
moment it would hardly ever die in the other stages. So stages are aimed at in turn, and every
other child rests for some milliseconds after each report, so that the kill hits the stage it was
aimed at; the others do not rest, and are killed in the middle of reading and writing.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from scripts.publish.run import STAGES, publish
from tests.planting import ROOT
from tests.shelf import Files, Shelf, s3_server, small_release

REST = 0.03
SIZE = 60_000  # repeats of a dozen bytes: writing takes long enough to be hit


@dataclass(frozen=True)
class Kill:
    """What one child had reported last, how many files it left, and whether it had listed."""

    stage: str
    rested: bool
    left: int
    listed: bool


def child(release: str, target: str, rest: str) -> None:
    """Publishes, tells each stage on stdout, and then waits to be killed."""

    def step(stage: str, done: int, total: int) -> None:
        print(stage, flush=True)
        time.sleep(float(rest))

    publish(Path(release), target, step=step)
    sys.stdin.read()


def kill_one(release: Path, target: str, stage: str, rest: float, chance: random.Random) -> str:
    """Start a child and kill it some time after it reached a stage; the last stage it told."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.kill_publish", "child", release, target, str(rest)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout
        told = [process.stdout.readline().strip()]
        nth = chance.randint(1, 3) if stage in ("upload", "verify") else 1
        while told.count(stage) < nth and told[-1]:
            told.append(process.stdout.readline().strip())
        assert told[-1] == stage, told
        time.sleep(chance.uniform(0, rest or 0.01))
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
    assert process.returncode == -signal.SIGKILL, process.returncode
    return told[-1]


def kill_many(folder: Path, target: str, kills: int, seed: int) -> list[Kill]:
    """Kill as many publishers of one catalogue, and check it after each. Raises AssertionError."""
    chance, shelf = random.Random(seed), Shelf(target)
    publish(small_release(folder, "0.9.0"), target)
    before, done = shelf.published(), []
    for number in range(kills):
        version = f"1.{number}.0"
        release = small_release(folder, version, f"word {number}", SIZE)
        aim, rest = STAGES[number % len(STAGES)], REST * (number // len(STAGES) % 2 == 0)
        stage = kill_one(release, target, aim, rest, chance)
        served, left = shelf.published(), len(shelf.files())
        listed = version in served
        done.append(Kill(stage, bool(rest), left - _held(before), listed))
        _unchanged(before, served, version)
        assert listed or stage != "done", "it said done and is not listed"
        assert not listed or stage in ("list", "done"), f"listed when it said {stage}"
        assert publish(release, target) != listed, "the next run did not finish"
        after = shelf.published()
        _unchanged(before, after, version)
        assert version in after
        assert len(shelf.files()) == _held(after), "something is left over"
        before = after
    return done


def _held(versions: dict[str, Files]) -> int:
    """How many files a catalogue of these versions holds, with its index."""
    return sum(map(len, versions.values())) + 1


def _unchanged(before: dict[str, Files], after: dict[str, Files], version: str) -> None:
    assert {v: f for v, f in after.items() if v != version} == before


def told_seed() -> int:
    """Another one each time, printed; HIKAKU_SEED says which, to see a failure again."""
    seed = int(os.environ.get("HIKAKU_SEED") or time.time_ns() % 1_000_000)
    print(f"HIKAKU_SEED={seed}")
    return seed


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["child"]:
        child(*arguments[1:])
        return 0
    kills = int(arguments[0]) if arguments else 50
    seed = told_seed()
    missed = False
    for kind in arguments[1:] or ["folder", "s3"]:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            target = str(folder / "catalogue")
            if kind == "s3":
                target = "s3://shelf/killed"
                os.environ.update(stack.enter_context(s3_server()))
            start = time.monotonic()
            done = kill_many(folder, target, kills, seed)
            seconds = time.monotonic() - start
        for number, kill in enumerate(done):
            how = "resting" if kill.rested else "working"
            listed = ", listed" if kill.listed else ""
            print(f"{kind} {number + 1}: {kill.stage}, {how}, {kill.left} new files{listed}")
        reached = Counter(kill.stage for kill in done)
        counts = ", ".join(f"{stage} {reached[stage]}" for stage in STAGES)
        print(f"{kind}: {len(done)} killed in {seconds:.0f} s, all as it should be; {counts}")
        missed |= any(reached[stage] < 3 for stage in STAGES)
    if missed:
        print("a stage was reached fewer than three times; run more kills", file=sys.stderr)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
