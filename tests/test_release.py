"""A release can be made again to the byte, says what changed and why, and never half appears."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import hikaku
from hikaku._formats.index import Entry
from hikaku._formats.version import parse
from hikaku.errors import DamagedStore
from scripts.diff.run import diff
from scripts.errors import Stopped
from scripts.package import Package
from scripts.publish.storage import open_storage
from scripts.release import run as releasing
from scripts.release.memory import inputs
from scripts.release.published import fetch
from scripts.release.run import main, release
from scripts.release_folder import file_sums, read_sums
from tests.once import made_once
from tests.planting import PACKAGE, ROOT, descriptor, plant
from tests.translated import translate


def copy(folder: Path, tables: str = "small") -> Path:
    """All that a release is made from, without what was made before.

    With the small tables, so that these tests do not grow with the real ones.
    """
    for name in inputs(ROOT):
        source, target = ROOT / name, folder / name
        if tables == "small" and name in ("tables", "translations"):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignore = shutil.ignore_patterns("__pycache__", "data")
            shutil.copytree(source, target, ignore=ignore)
        else:
            shutil.copy(source, target)
    if tables == "small":
        shutil.copytree(PACKAGE / "tables", folder / "tables")
        translate(folder)
    return folder


def above(part: int) -> str:
    """The lowest version above ours that raises this part: 1, 2 or 3."""
    numbers = [*parse(hikaku.version)]
    raised = [*numbers[: part - 1], numbers[part - 1] + 1, 0, 0][:3]
    return ".".join(map(str, raised))


def told(stages: list[str]) -> object:
    return lambda stage, outcome: stages.append(stage) if outcome else None


def run(root: Path, catalogue: Path) -> releasing.Run:
    return release(root, str(catalogue), lambda stage, outcome: None)


def stopped(root: Path, catalogue: Path) -> str:
    with pytest.raises(Stopped) as caught:
        run(root, catalogue)
    return str(caught.value)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A copy of the project and the catalogue with its first release; not to be changed."""

    def make(folder: Path) -> None:
        assert run(copy(folder / "project"), folder / "catalogue").new

    folder = made_once(tmp_path_factory, "first", make)
    return folder / "project", folder / "catalogue"


