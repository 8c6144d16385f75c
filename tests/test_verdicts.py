"""No verdict without reasons, none on thin ground, and each readable in three languages."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from pathlib import Path

import pytest

import hikaku
from hikaku import Score
from hikaku.__main__ import main
from scripts.build.run import build
from scripts.package import Package
from tests.planting import plant
from tests.things import CONDITIONS

LANGUAGES = ("en", "ja", "zh-Hans")
SCRIPTS = {"ja": "[\u3041-\u30fc]", "zh-Hans": "[\u4e00-\u9fff]"}


def test_every_fact_and_prediction_of_the_article_has_a_verdict() -> None:
    source = "ainews-2026-04-11"
    bare = [
        row.id
        for row in hikaku.observations.where(source=source)
        if row.attribute.nature == "fact" and row.verdict is None
    ]
    bare += [row.id for row in hikaku.scores.where(source=source) if row.verdict is None]
    bare += [
        row.id
        for row in hikaku.claims.where(source=source)
        if (row.nature == "fact" or row.kind == "prediction") and row.verdict is None
    ]
    assert bare == []
    assert len(hikaku.verdicts) > 90


def test_no_verdict_stands_without_reasons_or_on_thin_ground() -> None:
    for verdict in hikaku.verdicts:
        assert len(verdict.reasoning) > 80, verdict.id
        assert verdict.decided_on >= datetime.date(2026, 4, 11)
        opened = [e for e in verdict.evidence if e.tier in ("primary", "carrier")]
        stances = {e.stance for e in opened}
        if verdict.verdict == "supported":
            assert "for" in stances, verdict.id
        elif verdict.verdict == "contradicted":
            assert "against" in stances, verdict.id
        elif verdict.verdict == "partly_supported":
            assert stances & {"for", "against"}, verdict.id
        assert verdict.about or len(hikaku.verdicts.where(replaces=verdict)), verdict.id


def test_no_evidence_comes_from_a_document_that_nobody_opened() -> None:
    for evidence in hikaku.evidence:
        if evidence.tier in ("primary", "carrier"):
            assert evidence.source is not None
            assert evidence.locator is not None
            assert evidence.source.opened != "not_opened"


def test_evidence_comes_with_the_strongest_first() -> None:
    tiers = ["primary", "carrier", "absence", "unsourced"]
    for verdict in hikaku.verdicts:
        ranks = [(e.stance == "context", tiers.index(e.tier)) for e in verdict.evidence]
        assert ranks == sorted(ranks)
        assert {e.verdict for e in verdict.evidence} <= {verdict}


def test_rows_are_found_by_what_their_verdict_says() -> None:
    wrong = hikaku.claims.where(verdict="contradicted")
    assert "flagscale-by-zhipu" in {c.id for c in wrong}
    assert {c.verdict.verdict for c in wrong if c.verdict} == {"contradicted"}
    either = hikaku.claims.where(verdict=["contradicted", "open"])
    assert len(either) == len(wrong) + len(hikaku.claims.where(verdict="open"))
    by_id = hikaku.claims.where(verdict="flagscale-owner")
    assert [c.id for c in by_id] == ["flagscale-by-zhipu"]
    assert len(hikaku.scores.where(verdict=None)) > 0
    with pytest.raises(hikaku.UnknownId, match="flagscale-owner"):
        hikaku.claims.where(verdict="flagscale-ownr")


def test_frames_say_verdicts_in_a_word() -> None:
    frame = hikaku.claims.to_pandas(lang="ja")
    titles = dict(zip(hikaku.claims.fields, frame.columns, strict=True))
    said = dict(zip(hikaku.claims.to_pandas()["id"], frame[titles["verdict_id"]], strict=True))
    assert said["flagscale-by-zhipu"] == "反証あり"


# What readers ask first: each must be readable in each language.
ASKED = (
    "flagscale-by-zhipu", "ainews-2026-04-11:L14.7", "ainews-2026-04-11:L22C3",
    "ainews-2026-04-11:L21C4", "zhipu-has-no-safety-score", "ainews-2026-04-11:L65.1",
    "ainews-2026-04-11:L65.4",
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", ASKED)
def test_a_check_is_readable_in_each_language(
    key: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", key, "--lang", lang, "--format", "json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    about = {line["name"]: line["value"] for line in answer["about"]}
    assert answer["rows"]
    texts = [v for k, v in list(about.items())[:1]] + [list(r.values())[1] for r in answer["rows"]]
    for text in texts:
        if lang != "en":
            assert re.search(SCRIPTS[lang], text), text
        else:
            assert not re.search("[\u3041-\u9fff]", text), text
    word = hikaku.labels("zhipu-ai")  # a language that is asked for is the one that is given
    assert word[lang].lang == lang
    first = next(iter(answer["rows"][0].values()))
    assert first.count("(") + first.count("（") == 1  # the tier is named


def test_a_check_of_anything_else_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "flagscale-by-zipu"]) == 1
    told = capsys.readouterr().err
    assert "close: flagscale-by-zhipu" in told
    assert "hikaku info" in told
    assert main(["check", "chinese-competition-intensifies"]) == 0
    assert "no verdict" in capsys.readouterr().out


def test_a_check_of_evidence_or_a_verdict_shows_the_whole(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "flagscale-owner"]) == 0
    whole = capsys.readouterr().out
    assert "flagscale-by-zhipu" in whole
    assert main(["check", "flagscale-owner.e1"]) == 0
    assert capsys.readouterr().out == whole


def test_the_list_of_verdicts_counts_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verdicts", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(hikaku.verdicts)
    counts = Counter(r["verdict"] for r in rows)
    assert main(["verdicts", "--verdict", "contradicted", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == counts["Contradicted"] > 0
    assert main(["verdicts", "--lang", "ja"]) == 0
    told = capsys.readouterr().out
    assert all(v.id in told for v in hikaku.verdicts)
    assert re.search(SCRIPTS["ja"], told)


def test_comparisons_mark_what_was_checked_and_stay_as_printed_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = hikaku.comparisons["article-market"]
    plain, marked = table.to_rows(), table.to_rows(marks=True)
    assert plain[1][3] == "~44%"
    assert marked[1][3] == "~44% ✗"
    assert marked[3][3] == "~68% ✓"
    assert plain[0] == marked[0]
    assert [v.id for v in table.cell(1, 4).verdicts] == ["foundation-model-apis-cagr"]
    assert "✗ Contradicted" in table.legend()
    for lang in LANGUAGES:
        assert main(["show", "article-market", "--lang", lang]) == 0
        assert "✗" in capsys.readouterr().out
    assert main(["show", "article-market", "--format", "csv"]) == 0
    assert "✗" not in capsys.readouterr().out
    assert main(["show", "article-market", "--no-marks"]) == 0
    assert "✗" not in capsys.readouterr().out


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_citation_leads_back_to_the_place(lang: str) -> None:
    score = hikaku.scores["deepseek-v3-readme-9b4e978:L143C5"]
    cited = score.cite(lang)
    assert cited.lang == lang
    for part in (
        str(score.source.publisher.label(lang) if score.source.publisher else ""),
        score.source.title, "L143C5", "9b4e9788e4", "https://github.com/", "2026-11-23",
        hikaku.version, score.id,
    ):  # fmt: skip
        assert part in cited
    for row in (*hikaku.claims, *hikaku.evidence, *hikaku.observations):
        assert row.id in row.cite(lang)


# --- comparable ---


def scores(package: Path, changes: list[dict[str, str]]) -> list[Score]:
    """Two scores of the small package, with these conditions and variants."""
    for key, model, conditions in zip(
        ("repo-1:L5C2", "repo-2:L5C2"), ("model-a", "model-b"), changes, strict=True
    ):
        for name, value in conditions.items():
            table, row = ("models", model) if name == "variant" else ("scores", key)
            plant(package, [{"cell": [table, row, name, value]}])
    plant(package, [{"cell": ["scores", "repo-2:L5C2", "model_id", "model-b"]}])
    data = hikaku.open(build(Package(package)))
    return [data.scores["repo-1:L5C2"], data.scores["repo-2:L5C2"]]


STATED = {
    "metric": "accuracy", "shots": "5", "mode": "thinking", "tools": "without", "split": "test",
    "scaffold": "harness", "variant": "chat",
}  # fmt: skip


def test_scores_with_the_same_stated_conditions_are_comparable(package: Path) -> None:
    a, b = scores(package, [STATED, STATED])
    assert a.comparable_with(b)
    assert a.comparable_with(b) == b.comparable_with(a)
    assert "comparable" in a.comparable_with(b).explain()
    assert a.comparable_with(a)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("metric", "exact-match"), ("shots", "0"), ("mode", "non_thinking"), ("tools", "with"),
        ("split", "validation"), ("scaffold", "other-harness"), ("variant", "base"),
        ("benchmark_id", "bench-x2"),
    ],
)  # fmt: skip
def test_one_other_condition_makes_scores_incomparable_and_is_named(
    package: Path, name: str, other: str
) -> None:
    a, b = scores(package, [STATED, {**STATED, name: other}])
    answer = a.comparable_with(b)
    assert not answer
    assert answer.differs == (name,)
    assert answer.unstated == ()
    assert answer == b.comparable_with(a)


@pytest.mark.parametrize("name", [*CONDITIONS, "variant"])
def test_an_unstated_condition_is_never_equal(package: Path, name: str) -> None:
    both_empty = {**STATED, name: ""}
    a, b = scores(package, [both_empty, both_empty])
    assert not a.comparable_with(b)
    assert a.comparable_with(b).unstated == (name,)


def test_real_scores_are_never_pooled_across_variants_splits_or_shots() -> None:
    listed = list(hikaku.scores)
    for i, a in enumerate(listed[::7]):
        for b in listed[i::11]:
            if a.comparable_with(b):
                assert (a.model.variant, a.split, a.shots) == (b.model.variant, b.split, b.shots)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_is_in_words(lang: str) -> None:
    a = hikaku.scores["deepseek-v3-readme-9b4e978:L143C5"]
    b = hikaku.scores["deepseek-v3-readme-9b4e978:L192C5"]
    words = a.comparable_with(b).explain(lang)
    assert words.lang == lang
    if lang != "en":
        assert re.search(SCRIPTS[lang] if lang != "ja" else "[\u3041-\u9fff]", words)
