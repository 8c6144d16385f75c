"""PO files: one a language, read and written by Babel, merged by us.

Babel's own merge looks for similar English and forgets the context, so it copies a translation
between messages; ours goes by context alone. The files are deterministic: no dates, no line
numbers, sorted by context, unwrapped.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import babel.messages.catalog
from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, PoFileParser, denormalize, write_po

from hikaku import _atomic as atomic
from hikaku.errors import quoted
from scripts import csv_files
from scripts.errors import BrokenTranslations
from scripts.labels.messages import Message, messages
from scripts.package import Package, once

FOLDER = "translations"
LANGUAGES = ("tag", "folder", "name")
PREVIOUS = "msgid "
TRANSLATION = re.compile(r"^[ \t]*(?:#~[ \t]*)?msgstr", re.MULTILINE)
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

    @property
    def file(self) -> str:
        return f"{FOLDER}/{self.folder}/LC_MESSAGES/hikaku.po"

    @property
    def sound(self) -> bool:
        """Whether Babel knows it, and its folder is named after it and nothing more."""
        try:
            known = str(Locale.parse(self.folder))
        except (UnknownLocaleError, ValueError):
            return False
        return known == self.folder == self.tag.replace("-", "_") and bool(self.name)

    def path(self, root: Path) -> Path:
        return root / self.file


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


@dataclass(frozen=True)
class Stray:
    """Something in a PO file that has no place in ours, and that writing it anew would lose."""

    line: int
    context: str
    code: str
    what: str


@dataclass(frozen=True)
class PoFile:
    """What a PO file holds: the entries by context, and what is none of them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    strays: tuple[Stray, ...] = ()


@dataclass
class Merge:
    """What a sync did: contexts that are new, that changed, and that are gone."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@once
def languages(package: Package) -> list[Language]:
    """The languages that the package is translated into; none if it has no translations."""
    path, name = package.root / FOLDER / "languages.csv", f"{FOLDER}/languages.csv"
    if not path.exists():
        return []
    found = [Language(**row) for row in csv_files.records(path, LANGUAGES, name)]
    for tag, times in Counter(language.tag for language in found).items():
        if times > 1 or not all(language.sound for language in found if language.tag == tag):
            raise BrokenTranslations(
                f"{name}: the language {tag!a} is given twice, or is none that Babel knows by "
                "its folder; write each once, as zh-Hans,zh_Hans,简体中文"
            )
    return found


@once
def files(package: Package) -> dict[Language, PoFile]:
    """The PO file of each language. Raises BrokenTranslations for one that cannot be read."""
    return {language: read_file(package.root, language) for language in languages(package)}


@once
def translations(package: Package) -> dict[Language, dict[str, Entry]]:
    """The entries of each language by context, as its PO file has them."""
    return {language: file.entries for language, file in files(package).items()}


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
    """The entries of a PO file by context. Raises BrokenTranslations."""
    return read_file(root, language).entries


def read_file(root: Path, language: Language) -> PoFile:
    """The PO file of a language; empty if there is none yet. The first of two entries counts.

    Raises BrokenTranslations where it cannot be read. A byte order mark and other line ends are
    read over: the heading then differs, which is a finding, and sync writes the usual form.
    """
    path = language.path(root)
    if not path.exists():
        return PoFile()
    catalog = _Seen(locale=language.folder)
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        PoFileParser(catalog, abort_invalid=True).parse(text.split("\n"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BrokenTranslations(
            f"{language.file}:{line} is not UTF-8; save it as UTF-8, which its heading names"
        ) from None
    except (PoFileError, OSError, ValueError, LookupError, AttributeError) as error:
        told = quoted(str(error))
        raise BrokenTranslations(
            f"{language.file} cannot be read: {told}; mend it at that place, or restore the file"
        ) from None
    count = len(TRANSLATION.findall(text))
    if count != len(catalog.seen) + len(catalog.obsolete):
        raise BrokenTranslations(
            f"{language.file}: {count} translations of {len(catalog.seen)} texts; look for a text "
            "with two of them, for plural forms, and for texts marked #~ twice"
        )
    return _po_file(catalog)


class _Seen(Catalog):
    """Babel's catalogue keeps one of two messages of a context; this one tells all that it saw."""

    def __init__(self, locale: str) -> None:
        super().__init__(locale=locale)
        self.seen: list[babel.messages.catalog.Message] = []

    def __setitem__(self, id: object, message: babel.messages.catalog.Message) -> None:
        self.seen.append(message)


def _po_file(catalog: _Seen) -> PoFile:
    entries: dict[str, Entry] = {}
    lines: dict[str, int] = {}
    strays = [
        Stray(m.lineno or 0, str(m.context or ""), "obsolete", "a translation that is marked #~")
        for m in catalog.obsolete.values()
    ]
    for n, message in enumerate(catalog.seen):
        line, context = message.lineno or 0, message.context
        if context is not None:
            lines.setdefault(context, line)
        if n == 0 and not message.id and context is None:
            continue  # the heading
        if not message.string or not any(message.string):
            if context is not None and isinstance(message.id, str):
                entries.setdefault(context, Entry(message.id, ""))
            continue  # no translation: nothing to lose
        if context is None:
            strays.append(Stray(line, "", "no-context", f"a translation of: {message.id}"))
        elif not isinstance(message.id, str) or not isinstance(message.string, str):
            strays.append(Stray(line, context, "plural", "a translation with plural forms"))
        elif context in entries:
            what = f"a second translation of the text that stands on line {lines[context]}"
            strays.append(Stray(line, context, "duplicate-context", what))
        else:
            stale = _previous(message) if message.fuzzy else None
            entries[context] = Entry(message.id, message.string, stale)
    return PoFile(entries, tuple(strays))


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
