"""`python -m scripts.verify`: opens every place in a repository again and compares it.

For each locator into a file of a repository: the file at its commit, by git; its SHA-256; the
printed text at the place; the headings that the comparison names. What was found goes into
`tables/verifications.csv`, which nothing else writes. Cost: one git process a file, files in
parallel; repositories that are not found locally are cloned, without history, once each.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hikaku import _atomic as atomic
from hikaku._formats import lines
from hikaku.errors import Unreachable
from scripts import command
from scripts.contract import LOCATOR_FIELDS
from scripts.errors import Misuse, NoPlace
from scripts.package import Package, once
from scripts.sources.document import Document, line_cells
from scripts.sources.matching import ABSENT, VERIFIED, WEAK, is_bare, match
from scripts.sources.matching import Place as Found
from scripts.sources.repositories import Repositories

TABLE = "verifications"
JOURNAL = ".verify-journal.jsonl"
TICK = 0.5  # seconds after which a stop is noticed at the latest
STATES = (VERIFIED, WEAK, "changed", "moved", "unreachable")
HELD = (VERIFIED, WEAK)  # what we printed stands there

Row = dict[str, Any]


@dataclass
class Place:
    """One locator of one source: the texts that rows print there, and the headings around it.

    `headings` are pairs of a locator and the heading that our tables say stands there; None for
    the locator means the first cell of the place's own line.
    """

    source: str
    locator: str
    printed: set[str] = field(default_factory=set)
    headings: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True)
class Outcome:
    """What was found at one place. `found` says what differs; empty where nothing does."""

    source: str
    locator: str
    state: str
    found: str = ""
    expected: str = ""


@once
def sources(package: Package) -> dict[str, Row]:
    """The sources that are files of repositories, by id."""
    return {s["id"]: s for s in package.records("sources") if s["opened"] == "repository"}


@once
def places(package: Package) -> dict[str, dict[str, Place]]:
    """Every place of a repository file that a row refers to, by source and locator."""
    found: dict[str, dict[str, Place]] = {key: {} for key in sources(package)}
    comparisons = {c["id"]: c for c in package.records("comparisons")}
    headings: dict[tuple[str, str, int], str] = {}
    for item in package.records("comparison_items"):
        headings[item["comparison_id"], item["axis"], item["position"]] = item["as_printed"] or ""
    for table, names in LOCATOR_FIELDS.items():
        for row in package.records(table):
            source = row["source_id"]
            if source not in found:
                continue
            for locator in (x for name in names for x in (row[name] or "").split()):
                found[source].setdefault(locator, Place(source, locator))
            if "as_printed" in row:
                here = found[source][row["locator"]]
                here.printed.add(row["as_printed"])
                if row["comparison_id"]:
                    top = comparisons[row["comparison_id"]]["locator"]
                    here.headings |= _headings(row, top, headings)
    return found


def _headings(
    row: Row, top: str, headings: dict[tuple[str, str, int], str]
) -> set[tuple[str, str]]:
    """Where the headings of a cell stand, for cells on lines of a table that begins at `top`."""
    line, _, column = row["locator"].partition("C")
    first = top.removeprefix("L").split("-")[0]
    if not (line.startswith("L") and column and top.startswith("L")):
        return set()
    name = row["comparison_id"]
    return {
        (f"{line}C1", headings.get((name, "row", row["row"]), "")),
        (f"L{first}C{column}", headings.get((name, "column", row["column"]), "")),
    }


def verify_source(
    source: Row, wanted: Iterable[Place], repositories: Repositories
) -> list[Outcome]:
    """Open one file and look at all its places."""
    listed = list(wanted)
    try:
        data = repositories.read(source["repository"], source["commit"], source["path"])
        document = Document(data, source["path"])
    except Unreachable as error:
        return [Outcome(p.source, p.locator, "unreachable", str(error)) for p in listed]
    digest = hashlib.sha256(data).hexdigest()
    if digest != source["sha256"]:
        found = f"a file with the SHA-256 {digest}"
        return [
            Outcome(p.source, p.locator, "changed", found, source["sha256"] or "") for p in listed
        ]
    return [_look(document, place) for place in listed]


def _look(document: Document, place: Place) -> Outcome:
    try:
        here = document.at(place.locator)
    except NoPlace as error:
        return _elsewhere(document, place, str(error), sorted(place.printed))
    states = {printed: match(printed, here) for printed in sorted(place.printed)}
    absent = [printed for printed, state in states.items() if state == ABSENT]
    if absent:
        return _elsewhere(document, place, here.text, absent)
    for locator, heading in sorted(place.headings):
        try:
            there = document.at(locator)
        except NoPlace as error:
            return Outcome(place.source, place.locator, "changed", str(error), heading)
        if match(heading, there) == ABSENT:
            found = f"the heading {there.text!r} at {locator}"
            return Outcome(place.source, place.locator, "changed", found, heading)
    if WEAK in states.values():
        weak = next(printed for printed, state in states.items() if state == WEAK)
        note = f"only the number {weak!r} in a passage, which may stand there by chance"
        return Outcome(place.source, place.locator, WEAK, note)
    return Outcome(place.source, place.locator, VERIFIED)


def _elsewhere(document: Document, place: Place, found: str, absent: list[str]) -> Outcome:
    """Whether a text that is not at its place stands in another cell or line of the document.

    A number without a word must stand in one place alone and have three digits, or it is there by
    chance.
    """
    for printed in absent:
        cells = (
            (f"L{n}" + (f"C{i}" if i else ""), Found(text, exact=i > 0))
            for n, line in enumerate(document.lines, start=1)
            for i, text in (
                enumerate(line_cells(document.lines, n), start=1)
                if "C" in place.locator
                else [(0, line)]
            )
        )
        there = (name for name, cell in cells if match(printed, cell) != ABSENT)
        first, second = next(there, None), None
        if first and is_bare(printed):
            second = next(there, None)
            if sum(c.isdigit() for c in printed) < 3:
                first = None
        if first and not second:
            note = f"{_short(found)}; it stands at {first}"
            return Outcome(place.source, place.locator, "moved", note, printed)
    expected = "; ".join(absent)
    return Outcome(place.source, place.locator, "changed", _short(found), expected)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:117] + "…"


def verify(
    package: Package,
    only: list[str],
    repositories: Repositories,
    jobs: int = 8,
    step: command.Step = command.silent,
    again: bool = False,
) -> list[Outcome]:
    """All outcomes, sorted. Files that an interrupted run of today finished are not opened again.

    Raises Misuse for unknown sources, BrokenTable for broken tables.
    """
    known = sources(package)
    for name in only:
        if name not in known:
            raise Misuse(
                f"{name} is no source in a repository; there are: {', '.join(known) or 'none'}"
            )
    wanted = {
        source: list(there.values())
        for source, there in places(package).items()
        if there and source in (only or known)
    }
    journal = _Journal(package.root / JOURNAL, again)
    outcomes: list[Outcome] = []
    todo: dict[str, list[Place]] = {}
    for source, there in wanted.items():
        finished = journal.finished(_digest(known[source], there))
        if finished is None:
            todo[source] = there
        else:
            outcomes += finished
    done, total = len(outcomes), sum(map(len, wanted.values()))
    step(done, total)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            waiting = {
                pool.submit(verify_source, known[source], there, repositories): source
                for source, there in todo.items()
            }
            while waiting:
                # Not without end: a signal that comes as a thread falls asleep does not wake it.
                ready, _ = wait(waiting, timeout=TICK, return_when=FIRST_COMPLETED)
                for future in ready:
                    source, found = waiting.pop(future), future.result()
                    journal.note(_digest(known[source], todo[source]), found)
                    outcomes += found
                    done += len(found)
                    step(done, total)
        except BaseException:  # whoever stops it does not wait for the files that are left
            pool.shutdown(wait=False, cancel_futures=True)
            repositories.stop()
            raise
    return sorted(outcomes, key=lambda o: (o.source, o.locator))


class _Journal:
    """What this day's runs found so far, a line a file; taken away when its table is written."""

    def __init__(self, path: Path, again: bool) -> None:
        self.path = path
        self._found: dict[str, list[Outcome]] = {}
        if again or not path.exists():
            return
        for line in lines.split(path.read_text(encoding="utf-8", errors="replace")):
            try:
                entry = json.loads(line)
                if entry["day"] == date.today().isoformat():
                    self._found[entry["digest"]] = [Outcome(**o) for o in entry["outcomes"]]
            except (ValueError, KeyError, TypeError):
                continue  # the last line of a run that was cut off

    def finished(self, digest: str) -> list[Outcome] | None:
        return self._found.get(digest)

    def note(self, digest: str, outcomes: list[Outcome]) -> None:
        if any(o.state == "unreachable" for o in outcomes):
            return  # worth another try
        entry = {
            "day": date.today().isoformat(),
            "digest": digest,
            "outcomes": [asdict(o) for o in outcomes],
        }
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _digest(source: Row, there: list[Place]) -> str:
    """Of everything that a file is compared with: a changed row is verified anew."""
    parts = [[source[k] for k in ("repository", "commit", "path", "sha256")]]
    parts += [[p.locator, sorted(p.printed), sorted(p.headings)] for p in there]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def write(package: Package, outcomes: list[Outcome]) -> Path:
    """Put the outcomes into the table: new ones replace old ones of the same place.

    Rows of places that nothing refers to any more are left out. Written whole or not at all.
    """
    used = {(s, locator) for s, there in places(package).items() for locator in there}
    old = {
        (v["source_id"], v["locator"]): [v["state"], v["verified_on"]]
        for v in package.records(TABLE)
    }
    today = date.today().isoformat()
    new = {(o.source, o.locator): [o.state, today] for o in outcomes}
    table = package.contract[TABLE]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.names)
    writer.writerows([*key, *value] for key, value in sorted((old | new).items()) if key in used)
    path = package.root / table.path
    atomic.write(path, text.getvalue().encode())
    return path


