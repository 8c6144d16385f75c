"""What is installed answers from its own data, wherever it was installed from."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.planting import ROOT

ASKED = """
import pickle, hikaku
assert hikaku.__file__.startswith({site!r}), hikaku.__file__
assert hikaku.models["glm-4"].developer.name == "Zhipu AI"
for name in dir(hikaku):
    getattr(hikaku, name)
for table in (hikaku.sources, hikaku.observations, hikaku.organizations, hikaku.segments):
    assert len(table) == len(list(table)) > 0
    assert table[next(iter(table)).row_key]
assert hikaku.scores.where(model="glm-4", benchmark="c-eval")
assert hikaku.comparisons["article-models"].cell("glm-4", "c-eval").as_printed == "85.5 (5-shot)"
assert hikaku.comparisons["article-models"].to_markdown().count("\\n") == 7
assert hikaku.find("Zhipu AI")[0].id == "zhipu-ai"
assert hikaku.labels("zhipu-ai") == {{"en": "Zhipu AI", "ja": "智譜AI", "zh-Hans": "智谱AI"}}
assert hikaku.find("智譜AI") == hikaku.find("智谱AI") == hikaku.find("Zhipu AI") != ()
assert "4.5億米ドル" in hikaku.comparisons["article-market"].to_markdown(lang="ja")
try:
    import babel
except ImportError:
    pass
else:
    raise SystemExit("Babel is installed here, so nothing is shown by its absence")
assert hikaku.open({release!r}).version == hikaku.__version__
assert pickle.loads(pickle.dumps(hikaku.models["glm-4"])) == hikaku.models["glm-4"]
for method in ("to_pandas", "to_polars", "to_arrow"):
    try:
        getattr(hikaku.models, method)()
    except hikaku.MissingExtra:
        pass
    else:
        raise SystemExit(method + " worked without its library")
"""


def build(kind: str, target: Path, source: Path = ROOT) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "-o", target, source],
        check=True, capture_output=True,
    )  # fmt: skip
    (made,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


def environment(folder: Path, *install: str) -> Path:
    """An empty environment with one thing installed; skips where no registry answers."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    reach = subprocess.run([*pip, "rich"], capture_output=True, text=True)
    if reach.returncode:
        pytest.skip("no package registry can be reached")
    subprocess.run([*pip, *install], check=True, capture_output=True, text=True)
    return python


def ask(python: Path, release: Path, site: Path, cwd: Path) -> None:
    code = ASKED.format(site=str(site), release=str(release))
    clean = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    done = subprocess.run([python, "-c", code], cwd=cwd, capture_output=True, text=True, env=clean)
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        [python.parent / "hikaku", "show", "article-market"],
        cwd=cwd, capture_output=True, text=True, env=clean,
    )  # fmt: skip
    assert "$50M (est.)" in shown.stdout, shown.stderr


def store_in(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert names.count("hikaku/data/hikaku.sqlite") == 1
        assert "hikaku/py.typed" in names
        assert not [n for n in names if not n.startswith("hikaku")]
        return archive.read("hikaku/data/hikaku.sqlite")


@pytest.mark.long
def test_the_wheel_answers_outside_the_checkout(release: Path, tmp_path: Path) -> None:
    wheel = build("wheel", tmp_path / "wheel")
    assert store_in(wheel) == (release / "hikaku.sqlite").read_bytes()
    python = environment(tmp_path / "env", str(wheel))
    ask(python, release, tmp_path / "env", tmp_path)


def test_the_sdist_builds_the_same_wheel(release: Path, tmp_path: Path) -> None:
    sdist = build("sdist", tmp_path / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    (source,) = (tmp_path / "unpacked").iterdir()
    assert not (source / "src/hikaku/data").exists()
    from_sdist = build("wheel", tmp_path / "one", source)
    from_tree = build("wheel", tmp_path / "two")
    assert from_sdist.read_bytes() == from_tree.read_bytes()
    assert store_in(from_sdist) == (release / "hikaku.sqlite").read_bytes()


@pytest.mark.long
def test_pip_install_builds_in_isolation_from_sdist_and_folder(
    release: Path, tmp_path: Path
) -> None:
    """No DuckDB and no Arrow are in pip's build environment."""
    sdist = build("sdist", tmp_path / "sdist")
    python = environment(tmp_path / "env", str(sdist))
    ask(python, release, tmp_path / "env", tmp_path)


@pytest.mark.long
def test_an_editable_install_answers(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    names = ("src", "scripts", "tables", "translations")
    copy.mkdir()
    for name in names:
        subprocess.run(["cp", "-r", ROOT / name, copy], check=True)
    for name in ("pyproject.toml", "datapackage.json", "README.md", "LICENSE", "LICENSE-DATA"):
        subprocess.run(["cp", ROOT / name, copy], check=True)
    subprocess.run(["rm", "-rf", copy / "src/hikaku/data"], check=True)
    python = environment(tmp_path / "env", "--editable", str(copy))
    assert (copy / "src/hikaku/data/hikaku.sqlite").read_bytes() == (
        release / "hikaku.sqlite"
    ).read_bytes()
    ask(python, release, copy, tmp_path)


def test_broken_tables_make_no_wheel(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("src", "scripts", "tables", "translations", "pyproject.toml",
                 "datapackage.json", "README.md", "LICENSE", "LICENSE-DATA"):  # fmt: skip
        subprocess.run(["cp", "-r", ROOT / name, copy], check=True)
    (copy / "tables/scores.csv").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "-o", tmp_path / "w", copy],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert "tables/scores.csv" in done.stdout + done.stderr
    assert not list((tmp_path / "w").glob("*.whl"))
