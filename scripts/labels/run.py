"""`python -m scripts.labels sync | check | stats`: the translations of all labels.

`sync` brings the catalogues up to today's English, `check` says what is wrong, `stats` counts.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from scripts import catalogues, findings
from scripts.labels.po_files import BrokenCatalogue, languages
from scripts.contract import ROOT, BrokenContract
from scripts.labels.checks import check
from scripts.labels.messages import messages
from scripts.reading.rows import Unstorable


def sync(root: Path) -> bool:
    """Merge today's messages into each catalogue. False if nothing had to be written."""
    today = messages(root)
    wrote = False
    for language in languages(root):
        entries, report = catalogues.merge(today, catalogues.read(root, language))
        if catalogues.write(root, language, catalogues.to_po(language, today, entries)):
            wrote = True
        for what, contexts in (
            ("new", report.added),
            ("changed, now stale", report.changed),
            ("gone", report.gone),
        ):
            if contexts:
                shown = ", ".join(contexts[:5]) + (" …" if len(contexts) > 5 else "")
                print(f"{language.tag}: {len(contexts)} {what}: {shown}")
    return wrote


def check_all(root: Path) -> list[findings.Finding]:
    """Every finding about the catalogues under `root`, in order."""
    if not languages(root):
        return []
    read = {language: catalogues.read(root, language) for language in languages(root)}
    return findings.in_order(check(root, messages(root), read))


def stats(root: Path) -> str:
    """A line a language: how many messages are translated, stale, missing and orphaned."""
    today = messages(root)
    lines = []
    for language in languages(root):
        old = catalogues.read(root, language)
        entries, report = catalogues.merge(today, old)
        states = [entry.state for entry in entries.values()]
        done = states.count("translated")
        lines.append(
            f"{language.tag}: {done} of {len(today)} translated ({done / len(today):.1%}), "
            f"{states.count('stale')} stale, {states.count('missing')} missing, "
            f"{len(report.gone)} orphaned"
        )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.labels", description="Keep the translations of all labels."
    )
    parser.add_argument("what", choices=["sync", "check", "stats"])
    parser.add_argument("--root", type=Path, default=ROOT, help="the package's folder")
    parser.add_argument("--json", action="store_true", help="findings for machines (check)")
    options = parser.parse_args(arguments)
    try:
        if options.what == "sync":
            if not sync(options.root):
                print("nothing to do")
            return 0
        if options.what == "stats":
            print(stats(options.root))
            return 0
        found = check_all(options.root)
    except (BrokenCatalogue, BrokenContract, Unstorable, OSError) as error:
        print(f"not checked: {error}", file=sys.stderr)
        return 1
    checked = {
        "languages": len(languages(options.root)),
        "messages": len(messages(options.root)),
    }
    show = findings.to_json if options.json else findings.to_text
    print(show(found, checked))
    return 1 if any(f.severity == "error" for f in found) else 0


if __name__ == "__main__":
    sys.exit(main())
