"""Checks of translations, each with a code. Script, punctuation, terms, completeness.

The codecs `shift_jis` and `gb2312` tell Japanese from Chinese glyphs without any library: a
character that the language's own character set lacks was taken from the other one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from scripts import characters, csv_files
from scripts.errors import BrokenTranslations
from scripts.findings import Finding, in_order
from scripts.labels import numbers
from scripts.labels.messages import Message, messages, split
from scripts.labels.po_files import (
    FOLDER,
    HEADER,
    Entry,
    Language,
    Stray,
    files,
    merge,
    translations,
)
from scripts.package import Package

PROPER = {
    "organization",
    "person",
    "model family",
    "model",
    "benchmark",
    "software",
    "product",
}
GLOSSARY = ("term", "ja", "zh_Hans", "forbidden_ja", "forbidden_zh_Hans", "authority", "note")
WAIVERS = ("context", "language", "code", "reason", "authority")
CODEC = {"ja": "shift_jis", "zh-Hans": "gb2312"}
HAN = r"\u3400-\u9fff\uf900-\ufaff々〇"
KANA = r"\u3041-\u3096\u30a1-\u30fa\u30fc"
CJK = f"{HAN}{KANA}"
HAN_CHARACTER = re.compile(f"[{HAN}]")
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
WRONG_WIDTH = re.compile(r"[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f\u3000]")
LATIN = re.compile(r"(?<![{A-Za-z_])[A-Za-z]{3,}(?![A-Za-z_}])")
HALF_WIDTH = re.compile(rf"[{CJK}][(),:;!?]|[(),:;!?][{CJK}]")
SPACED = re.compile(
    rf"[{CJK}，。、：；（）「」“”] +[A-Za-z0-9{{]|[A-Za-z0-9}}] +[{CJK}，。、：；（）「」“”]"
)
CHINESE_ONLY_MARKS = re.compile(r"[「」『』～〜]")
# Simplified forms that shift_jis holds by chance and Japanese does not use.
CHINESE_IN_JIS = re.compile("[个云价决网于从么丰仅几习乡干宁胜]")
LONG_VOWELS = re.compile(
    r"パラメーター|プロバイダ(?!ー)|サーバ(?!ー)|ユーザ(?!ー)|コンピュータ(?!ー)|[ヶケ]月"
)
MIXED = re.compile("[0-9].*[A-Za-z]|[A-Za-z].*[0-9]")  # names of letters and digits
WAIVED_SHARE = 0.02
LONGEST = 1.3  # times the English, for labels of more than 12 characters


@dataclass(frozen=True)
class Term:
    """A decided term: the English, its form in each language, and forms that are forbidden."""

    term: str
    forms: dict[str, str]
    forbidden: dict[str, tuple[str, ...]]

    @cached_property
    def mixed(self) -> bool:
        """Whether it is a name of letters and digits that is decided in each language."""
        return bool(MIXED.search(self.term)) and all(self.forms.values())


class Decided:
    """What the glossary decides for one language, compiled once for the many texts it is held to.

    Cost: a look-up and a search a text, however many terms there are.
    """

    def __init__(self, terms: Sequence[Term], tag: str) -> None:
        self.forms: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            if term.forms[tag]:
                self.forms[term.term.casefold()].append(term)
        self.forbidden = [(form, term) for term in terms for form in term.forbidden[tag]]
        self._any = re.compile("|".join(re.escape(form) for form, _ in self.forbidden) or "(?!)")
        # Decided names that hold digits in one language only, such as 01.AI.
        self._nameless = [
            re.compile(f"{re.escape(term.term)}|{re.escape(term.forms[tag])}")
            for term in terms
            if term.mixed and not re.search("[0-9]", term.forms[tag])
        ]

    def forbidden_in(self, text: str) -> list[tuple[str, Term]]:
        return [x for x in self.forbidden if x[0] in text] if self._any.search(text) else []

    def nameless(self, text: str) -> str:
        """The text without names whose digits are not counted."""
        for name in self._nameless:
            text = name.sub("", text)
        return text


def glossary(root: Path) -> list[Term]:
    """The decided terms. Raises BrokenCsv."""
    return [
        Term(
            row["term"],
            {"ja": row["ja"], "zh-Hans": row["zh_Hans"]},
            {
                "ja": _parts(row["forbidden_ja"]),
                "zh-Hans": _parts(row["forbidden_zh_Hans"]),
            },
        )
        for row in _records(root, "glossary.csv", GLOSSARY)
    ]


def _records(root: Path, file: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    return csv_files.records(root / FOLDER / file, names, f"{FOLDER}/{file}")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def check(package: Package) -> list[Finding]:
    """All findings, waived ones left out and unused waivers added; none without translations."""
    read = translations(package)
    if not read:
        return []
    if unknown := sorted({language.tag for language in read} - set(CODEC)):
        raise BrokenTranslations(
            f"{FOLDER}/languages.csv: there are no checks for {', '.join(unknown)}; add them to "
            "scripts/labels/checks.py and the terms to the glossary, or remove the language"
        )
    today, terms = messages(package), glossary(package.root)
    found: list[Finding] = []
    for language, entries in read.items():
        decided = Decided(terms, language.tag)
        found += _header(package.root, language)
        found += [_stray(language, stray) for stray in files(package)[language].strays]
        found += _completeness(language, today, entries)
        current, _ = merge(today, entries)
        for message in today:
            entry = current[message.context]
            if entry.state == "translated":
                for code, what, allowed, fix in _texts(language.tag, message, entry.text, decided):
                    found.append(_finding(language, message.context, code, what, allowed, fix))
        found += _shared_names(language, today, entries)
    found += _copies(today, read)
    return in_order(_waive(package.root, found, len(today) * len(read)))


def _finding(
    language: Language, context: str, code: str, found: str, allowed: str, fix: str
) -> Finding:
    return Finding(
        file=language.file,
        row=None,
        column=language.tag,
        code=code,
        key=context,
        found=found,
        allowed=allowed,
        fix=fix,
    )


def _stray(language: Language, stray: Stray) -> Finding:
    """Something that would be lost when the file is written anew, so that sync waits for it."""
    return Finding(
        file=language.file,
        row=stray.line - 1,
        column=language.tag,
        code=stray.code,
        key=stray.context,
        found=stray.what,
        allowed="one translation of each text, with its context, without plural forms",
        fix="keep the right one of two, and remove what is not needed",
    )


def _header(root: Path, language: Language) -> Iterator[Finding]:
    """A PO file that names another language would be compiled and served as that one."""
    path = language.path(root)
    text = path.read_bytes().decode() if path.exists() else ""  # as it is: also its line ends
    expected = HEADER.format(name=language.name, locale=language.folder).rstrip("\n")
    if not text.startswith(expected):
        yield _finding(
            language,
            "",
            "header",
            "another heading",
            f"the heading of {language.folder}",
            "run python -m scripts.labels sync",
        )


def _completeness(
    language: Language, today: list[Message], entries: dict[str, Entry]
) -> Iterator[Finding]:
    current, report = merge(today, entries)
    for context in report.gone:
        yield _finding(
            language,
            context,
            "orphaned",
            "a translation of a text that is gone",
            "contexts of today's tables and contract",
            "run python -m scripts.labels sync",
        )
    for context, entry in current.items():
        if entry.state == "missing":
            yield _finding(
                language,
                context,
                "missing",
                "no translation",
                f"a text in {language.name}",
                f"translate: {entry.english}",
            )
        elif entry.state == "stale":
            yield _finding(
                language,
                context,
                "stale",
                f"a translation of: {entry.stale_for}",
                f"a translation of: {entry.english}",
                "bring it up to date, then remove the fuzzy mark and the old text",
            )


def _texts(
    tag: str, message: Message, text: str, decided: Decided
) -> Iterator[tuple[str, str, str, str]]:
    """Code, found, allowed and fix of each thing that is wrong with one translation."""
    english = message.english
    if Counter(PLACEHOLDER.findall(text)) != Counter(PLACEHOLDER.findall(english)):
        yield (
            "placeholder",
            text,
            "the placeholders of the English text",
            "use each placeholder as often as the English does",
        )
    if (text != text.strip() and english == english.strip()) or "  " in text:
        yield "edge-space", f"«{text}»", "no space at the ends, none doubled", "remove the space"
    foreign = sorted(c for c in {*HAN_CHARACTER.findall(text)} if not _encodes(c, CODEC[tag]))
    if foreign:
        yield (
            "wrong-script",
            "".join(foreign),
            f"characters of {CODEC[tag]}",
            "use the glyphs of this language",
        )
    if tag == "zh-Hans" and re.search(f"[{KANA}]", text):
        yield "kana-in-chinese", text, "no kana", "write it in Chinese"
    if tag == "zh-Hans" and CHINESE_ONLY_MARKS.search(text):
        yield "punctuation", text, "the quotation marks “ ”", "use Chinese punctuation"
    if WRONG_WIDTH.search(text):
        yield (
            "width",
            text,
            "half-width letters and digits, full-width katakana",
            "change the width",
        )
    elif wrong := characters.wrong(text):
        yield "characters", wrong, "visible, usual characters in Unicode form C", "retype the text"
    if HALF_WIDTH.search(text):
        yield (
            "half-width-punctuation",
            text,
            "full-width punctuation beside kanji and kana",
            "write （）、，。：；！？",
        )
    if SPACED.search(text):
        yield "spaced", text, "no space between this script and Latin", "remove the space"
    if (english[-1:] in (".", "?")) != (text[-1:] in ("。", "？")):
        yield (
            "full-stop",
            text,
            "。 or ？ exactly where the English is a sentence",
            "add or remove 。",
        )
    if text == english and not _may_stay(message):
        yield "untranslated", text, "a translation", "translate it, or waive it as a proper name"
    elif not re.search(f"[{CJK}]", text) and not _may_stay(message) and _has_words(text):
        yield "wrong-language", text, "a text in this language", "translate it"
    elif leaked := _latin_words(text) - _latin_words(english):
        yield "latin", ", ".join(sorted(leaked)), "Latin words of the English text", "translate it"
    if tag == "ja" and (chinese := CHINESE_IN_JIS.findall(text)):
        yield "wrong-script", "".join(chinese), "Japanese forms", "use the Japanese form"
    if tag == "ja" and (vowels := LONG_VOWELS.search(text)):
        yield (
            "spelling",
            vowels[0],
            "パラメータ, プロバイダー, サーバー, ユーザー, か月",
            "spell it so",
        )
    if tag == "zh-Hans" and re.search("……|——", text):
        yield "punctuation", text, "plain marks", "write it plainly"
    if numbers.differ(decided.nameless(english), decided.nameless(text), tag):
        yield "digits", text, "the numbers of the English text", "correct the numbers, or waive"
    if not english.endswith((".", "?")) and len(text) > max(12, LONGEST * len(english)):
        yield "length", text, f"at most {LONGEST} times the English", "shorten the label"
    for term in decided.forms.get(english.casefold(), ()):
        if (form := term.forms[tag]) not in text:
            yield "glossary", text, f"{form} for {term.term}", "use the decided form"
    for form, term in decided.forbidden_in(text):
        yield (
            "forbidden-term",
            form,
            f"{term.forms[tag]} for {term.term}",
            "use the form that the glossary decides",
        )


def _latin_words(text: str) -> set[str]:
    """Latin words of a text, without case; plurals count as their singular too."""
    words = {word.casefold() for word in LATIN.findall(text)}
    return words | {word.removesuffix("s") for word in words}


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _may_stay(message: Message) -> bool:
    """Proper names, and texts that hold no words, may be the same in every language."""
    table, _, field = split(message.context)
    kind = message.comment.split(": ")[-1]
    return (table == "entities" and field == "name" and kind in PROPER) or not _has_words(
        PLACEHOLDER.sub("", message.english)
    )


def _has_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", PLACEHOLDER.sub("", text)))


def _shared_names(
    language: Language, today: list[Message], entries: dict[str, Entry]
) -> Iterator[Finding]:
    """Two things of one kind under one name cannot be told apart, nor found."""
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for message in today:
        table, _, field = split(message.context)
        entry = entries.get(message.context)
        if table == "entities" and field == "name" and entry is not None and entry.text:
            named[message.comment, entry.text].append(message.context)
    for (_, text), contexts in named.items():
        for context in contexts[1:]:
            yield _finding(
                language,
                context,
                "shared-name",
                f"{text}, as {contexts[0]}",
                "a name of its own",
                "tell the two apart",
            )


def _copies(today: list[Message], read: dict[Language, dict[str, Entry]]) -> Iterator[Finding]:
    """The same Chinese characters in both languages: mostly one was pasted into the other."""
    by_tag = {language.tag: (language, entries) for language, entries in read.items()}
    if not {"ja", "zh-Hans"} <= set(by_tag):
        return
    language, japanese = by_tag["ja"]
    chinese = by_tag["zh-Hans"][1]
    for message in today:
        one, two = japanese.get(message.context), chinese.get(message.context)
        if one and two and one.text == two.text and re.search(f"[{HAN}]{{3}}", one.text):
            if split(message.context)[0] == "entities" and _may_stay(message):
                continue  # a name in characters that both languages share
            yield _finding(
                language,
                message.context,
                "same-in-both",
                one.text,
                "texts written for each language",
                "write one of the two anew",
            )


def _waive(root: Path, found: list[Finding], total: int) -> list[Finding]:
    rows = _records(root, "waivers.csv", WAIVERS)
    waivers = {(r["context"], r["language"], r["code"]): r for r in rows}
    name = f"{FOLDER}/waivers.csv"
    used = {key for f in found if (key := (f.key or "", f.column or "", f.code)) in waivers}
    kept = [f for f in found if (f.key or "", f.column or "", f.code) not in waivers]
    for key in sorted(set(waivers) - used):
        kept.append(
            Finding(
                file=name,
                row=None,
                column=key[1],
                code="unused-waiver",
                key=key[0],
                found=f"a waiver of {key[2]}",
                allowed="waivers that are needed",
                fix="remove it",
            )
        )
    for key, row in waivers.items():
        if not row["reason"] or not row["authority"]:
            kept.append(
                Finding(
                    file=name,
                    row=None,
                    column=key[1],
                    code="unfounded-waiver",
                    key=key[0],
                    found="no reason or no authority",
                    allowed="a reason that cites an authority",
                    fix="give both",
                )
            )
    if len(waivers) > total * WAIVED_SHARE:
        kept.append(
            Finding(
                file=name,
                row=None,
                column=None,
                code="too-many-waivers",
                key=None,
                found=f"{len(waivers)} waivers",
                allowed=f"at most {total * WAIVED_SHARE:.0f}",
                fix="mend the texts instead",
            )
        )
    return kept
