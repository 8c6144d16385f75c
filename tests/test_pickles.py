"""What users hold can be sent to other processes, copied, and kept for later versions."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import Dataset
from hikaku._open import installed
from tests.planting import ROOT
from tests.test_accessors import copy_release, zip_release

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)

# Of everything that can be held, made of a data set, and what is said of it, which must not change.
HELD: dict[str, tuple[Callable[[Dataset], Any], Callable[[Any], object]]] = {
    "data set": (lambda data: data, lambda data: (data.version, len(data.models))),
    "table": (lambda data: data.scores, lambda table: (table.name, list(table))),
    "view": (lambda data: data.people, lambda table: (table.name, list(table))),
    "narrowed table": (
        lambda data: data.scores.where(benchmark="c-eval").where(shots=5),
        lambda table: (list(table), list(table.where(model="glm-4"))),
    ),
    "record": (lambda data: data.models["glm-4"], lambda model: (model, model.developer.name)),
    "record with days": (
        lambda data: data.sources["ainews-2026-04-11"],
        lambda source: (source, source.accessed_on, source.publisher),
    ),
    "comparison": (
        lambda data: data.comparisons["article-models"], lambda found: (found, found.to_rows("ja")),
    ),
    "cell": (
        lambda data: data.comparisons["article-models"].cell("glm-4", "c-eval"),
        lambda cell: (cell.as_printed, cell.row, cell.column, cell.values, cell.verdicts),
    ),
    "comparability": (
        lambda data: next(iter(data.scores)).comparable_with(list(data.scores)[-1]),
        lambda answer: (answer, answer.explain("ja")),
    ),
    "tuple of records": (
        lambda data: data.find("Zhipu AI"), lambda found: (found, [e.label("ja") for e in found]),
    ),
    "label": (
        lambda data: data.label("zhipu-ai", "zh-TW"),
        lambda label: (str(label), label.lang, label.fallback),
    ),
}  # fmt: skip


@pytest.fixture(params=["installed", "folder", "zip", "store"])
def data(request: pytest.FixtureRequest, release: Path, tmp_path: Path) -> Dataset:
    """A data set of each kind."""
    if request.param == "installed":
        return installed()
    if request.param == "zip":
        return hikaku.open(zip_release(release, tmp_path / "r.zip"))
    folder = copy_release(release, tmp_path / "r")
    return hikaku.open(folder if request.param == "folder" else folder / "hikaku.sqlite")


@pytest.mark.parametrize("what", HELD)
def test_whatever_is_held_can_be_pickled_and_copied(what: str, data: Dataset) -> None:
    make, said = HELD[what]
    held = make(data)
    for protocol in PROTOCOLS:
        again = pickle.loads(pickle.dumps(held, protocol))
        assert type(again) is type(held)
        assert said(again) == said(held), protocol
    for copied in (copy.copy(held), copy.deepcopy(held), copy.deepcopy([held])[0]):
        assert said(copied) == said(held)


def test_all_of_it_works_in_a_new_process(data: Dataset) -> None:
    held = [(make(data), repr(said(make(data)))) for make, said in HELD.values()]
    code = (
        "import pickle, sys\n"
        "from tests.test_pickles import HELD\n"
        "held = pickle.load(sys.stdin.buffer)\n"
        "for (what, (_, said)), (thing, expected) in zip(HELD.items(), held, strict=True):\n"
        "    assert repr(said(thing)) == expected, what\n"
        "print(len(held))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(held), capture_output=True, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    assert done.stdout.split() == [str(len(HELD)).encode()], done.stderr.decode()


def test_reading_a_pickle_of_the_installed_data_imports_no_opening() -> None:
    code = (
        "import pickle, sys\n"
        "assert pickle.load(sys.stdin.buffer).developer.name == 'Zhipu AI'\n"
        "print([m for m in sys.modules if m.startswith(('hikaku._release', 'hikaku._formats'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(hikaku.models["glm-4"]),
        capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.stdout.strip() == b"[]", done.stderr.decode()


def test_threads_share_what_was_unpickled(data: Dataset) -> None:
    table, again = pickle.loads(pickle.dumps((data.entities, data)))
    names: list[list[str]] = []

    def read() -> None:
        names.append([e.name for e in table] + [m.id for m in again.models])

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == [[e.name for e in data.entities] + [m.id for m in data.models]] * 8


def test_a_copy_of_a_data_set_opens_nothing_again(release: Path, tmp_path: Path) -> None:
    folder = copy_release(release, tmp_path / "r")
    data = hikaku.open(folder)
    table = data.scores
    data.models["glm-4"]  # opened now, so that what is moved away can still be read
    folder.rename(tmp_path / "elsewhere")
    assert copy.deepcopy(table)._dataset is copy.copy(data) is data
    kept = pickle.dumps(table)
    with pytest.raises(hikaku.DamagedStore, match="does not exist"):
        pickle.loads(kept)


# As hikaku 0.1.0 wrote them: a record with where its data is, and a label.
OLD = """\
(lp0
chikaku._record
_restore
p1
(chikaku._records
Model
p2
N(Vglm-4
p3
Vmodel
p4
VGLM-4
p5
VLanguage model of the GLM series.
p6
Vglm
p7
NVzhipu-ai
p8
NNtp9
tp10
Rp11
achikaku._labels
Label
p12
(VGLM-4
p13
Vja
p14
I00
tp15
Rp16
a."""


def test_pickles_of_the_first_version_are_read() -> None:
    model, label = pickle.loads(OLD.encode())
    assert type(model) is hikaku.Model
    assert (model.id, model.developer) == ("glm-4", hikaku.entities["zhipu-ai"])
    assert (label, label.lang, label.fallback) == ("GLM-4", "ja", False)
