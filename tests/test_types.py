"""A type checker knows the tables and fields, and rejects those that do not exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.once import made_once
from tests.planting import ROOT
from tests.test_docs import blocks

RIGHT = """
from datetime import date
from decimal import Decimal

import numpy
import pandas

import hikaku
from hikaku import Model, Observation

model: Model = hikaku.models["glm-4"]
developer = model.developer
name: str = developer.name if developer else ""
shots: int | None = next(iter(hikaku.scores)).shots
rows: list[Observation] = list(hikaku.observations.where(subject="glm-4", status="reported"))
several = hikaku.scores.where(model=[model, "ernie-4.0"], shots=None)
number: int | float | None = next(iter(several)).number
columns = hikaku.comparisons["article-models"].to_pandas().columns
cell = hikaku.comparisons["article-models"].cell("glm-4", "c-eval")
printed: str = cell.as_printed
found = [e.name for e in hikaku.find("Zhipu")]
version: str = hikaku.open("dist").models["x"].name
people = [p.name for p in hikaku.people]

by_table = hikaku.scores.where(model=hikaku.models.where(developer="zhipu-ai"))
by_entity = hikaku.scores.where(model=hikaku.entities["glm-4"], benchmark={"mmlu", "c-eval"})
by_number = hikaku.scores.where(number=Decimal("85.5"), shots=[numpy.int64(5), None])
by_array = hikaku.scores.where(number=numpy.array([85.5]), id=pandas.Series(["a"]))
by_word = hikaku.scores.where(status=["reported", "estimated"])
by_day = hikaku.verdicts.where(decided_on=[date(2026, 1, 1), "2026-01-02"])
frame = hikaku.models.to_pandas(lang=("en", "ja"))
"""
WRONG = {
    "hikaku.modles": "Module has no attribute",
    "hikaku.models['glm-4'].nmae": "has no attribute",
    "hikaku.models.where(nam='x')": "Unexpected keyword argument",
    "hikaku.observations.where(status='guessed')": "incompatible type",
    "hikaku.scores.where(shots='5')": "incompatible type",
    "hikaku.scores.where(number=['5'])": "List item 0",
    "hikaku.scores.where(model=hikaku.sources['x'])": "incompatible type",
    "hikaku.scores.where(model=4)": "incompatible type",
    "hikaku.verdicts.where(decided_on=20260101)": "incompatible type",
    "hikaku.open('x').modles": "has no attribute",
    "hikaku.models['glm-4'].developer.name": "None",
    "setattr_ = hikaku.models['glm-4']; setattr_.name = 'x'": "read-only",
}


@pytest.fixture(scope="session")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What mypy says of each script, and of each mistake, in one run."""
    folder = made_once(tmp_path_factory, "types", _run_mypy)
    said = (folder / "said.txt").read_text(encoding="utf-8").splitlines()
    assert said[-1].endswith("(checked 3 source files)"), "\n".join(said)
    places = {"right.py:": "right", "readme.py:": "readme"} | {
        f"wrong.py:{n}:": m for n, m in enumerate(WRONG, start=2)
    }
    return {name: [x for x in said if x.startswith(at)] for at, name in places.items()}


def _run_mypy(folder: Path) -> None:
    folder.mkdir()
    (folder / "right.py").write_text(RIGHT, encoding="utf-8")
    (folder / "wrong.py").write_text("\n".join(["import hikaku", *WRONG, ""]), encoding="utf-8")
    readme = "\n".join(code for name, code in blocks("python") if name == "README.md")
    (folder / "readme.py").write_text(readme, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache"),
         "right.py", "readme.py", "wrong.py"],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    (folder / "said.txt").write_text(done.stdout + done.stderr, encoding="utf-8")


def test_a_script_that_is_right_passes_strict(complaints: dict[str, list[str]]) -> None:
    assert complaints["right"] == []


def test_the_examples_of_the_readme_pass_strict(complaints: dict[str, list[str]]) -> None:
    assert complaints["readme"] == []


@pytest.mark.parametrize("mistake", WRONG)
def test_each_misspelling_is_rejected(mistake: str, complaints: dict[str, list[str]]) -> None:
    assert any(WRONG[mistake] in line for line in complaints[mistake]), complaints[mistake]
