"""`python -m scripts.release --to TARGET`: a release from the tables to the catalogue, in one go.

Seven stages, each of which can be repeated. What one of them finished is remembered by what went
into it, so that a run which stopped goes on there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from hikaku._catalogue import version_key
from scripts import changes, findings, folders, versioning
from scripts.build.run import DRAFTS, build
from scripts.labels.po_files import BrokenCatalogue
from scripts.contract import DESCRIPTOR, ROOT, BrokenContract, Contract, load
from scripts.diff.run import diff
from scripts.diff.sides import Incomparable
from scripts.diff.model import Diff
from scripts.publish.index import DamagedIndex, Entry, read_index
from scripts.labels.run import check_all
from scripts.release.artifacts import Unpackable, package
from scripts.publish.run import Refused, publish
from scripts.reading.rows import Unstorable
from scripts.publish.storage import Storage, Unreachable, open_storage
from scripts.validate.run import validate

# All that a release is made from; `dist` and the rest of the folder do not go into it.
INPUTS = (
    "datapackage.json",
    "pyproject.toml",
    "requirements.lock",
    "README.md",
    "LICENSE",
    "LICENSE-DATA",
    "CITATION.cff",
    "tables",
    "translations",
    "scripts",
    "src",
    "docs/codebook.md",
)
NEEDED = ("datapackage.json", "tables/", "CHANGES")  # of a published release, to compare with


class Stopped(Exception):
    """A stage cannot go on; the message says why and what to do."""


@dataclass
class Run:
    """One release on its way: what is known so far."""

    root: Path
    contract: Contract
    target: str
    memory: Memory
    draft: Path = field(default_factory=Path)
    previous: Path | None = None  # the highest published version below ours
    published: Path | None = None  # ours, if it is published already
    changed: Diff | None = None
    release: Path = field(default_factory=Path)
    new: bool = False

    @property
    def version(self) -> str:
        return self.contract.version

    @property
    def dist(self) -> Path:
        return self.root / "dist"


class Memory:
    """Which stages were finished, each with a digest of what went into it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._done: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._done = {}

    def has(self, stage: str, digest: str) -> bool:
        return self._done.get(stage) == digest

    def note(self, stage: str, digest: str) -> None:
        self._done[stage] = digest
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_text(json.dumps(self._done, indent=2), encoding="utf-8")
        part.replace(self.path)


