"""The accessors hold where programs live: forks, old SQLite, read-only folders, notebooks."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

import hikaku
from scripts.build.run import build
from scripts.package import Package
from tests.planting import ROOT

FIRST = re.compile(r"\b(STRICT|GENERATED|RETURNING|FILTER|OVER|MATERIALIZED|JSON|NULLS)\b")


def test_a_forked_process_reads_on_its_own(release: Path) -> None:
    for data in (hikaku, hikaku.open(release)):
        assert data.models["glm-4"].name == "GLM-4"
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                text = f"{data.models['ernie-4.0'].name},{len(data.entities)}"
            except BaseException as error:
                text = repr(error)
            os.write(write, text.encode())
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            assert pipe.read() == f"ERNIE 4.0,{len(data.entities)}"
        assert os.waitpid(child, 0)[1] == 0
        assert data.models["glm-4"].name == "GLM-4"


def test_nothing_is_written_where_the_package_is_installed(tmp_path: Path) -> None:
    """As in a read-only site-packages: every file is opened for reading only."""
    shutil.copytree(
        ROOT / "src/hikaku", tmp_path / "hikaku", ignore=shutil.ignore_patterns("__pycache__")
    )
    code = (
        "import sys, os\n"
        "def watch(event, args):\n"
        "    if event == 'open' and 'hikaku' in str(args[0]):\n"
        "        mode, flags = str(args[1]), args[2] or 0\n"
        "        assert 'w' not in mode and 'a' not in mode, args\n"
        "        assert not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT), args\n"
        "sys.addaudithook(watch)\n"
        "import hikaku\n"
        "[list(getattr(hikaku, n)) for n in ('entities', 'scores', 'observations')]\n"
        "hikaku.find('zhipu'); hikaku.comparisons['article-models'].to_markdown()\n"
    )
    before = sorted(p.name for p in tmp_path.rglob("*"))
    subprocess.run([sys.executable, "-B", "-S", "-c", code], cwd=tmp_path, check=True)
    assert sorted(p.name for p in tmp_path.rglob("*")) == before


def test_the_store_needs_no_new_sqlite(release: Path) -> None:
    """Only what SQLite 3.26 knows: old file format, no later clause in tables or queries."""
    header = (release / "hikaku.sqlite").read_bytes()[:100]
    assert header[18:20] == b"\x01\x01"  # no write-ahead log
    assert int.from_bytes(header[44:48], "big") == 4  # schema format since 3.3
    asked: list[str] = []
    data = hikaku.open(release)
    connection = data.store._connection()
    connection.set_trace_callback(asked.append)
    for name in ("entities", "models", "observations", "organizations"):
        table = data.table(name)
        assert len(table) == len(list(table))
        assert table.get("nothing") is None
    data.find("zhipu")
    data.comparisons["article-models"].cell(1, 3)
    schema = [r[0] for r in connection.execute("SELECT sql FROM sqlite_master") if r[0]]
    assert len(asked) > 10
    assert not [sql for sql in [*asked, *schema] if FIRST.search(re.sub(r"'[^']*'", "", sql))]


def test_foreign_keys_of_the_store_hold_and_speed_up(release: Path) -> None:
    with sqlite3.connect(f"file:{release / 'hikaku.sqlite'}?mode=ro", uri=True) as con:
        assert con.execute("PRAGMA foreign_key_check").fetchall() == []
        assert con.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        plan = con.execute(
            "EXPLAIN QUERY PLAN SELECT * FROM observations WHERE subject_id = 'zhipu-ai'"
        ).fetchall()
        assert "observations_subject_id" in plan[0][-1]


def test_notebooks_show_tables_and_escape_them(package: Path) -> None:
    path = package / "tables" / "claims.csv"
    text = path.read_text(encoding="utf-8").replace("is older", "is <b>older</b> & wiser")
    path.write_text(text, encoding="utf-8")
    data = hikaku.open(build(Package(package)))
    html = data.claims._repr_html_()
    assert "<caption>hikaku.claims</caption>" in html
    assert "is &lt;b&gt;older&lt;/b&gt; &amp; wiser" in html
    assert f"{len(data.claims)} rows" in html
    assert f"20 of {len(hikaku.observations)} rows" in hikaku.observations._repr_html_()
    printed = hikaku.comparisons["article-models"]._repr_html_()
    assert printed.count("<tr>") == 6
    assert "L18-24" in printed


def test_the_data_set_can_be_cited_with_its_version() -> None:
    assert hikaku.__version__ in hikaku.cite()
    assert hikaku.licence in hikaku.cite()
    assert hikaku.title in hikaku.cite()
    assert hikaku.observations.to_pandas().attrs["citation"] == hikaku.cite()


def test_small_numbers_are_printed_in_plain_digits() -> None:
    from hikaku._render import text

    assert text(0.00001) == "0.00001"
    assert text(85.5) == "85.5"
    assert text(1e15) == "1000000000000000"
    assert text(72_000_000_000) == "72000000000"
    assert text(None) == ""


@pytest.mark.parametrize("name", ["observations", "scores", "sources", "aliases"])
def test_read_csv_by_the_descriptor_gives_the_types_of_the_contract(
    name: str, release: Path
) -> None:
    """The lines of the README; read_csv by itself would turn N/A into NaN."""
    import pandas

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(b for b in re.findall(r"```py\n(.*?)```", readme, re.DOTALL) if "read_csv" in b)
    scope: dict[str, object] = {}
    block, places = re.subn(r"catalogue/[0-9.]+", str(release), block)
    assert places == 1
    exec(block.replace('"scores"', f'"{name}"'), scope)
    frame = scope["frame"]
    assert isinstance(frame, pandas.DataFrame)
    expected = getattr(hikaku.open(release), name).to_pandas()
    pandas.testing.assert_frame_equal(frame, expected, check_dtype=True)
