"""A copy of the project as it may be one day: rows before and after all others in every table.

    python -m tests.grown FOLDER [VERSION]

The small package is taken in twice, under ids that sort first and last, with its translations;
then come values of an invented source about things that are there already. So no row is the first,
the last or the only one of its kind any more, and no count and no version is what it was.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from hikaku._store import STORE
from scripts.build.store import make_store
from scripts.contract import Field, Table
from scripts.generate.run import main as generate
from scripts.labels import po_files
from scripts.labels.messages import messages
from scripts.labels.po_files import Entry
from scripts.package import Package
from tests.planting import PACKAGE, PROJECT, ROOT

LEFT_OUT = (".git", ".venv", "dist", "catalogue", "data", "__pycache__", ".*_cache", ".hypothesis")
SIDES = {"aa": "A", "zz": "Z"}  # the prefix of ids, and what tells the names apart
Row = dict[str, str]

# Of each table rows that speak of what is there, as a new source would. `{}` is the side.
ABOUT_REAL: dict[str, list[Row]] = {
    "scores": [
        {"id": "{}-repo-2:L90C2", "as_printed": "71.5", "status": "reported", "number": "71.5",
         "source_id": "{}-repo-2", "locator": "L90C2", "position": "1", "model_id": "glm-4",
         "benchmark_id": "c-eval", "shots": "5"},
        {"id": "{}-repo-2:L91C2", "as_printed": "N/A", "status": "not_available",
         "source_id": "{}-repo-2", "locator": "L91C2", "position": "1",
         "model_id": "qwen2.5-72b", "benchmark_id": "c-eval"},
        {"id": "{}-repo-2:L92C2", "as_printed": "72.5", "status": "reported", "number": "72.5",
         "source_id": "{}-repo-2", "locator": "L92C2", "position": "1",
         "model_id": "{}-glm", "benchmark_id": "c-eval"},
    ],
    "observations": [
        {"id": "{}-repo-2:L95", "as_printed": "64K", "status": "reported", "number": "64000",
         "source_id": "{}-repo-2", "locator": "L95", "position": "1", "subject_id": "ernie-4.0",
         "attribute_id": "context-window"},
        {"id": "{}-repo-2:L96", "as_printed": "Zhipu AI", "status": "reported",
         "source_id": "{}-repo-2", "locator": "L96", "position": "1", "subject_id": "zhipu-ai",
         "attribute_id": "{}-partner", "object_id": "{}-alpha-labs"},
    ],
    "aliases": [
        {"entity_id": "zhipu-ai", "language": "en", "text": "Invented {}", "kind": "variant"},
    ],
    "claims": [
        {"id": "{}-about-zhipu", "kind": "claim", "nature": "fact", "about_id": "zhipu-ai",
         "statement": "Zhipu AI is invented here.", "source_id": "{}-repo-2", "locator": "L97"},
    ],
    "entities": [
        {"id": "{}-glm", "kind": "model", "name": "GLM {}", "description": "An invented model.",
         "part_of_id": "glm"},
    ],
    "models": [
        {"id": "{}-glm", "developer_id": "zhipu-ai", "variant": "chat", "weights": "open"},
    ],
}  # fmt: skip
INVENTED = (  # so that reasons are as long as reasons should be
    "It was invented to let the tables grow, and says nothing about anything that there is.",
    "表を大きくするために創作したものであり、実在するものについては何も述べていない。",
    "这是为扩充表格而虚构的内容，与任何真实事物无关。",
)
TEXTS = {
    "claims.{}-about-zhipu.statement": ("智譜AIはここで創作したものである。", "智谱AI在此为虚构。"),
    "entities.{}-glm.name": ("GLM {}", "GLM {}"),
    "entities.{}-glm.description": ("創作したモデル。", "虚构的模型。"),
}


def grow(folder: Path, version: str) -> Path:
    """Copy the project into `folder` and let it grow. Returns the folder."""
    ignore = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(ROOT, folder, ignore=ignore, dirs_exist_ok=True)
    for table in PROJECT.contract:
        _write(folder, table, [*_read(ROOT, table), *_new_rows(table)])
    _raise_version(folder, version)
    _translate(folder)
    assert generate(["--root", str(folder)]) == 0
    for arguments in (["init", "--quiet"], ["add", "--all"]):  # some tests ask git what there is
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    make_store(Package(folder), folder / "src/hikaku/data" / STORE)
    return folder


def _read(root: Path, table: Table) -> list[Row]:
    with (root / table.path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(root: Path, table: Table, rows: list[Row]) -> None:
    with (root / table.path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: [row[name] for name in table.key]))


def _new_rows(table: Table) -> Iterator[Row]:
    for side, mark in SIDES.items():
        for row in _read(PACKAGE, table):
            yield {f.name: _taken_in(f, row[f.name], side, mark) for f in table.fields}
        for row in ABOUT_REAL.get(table.name, []):
            yield {name: value.replace("{}", side) for name, value in row.items()}


def _taken_in(field: Field, value: str, side: str, mark: str) -> str:
    """The value in the copy: its own ids get the prefix, names their mark."""
    if value and (field.name in ("id", "inputs", "key") or field.references):
        return " ".join(f"{side}-{part}" for part in value.split(" "))
    if value and field.name == "path":
        return f"{side}/{value}"
    if field.name == "reasoning":
        return f"{value} {INVENTED[0]}"
    return f"{value} {mark}" if value and field.name == "name" else value


def _raise_version(root: Path, version: str) -> None:
    path = root / "datapackage.json"
    line = f'"version": "{PROJECT.contract.version}"'
    text = path.read_text(encoding="utf-8")
    assert text.count(line) == 1
    path.write_text(text.replace(line, f'"version": "{version}"'), encoding="utf-8")


def _translate(root: Path) -> None:
    own = {
        f"{table}.{side}-{rest}": (_marked(ja, rest, mark, 1), _marked(zh, rest, mark, 2))
        for context, ja, zh in _translations()
        for table, rest in [context.split(".", 1)]
        for side, mark in SIDES.items()
    }
    own |= {
        context.replace("{}", side): (ja.replace("{}", side), zh.replace("{}", side))
        for context, (ja, zh) in TEXTS.items()
        for side in SIDES
    }
    today = messages(Package(root))
    for n, language in enumerate(po_files.languages(PROJECT)):
        entries = po_files.translations(PROJECT)[language]
        whole = {
            m.context: entries.get(m.context) or Entry(m.english, own[m.context][n]) for m in today
        }
        po_files.write(root, language, po_files.to_po(language, today, whole))


def _translations() -> list[list[str]]:
    with (PACKAGE / "translations.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def _marked(text: str, context: str, mark: str, language: int) -> str:
    if context.endswith(".reasoning"):
        return text + INVENTED[language]
    if not context.endswith(".name"):
        return text
    return f"{text} {mark}" if text[-1].isascii() else f"{text}{mark}"


if __name__ == "__main__":
    grow(Path(sys.argv[1]), *(sys.argv[2:] or ["7.0.0"]))
