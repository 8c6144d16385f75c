"""Three languages, complete: what is missing, stale, in the wrong script or unwritten is told."""

from __future__ import annotations

import csv
import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest

import hikaku
from hikaku import errors
from hikaku._labels import resolve
from scripts.labels import po_files
from scripts.labels import run as labels
from scripts.labels.checks import check
from scripts.labels.messages import Message, messages, split
from scripts.labels.po_files import Entry, languages, read, to_po, write
from scripts.package import Package
from tests.planting import PROJECT, ROOT, cell
from tests.translated import english, translated_package

NAME = "entities.alpha-labs.name"
STATEMENT = "claims.claim-3.statement"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return translated_package(tmp_path)


def put(root: Path, tag: str, changes: dict[str, Entry | None]) -> None:
    """Write other entries into a catalogue; None takes one out."""
    package = Package(root)
    (language,) = [x for x in languages(package) if x.tag == tag]
    entries = read(root, language)
    for context, entry in changes.items():
        if entry is None:
            del entries[context]
        else:
            entries[context] = entry
    known = {m.context: m for m in messages(package)}
    today = [
        known.get(context) or Message(context, entry.english, "planted")
        for context, entry in sorted(entries.items())
    ]
    write(root, language, to_po(language, today, entries))


def found(root: Path) -> list[tuple[str | None, str | None, str]]:
    return [(f.key, f.column, f.code) for f in check(Package(root))]


def test_every_text_is_there_in_every_language() -> None:
    assert found(ROOT) == []
    for counts in labels.stats(PROJECT).values():
        assert counts["translated"] == counts["messages"]
        assert counts["stale"] == counts["missing"] == counts["orphaned"] == 0


