"""A release from the tables to the catalogue, in one go.

Seven stages, each of which can be repeated. What one of them finished is remembered by what went
into it, so that a run which stopped goes on there.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from rich.console import Console

from hikaku._formats import version as versions
from hikaku._formats.index import Entry
from hikaku.errors import HikakuError
from scripts import command, findings, release_folder
from scripts.build.run import DRAFTS, build
from scripts.diff.model import Diff
from scripts.diff.run import diff
from scripts.errors import Stopped
from scripts.labels import checks as labels
from scripts.labels.rows import LABELS
from scripts.package import Package
from scripts.publish.index import read_index
from scripts.publish.run import publish
from scripts.publish.storage import open_storage
from scripts.release import version
from scripts.release.artifacts import assemble
from scripts.release.change_log import changes, read_labels
from scripts.release.memory import Memory, inputs_digest
from scripts.release.published import fetch
from scripts.validate.run import validate

UNCHANGED = "nothing changed since the last time"


@dataclass
class Run:
    """One release on its way: what is known so far."""

    package: Package
    target: str
    memory: Memory
    draft: Path = field(default_factory=Path)
    previous: Path | None = None  # the highest published version below ours
    published: Path | None = None  # ours, if it is published already
    changed: Diff | None = None
    release: Path = field(default_factory=Path)
    new: bool = False

    @property
    def root(self) -> Path:
        return self.package.root

    @property
    def version(self) -> str:
        return self.package.contract.version

    @property
    def dist(self) -> Path:
        return self.root / "dist"

    @cached_property
    def inputs(self) -> str:
        """The digest of all that the release is made from, as it was when the run began."""
        return inputs_digest(self.root)


# --- the stages; each returns what it has to say ---


def _validate(run: Run) -> str:
    if run.memory.has("validate", run.inputs):
        return UNCHANGED
    report = validate(run.package, release=True)
    if not report.valid:
        raise Stopped(findings.to_text(report.findings, report.checked))
    run.memory.note("validate", run.inputs)
    told = findings.to_text(report.findings, report.checked)
    return told if report.findings else f"{report.tables} tables, {report.rows:,} rows"


def _labels(run: Run) -> str:
    if run.memory.has("labels", run.inputs):
        return UNCHANGED
    wrong = labels.check(run.package)
    if findings.errors(wrong):
        raise Stopped(findings.to_text(wrong, {}))
    run.memory.note("labels", run.inputs)
    return "every text in every language"


def _build(run: Run) -> str:
    run.draft = run.root / DRAFTS / run.version
    if run.memory.has("build", run.inputs) and release_folder.intact(run.draft):
        return UNCHANGED
    run.draft = build(run.package)
    run.memory.note("build", run.inputs)
    return f"{len(release_folder.read_sums(run.draft))} files"


def _diff(run: Run) -> str:
    store = open_storage(run.target)
    index = read_index(store)
    own = versions.parse(run.version)
    ours = index.find(run.version)
    before = max((e for e in index.versions if e.numbers < own), key=_numbers, default=None)
    run.published = fetch(store, ours, run.dist) if ours else None
    run.previous = fetch(store, before, run.dist) if before else None
    run.changed = diff(run.previous, run.draft)
    if before is None:
        return "no earlier version: everything is added"
    return f"since {before.version}: " + (_counts(run.changed) or "nothing changed")


def _numbers(entry: Entry) -> tuple[int, ...]:
    return entry.numbers


def _version(run: Run) -> str:
    assert run.changed is not None
    if run.published is not None:
        again = diff(run.published, run.draft)
        wrong = version.check(run.version, run.version, again)
    else:
        wrong = version.check(run.changed.old, run.version, run.changed)
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
    parts = [run.inputs, *notes.values(), *release_folder.read_sums(run.draft).values()]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    if run.memory.has("package", digest) and release_folder.intact(run.release):
        return UNCHANGED
    run.release = assemble(run.root, run.draft, run.dist, notes)
    run.memory.note("package", digest)
    sums = release_folder.read_sums(run.release)
    size = sum((run.release / name).stat().st_size for name in sums)
    return f"{len(sums)} files, {size / 1e6:.1f} MB, in {run.release}"


def _change_log(run: Run, changed: Diff, lang: str, name: str) -> str:
    """What changed in this version, above what earlier versions said of theirs."""
    log = changes(changed, run.version, lang, read_labels(run.draft, lang))
    earlier = run.previous / name if run.previous else None
    if earlier is not None and earlier.is_file():
        try:
            log = f"{log.rstrip()}\n\n{earlier.read_text(encoding='utf-8')}"
        except UnicodeDecodeError as error:
            raise Stopped(f"{earlier} is no text ({error}); publish that version again") from None
    return log


def _publish(run: Run) -> str:
    if inputs_digest(run.root) != run.inputs:
        raise Stopped("the package was changed while it was released; run this again")
    run.new = publish(run.release, run.target)
    place = open_storage(run.target).url
    return f"{run.version} is {'now' if run.new else 'already'} in {place}"


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
    tables = [t for t in found.tables if t.name != LABELS]
    told = [
        (sum(len(t.added) for t in tables), "rows added"),
        (sum(len(t.removed) for t in tables), "rows removed"),
        (sum(len(t.changed) for t in tables), "cells changed"),
        (len(found.contract), "changes of the contract"),
    ]
    return ", ".join(f"{n:,} {what}" for n, what in told if n)


def release(root: Path, target: str, told: Callable[[str, str], None]) -> Run:
    """Run all stages, telling each stage's name and outcome. Raises Stopped.

    Releases of one root wait for each other, and builds of it for them.
    """
    try:
        with release_folder.alone(root / "dist"), release_folder.alone(root / DRAFTS):
            return _release(root, target, told)
    except OSError as error:
        raise Stopped(str(error)) from error


def _release(root: Path, target: str, told: Callable[[str, str], None]) -> Run:
    run = Run(Package(root), target, Memory(root / "dist" / ".release.json"))
    for name, stage in STAGES.items():
        told(name, "")
        try:
            outcome = stage(run)
        except (HikakuError, OSError) as error:
            raise Stopped(str(error)) from error
        told(name, outcome)
    return run


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser(
        "release", "Validate, build, compare, version, package and publish, in one go."
    )
    parser.add_argument(
        "--to", default="catalogue", help="a folder, or a URL such as s3://bucket/name"
    )
    return command.run(parser, _act, arguments, failed="not released")


def _act(options: argparse.Namespace) -> int:
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
        except Stopped as error:
            stopped = str(error)
    if options.json:
        command.show_json({"stages": outcomes, "stopped": stopped or None})
    if stopped:
        last = next(reversed(outcomes), "validate")
        print(f"{stopped}\nstopped at {last}; the next run goes on from here", file=sys.stderr)
        return command.WRONG
    if not options.json:
        place = open_storage(options.to).url
        print(f"{run.version} {'published' if run.new else 'unchanged'}: {place}")
    return command.OK
