"""What users hold can be sent to other processes, copied, and kept for later versions."""

from __future__ import annotations

import copy
import csv
import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hikaku
from hikaku import Dataset, errors
from hikaku._open import installed
from hikaku._table import Table
from scripts.build.store import make_store
from scripts.generate.records import make
from scripts.package import Package
from tests.planting import PROJECT, ROOT
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


# --- another version ---


def code_of(root: Path, target: Path) -> Path:
    """The code and the installed data that a package with that contract makes."""
    shutil.copytree(ROOT / "src/hikaku", target / "hikaku", ignore=shutil.ignore_patterns("data"))
    made = make(Package(root))
    (target / "hikaku/_records.py").write_text(made["src/hikaku/_records.py"], encoding="utf-8")
    make_store(Package(root), target / "hikaku/data/hikaku.sqlite")
    return target


def run(code: str, path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_later_contract_moves_no_value_of_a_pickle(package: Path, tmp_path: Path) -> None:
    before = code_of(package, tmp_path / "before")
    held = tmp_path / "held.pkl"
    run(
        "import hikaku, pickle\n"
        "score = hikaku.scores['repo-1:L5C2']\n"
        "held = [score, hikaku.scores.where(model='model-a', shots=[0, None]), hikaku.people]\n"
        f"pickle.dump(held, open({str(held)!r}, 'wb'))\n"
        f"pickle.dump(hikaku.models['model-a'], open({str(held) + '.gone'!r}, 'wb'))",
        before,
    )
    path = package / "datapackage.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    fields = {r["name"]: r["schema"]["fields"] for r in raw["resources"]}
    names = [f["name"] for f in fields["scores"]]
    added = {"name": "precision", "type": "number", "title": "P", "description": "A new one."}
    fields["scores"].insert(names.index("number"), added)
    models = [f["name"] for f in fields["models"]]
    del fields["models"][models.index("variant")]
    earlier, raw["version"] = raw["version"], "99.2.0"
    path.write_text(json.dumps(raw), encoding="utf-8")
    at, gone = names.index("number"), models.index("variant")
    tables = package / "tables"
    new = {"id": "precision"}  # in the heading; the cells of the rows are empty
    changed_csv(tables / "scores.csv", lambda row: [*row[:at], new.get(row[0], ""), *row[at:]])
    changed_csv(tables / "models.csv", lambda row: row[:gone] + row[gone + 1 :])
    after = code_of(package, tmp_path / "after")
    said = run(
        "import hikaku, pickle\n"
        f"score, table, people = pickle.load(open({str(held)!r}, 'rb'))\n"
        "print(score.number, score.precision, score.source_id, score.model_id, score.tools)\n"
        "print(score == hikaku.scores[score.id], hash(score) == hash(hikaku.scores[score.id]))\n"
        f"print({earlier!r} in score.cite(), '99.2.0' in hikaku.scores[score.id].cite())\n"
        "print([s.id for s in table], people.name)\n"
        "try:\n"
        f"    print(pickle.load(open({str(held) + '.gone'!r}, 'rb')))\n"
        "except hikaku.InvalidValue as error:\n"
        "    print(error)",
        after,
    ).splitlines()
    assert said[0] == "87.1 None repo-1 model-a without"
    assert said[1] == "True True"
    assert said[2] == "True True"
    assert said[3] == "['repo-1:L5C2', 'repo-2:L5C2'] people"
    assert f"version {earlier} wrote" in said[4]
    assert "version 99.2.0: variant=" in said[4]


def changed_csv(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Each line of a table otherwise."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [change(row) for row in csv.reader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def test_a_value_is_cited_by_the_version_that_said_it(package: Path, tmp_path: Path) -> None:
    store = tmp_path / "hikaku.sqlite"
    make_store(Package(package), store)
    data = hikaku.open(store)
    score = data.scores["repo-1:L5C2"]
    comparison = data.comparisons["table-1"]
    kept = pickle.dumps([score, comparison, data.scores])
    with sqlite3.connect(store) as con:
        con.execute("UPDATE scores SET number = 87.2 WHERE id = 'repo-1:L5C2'")
        con.execute("UPDATE hikaku SET value = '99.1.1' WHERE key = 'version'")
    con.close()
    old, printed, scores = pickle.loads(kept)
    now = scores[old.id]
    assert (old.number, now.number) == (87.1, 87.2)
    assert f"hikaku {PROJECT.contract.version}" in old.cite()
    assert "hikaku 99.1.1" in now.cite()
    assert old != now
    assert old not in scores
    for copied in (copy.copy(old), copy.deepcopy(old), pickle.loads(pickle.dumps(old))):
        assert (copied, copied.cite()) == (old, old.cite())
    assert "hikaku 99.1.1" in printed._repr_html_()  # its cells are read now
    assert len({old, now, copy.copy(old)}) == 2


def test_pickles_hold_no_sql_and_no_class_of_a_record() -> None:
    data = installed()
    for held in (data.people.where(name="x"), data.models["glm-4"], data.scores.where(number=None)):
        text = pickle.dumps(held)
        assert b"_records" not in text
        assert not any(word in text for word in (b"SELECT", b" = ", b"IS NULL"))


# The conditions of selections that 0.1.0 wrote, and the same ones today.
WRITTEN: list[tuple[Any, Callable[[Dataset], Any]]] = [
    (('(x."id" = ? OR x."id" IS NULL)', ("a",)), lambda d: d.scores.where(id=["a", None])),
    (('(t."shots" = ? OR (t."shots" = ? OR t."shots" IS NULL))', (5, 0)),
     lambda d: d.scores.where(shots=[5, 0, None])),
    (('t."number" IS NULL', ()), lambda d: d.scores.where(number=None)),
    (("0", ()), lambda d: d.scores.where(number=[])),
    (('t."verdict_id" IN (SELECT id FROM "verdicts" WHERE "verdict" = ?)', ("contradicted",)),
     lambda d: d.scores.where(verdict="contradicted")),
    (('(t."verdict_id" IN (SELECT id FROM "verdicts" WHERE "verdict" = ?) OR '
      't."verdict_id" IS NULL)', ("contradicted",)),
     lambda d: d.scores.where(verdict=["contradicted", None])),
]  # fmt: skip


def of_first(data: Dataset, *conditions: Any) -> Any:
    """The table of scores as a pickle of 0.1.0 makes it again."""
    table: Any = Table.__new__(Table)
    table.__setstate__(
        {"_dataset": data, "_record": None, "name": "scores", "_conditions": conditions}
    )
    return table


@pytest.mark.parametrize(("written", "same"), WRITTEN, ids=lambda v: str(v)[:20])
def test_selections_of_the_first_version_select_the_same(
    written: Any, same: Callable[[Dataset], Any]
) -> None:
    data = installed()
    assert list(of_first(data, written)) == list(same(data))
    both = of_first(data, written, ('t."shots" = ?', (5,)))
    assert list(both) == list(same(data).where(shots=5))


def test_sql_that_the_first_version_did_not_write_is_not_run() -> None:
    with pytest.raises(errors.InvalidValue, match="no selection that version"):
        of_first(installed(), ("1); DROP TABLE scores", ()))
