"""A release is whole, typed, verifiable, or not there at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest

import hikaku
from scripts import release_folder
from scripts.build import parquet
from scripts.build import run as building
from scripts.build.parquet import arrow_schema
from scripts.build.run import build, main
from scripts.build.store import make_store
from scripts.contract import load
from scripts.errors import BrokenTable
from scripts.package import Package
from scripts.reading.rows import read_rows
from scripts.release_folder import file_sums
from tests.planting import ROOT, cell, plant


def test_an_invalid_package_writes_nothing(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(package, "scores", "paper-1:L12C3", "number", "NaN")
    assert main(["--root", str(package)]) == 1
    assert not (package / "dist").exists()
    assert not (package / "src").exists()
    assert "nothing was built" in capsys.readouterr().err


def test_an_interrupted_build_leaves_the_last_good_one(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = build(Package(package))
    before = file_sums(good)
    cell(package, "claims", "claim-2", "statement", "Beta Labs is younger.")
    steps = (
        (parquet, "write_table"), (building, "make_store"), (release_folder, "write_sums"),
        (release_folder, "put"),
    )  # fmt: skip
    for module, step in steps:
        with monkeypatch.context() as patched:
            patched.setattr(module, step, _cut_off)
            with pytest.raises(KeyboardInterrupt):
                build(Package(package))
        assert file_sums(good) == before, step
    # Cut off between the two renames: the next build puts the last good release back first.
    good.rename(release_folder._kept(good))
    assert file_sums(build(Package(package))) != before
    assert sorted(p.name for p in good.parent.iterdir()) == [".lock", good.name]


COMMAND = [sys.executable, "-m", "scripts.build", "--root"]
LONG = pytest.mark.long


@pytest.mark.long
def test_builds_of_one_root_at_once_do_each_other_no_harm(package: Path) -> None:
    """One took away the draft of another."""
    builds = [
        subprocess.Popen([*COMMAND, package], cwd=ROOT, text=True, stderr=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    answers = [build.communicate() for build in builds]
    assert [build.returncode for build in builds] == [0, 0, 0], answers
    (made,) = (p for p in (package / "dist/draft").iterdir() if p.name != ".lock")
    assert release_folder.intact(made)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP and no SIGKILL")
def test_who_waits_for_a_build_is_told_and_a_killed_one_is_not_waited_for(package: Path) -> None:
    dist = package / "dist/draft"
    first = subprocess.Popen([*COMMAND, package], cwd=ROOT, stdout=subprocess.DEVNULL)
    while not list(dist.glob(".staging-*")):
        assert first.poll() is None
        time.sleep(0.005)
    first.send_signal(signal.SIGSTOP)
    with subprocess.Popen(
        [*COMMAND, package], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as second:
        assert second.stderr
        assert "waiting for another command" in second.stderr.readline()
        assert second.poll() is None
        first.kill()
        first.wait()
        assert second.wait(60) == 0
    (made,) = (p for p in dist.iterdir() if p.name != ".lock")
    assert release_folder.intact(made)


@pytest.mark.skipif(os.name == "nt", reason="Windows sets no limit to a file")
@pytest.mark.parametrize(
    "bytes_",
    [
        pytest.param(0, marks=LONG),
        pytest.param(100, marks=LONG),
        6_000,
        pytest.param(60_000, marks=LONG),
    ],
)
def test_a_full_disk_is_one_sentence_and_leaves_the_last_good_release(
    bytes_: int, package: Path
) -> None:
    """Of a size at which the tables, the Parquet files or the store do not fit."""
    import resource

    good = build(Package(package))
    before = file_sums(good)
    cell(package, "claims", "claim-2", "statement", "Beta Labs is younger.")
    done = subprocess.run(
        [*COMMAND, package], cwd=ROOT, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_)),
    )  # fmt: skip
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("nothing was built: ")
    assert file_sums(good) == before
    assert sorted(p.name for p in good.parent.iterdir()) == [".lock", good.name]


def test_a_workbook_that_does_not_fit_on_the_disk_is_one_sentence(
    package: Path, tmp_path: Path
) -> None:
    store = build(Package(package)) / "hikaku.sqlite"
    full = tmp_path / "full"
    full.mkdir()
    code = (
        "import sys, resource; from pathlib import Path; from scripts.package import Package\n"
        "from scripts.build.workbook import write_workbooks\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "try: write_workbooks(Package(Path(sys.argv[1])), Path(sys.argv[2]), Path(sys.argv[3]))\n"
        "except OSError as error: print('told', error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, package, store, full], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.stdout.startswith("told [Errno")
    assert [p.name for p in full.iterdir()] == ["workbooks"]


def test_what_is_left_after_the_second_rename_does_not_bring_the_old_release_back(
    package: Path,
) -> None:
    good = build(Package(package))
    new = file_sums(good)
    old = release_folder._kept(good)
    shutil.copytree(good, old)
    (old / "README.md").write_text("older", encoding="utf-8")
    assert file_sums(build(Package(package))) == new
    assert not old.exists()


@pytest.mark.parametrize("sums", [b"\xff", b"no sum\n", b"../x" * 30, b""])
def test_a_release_whose_sums_were_damaged_is_built_again(package: Path, sums: bytes) -> None:
    good = build(Package(package))
    whole = file_sums(good)
    (good / "SHA256SUMS").write_bytes(sums)
    assert not release_folder.intact(good)
    assert file_sums(build(Package(package))) == whole
    assert release_folder.intact(good)


def _cut_off(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_prediction_past_its_day_is_warned_of_and_built(
    package: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cell(package, "claims", "claim-3", "due_to", "2026-05-01")
    assert main(["--root", str(package)]) == 0
    told = capsys.readouterr().out
    assert "warning past-due: found 2026-05-01" in told
    assert "0 errors, 1 warning" in told


def test_a_second_build_changes_nothing(package: Path) -> None:
    first = build(Package(package))
    times = {p: p.stat().st_mtime_ns for p in first.rglob("*")}
    build(Package(package))
    assert {p: p.stat().st_mtime_ns for p in first.rglob("*")} == times


def test_builds_in_other_folders_and_processes_are_byte_identical(
    package: Path, tmp_path: Path
) -> None:
    one = build(Package(package))
    two = tmp_path / "dist2"
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(
        [sys.executable, "-m", "scripts.build", "--root", package, "--dist", two],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    assert file_sums(two / one.name) == file_sums(one)


def test_the_checksums_are_those_of_the_files(release: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=release, capture_output=True
    )
    assert done.returncode == 0, done.stdout
    named = (release / "SHA256SUMS").read_text().count("\n")
    assert named == sum(p.is_file() for p in release.rglob("*")) - 1


@pytest.mark.parametrize("descriptor", ["datapackage.json", "datapackage.parquet.json"])
def test_the_descriptor_names_each_file_with_its_size_and_hash(
    descriptor: str, release: Path
) -> None:
    raw = json.loads((release / descriptor).read_text(encoding="utf-8"))
    assert raw["version"] == load().version
    for resource in raw["resources"]:
        data = (release / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"


@pytest.mark.parametrize("table", load().tables, ids=lambda t: t.name)
def test_parquet_and_store_hold_the_rows_of_the_csv(table: object, release: Path) -> None:
    table = load()[table.name]  # type: ignore[attr-defined]
    rows = [tuple(row) for row in read_rows(ROOT, table)]
    parquet = pyarrow.parquet.ParquetFile(release / f"parquet/{table.name}.parquet").read()
    assert parquet.schema.equals(arrow_schema(table))
    columns = [
        [str(v) if isinstance(f.type, pyarrow.DataType) and pyarrow.types.is_date(f.type) and v
         else v for v in parquet[f.name].to_pylist()]
        for f in parquet.schema
    ]  # fmt: skip
    assert list(zip(*columns, strict=True)) == rows
    with sqlite3.connect(f"file:{release / 'hikaku.sqlite'}?mode=ro", uri=True) as con:
        assert con.execute(f'SELECT * FROM "{table.name}"').fetchall() == rows


def test_duckdb_reads_the_parquet_with_the_types_of_the_contract(release: Path) -> None:
    with duckdb.connect() as con:
        path = release / "parquet/observations.parquet"
        types = dict(con.execute(f"SELECT column_name, column_type FROM (DESCRIBE '{path}')")
                     .fetchall())  # fmt: skip
    assert (types["number"], types["position"], types["id"]) == ("DOUBLE", "BIGINT", "VARCHAR")


def test_the_store_is_refused_rather_than_made_from_broken_rows(
    package: Path, tmp_path: Path
) -> None:
    """The wheel's hook has no validator, so the store itself must not take what is wrong."""
    breaks = [
        [{"cell": ["scores", "paper-1:L12C3", "number", "NaN"]}],
        [{"cell": ["scores", "paper-1:L12C3", "mode", "slow"]}],
        [{"cell": ["scores", "paper-1:L12C3", "model_id", "nothing"]}],
        [{"cell": ["entities", "family-a", "name", ""]}],
        [{"delete": ["tables/scores.csv"]}],
        [{"write": ["tables/scores.csv", "id\n"]}],
    ]
    for i, changes in enumerate(breaks):
        from tests.planting import copy_package

        root = copy_package(tmp_path / str(i))
        plant(root, changes)
        target = tmp_path / f"{i}.sqlite"
        with pytest.raises(BrokenTable, match="tables/"):
            make_store(Package(root), target)
        assert not target.exists()


def test_an_empty_store_is_never_made(package: Path, tmp_path: Path) -> None:
    for path in (package / "tables").glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(BrokenTable, match="no rows"):
        make_store(Package(package), tmp_path / "empty.sqlite")


def test_the_installed_data_is_that_of_the_release(release: Path) -> None:
    assert (ROOT / "src/hikaku/data/hikaku.sqlite").read_bytes() == (
        release / "hikaku.sqlite"
    ).read_bytes()
    assert hikaku.__version__ == load().version
