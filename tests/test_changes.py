"""The change log tells what changed, and tells it in each language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from scripts.diff.model import Diff
from scripts.diff.run import diff
from scripts.errors import Incomparable
from scripts.release.change_log import changes, read_labels
from tests.planting import ROOT
from tests.releases import CORRECTIONS, LABELS, field, table
from tests.releases import release as small

LANGUAGES = ("en", "ja", "zh-Hans")
FIELDS = ["id", field("status", constraints={"enum": ["ok"]}, values={"ok": {"title": "Fine"}})]
SCORES = table("scores", [*FIELDS, field("number", "integer"), field("setting")])
NEW = table("scores", [
    "id",
    field("status", constraints={"enum": ["ok", "estimated"]},
          values={"ok": {"title": "Fine"}, "estimated": {"title": "Estimated"}}),
    field("number", "integer", constraints={"minimum": 0}),
    field("shots"),
])  # fmt: skip
REASON = ["c1", "2026-05-04", "scores", "s1|x", "number", "", "1`0", "The *unit* is percent.", "p"]


@pytest.fixture(scope="module")
def labels(release: Path) -> dict[str, dict[tuple[str, str, str], str]]:
    own = {lang: read_labels(release, lang) for lang in LANGUAGES}
    own["ja"]["corrections", "c1", "reason"] = "単位は百分率です。"
    return own


def rows(count: int, value: str) -> list[list[str]]:
    return [[f"s{i}", "ok", value, ""] for i in range(count)]


@pytest.fixture
def found(tmp_path: Path) -> Diff:
    a = small(tmp_path / "a", [(SCORES, rows(3, "1")), (CORRECTIONS, []), (LABELS, [])])
    b = small(
        tmp_path / "b",
        [(NEW, rows(1234, "2")), (CORRECTIONS, [REASON]),
         (LABELS, [["scores", "s1", "value", "en", "2", "source"]])],
        "1.0.0",
    )  # fmt: skip
    return diff(a, b)


def test_the_whole_log_reads_as_it_should_in_english(found: Diff, labels: dict[str, Any]) -> None:
    assert (
        changes(found, "1.0.0", "en", labels["en"])
        == """\
# Changes in 1.0.0

Compared with 0.1.0.

| table | rows added | rows removed | rows changed |
| --- | --: | --: | --: |
| Corrections | 1 | 0 | 0 |
| Scores | 1,231 | 0 | 3 |

Labels added, changed or removed: 1

## Structure

| what | before | now |
| --- | --- | --- |
| `scores.number` `minimum` | – | `0` |
| `scores.setting` | Setting | – |
| `scores.shots` | – | Shots |
| `scores.status` `estimated` | – | Estimated |

## Corrections

- Scores, `s1|x`, Number: – → `` 1`0 ``
  The \\*unit\\* is percent. (`p`)
"""
    )


@pytest.mark.parametrize("lang", ["ja", "zh-Hans"])
def test_no_english_word_is_left_in_other_languages(
    lang: str, found: Diff, labels: dict[str, Any]
) -> None:
    log = changes(found, "1.0.0", lang, labels[lang])
    assert "1,231" in log
    if lang == "ja":
        assert "単位は百分率です。" in log
    plain = re.sub(r"`+ ?.*? ?`+", "", log)  # names and values stand as they are
    plain = plain.replace(r"The \*unit\* is percent.", "")  # of the release built for this run
    plain = plain.replace("Setting", "")
    assert not re.search("[A-Za-z]{2,}", plain), plain


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_release_is_told_by_its_counts(
    lang: str, release: Path, labels: dict[str, Any]
) -> None:
    first = diff(None, release)
    log = changes(first, first.new, lang, labels[lang])
    assert labels[lang]["texts", "changes_first", "text"] in log
    assert "##" not in log
    assert len(log.splitlines()) == 5 + 1 + sum(t.name != "labels" for t in first.tables)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_change_is_told_as_such(lang: str, release: Path, labels: dict[str, Any]) -> None:
    log = changes(diff(release, ROOT), "9.9.9", lang, labels[lang])
    assert log.splitlines()[-1] == labels[lang]["texts", "changes_none", "text"]


def test_the_log_does_not_depend_on_the_order_of_files(
    found: Diff, labels: dict[str, Any], tmp_path: Path
) -> None:
    b = tmp_path / "b/tables/scores.csv"
    head, *lines = b.read_text().splitlines()
    b.write_text("\n".join([head, *reversed(lines)]) + "\n")
    again = diff(tmp_path / "a", tmp_path / "b")
    texts = labels["ja"]
    assert changes(again, "1.0.0", "ja", texts) == changes(found, "1.0.0", "ja", texts)


def test_a_release_without_labels_is_told(tmp_path: Path) -> None:
    with pytest.raises(Incomparable, match=r"labels\.csv cannot be read"):
        read_labels(tmp_path, "ja")