def show(package: Package, name: str, repositories: Repositories) -> str:
    """The text at `source:locator`, or at the place of a row or piece of evidence by id.

    Raises Misuse if there is no such place, and Unreachable.
    """
    for table in ("observations", "scores", "evidence"):
        for row in package.records(table):
            if row["id"] == name and row["source_id"] and row["locator"]:
                name = f"{row['source_id']}:{row['locator']}"
                break
    key, _, locator = name.rpartition(":")
    source = sources(package).get(key)
    if source is None:
        raise Misuse(
            f"{name} is no place in a repository file; name one as SOURCE:LOCATOR, "
            "or give the id of an observation, score or piece of evidence"
        )
    data = repositories.read(source["repository"], source["commit"], source["path"])
    try:
        here = Document(data, source["path"]).at(locator)
    except NoPlace as error:
        raise Misuse(str(error)) from None
    return f"{source['repository']} {source['commit'][:10]} {source['path']} {locator}\n{here.text}"


def to_text(outcomes: list[Outcome]) -> str:
    wrong = [
        f"{o.source}:{o.locator} {o.state}: found {o.found}"
        + (f"; our tables say {_short(o.expected)!r}" if o.expected else "")
        for o in outcomes
        if o.state not in HELD
    ]
    counts = Counter(o.state for o in outcomes)
    files = len({o.source for o in outcomes})
    told = ", ".join(f"{counts[s]} {s}" for s in STATES if counts[s]) or "nothing to open"
    return "\n".join([*wrong, f"{len(outcomes)} places in {files} files: {told}"])


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser(
        "verify", "Open every place in a repository again and compare it with the tables."
    )
    parser.add_argument(
        "--source", action="append", default=[], metavar="ID", help="only this source; repeatable"
    )
    parser.add_argument(
        "--repositories", type=Path, metavar="DIR", help="a folder with clones, to save cloning"
    )
    parser.add_argument("--jobs", type=int, default=8, help="files at a time (default: 8)")
    parser.add_argument("--again", action="store_true", help="forget what a cut-off run found")
    parser.add_argument("--dry-run", action="store_true", help="do not write the table")
    parser.add_argument("--show", metavar="PLACE", help="print what stands at SOURCE:LOCATOR or ID")
    return command.run(parser, _act, arguments, failed="not verified")


def _act(options: argparse.Namespace) -> int:
    if options.repositories and not options.repositories.is_dir():
        raise Misuse(f"{options.repositories} is no folder")
    if options.jobs < 1:
        raise Misuse("--jobs takes a whole number from 1 up")
    package = Package(options.root)
    with Repositories(options.repositories) as repositories:
        if options.show:
            text = show(package, options.show, repositories)
            if options.json:
                command.show_json({"place": options.show, "text": text})
            else:
                print(text)
            return command.OK
        with command.progress("opening places") as step:
            outcomes = verify(
                package, options.source, repositories, options.jobs, step, options.again
            )
    if not options.dry_run:
        write(package, outcomes)
    (options.root / JOURNAL).unlink(missing_ok=True)
    if options.json:
        command.show_json([asdict(o) for o in outcomes])
    else:
        print(to_text(outcomes))
    return command.OK if all(o.state in HELD for o in outcomes) else command.WRONG


if __name__ == "__main__":
    sys.exit(main())
