"""The small package in every language, so that tests of labels do not grow with the tables.

Its own texts are translated in `package/translations.csv`, those of the contract as in the real
catalogues.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from functools import cache
from pathlib import Path

from scripts.labels import po_files
from scripts.labels.messages import messages
from scripts.labels.po_files import Entry
from scripts.package import Package
from tests.planting import PACKAGE, PROJECT, copy_package

FOLDER = po_files.FOLDER


def translated_package(folder: Path) -> Path:
    """A copy of the small package that is valid and lacks no translation."""
    root = copy_package(folder)
    translate(root)
    return root


@cache
def _english() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        return {m.context: m.english for m in messages(Package(copy_package(Path(folder))))}


def english(context: str) -> str:
    """The English of a text of the small package."""
    return _english()[context]


def translate(root: Path) -> None:
    """Put the folder `translations` beside the small tables."""
    today = messages(Package(root))
    (root / FOLDER).mkdir()
    for name in ("glossary.csv", "languages.csv", "babel.cfg"):
        shutil.copy(PROJECT.root / FOLDER / name, root / FOLDER)
    _copy_waivers(root, {m.context for m in today})
    with (PACKAGE / "translations.csv").open(encoding="utf-8", newline="") as file:
        own = list(csv.DictReader(file))
    for language, entries in po_files.translations(PROJECT).items():
        texts = {context: entry.text for context, entry in entries.items()}
        texts |= {row["context"]: row[language.folder] for row in own}
        made = {m.context: Entry(m.english, texts[m.context]) for m in today}
        po_files.write(root, language, po_files.to_po(language, today, made))


def _copy_waivers(root: Path, contexts: set[str]) -> None:
    """Those of texts that are there: an unused one is a finding."""
    lines = (PROJECT.root / FOLDER / "waivers.csv").read_text(encoding="utf-8").splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.split(",")[0] in contexts)]
    (root / FOLDER / "waivers.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
