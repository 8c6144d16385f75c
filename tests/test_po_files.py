"""What a PO file holds is kept: sync loses no translation, and no damage ends in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scripts.errors import BrokenTranslations
from scripts.labels import po_files
from scripts.labels.checks import check
from scripts.labels.po_files import Language, read_file
from scripts.labels.run import sync
from scripts.package import Package
from tests.properties.scale import examples
from tests.translated import translated_package

CONTEXT = "entities.model-a.name"
HEADING = po_files.HEADER.format(name="日本語", locale="ja")
JA = Language("ja", "ja", "日本語")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return translated_package(tmp_path)


STRAYS = {
    "duplicate-context": f'\nmsgctxt "{CONTEXT}"\nmsgid "Model A"\nmsgstr "別の訳"\n',
    "duplicate-context of other English": f'\nmsgctxt "{CONTEXT}"\nmsgid "Old"\nmsgstr "別の訳"\n',
    "obsolete": '\n#~ msgctxt "entities.gone.name"\n#~ msgid "Gone"\n#~ msgstr "別の訳"\n',
    "no-context": '\nmsgid "Gone"\nmsgstr "別の訳"\n',
    "plural": '\nmsgctxt "x.y.z"\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "別の訳"\n',
}


@pytest.mark.parametrize("what", STRAYS)
def test_what_sync_would_lose_is_a_finding_and_stops_it(root: Path, what: str) -> None:
    path = JA.path(root)
    path.write_text(path.read_text(encoding="utf-8") + STRAYS[what], encoding="utf-8")
    before = path.read_bytes()
    line = before.count(b"\n")
    (found,) = check(Package(root))
    assert found.code == what.split(" ")[0]
    assert found.row is not None
    assert line - 4 <= found.row + 1 <= line
    with pytest.raises(BrokenTranslations, match=r"hikaku\.po:\d+: .*would be lost"):
        sync(Package(root))
    assert path.read_bytes() == before


def test_two_translations_of_one_text_are_told(root: Path) -> None:
    path = JA.path(root)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip("\n") + '\nmsgstr "別の訳"\n', encoding="utf-8")
    with pytest.raises(BrokenTranslations, match="with two of them"):
        sync(Package(root))


@pytest.mark.parametrize("form", ["BOM", "CRLF", "CR", "charset"])
def test_another_form_is_a_finding_and_sync_writes_the_usual_one(root: Path, form: str) -> None:
    path = JA.path(root)
    usual = path.read_bytes()
    path.write_bytes(
        {
            "BOM": b"\xef\xbb\xbf" + usual,
            "CRLF": usual.replace(b"\n", b"\r\n"),
            "CR": usual.replace(b"\n", b"\r"),
            "charset": usual.replace(b"charset=utf-8", b"charset=shift_jis"),
        }[form]
    )
    assert [f.code for f in check(Package(root))] == ["header"]
    sync(Package(root))
    assert path.read_bytes() == usual


def test_a_file_in_another_encoding_is_one_sentence(root: Path) -> None:
    path = JA.path(root)
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932", "replace"))
    with pytest.raises(BrokenTranslations, match=r"hikaku\.po:\d+ is not UTF-8"):
        check(Package(root))


TRANSLATED = '\nmsgctxt "a.b.c"\nmsgid "x"\nmsgstr "訳"'
UNTRANSLATED = '\nmsgctxt "a.b.c"\nmsgid "x"\nmsgstr ""'
PIECES = st.sampled_from(
    ['msgctxt "a.b.c"', 'msgid "x"', 'msgid ""', 'msgstr "訳"', 'msgstr ""', 'msgid_plural "y"',
     'msgstr[0] "訳"', 'msgstr[9] "訳"', 'msgstr[x] "訳"', '"more"', '"', "#, fuzzy",
     '#| msgid "w"', '#~ msgid "x"', '#~ msgstr "訳"', "# msgstr", "#: a:b", "",
     "nonsense", "\u2028", "\ufeff",
     r'msgid "\x"', r'msgid "\\"', '"Content-Type: text/plain; charset=no\\n"',
     '"Plural-Forms: nplurals=x\\n"',
     TRANSLATED, UNTRANSLATED, '\nmsgctxt "a.b.d"\nmsgid "x"\nmsgstr "訳"',
     '\nmsgid "x"\nmsgstr "訳"']
)  # fmt: skip


@example(pieces=[UNTRANSLATED, TRANSLATED], ending="\n")
@examples(short=150)
@given(pieces=st.lists(PIECES, max_size=12), ending=st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_any_lines_are_kept_or_told(
    pieces: list[str], ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("po")
    path = JA.path(root)
    path.parent.mkdir(parents=True)
    path.write_text(HEADING + ending.join(pieces) + "\n", encoding="utf-8", newline="")
    try:
        file = read_file(root, JA)
    except BrokenTranslations as error:
        told = str(error)
    else:
        lines = "\n".join(pieces).split("\n")
        translated = sum(1 for p in lines if p.startswith(("msgstr", "#~ msgstr")) and "訳" in p)
        kept = sum(1 for e in file.entries.values() if "訳" in e.text)
        assert translated <= kept + len(file.strays)
        return
    assert told.startswith("translations/ja/")