def inputs_digest(root: Path) -> str:
    """SHA-256 over the names and bytes of all that a release is made from."""
    digest = hashlib.sha256(sys.version.encode())
    for path in _input_files(root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _input_files(root: Path) -> Iterator[Path]:
    for name in INPUTS:
        path = root / name
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (
            p
            for p in inside
            if p.is_file() and "__pycache__" not in p.parts and p.parent.name != "data"
        )


# --- the stages; each returns what it has to say ---


def _validate(run: Run) -> str:
    digest = inputs_digest(run.root)
    if run.memory.has("validate", digest):
        return "nothing changed since the last time"
    report = validate(run.root)
    if not report.valid:
        raise Stopped(findings.to_text(report.findings, report.checked))
    run.memory.note("validate", digest)
    told = findings.to_text(report.findings, report.checked)
    return told if report.findings else f"{report.tables} tables, {report.rows:,} rows"


def _labels(run: Run) -> str:
    digest = inputs_digest(run.root)
    if run.memory.has("labels", digest):
        return "nothing changed since the last time"
    wrong = check_all(run.root)
    if any(f.severity == "error" for f in wrong):
        raise Stopped(findings.to_text(wrong, {}))
    run.memory.note("labels", digest)
    return "every text in every language"


def _build(run: Run) -> str:
    digest = inputs_digest(run.root)
    run.draft = run.root / DRAFTS / run.version
    if run.memory.has("build", digest) and folders.intact(run.draft):
        return "nothing changed since the last time"
    run.draft = build(run.root)
    run.memory.note("build", digest)
    return f"{len(folders.read_sums(run.draft))} files"


def _diff(run: Run) -> str:
    store = open_storage(run.target)
    index = read_index(store)
    ours = index.find(run.version)
    lower = [e for e in index.versions if version_key(e.version) < version_key(run.version)]
    before = max(lower, key=lambda e: version_key(e.version), default=None)
    run.published = _fetch(store, ours, run.dist) if ours else None
    run.previous = _fetch(store, before, run.dist) if before else None
    run.changed = diff(run.previous, run.draft)
    if before is None:
        return "no earlier version: everything is added"
    return f"since {before.version}: " + (_counts(run.changed) or "nothing changed")


def _version(run: Run) -> str:
    assert run.changed is not None
    if run.published is not None:
        again = diff(run.published, run.draft)
        wrong = versioning.check(run.version, run.version, again)
    else:
        wrong = versioning.check(run.changed.old, run.version, run.changed)
    if wrong:
        raise Stopped(findings.to_text(wrong, {}))
    return f"{run.version}" + (", published already" if run.published else "")


def _package(run: Run) -> str:
    assert run.changed is not None
    notes = {
        f"CHANGES{suffix}.md": _change_log(run, run.changed, lang, f"CHANGES{suffix}.md")
        for lang, suffix in (("en", ""), ("ja", ".ja"), ("zh-Hans", ".zh-Hans"))
    }
    run.release = run.dist / run.version
    parts = [inputs_digest(run.root), *notes.values(), *folders.read_sums(run.draft).values()]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if run.memory.has("package", digest) and folders.intact(run.release):
        return "nothing changed since the last time"
    run.release = package(run.root, run.draft, run.dist, notes)
    run.memory.note("package", digest)
    sums = folders.read_sums(run.release)
    size = sum((run.release / name).stat().st_size for name in sums)
    return f"{len(sums)} files, {size / 1e6:.1f} MB, in {run.release}"


def _change_log(run: Run, changed: Diff, lang: str, name: str) -> str:
    """What changed in this version, above what earlier versions said of theirs."""
    log = changes.changes(changed, run.version, lang, changes.read_labels(run.draft, lang))
    earlier = run.previous / name if run.previous else None
    if earlier is not None and earlier.is_file():
        log = f"{log.rstrip()}\n\n{earlier.read_text(encoding='utf-8')}"
    return log


def _publish(run: Run) -> str:
    run.new = publish(run.release, run.target)
    return f"{run.version} is {'now' if run.new else 'already'} in {run.target}"


STAGES: dict[str, Callable[[Run], str]] = {
    "validate": _validate,
    "labels": _labels,
    "build": _build,
    "diff": _diff,
    "version": _version,
    "package": _package,
    "publish": _publish,
}


def _counts(found: Diff) -> str:
    added = sum(len(t.added) for t in found.tables if t.name != "labels")
    removed = sum(len(t.removed) for t in found.tables if t.name != "labels")
    changed = sum(len(t.changed) for t in found.tables if t.name != "labels")
    told = [
        (added, "rows added"),
        (removed, "rows removed"),
        (changed, "cells changed"),
        (len(found.contract), "changes of the contract"),
    ]
    return ", ".join(f"{n:,} {what}" for n, what in told if n)


def _fetch(store: Storage, entry: Entry, dist: Path) -> Path:
    """What is needed of a published release, verified, in a folder of its own.

    Raises Stopped if the catalogue does not hold what its index says.
    """
    folder = dist / "published" / entry.sums_sha256[:12] / entry.version
    data = _read(store, entry.path + folders.SUMS, entry.sums_sha256)
    sums = folders.parse_sums(data)
    for name, digest in sums.items():
        if not name.startswith(NEEDED):
            continue
        path = folder / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(_read(store, entry.path + name, digest))
        part.replace(path)
    return folder


def _read(store: Storage, name: str, digest: str) -> bytes:
    found = store.read(name)
    if found is None or hashlib.sha256(found.data).hexdigest() != digest:
        what = "missing" if found is None else "not what its checksum says"
        raise Stopped(f"the catalogue is damaged: {name} is {what}; restore it from a backup")
    return found.data


def release(root: Path, target: str, told: Callable[[str, str], None]) -> Run:
    """Run all stages, telling each stage's name and outcome. Raises Stopped."""
    run = Run(root, load(root), target, Memory(root / "dist" / ".release.json"))
    for name, stage in STAGES.items():
        told(name, "")
        try:
            outcome = stage(run)
        except (
            BrokenCatalogue,
            BrokenContract,
            DamagedIndex,
            Incomparable,
            OSError,
            Refused,
            Unpackable,
            Unreachable,
            Unstorable,
        ) as error:
            raise Stopped(str(error)) from error
        except Stopped as error:
            raise Stopped(str(error)) from None
        told(name, outcome)
    return run


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.release",
        description="Validate, build, compare, version, package and publish, in one go.",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help="the package's folder")
    parser.add_argument("--to", default="catalogue", help="a folder, or a URL that fsspec knows")
    parser.add_argument("--json", action="store_true", help="print the outcome for machines")
    options = parser.parse_args(arguments)
    console = Console(stderr=True, highlight=False, markup=False)
    outcomes: dict[str, str] = {}
    stopped = ""
    with console.status("") as status:

        def told(stage: str, outcome: str) -> None:
            step = f"{list(STAGES).index(stage) + 1}/{len(STAGES)} {stage}"
            status.update(step)
            outcomes[stage] = outcome
            if outcome:
                console.print(f"{step}: {outcome}")

        try:
            run = release(options.root.resolve(), options.to, told)
        except BrokenContract as error:
            stopped = f"{DESCRIPTOR}: {error.what}; to do: {error.fix}"
        except Stopped as error:
            stopped = str(error)
    if options.json:
        print(json.dumps({"stages": outcomes, "stopped": stopped or None}, indent=2))
    if stopped:
        last = next(reversed(outcomes), "validate")
        print(f"{stopped}\nstopped at {last}; the next run goes on from here", file=sys.stderr)
        return 1
    if not options.json:
        print(f"{run.version} {'published' if run.new else 'unchanged'}: {options.to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