def test_any_one_text_that_is_taken_out_is_missed() -> None:
    """The first text of each field of each table, and others spread over all of them."""
    from scripts.labels.checks import _completeness

    today = messages(PROJECT)
    kinds = {(table, field): m for m in reversed(today) for table, _, field in [split(m.context)]}
    taken = {m.context for m in [*kinds.values(), *today[:: len(today) // 50]]}
    for language in languages(PROJECT):
        entries = read(ROOT, language)
        for context in sorted(taken):
            entry = entries.pop(context)
            (finding,) = _completeness(language, today, entries)
            assert (finding.code, finding.key) == ("missing", context)
            entries[context] = entry


def test_no_two_columns_of_a_table_share_a_title() -> None:
    from hikaku._records import RECORDS

    for name in RECORDS:
        for lang in ("en", "ja", "zh-Hans"):
            titles = list(getattr(hikaku, name).to_pandas(lang=lang).columns)
            assert len(set(titles)) == len(titles), (name, lang)


PLANTED = {
    "chinese-glyph-in-japanese": (STATEMENT, "ja", "评価額が伸びる。", ["wrong-script"]),
    "simplified-form-in-jis": (STATEMENT, "ja", "个別の市場が伸びる。", ["wrong-script"]),
    "japanese-glyph-in-chinese": (STATEMENT, "zh-Hans", "市場增长最快。", ["wrong-script"]),
    "kana-in-chinese": (STATEMENT, "zh-Hans", "安全の市场增长最快。", ["kana-in-chinese"]),
    "half-width-parentheses": (STATEMENT, "ja", "市場(安全)が伸びる。", ["half-width-punctuation"]),
    "space-before-latin": (STATEMENT, "zh-Hans", "安全 AI增长最快。", ["spaced"]),
    "space-after-latin": (STATEMENT, "ja", "AI の市場が伸びる。", ["spaced"]),
    "lost-placeholder": ("texts.at_least.text", "ja", "以上", ["placeholder"]),
    "doubled-placeholder": ("texts.range.text", "zh-Hans", "{low}至{low}", ["placeholder"]),
    "forbidden-term": (STATEMENT, "ja", "基礎モデルは伸びる。", ["forbidden-term"]),
    "undecided-form": ("entities.parameter-count.name", "zh-Hans", "参数多少", ["glossary"]),
    "english-left": (STATEMENT, "ja", english(STATEMENT), ["full-stop", "untranslated"]),
    "other-english": (STATEMENT, "zh-Hans", "The segment will grow fast。", ["wrong-language"]),
    "latin-left": (STATEMENT, "zh-Hans", "安全market增长最快。", ["latin"]),
    "other-number": (STATEMENT, "ja", "安全性の市場は2倍に伸びる。", ["digits"]),
    "full-stop-on-label": (NAME, "ja", "アルファ研究所。", ["full-stop"]),
    "no-full-stop": (STATEMENT, "ja", "安全性の市場は伸びる", ["full-stop"]),
    "full-width-latin": (STATEMENT, "ja", "ＡＩの市場が伸びる。", ["width"]),
    "half-width-katakana": (STATEMENT, "ja", "ﾘｽｸが伸びる。", ["width"]),
    "zero-width": (STATEMENT, "ja", "市\u200b場が伸びる。", ["characters"]),
    "not-nfc": (STATEMENT, "ja", "市場か\u3099伸びる。", ["characters"]),
    "edge-space": (STATEMENT, "ja", " 市場が伸びる。", ["edge-space"]),
    "long-vowel": (STATEMENT, "ja", "ユーザが伸びる。", ["spelling"]),
    "japanese-quotes-in-chinese": (STATEMENT, "zh-Hans", "「安全」市场增长最快。", ["punctuation"]),
    "ambiguous-number-word": (STATEMENT, "zh-Hans", "市场增长一兆。", ["forbidden-term"]),
    "too-long": (
        "texts.at_least.text",
        "ja",
        "{value}より大きいか等しい値を示す",
        ["length"],
    ),
    "name-of-another": ("entities.partner.name", "ja", "価格", ["shared-name"]),
    "empty": (NAME, "ja", "", ["missing"]),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_defect_gives_exactly_its_code(name: str, copied: Path) -> None:
    context, tag, text, codes = PLANTED[name]
    put(copied, tag, {context: Entry(english(context), text)})
    told = found(copied)
    assert sorted(code for _, _, code in told) == codes
    assert {column for _, column, _ in told} == {tag}


def test_a_stale_a_lost_and_an_orphaned_text_are_each_told(copied: Path) -> None:
    put(copied, "ja", {NAME: Entry(english(NAME), "アルファ研究所", "Alpha"), STATEMENT: None})
    put(copied, "zh-Hans", {"entities.gone.name": Entry("Gone", "消失")})
    assert sorted(found(copied)) == sorted([
        (NAME, "ja", "stale"), (STATEMENT, "ja", "missing"),
        ("entities.gone.name", "zh-Hans", "orphaned"),
    ])  # fmt: skip


def test_a_japanese_text_pasted_into_chinese_is_told(copied: Path) -> None:
    text = "安全性市場最速。"
    put(copied, "ja", {STATEMENT: Entry(english(STATEMENT), text)})
    put(copied, "zh-Hans", {STATEMENT: Entry(english(STATEMENT), "安全市场最快。")})
    assert found(copied) == []
    put(copied, "ja", {STATEMENT: Entry(english(STATEMENT), "安全市場。")})
    put(copied, "zh-Hans", {STATEMENT: Entry(english(STATEMENT), "安全市場。")})
    assert sorted(code for _, _, code in found(copied)) == ["same-in-both", "wrong-script"]


def test_a_catalogue_under_another_language_is_told(copied: Path) -> None:
    path = copied / "translations/ja/LC_MESSAGES/hikaku.po"
    text = path.read_text(encoding="utf-8").replace("Language: ja", "Language: zh")
    path.write_text(text, encoding="utf-8")
    assert [code for _, _, code in found(copied)] == ["header"]


def test_waivers_need_a_reason_and_a_use(copied: Path) -> None:
    path = copied / "translations" / "waivers.csv"
    path.write_text(
        path.read_text(encoding="utf-8")
        + f"{NAME},ja,spaced,It looks better.,House style\n"
        + f"{STATEMENT},ja,full-stop,,\n",
        encoding="utf-8",
    )
    put(copied, "ja", {STATEMENT: Entry(english(STATEMENT), "伸びる")})
    codes = sorted(code for _, _, code in found(copied))
    assert codes == ["unfounded-waiver", "unused-waiver"]


def test_a_catalogue_that_cannot_be_read_is_one_sentence(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied / "translations/ja/LC_MESSAGES/hikaku.po"
    path.write_text(path.read_text(encoding="utf-8") + "\nmsgid oops\n", encoding="utf-8")
    assert labels.main(["check", "--root", str(copied)]) == 1
    assert "translations/ja/LC_MESSAGES/hikaku.po" in capsys.readouterr().err


# --- sync ---


def texts_of(root: Path) -> list[str]:
    return [x.path(root).read_text(encoding="utf-8") for x in languages(Package(root))]


def test_syncing_twice_changes_nothing(copied: Path) -> None:
    before = texts_of(copied)
    assert not labels.sync(Package(copied))
    assert texts_of(copied) == before
    assert not re.search(r"\d{4}-\d\d-\d\d \d\d:|^#:", "".join(before), re.MULTILINE)


def test_rewording_one_label_marks_its_two_translations_stale_and_keeps_them(
    copied: Path,
) -> None:
    cell(copied, "claims", "claim-3", "statement", "Beta Labs will grow fast.")
    assert labels.sync(Package(copied))
    assert sorted(found(copied)) == [(STATEMENT, "ja", "stale"), (STATEMENT, "zh-Hans", "stale")]
    for language in languages(Package(copied)):
        entry = read(copied, language)[STATEMENT]
        assert entry.text
        assert entry.stale_for == english(STATEMENT)
    cell(copied, "claims", "claim-3", "statement", english(STATEMENT))
    labels.sync(Package(copied))
    assert found(copied) == []


def test_renaming_two_labels_of_one_english_never_swaps_their_translations(copied: Path) -> None:
    """Babel's own merge gives both the translation of one of them."""
    one, two = "fields.sources.id.title", "fields.scores.id.title"
    put(
        copied,
        "ja",
        {one: Entry("Identifier", "文書の番号"), two: Entry("Identifier", "スコアの番号")},
    )
    path = copied / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    for resource in raw["resources"]:
        if resource["name"] in ("sources", "scores"):
            resource["schema"]["fields"][0]["title"] = "Identity"
    path.write_text(json.dumps(raw), encoding="utf-8")
    labels.sync(Package(copied))
    (japanese,) = [x for x in languages(Package(copied)) if x.tag == "ja"]
    entries = read(copied, japanese)
    assert (entries[one].text, entries[two].text) == ("文書の番号", "スコアの番号")
    assert entries[one].stale_for == entries[two].stale_for == "Identifier"


def test_new_and_gone_texts_are_reported(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = copied / "tables" / "claims.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("claim-3,", "claim-33,"), encoding="utf-8")
    assert labels.main(["sync", "--root", str(copied)]) == 0
    out = capsys.readouterr().out
    assert "ja: 1 new: claims.claim-33.statement" in out
    assert f"zh-Hans: 1 gone: {STATEMENT}" in out


def test_the_command_tells_people_and_machines_the_same(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(copied, "ja", {NAME: Entry(english(NAME), "")})
    cell(copied, "claims", "claim-3", "statement", "Beta Labs will grow fast.")
    (ja, _) = languages(Package(copied))
    with ja.path(copied).open("a", encoding="utf-8") as file:
        file.write("\n# a remark\n")
    call = ["--root", str(copied)]
    assert labels.main(["stats", "--json", *call]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert {k: v for k, v in counts["ja"].items() if k in ("stale", "missing", "orphaned")} == {
        "stale": 1, "missing": 1, "orphaned": 0,
    }  # fmt: skip
    assert (
        sum(counts["ja"][s] for s in ("translated", "stale", "missing"))
        == (counts["ja"]["messages"])
    )
    assert labels.main(["stats", *call]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"ja: {counts['ja']['translated']} of {counts['ja']['messages']} ")
    assert told[0].endswith("1 stale, 1 missing, 0 orphaned")
    assert labels.main(["sync", "--json", *call]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["zh-Hans"] == {"added": [], "changed": [STATEMENT], "gone": []}
    assert labels.main(["sync", *call]) == 0
    assert capsys.readouterr().out == "nothing to do\n"


def test_a_file_in_another_form_is_written_in_its_usual_one(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = texts_of(copied)
    (ja, _) = languages(Package(copied))
    text = ja.path(copied).read_text(encoding="utf-8")
    ja.path(copied).write_text(text + '\nmsgid "without context"\nmsgstr ""\n', encoding="utf-8")
    assert labels.main(["sync", "--root", str(copied)]) == 0
    assert capsys.readouterr().out == "ja: written in its usual form\n"
    assert texts_of(copied) == before


def test_a_build_fails_when_one_translation_is_gone(copied: Path) -> None:
    from scripts.build.run import main

    put(copied, "ja", {NAME: Entry(english(NAME), "")})
    assert main(["--root", str(copied)]) == 1
    assert not (copied / "dist").exists()


def test_babels_own_tools_extract_the_same_messages(tmp_path: Path) -> None:
    pot = tmp_path / "hikaku.pot"
    subprocess.run(
        [Path(sys.executable).parent / "pybabel", "-q", "extract", "-F", "translations/babel.cfg",
         "--no-location", "-o", pot, "."],
        cwd=ROOT, check=True, env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )  # fmt: skip
    assert pot.read_text(encoding="utf-8").count("msgctxt") == len(messages(PROJECT))


def test_contexts_split_at_the_first_and_the_last_dot() -> None:
    assert split("entities.ernie-4.0.name") == ("entities", "ernie-4.0", "name")
    contexts = [m.context for m in messages(PROJECT)]
    assert len(set(contexts)) == len(contexts)


# --- at run time ---


@pytest.mark.parametrize(
    ("spelling", "tag"),
    [
        ("en", ("en", False)), ("en-US", ("en", False)), ("en_GB.UTF-8", ("en", False)),
        ("C", ("en", False)), ("POSIX", ("en", False)), ("ja", ("ja", False)),
        ("JA", ("ja", False)), ("ja-JP", ("ja", False)), ("ja_JP.UTF-8", ("ja", False)),
        ("ja-Latn-u-nu-latn", ("ja", False)), ("zh", ("zh-Hans", False)),
        ("zh-CN", ("zh-Hans", False)), ("zh_CN.UTF-8", ("zh-Hans", False)),
        ("zh-SG", ("zh-Hans", False)), ("zh-Hans", ("zh-Hans", False)),
        ("zh_Hans_CN", ("zh-Hans", False)), ("cmn-Hans-CN", ("zh-Hans", False)),
        ("zh-Hans-HK", ("zh-Hans", False)), ("zh-TW", ("en", True)), ("zh-HK", ("en", True)),
        ("zh_TW.Big5", ("en", True)), ("zh-Hant", ("en", True)), ("zh-MO", ("en", True)),
        # Anything that is not surely Mandarin in simplified characters is never shown as such.
        ("zh-CHT", ("en", True)), ("zh-Hant-HK", ("en", True)), ("zh-Hant-CN", ("en", True)),
        ("zh-yue", ("en", True)), ("zh-yue-Hans", ("en", True)), ("zh-min-nan", ("en", True)),
        ("zh-cmn-Hant", ("en", True)), ("zh-AU", ("en", True)), ("zh-Latn", ("en", True)),
        ("zh-CHS", ("zh-Hans", False)), ("zh-cmn-Hans-CN", ("zh-Hans", False)),
        ("zh-CN-u-co-pinyin", ("zh-Hans", False)), ("zh-Hans-TW", ("zh-Hans", False)),
    ],
)  # fmt: skip
def test_every_usual_spelling_of_a_language_is_taken(spelling: str, tag: tuple[str, bool]) -> None:
    assert resolve(spelling) == tag


@pytest.mark.parametrize("spelling", ["", "jp", "fr", "zz-ZZ", "cn", "japanese"])
def test_an_unknown_language_names_ours(spelling: str) -> None:
    with pytest.raises(errors.UnknownLanguage, match="en, ja, zh-Hans"):
        hikaku.label("zhipu-ai", spelling)


def test_labels_say_their_language_and_whether_they_fell_back() -> None:
    label = hikaku.organizations["zhipu-ai"].label("ja")
    assert (label, label.lang, label.fallback) == ("智譜AI", "ja", False)
    fallen = hikaku.label("zhipu-ai", "zh-TW")
    assert (fallen, fallen.lang, fallen.fallback) == ("Zhipu AI", "en", True)
    assert hikaku.labels("zhipu-ai") == {"en": "Zhipu AI", "ja": "智譜AI", "zh-Hans": "智谱AI"}
    again = pickle.loads(pickle.dumps(label))
    assert (again, again.lang, again.fallback) == (label, "ja", False)
    with pytest.raises(errors.UnknownId, match="close: zhipu-ai"):
        hikaku.label("zhipu", "ja")


def test_every_record_has_a_label_in_every_language() -> None:
    for table in (hikaku.entities, hikaku.comparisons, hikaku.comparison_items,
                  hikaku.claims, hikaku.observations, hikaku.scores):  # fmt: skip
        for record in table:
            for lang in ("en", "ja", "zh-Hans"):
                label = record.label(lang)
                assert label
                assert not label.fallback, (record, lang)
                assert label.lang == lang


def test_names_are_found_in_every_language() -> None:
    pairs = 0
    for entity in hikaku.entities:
        for lang in ("en", "ja", "zh-Hans"):
            names = {str(entity.label(lang)), str(entity.label(lang)).upper()}
            for name in names:
                assert entity in hikaku.find(name), (name, entity)
                pairs += 1
    assert pairs > 500
    for one, two in (("智譜AI", "智谱AI"), ("清華大学", "清华大学"), ("張鵬", "张鹏"),
                     ("李開復", "李开复"), ("アマゾン", "亚马逊"),
                     ("清華大學", "清华大学"), ("騰訊", "腾讯")):  # fmt: skip
        assert hikaku.find(one) == hikaku.find(two) != ()
    assert hikaku.find("智譜 ＡＩ") == hikaku.find("Zhipu AI")


def test_frames_have_titles_names_and_values_of_the_language() -> None:
    frame = hikaku.scores.to_pandas(lang="ja")
    titles = dict(zip(hikaku.scores.fields, frame.columns, strict=True))
    by_id = frame.set_index(titles["id"])
    assert by_id.loc["ainews-2026-04-11:L20C3", titles["model_id"]] == "GLM-4"
    assert by_id.loc["ainews-2026-04-11:L24C3", titles["status"]] == "データなし"
    assert str(frame[titles["number"]].dtype) == "Float64"
    chinese = hikaku.observations.to_pandas(lang="zh_CN")
    subject = chinese.columns[hikaku.observations.fields.index("subject_id")]
    assert "零一万物" in set(chinese[subject])
    several = hikaku.models.to_pandas(lang=["en", "ja", "zh-Hans"])
    named = several.set_index("id")["label_zh-Hans"]
    assert named["ernie-4.0"] == "文心大模型4.0"
    assert [c for c in several.columns if c.startswith("label_")] == [
        "label_en", "label_ja", "label_zh-Hans",
    ]  # fmt: skip


VALUES = {  # id: en, ja, zh-Hans
    "L20C2": ("about 1T (estimated)", "約1兆（推定）", "约1万亿（估计值）"),
    "L21C2": ("Not disclosed", "非公開", "未披露"),
    "L22C2": ("72B (estimated)", "720億（推定）", "720亿（估计值）"),
    "L23C2": ("about 1.8T (estimated)", "約1.8兆（推定）", "约1.8万亿（估计值）"),
    "L20C3": ("85.5% (5-shot)", "85.5%（5ショット）", "85.5%（5样本）"),
    "L23C3": ("Not applicable", "該当なし", "不适用"),
    "L24C3": ("Not available", "データなし", "暂无数据"),
    "L21C4": ("128K or more", "128K以上", "至少128K"),
    "L24C4": ("200K", "200K", "200K"),
    "L59C2": ("$450M", "4.5億米ドル", "4.5亿美元"),
    "L59C3": ("$2.8B (projected)", "28億米ドル（予測）", "28亿美元（预测值）"),
    "L61C2": ("$50M (estimated)", "5000万米ドル（推定）", "5000万美元（估计值）"),
    "L59C4": ("about 44% (projected)", "約44%（予測）", "约44%（预测值）"),
    "L65.1": ("more than $7B", "70億米ドル超", "超过70亿美元"),
    "L65.5": ("$200M to $1B", "2億米ドル〜10億米ドル", "2亿美元至10亿美元"),
    "L53.2": ("200 to 1,000", "200〜1,000", "200至1,000"),
    "L12.5": ("GLM-4", "GLM-4", "GLM-4"),
}


@pytest.mark.parametrize("place", VALUES)
def test_values_read_as_they_are_written_in_each_language(place: str) -> None:
    labels_ = hikaku.labels(f"ainews-2026-04-11:{place}")
    assert tuple(labels_.values()) == VALUES[place]


@pytest.mark.parametrize("number", [0.00001, 85.5, 99999999, 123456789.25, 450e6, 128001, 131072])
def test_no_significant_digit_is_lost(number: float) -> None:
    from scripts.labels.wording import number_text

    digits = re.sub(r"\D", "", format(number, "f")).strip("0")
    for locale in ("en", "ja", "zh_Hans"):
        for unit, currency in (("currency", "USD"), ("percent", None), ("parameters", None),
                               ("tokens", None), ("count", None)):  # fmt: skip
            shown = number_text(number, unit, currency, locale)
            assert re.sub(r"\D", "", shown).strip("0") == digits, (locale, unit, shown)


@pytest.mark.parametrize("comparison", ["article-models", "article-positioning", "article-market"])
@pytest.mark.parametrize("lang", ["ja", "zh-Hans"])
def test_a_whole_comparison_is_in_the_language(comparison: str, lang: str) -> None:
    table = hikaku.comparisons[comparison]
    assert table.to_markdown(lang=lang).count("\n") == len(table.rows) + 2
    frame = table.to_pandas(lang=lang)
    assert frame.shape == table.to_pandas().shape
    text = "".join(map(str, [*frame.columns, *frame.to_numpy().ravel()]))
    foreign = re.findall(r"[A-Za-z]{4,} [A-Za-z]{3,}", text)
    assert set(foreign) <= {"Claude Opus", "Amazon Web", "Google Cloud", "Turbo Claude"}, foreign
    if lang == "zh-Hans":
        assert not re.search(r"[\u3041-\u30ff]", text)


# --- published ---


def test_the_release_holds_the_labels_and_titles(release: Path) -> None:
    with (release / "tables/labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_lang = {lang: [r for r in rows if r["lang"] == lang] for lang in ("en", "ja", "zh-Hans")}
    assert len({len(r) for r in by_lang.values()}) == 1
    assert {r["state"] for r in by_lang["en"]} == {"source"}
    assert {r["state"] for r in by_lang["ja"]} == {"translated"}
    raw = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    scores = next(r for r in raw["resources"] if r["name"] == "scores")
    shots = next(f for f in scores["schema"]["fields"] if f["name"] == "shots")
    assert set(scores["titles"]) == set(shots["titles"]) == {"ja", "zh-Hans"}
    assert all(set(f["titles"]) == {"ja", "zh-Hans"} for f in scores["schema"]["fields"])


@pytest.mark.parametrize("name", ["README.ja.md", "README.zh-Hans.md"])
def test_the_translated_readmes_keep_step_with_the_english_one(name: str) -> None:
    one = (ROOT / "README.md").read_text(encoding="utf-8")
    two = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
    assert blocks.findall(two) == blocks.findall(one)
    prose = [blocks.sub("", text) for text in (one, two)]
    for pattern in (r"^#+ ", r"^\|", r"`[^`\n]+`"):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in prose]
        assert counts[0] == counts[1], pattern
    links = [set(re.findall(r"\]\((docs/[^)]+|[A-Z][^)]*)\)", text)) for text in prose]
    assert {x for x in links[0] if "README" not in x} == {x for x in links[1] if "README" not in x}


def test_the_catalogues_are_what_babel_reads() -> None:
    for language in languages(PROJECT):
        entries = po_files.read(ROOT, language)
        assert {m.context for m in messages(PROJECT)} == set(entries)
        assert all(e.text and e.stale_for is None for e in entries.values())


@pytest.mark.parametrize(
    "line",
    [
        "ja,../../elsewhere,x",
        "../x,ja,x",
        "ja,/etc,x",
        "ja,..,x",
        "ja,aux,x",
        "ja,ja",
        "ja,ja,x,y",
        ",,",
    ],
)
def test_a_language_leads_to_no_folder_elsewhere(line: str, tmp_path: Path) -> None:
    """`labels sync` would write there, and a workbook be named so."""
    root = translated_package(tmp_path)
    path = root / "translations/languages.csv"
    path.write_text(f"tag,folder,name\n{line}\n", encoding="utf-8")
    with pytest.raises(errors.HikakuError, match=r"translations/languages\.csv"):
        po_files.languages(Package(root))
