"""A type checker knows the tables and fields, and rejects those that do not exist."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RIGHT = """
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
"""
WRONG = {
    "hikaku.modles": "Module has no attribute",
    "hikaku.models['glm-4'].nmae": "has no attribute",
    "hikaku.models.where(nam='x')": "Unexpected keyword argument",
    "hikaku.observations.where(status='guessed')": "incompatible type",
    "hikaku.scores.where(shots='5')": "incompatible type",
    "hikaku.open('x').modles": "has no attribute",
    "hikaku.models['glm-4'].developer.name": "None",
    "setattr_ = hikaku.models['glm-4']; setattr_.name = 'x'": "read-only",
}


def check(code: str, folder: Path) -> str:
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", script.name],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def test_a_script_that_is_right_passes_strict(tmp_path: Path) -> None:
    assert "Success" in check(RIGHT, tmp_path)


def test_each_misspelling_is_rejected(tmp_path: Path) -> None:
    lines = ["import hikaku", *WRONG]
    out = check("\n".join(lines) + "\n", tmp_path)
    for i, (mistake, words) in enumerate(WRONG.items(), start=2):
        errors = [line for line in out.splitlines() if line.startswith(f"script.py:{i}:")]
        assert any(words in e for e in errors), (mistake, out)
