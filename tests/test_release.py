"""A release can be made again to the byte, says what changed and why, and never half appears."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hikaku
from hikaku._formats.index import Entry
from hikaku._formats.version import parse
from hikaku.errors import DamagedStore, Unreachable
from scripts.diff.run import diff
from scripts.errors import Stopped, Unpackable
from scripts.package import Package
from scripts.publish.index import read_index
from scripts.publish.storage import open_storage
from scripts.release import run as releasing
from scripts.release.memory import input_files, inputs, inputs_digest
from scripts.release.published import fetch
from scripts.release.run import main, release
from scripts.release_folder import file_sums, read_sums, write_sums
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


@pytest.mark.long
@pytest.mark.parametrize("tables", ["small", "real"])
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
        "HATCH_BUILD_NO_HOOKS": "true", "HATCH_BUILD_LOCATION": "elsewhere",
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


@pytest.mark.long
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


@pytest.mark.long
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


# --- a stranger's catalogue ---


PARTS = st.sampled_from(
    ["..", ".", "", "tables", "CHANGES", "/", "a", "A", "C:", "\\", "aux", "datapackage.json", "\0",
     "x" * 300, "index.json", "\n", "é", "e\u0301", "~", "%2e%2e", " "]
)  # fmt: skip
NAMES = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
HOSTILE = st.lists(
    NAMES | NAMES.map("tables/../".__add__) | NAMES.map("tables/".__add__) | NAMES.map("/".__add__),
    min_size=1,
    max_size=3,
)


@given(HOSTILE)
@example(["../../escaped"])
@example(["tables/../../../escaped"])
@example(["/escaped"])
@example(["tables/a", "tables/A"])
@example(["tables/é", "tables/e\u0301"])
@example(["tables/a", "tables/a/b"])
@example(["datapackage.json/../../../../x"])
def test_names_in_a_strangers_sums_write_nothing_elsewhere(names: list[str]) -> None:
    """A catalogue could name files that the comparison of a release then wrote where it liked."""
    evil = hashlib.sha256(b"evil").hexdigest()
    text = "".join(f"{evil}  {name}\n" for name in names).encode()
    entry = Entry("1.0.0", "2026-01-01", "1.0.0/", hashlib.sha256(text).hexdigest(), 1, 1)
    with tempfile.TemporaryDirectory() as made:
        top = Path(made) / "a" / "b"
        (top / "catalogue/1.0.0/tables").mkdir(parents=True)
        for name in names:  # as far as such a file can be
            with suppress(OSError, ValueError):
                path = top / "catalogue/1.0.0" / name
                if path.parent.is_dir() and top / "catalogue" in path.resolve().parents:
                    path.write_bytes(b"evil")
        (top / "catalogue/1.0.0/SHA256SUMS").write_bytes(text)
        before = elsewhere(Path(made), top / "dist")
        with suppress(DamagedStore, Stopped, Unreachable):
            folder = fetch(open_storage(top / "catalogue"), entry, top / "dist")
            inside = [p for p in folder.rglob("*") if p.is_file()]
            assert all(p.read_bytes() == b"evil" for p in inside)
        assert elsewhere(Path(made), top / "dist") == before


def elsewhere(top: Path, but: Path) -> list[tuple[Path, bytes | None]]:
    return [
        (p, p.read_bytes() if p.is_file() else None)
        for p in sorted(top.rglob("*"))
        if but not in (p, *p.parents)
    ]


@pytest.mark.long
def test_a_strangers_index_leads_a_release_nowhere(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    version(root, above(2))
    index = catalogue / "index.json"
    good = json.loads(index.read_text(encoding="utf-8"))
    for changes in (
        {"path": "../elsewhere/"}, {"path": "/etc/"}, {"path": "https://example.org/x/"},
        {"path": "a\\b/"}, {"path": ""}, {"path": "./"}, {"path": "aux/"}, {"path": "x/../../y/"},
        {"version": "../0.0.1"}, {"version": "0.0.1/../.."}, {"version": "-1.0.0"},
        {"sums_sha256": "../../../x"}, {"sums_sha256": "A" * 64}, {"files": -1},
    ):  # fmt: skip
        (entry,) = good["versions"]
        index.write_text(json.dumps({**good, "versions": [{**entry, **changes}]}))
        before = elsewhere(root.parent, root)
        assert "index.json of" in stopped(root, catalogue), changes
        assert not (root / "dist/published").exists()
        assert elsewhere(root.parent, root) == before


@pytest.mark.parametrize(
    "link", ["published", "published/{digest}", "published/{digest}/{version}",
             "published/{digest}/{version}/tables",
             "published/{digest}/{version}/tables/claims.csv"],
)  # fmt: skip
def test_nothing_of_a_catalogue_is_written_through_a_link(
    link: str, first: tuple[Path, Path], tmp_path: Path
) -> None:
    store = open_storage(first[1])
    (entry,) = read_index(store).versions
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "claims.csv").write_bytes(b"mine")
    place = link.format(digest=entry.sums_sha256[:12], version=entry.version)
    path = tmp_path / "dist" / place
    path.parent.mkdir(parents=True)
    path.symlink_to(outside / "claims.csv" if link.endswith(".csv") else outside)
    with pytest.raises(Stopped, match="is a link, which may lead anywhere"):
        fetch(store, entry, tmp_path / "dist")
    assert [(p.name, p.read_bytes()) for p in outside.iterdir()] == [("claims.csv", b"mine")]


def test_a_change_log_that_is_no_text_stops_it(next_: tuple[Path, Path]) -> None:
    """Its checksum is right; the catalogue's own publisher wrote it."""
    root, catalogue = next_
    folder = catalogue / hikaku.version
    (folder / "CHANGES.md").write_bytes(b"\xff")
    write_sums(folder)
    index = json.loads((catalogue / "index.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    index["versions"][0]["sums_sha256"] = digest
    (catalogue / "index.json").write_text(json.dumps(index))
    version(root, above(2))
    assert "CHANGES.md" in stopped(root, catalogue)


# --- at once, and meanwhile ---


@pytest.mark.long
def test_two_releases_of_one_root_at_once_make_one(next_: tuple[Path, Path]) -> None:
    root, catalogue = next_
    version(root, above(2))
    command = [sys.executable, "-m", "scripts.release", "--root", str(root), "--to", str(catalogue)]
    path = {"PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    both = [
        subprocess.Popen(
            command, cwd=root, env={**os.environ, **path}, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    answers = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], answers
    said = sorted(out.split(": ")[0] for out, _ in answers)
    assert said == [f"{above(2)} published", f"{above(2)} unchanged"]
    assert hikaku.open(catalogue).version == above(2)


@pytest.mark.long
def test_what_was_changed_after_it_was_checked_is_not_published(
    next_: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, catalogue = next_
    version(root, above(2))
    before = file_sums(catalogue)

    def edit(found: releasing.Run) -> str:
        with (root / "README.md").open("a", encoding="utf-8") as file:
            file.write("More.\n")
        return version_stage(found)

    version_stage = releasing.STAGES["version"]
    monkeypatch.setitem(releasing.STAGES, "version", edit)
    assert "was changed while it was released" in stopped(root, catalogue)
    assert file_sums(catalogue) == before


# --- what a release is made from ---


OTHERS = ("__pycache__", "src", "dist", "hikaku/data", ".git")


@pytest.mark.parametrize(
    "above_it", ["data", *(pytest.param(name, marks=pytest.mark.long) for name in OTHERS)]
)
def test_no_change_of_what_is_packed_goes_unseen_whatever_the_folders_above_are_called(
    above_it: str, first: tuple[Path, Path], tmp_path: Path
) -> None:
    root = copy(tmp_path / above_it / "data")
    folder = first[1] / hikaku.version
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        packed = {m.name.partition("/")[2] for m in archive.getmembers() if m.isfile()}
    packed |= {"docs/codebook.md", "requirements.lock"}
    assert {*input_files(root)} >= packed - {"PKG-INFO"}
    digest = inputs_digest(root)
    assert digest == inputs_digest(first[0])
    for name in ("datapackage.json", "tables/models.csv", "src/hikaku/_row.py", "CHANGELOG.md"):
        path = root / name
        data = path.read_bytes()
        path.write_bytes(data + b"\n")
        assert inputs_digest(root) != digest, name
        path.write_bytes(data)
    assert inputs_digest(root) == digest


def test_other_modes_names_and_tools_are_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy(tmp_path / "project")
    seen = [inputs_digest(root)]
    (root / "scripts/command.py").chmod(0o755)
    seen.append(inputs_digest(root))
    (root / "LICENSE").rename(root / "src/LICENSE")
    seen.append(inputs_digest(root))
    (root / "scripts/new.py").touch()
    seen.append(inputs_digest(root))
    monkeypatch.setattr("importlib.metadata.distributions", lambda: iter(()))
    seen.append(inputs_digest(root))
    assert len({*seen}) == len(seen)


def test_a_project_that_does_not_say_what_is_packed_is_one_sentence(tmp_path: Path) -> None:
    for text in ("", "[", "[tool.hatch.build.targets.sdist]\ninclude = 5"):
        (tmp_path / "pyproject.toml").write_text(text)
        with pytest.raises(Unpackable, match="does not say what is packed"):
            inputs(tmp_path)
