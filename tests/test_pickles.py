"""What a user holds can be put away, sent to another process, and copied."""

from __future__ import annotations

import copy
import pickle
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import hikaku

SCORE = "ainews-2026-04-11:L20C3"
IN_ANOTHER_PROCESS = """
import pickle, sys
for found in pickle.load(sys.stdin.buffer):
    print(repr(found))
"""


def held() -> dict[str, Any]:
    score = hikaku.scores[SCORE]
    comparison = hikaku.comparisons["article-models"]
    other = hikaku.scores["ainews-2026-04-11:L22C3"]
    return {
        "a data set": hikaku.scores._dataset,
        "a table": hikaku.scores,
        "a view": hikaku.organizations,
        "a selection": hikaku.scores.where(source="ainews-2026-04-11", number=None),
        "a record": score,
        "a label": score.label("ja"),
        "a cell": comparison.cell("glm-4", "c-eval"),
        "a comparability": score.comparable_with(other),
        "several": (score, comparison, [hikaku.models["glm-4"]]),
    }


@pytest.mark.parametrize("what", held())
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_what_is_pickled_comes_back_as_it_was(what: str, protocol: int) -> None:
    found = held()[what]
    again = pickle.loads(pickle.dumps(found, protocol))
    assert repr(again) == repr(found)
    assert type(again) is type(found)


@pytest.mark.parametrize("what", held())
@pytest.mark.parametrize("make", [copy.copy, copy.deepcopy])
def test_what_is_copied_is_as_it_was(what: str, make: Any) -> None:
    found = held()[what]
    assert repr(make(found)) == repr(found)


def test_another_process_can_go_on_with_it() -> None:
    found = list(held().values())
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        input=pickle.dumps(found), capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode().splitlines() == [
        line for value in found for line in repr(value).splitlines()
    ]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["folder", "zip", "store"])
def test_a_release_is_opened_again_where_it_lies(release: Path, tmp_path: Path, form: str) -> None:
    place = tmp_path / "0.1.0"
    shutil.copytree(release, place)
    if form == "zip":
        place = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", place))
    elif form == "store":
        place = place / "hikaku.sqlite"
    data = hikaku.open(place)
    again = pickle.loads(pickle.dumps((data, data.scores, data.scores[SCORE])))
    assert again[0].location == str(place)
    assert again[1][SCORE] == again[2] == data.scores[SCORE]
    assert again[2]._dataset is again[0], "one data set came back as several"


def test_a_data_set_that_came_back_works_in_threads() -> None:
    table = pickle.loads(pickle.dumps(hikaku.scores))
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(table))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [len(hikaku.scores)] * 8


def test_a_pickle_of_the_first_version_is_read() -> None:
    """0.1.0 named `_record._restore`, with the class, the place (None: installed), the values."""
    from hikaku._record import _restore

    score = hikaku.scores[SCORE]

    class Old:
        def __reduce__(self) -> Any:
            return _restore, (type(score), None, score._values)

    assert pickle.loads(pickle.dumps(Old())) == score
