"""PO files: one a language, read and written by Babel, merged by us.

Babel's own merge looks for similar English and forgets the context, so it copies a translation
between messages; ours goes by context alone. The files are deterministic: no dates, no line
numbers, sorted by context, unwrapped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import babel.messages.catalog
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, denormalize, read_po, write_po

from hikaku import _atomic as atomic
from hikaku._formats import paths
from scripts.errors import BrokenTranslations
from scripts.labels.messages import Message, messages
from scripts.package import Package, once

FOLDER = "translations"
PREVIOUS = "msgid "
HEADER = """\
# Labels of hikaku in {name}. Edit the translations; everything else is written by
# `python -m scripts.labels sync`.
msgid ""
msgstr ""
"Project-Id-Version: hikaku\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


@dataclass(frozen=True)
class Language:
    """A language that we translate into. `tag` is BCP 47, `folder` the name Babel uses."""

    tag: str
    folder: str
    name: str

    def path(self, root: Path) -> Path:
        return root / FOLDER / self.folder / "LC_MESSAGES" / "hikaku.po"


@dataclass(frozen=True)
class Entry:
    """One translation. `stale_for` is the English that it was made for, if that has changed."""

    english: str
    text: str
    stale_for: str | None = None

    @property
    def state(self) -> str:
        if not self.text:
            return "missing"
        return "translated" if self.stale_for is None else "stale"


@dataclass
class Merge:
    """What a sync did: contexts that are new, that changed, and that are gone."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@once
def languages(package: Package) -> list[Language]:
    """The languages that the package is translated into; none if it has no translations."""
    path = package.root / FOLDER / "languages.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for n, row in enumerate(rows, start=2):
        # Tag and folder become names of files.
        if list(row) != ["tag", "folder", "name"] or not (
            row["name"] and _plain(row["tag"]) and _plain(row["folder"])
        ):
            raise BrokenTranslations(
                f"{FOLDER}/languages.csv:{n}: no tag, folder and name of a language; write a "
                "line such as zh-Hans,zh_Hans,简体中文"
            )
    return [Language(**row) for row in rows]


def _plain(name: str | None) -> bool:
    return name is not None and "/" not in name and paths.fault(name) is None


@once
def translations(package: Package) -> dict[Language, dict[str, Entry]]:
    """The entries of each language by context, as its PO file has them."""
    return {language: read(package.root, language) for language in languages(package)}


@once
def current(package: Package) -> dict[Language, dict[str, str]]:
    """In each language the texts by context that translate today's English, in its order."""
    today = messages(package)
    return {
        language: {
            message.context: entry.text
            for message in today
            if (entry := entries.get(message.context)) is not None
            and entry.state == "translated"
            and entry.english == message.english
        }
        for language, entries in translations(package).items()
    }


def read(root: Path, language: Language) -> dict[str, Entry]:
    """The entries of a PO file by context; empty if there is none yet."""
    path = language.path(root)
    if not path.exists():
        return {}
    try:
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=language.folder, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise BrokenTranslations(f"{path.relative_to(root)} cannot be read: {error}") from None
    entries: dict[str, Entry] = {}
    for message in catalog:
        if not message.id or message.context is None:
            continue
        text = message.string if isinstance(message.string, str) else ""
        stale = _previous(message) if message.fuzzy else None
        entries[message.context] = Entry(str(message.id), text, stale)
    return entries


def _previous(message: babel.messages.catalog.Message) -> str:
    """The English before the last change. Babel writes it but reads it as a mere comment."""
    lines = [c.removeprefix("| ") for c in message.user_comments if c.startswith("| ")]
    whole = " ".join(lines)  # the writer breaks comments at spaces
    if not whole.startswith(PREVIOUS):
        return str(message.id)
    return str(denormalize(whole.removeprefix(PREVIOUS)))


def merge(today: Iterable[Message], old: dict[str, Entry]) -> tuple[dict[str, Entry], Merge]:
    """The entries for today's messages, taken over by context alone."""
    new: dict[str, Entry] = {}
    report = Merge()
    for message in today:
        entry = old.get(message.context)
        if entry is None:
            report.added.append(message.context)
            new[message.context] = Entry(message.english, "")
        elif entry.english == message.english or not entry.text:
            new[message.context] = Entry(message.english, entry.text, entry.stale_for)
        else:
            report.changed.append(message.context)
            made_for = entry.stale_for or entry.english
            stale = None if made_for == message.english else made_for
            new[message.context] = Entry(message.english, entry.text, stale)
    report.gone = sorted(set(old) - set(new))
    return new, report


def to_po(language: Language, today: Iterable[Message], entries: dict[str, Entry]) -> str:
    """The text of the PO file, by Babel's writer."""
    catalog = Catalog(locale=language.folder, fuzzy=False)
    for message in today:
        entry = entries[message.context]
        catalog.add(
            message.english,
            entry.text,
            context=message.context,
            auto_comments=[message.comment],
            flags=["fuzzy"] if entry.stale_for is not None else [],
            previous_id=entry.stale_for or "",
        )
    body = io.BytesIO()
    write_po(body, catalog, width=0, no_location=True, omit_header=True, include_previous=True)
    text = body.getvalue().decode("utf-8").rstrip("\n")
    return HEADER.format(name=language.name, locale=language.folder) + text + "\n"


def write(root: Path, language: Language, text: str) -> bool:
    """Write the PO file, whole or not at all. False if nothing changed."""
    path = language.path(root)
    data = text.encode()
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, data)
    return True