@pytest.fixture
def next_(first: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """The same, to go on from."""
    root = copy(tmp_path / "project")
    shutil.copytree(first[1], tmp_path / "catalogue")
    return root, tmp_path / "catalogue"


def version(root: Path, to: str) -> None:
    descriptor(root, "version", to)
    text = (root / "datapackage.json").read_text(encoding="utf-8")
    raw = json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    (root / "datapackage.json").write_text(raw, encoding="utf-8")


@pytest.mark.parametrize("tables", ["small", pytest.param("real", marks=pytest.mark.long)])
def test_the_same_commit_gives_the_same_bytes_anywhere_and_at_any_time(
    tables: str, first: tuple[Path, Path], tmp_path: Path
) -> None:
    catalogue = first[1]
    if tables == "real":
        catalogue = tmp_path / "first"
        run(copy(tmp_path / "project", tables), catalogue)
    root = copy(tmp_path / "another folder 比較", tables)
    shutil.copytree(root, tmp_path / "x")  # other times of files
    surroundings = {
        "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "ja_JP.UTF-8", "PYTHONHASHSEED": "7",
        "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}", "COLUMNS": "40", "PYTHONUTF8": "1",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "scripts.release", "--root", root, "--to", tmp_path / "cat"],
        cwd=root, env={**os.environ, **surroundings}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    one, two = (file_sums(c / hikaku.version) for c in (catalogue, tmp_path / "cat"))
    assert [name for name in one if one[name] != two.get(name)] == []
    assert one == two
    kinds = {Path(name).suffix for name in one}
    assert kinds >= {".csv", ".json", ".parquet", ".sqlite", ".xlsx", ".whl", ".gz", ".zip", ".md"}


def test_again_changes_nothing(first: tuple[Path, Path]) -> None:
    root, catalogue = first
    before = file_sums(catalogue)
    again = run(root, catalogue)
    assert not again.new
    assert file_sums(catalogue) == before
    assert again.published is not None
    assert diff(again.published, again.draft).empty


def test_a_release_opens_in_every_form(first: tuple[Path, Path]) -> None:
    folder = first[1] / hikaku.version
    archive = folder / f"hikaku-{hikaku.version}.zip"
    for where in (folder, archive, first[1]):
        assert hikaku.open(where).models["model-a"].name == "Model A"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["scores"]["rows"] == len(hikaku.open(folder).scores) > 0
    assert read_sums(folder) == file_sums(folder)


def test_a_broken_table_stops_it_and_the_next_run_goes_on(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    before = file_sums(catalogue)
    good = (root / "tables/models.csv").read_bytes()
    plant(root, [{"cell": ["models", "model-a", "developer_id", "nobody"]}])
    assert "dangling-reference" in stopped(root, catalogue)
    assert file_sums(catalogue) == before
    (root / "tables/models.csv").write_bytes(good)
    assert not run(root, catalogue).new


def cut_off(root: Path, catalogue: Path, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that reaches the stage and ends there."""

    def end(_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setitem(releasing.STAGES, stage, end)
        with pytest.raises(KeyboardInterrupt):
            run(root, catalogue)


def test_runs_that_were_cut_off_one_after_another_are_finished_by_the_next(
    next_: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, catalogue = next_
    version(root, above(2))
    before = file_sums(catalogue / hikaku.version)
    for stage in releasing.STAGES:
        cut_off(root, catalogue, stage, monkeypatch)
        assert hikaku.open(catalogue).version == hikaku.version
    assert run(root, catalogue).new
    assert hikaku.open(catalogue).version == above(2)
    assert file_sums(catalogue / hikaku.version) == before


@pytest.mark.long
@pytest.mark.parametrize("stage", list(releasing.STAGES))
def test_a_run_that_was_cut_off_is_finished_by_the_next(
    stage: str, next_: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, catalogue = next_
    version(root, above(2))
    before = file_sums(catalogue / hikaku.version)
    cut_off(root, catalogue, stage, monkeypatch)
    assert hikaku.open(catalogue).version == hikaku.version
    done = run(root, catalogue)
    assert done.new
    assert hikaku.open(catalogue).version == above(2)
    assert file_sums(catalogue / hikaku.version) == before


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_catalogue_that_lost_a_file_stops_the_next_release(
    harm: str, next_: tuple[Path, Path]
) -> None:
    """What is compared with the last version must be that version."""
    root, catalogue = next_
    damaged = catalogue / hikaku.version / "tables/claims.csv"
    if harm == "gone":
        damaged.unlink()
    else:
        damaged.write_bytes(damaged.read_bytes() + b" ")
    before = file_sums(catalogue)
    version(root, above(2))
    what = "missing" if harm == "gone" else "not what its checksum says"
    told = stopped(root, catalogue)
    assert f"{hikaku.version}/tables/claims.csv is {what}; restore it from a backup" in told
    assert file_sums(catalogue) == before


def test_a_text_without_its_translation_and_a_package_that_cannot_be_made_stop_it(
    next_: tuple[Path, Path],
) -> None:
    root, catalogue = next_
    po = root / "translations/ja/LC_MESSAGES/hikaku.po"
    whole = po.read_text(encoding="utf-8")
    at = whole.rindex('msgstr "')
    po.write_text(whole[:at] + 'msgstr ""\n', encoding="utf-8")
    assert "missing" in stopped(root, catalogue)
    po.write_text(whole, encoding="utf-8")
    version(root, above(2))
    project = root / "pyproject.toml"
    toml = project.read_text(encoding="utf-8")
    project.write_text(toml + "\n[nothing\n", encoding="utf-8")
    assert "pyproject.toml" in stopped(root, catalogue)
    project.write_text(toml, encoding="utf-8")
    assert run(root, catalogue).new


def test_a_changed_value_needs_its_reason_and_a_higher_version(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    row = "paper-1:L21"
    plant(root, [{"cell": ["observations", row, "region", ""]}])
    told = stopped(root, catalogue)
    assert above(3) in told  # corrected: the third number
    version(root, above(3))
    told = stopped(root, catalogue)
    assert "corrections" in told
    assert row in told
    why = "The paper does not say where."
    line = f"correction-2,2026-12-01,observations,{row},region,CN,,{why},\n"
    with (root / "tables/corrections.csv").open("a", encoding="utf-8") as file:
        file.write(line)
    put_in(root, "corrections.correction-2.reason", {
        "ja": "論文は場所を述べていない。", "zh_Hans": "论文没有说明地点。",
    })  # fmt: skip
    done = run(root, catalogue)
    assert done.new
    english = (done.release / "CHANGES.md").read_text(encoding="utf-8")
    assert why in english
    assert english.count("# ") >= 2  # the earlier version's log stands below
    assert "論文は場所を述べていない。" in (done.release / "CHANGES.ja.md").read_text("utf-8")
    assert "论文没有说明地点。" in (done.release / "CHANGES.zh-Hans.md").read_text("utf-8")


def put_in(root: Path, context: str, texts: dict[str, str]) -> None:
    from scripts.labels import po_files
    from scripts.labels.messages import messages

    package = Package(root)
    today = messages(package)
    english = {m.context: m.english for m in today}
    for language, old in po_files.translations(package).items():
        entries, _ = po_files.merge(today, old)
        entries[context] = po_files.Entry(english[context], texts[language.folder])
        po_files.write(root, language, po_files.to_po(language, today, entries))


def test_a_new_row_demands_the_second_number(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    path = root / "tables/aliases.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines.append("beta-labs,und,Beta,short")
    path.write_text("\n".join([lines[0], *sorted(lines[1:])]) + "\n", encoding="utf-8")
    version(root, above(3))
    assert above(2) in stopped(root, catalogue)
    version(root, above(2))
    assert run(root, catalogue).new


def test_other_content_under_a_published_version_is_refused(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    before = file_sums(catalogue)
    text = (root / "README.md").read_text(encoding="utf-8")
    (root / "README.md").write_text(text + "\nMore.\n", encoding="utf-8")  # it is in the wheel
    assert hikaku.version in stopped(root, catalogue)
    assert file_sums(catalogue) == before


def test_a_stop_is_told_without_a_traceback(
    next_: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    root, catalogue = next_
    plant(root, [{"cell": ["models", "model-a", "weights", "half"]}])
    assert main(["--root", str(root), "--to", str(catalogue)]) == 1
    told = capsys.readouterr().err
    assert "stopped at validate; the next run goes on from here" in told
    assert "Traceback" not in told
    assert main(["--root", str(root), "--to", str(catalogue), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["stopped"]


@pytest.mark.parametrize("name", ["../../escaped", "tables/../../../escaped", "/escaped"])
def test_names_in_a_strangers_sums_write_nothing_elsewhere(tmp_path: Path, name: str) -> None:
    """A catalogue could name files that the comparison of a release then wrote where it liked."""
    text = f"{hashlib.sha256(b'evil').hexdigest()}  {name}\n".encode()
    folder = tmp_path / "catalogue/1.0.0"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_bytes(text)
    entry = Entry("1.0.0", "2026-01-01", "1.0.0/", hashlib.sha256(text).hexdigest(), 1, 1)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DamagedStore, match=r"the name|leads out|absolute"):
        fetch(open_storage(tmp_path / "catalogue"), entry, tmp_path / "dist")
    assert sorted(tmp_path.rglob("*")) == before
