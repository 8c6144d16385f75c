"""Keeps what this version writes, so that later code is tried on it for ever.

    python -m tests.keep

Once, before a version is published; `test_kept.py` opens all that was ever kept. A release of the
small package is kept whole, and of the installed data one pickle of each thing that can be held.
"""

from __future__ import annotations

import base64
import json
import pickle
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hikaku
from hikaku._open import installed
from scripts.build.run import build
from scripts.package import Package
from scripts.release_folder import write_sums
from tests.planting import PROJECT, ROOT
from tests.translated import translated_package

KEPT = ROOT / "tests" / "kept"
DAY = (2026, 1, 1, 0, 0, 0)

# What is held, and what is said of it: only what a later correction of the data does not change.
THINGS: dict[str, tuple[Callable[[hikaku.Dataset], Any], Callable[[Any], Any]]] = {
    "data set": (lambda data: data, lambda data: type(data).__name__),
    "table": (lambda data: data.scores, lambda table: table.name),
    "view": (lambda data: data.people, lambda table: table.name),
    "narrowed table": (
        lambda data: data.scores.where(benchmark="c-eval"),
        lambda table: sorted({score.benchmark_id for score in table}),
    ),
    "model": (lambda data: data.models["glm-4"], lambda m: [m.id, m.name, m.developer_id]),
    "source": (
        lambda data: data.sources["ainews-2026-04-11"],
        lambda s: [s.id, s.title, s.url, str(s.published_on)],
    ),
    "score": (
        lambda data: data.scores["ainews-2026-04-11:L22C3"],
        lambda s: [s.model_id, s.benchmark_id, s.number, s.shots, s.as_printed, s.locator],
    ),
    "comparison": (
        lambda data: data.comparisons["article-models"], lambda c: [c.id, len(c.rows) > 0]
    ),
    "cell": (
        lambda data: data.comparisons["article-models"].cell("glm-4", "c-eval"),
        lambda cell: [cell.as_printed, cell.row.position, [v.as_printed for v in cell.values]],
    ),
    "comparability": (
        lambda data: data.scores["ainews-2026-04-11:L20C3"].comparable_with(
            data.scores["ainews-2026-04-11:L22C3"]
        ),
        lambda answer: bool(answer),
    ),
    "label": (
        lambda data: data.label("zhipu-ai", "ja"), lambda t: [str(t), t.lang, t.fallback]
    ),
}  # fmt: skip


def keep_release(target: Path) -> None:
    """A release of the small package in all languages, as a zip. The same bytes each time."""
    with tempfile.TemporaryDirectory() as folder:
        made = build(Package(translated_package(Path(folder))), Path(folder) / "dist")
        shutil.rmtree(made / "workbooks")  # large, and no code of ours reads them again
        write_sums(made)
        with zipfile.ZipFile(target, "w") as archive:
            for path in sorted(p for p in made.rglob("*") if p.is_file()):
                name = f"{made.name}/{path.relative_to(made).as_posix()}"
                info = zipfile.ZipInfo(name, DAY)
                archive.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def keep_pickles(target: Path) -> None:
    """Each thing as this version pickles it, by the oldest protocol that is still the default."""
    kept = {}
    for name, (make, said) in THINGS.items():
        held = make(installed())
        text = base64.b64encode(pickle.dumps(held, 4)).decode()
        kept[name] = {"pickle": text, "said": said(held)}
    text = json.dumps(kept, ensure_ascii=False, indent=1) + "\n"
    target.write_text(text, encoding="utf-8", newline="\n")


def main() -> int:
    version = PROJECT.contract.version
    release, pickles = KEPT / f"{version}.zip", KEPT / f"{version}.json"
    if release.exists() or pickles.exists():
        print(f"{version} was kept before; what was kept is never written again", file=sys.stderr)
        return 1
    KEPT.mkdir(exist_ok=True)
    keep_release(release)
    keep_pickles(pickles)
    print(f"kept: {release.relative_to(ROOT)}, {pickles.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
