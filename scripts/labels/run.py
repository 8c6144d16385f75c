"""Translations brought up to today's English, checked, counted.

`sync` brings the PO files up to date, `check` says what is wrong, `stats` counts.
"""

from __future__ import annotations

import argparse

from scripts import command, findings
from scripts.errors import BrokenTranslations
from scripts.labels import po_files
from scripts.labels.checks import check
from scripts.labels.messages import messages
from scripts.labels.po_files import Language, Merge, languages, translations
from scripts.package import Package


def sync(package: Package) -> dict[Language, Merge]:
    """Merge today's messages into each PO file; what that did in those that had to be written.

    Raises BrokenTranslations, and writes no file, where one holds what that would lose.
    """
    for language, file in po_files.files(package).items():
        for stray in file.strays:
            raise BrokenTranslations(
                f"{language.file}:{stray.line}: {stray.what} ({stray.context}), which would be "
                "lost; keep the right one of two, and remove what is not needed"
            )
    today = messages(package)
    done = {}
    for language, old in translations(package).items():
        entries, report = po_files.merge(today, old)
        text = po_files.to_po(language, today, entries)
        if po_files.write(package.root, language, text):
            done[language] = report
    return done


def stats(package: Package) -> dict[str, dict[str, int]]:
    """For each language how many messages are translated, stale, missing and orphaned."""
    today = messages(package)
    counts = {}
    for language, old in translations(package).items():
        entries, report = po_files.merge(today, old)
        states = [entry.state for entry in entries.values()]
        counts[language.tag] = {
            **{state: states.count(state) for state in ("translated", "stale", "missing")},
            "orphaned": len(report.gone),
            "messages": len(today),
        }
    return counts


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser("labels", "Keep the translations of all labels.")
    parser.add_argument("what", choices=["sync", "check", "stats"])
    return command.run(parser, _act, arguments, failed="not done")


def _act(options: argparse.Namespace) -> int:
    return ACTS[options.what](options, Package(options.root))


def _sync(options: argparse.Namespace, package: Package) -> int:
    done = sync(package)
    if options.json:
        command.show_json({language.tag: vars(report) for language, report in done.items()})
    else:
        print("\n".join(_told(done)) or "nothing to do")
    return command.OK


def _told(done: dict[Language, Merge]) -> list[str]:
    lines = []
    for language, report in done.items():
        changes = (
            ("new", report.added),
            ("changed, now stale", report.changed),
            ("gone", report.gone),
        )
        for what, contexts in changes:
            if contexts:
                shown = ", ".join(contexts[:5]) + (" …" if len(contexts) > 5 else "")
                lines.append(f"{language.tag}: {len(contexts)} {what}: {shown}")
        if not any(contexts for _, contexts in changes):
            lines.append(f"{language.tag}: written in its usual form")
    return lines


def _check(options: argparse.Namespace, package: Package) -> int:
    found = check(package)
    checked = {"languages": len(languages(package)), "messages": len(messages(package))}
    command.show_findings(options, found, checked)
    return command.WRONG if findings.errors(found) else command.OK


def _stats(options: argparse.Namespace, package: Package) -> int:
    counts = stats(package)
    if options.json:
        command.show_json(counts)
        return command.OK
    for tag, count in counts.items():
        share = count["translated"] / count["messages"]
        print(
            f"{tag}: {count['translated']} of {count['messages']} translated ({share:.1%}), "
            f"{count['stale']} stale, {count['missing']} missing, {count['orphaned']} orphaned"
        )
    return command.OK


ACTS = {"sync": _sync, "check": _check, "stats": _stats}
