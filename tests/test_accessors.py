"""What users write against the data, and what they are told when it cannot work."""

from __future__ import annotations

import datetime
import pickle
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas
import polars
import pyarrow
import pytest

import hikaku
from hikaku import errors
from hikaku._find import fold
from scripts.build.run import build
from scripts.contract import load
from scripts.package import Package
from tests.planting import PROJECT, ROOT

STRANGE = "with space #1 ?x=1 %41 智谱 'q'"


def copy_release(release: Path, target: Path) -> Path:
    target.mkdir(parents=True)
    for name in ("hikaku.sqlite", "SHA256SUMS"):
        (target / name).write_bytes((release / name).read_bytes())
    return target


def zip_release(release: Path, target: Path, prefix: str = "hikaku-release/") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(p for p in release.rglob("*") if p.is_file()):
            archive.write(path, prefix + path.relative_to(release).as_posix())
    return target


# --- tables ---


@pytest.mark.parametrize("table", load().tables, ids=lambda t: t.name)
def test_iteration_length_and_keys_agree(table: object) -> None:
    rows = list(getattr(hikaku, table.name))  # type: ignore[attr-defined]
    accessor = getattr(hikaku, table.name)  # type: ignore[attr-defined]
    assert len(accessor) == len(rows)
    keys = [row.row_key for row in rows]
    assert keys == sorted(keys)
    for row in rows:
        assert accessor[row.row_key] == row
        assert row in accessor
        assert row.row_key in accessor


def test_foreign_keys_lead_to_records() -> None:
    (score,) = hikaku.scores.where(
        model="qwen2.5-72b", benchmark="c-eval", source="ainews-2026-04-11"
    )
    assert score.number == 86.5
    assert score.model.developer is not None
    assert score.model.developer.name == "Alibaba"
    assert score.source.publisher == hikaku.organizations["ainews"]
    assert score.comparison == hikaku.comparisons["article-models"]


def test_a_subtype_has_the_fields_of_its_entity() -> None:
    model = hikaku.models["glm-4"]
    assert isinstance(model, hikaku.Entity)
    assert (model.name, model.kind, model.part_of) == ("GLM-4", "model", hikaku.entities["glm"])
    assert hikaku.entities["glm-4"] == model
    assert model in set(hikaku.entities)


def test_kinds_of_entity_are_views() -> None:
    kinds = {
        "organizations": "organization", "people": "person", "model_families": "model_family",
        "software": "software", "techniques": "technique", "products": "product",
        "segments": "market_segment", "events": "event", "concepts": "concept",
    }  # fmt: skip
    for view, kind in kinds.items():
        assert {e.kind for e in getattr(hikaku, view)} <= {kind}
        assert len(getattr(hikaku, view)) == len([e for e in hikaku.entities if e.kind == kind])
    assert "glm-4" not in hikaku.organizations
    assert hikaku.organizations["zhipu-ai"] == hikaku.entities["zhipu-ai"]


def test_where_takes_ids_records_lists_and_none() -> None:
    zhipu = hikaku.organizations["zhipu-ai"]
    by_id = list(hikaku.models.where(developer="zhipu-ai"))
    assert by_id == list(hikaku.models.where(developer=zhipu))
    assert by_id == list(hikaku.models.where(developer_id="zhipu-ai"))
    both = {m.id for m in hikaku.models.where(developer=["zhipu-ai", "baidu"])}
    assert both >= {"ernie-4.0", "glm-4"}
    assert both == {m.id for m in hikaku.models if m.developer_id in ("zhipu-ai", "baidu")}
    article = hikaku.scores.where(source="ainews-2026-04-11")
    assert len(article.where(number=None)) == 2
    assert len(article.where(shots=5).where(model="glm-4")) == 1
    assert len(hikaku.models.where(developer=[])) == 0
    assert len(hikaku.models.where(name="GLM-4")) == 1
    opened = datetime.date(2026, 11, 23)
    assert "ainews-2026-04-11" in {s.id for s in hikaku.sources.where(accessed_on=opened)}
    assert len(hikaku.sources.where(accessed_on=datetime.date(2001, 1, 1))) == 0


def test_types_are_those_of_the_contract() -> None:
    source = hikaku.sources["ainews-2026-04-11"]
    assert source.accessed_on == datetime.date(2026, 11, 23)
    assert source.repository is None
    size = hikaku.observations["ainews-2026-04-11:L22C2"]
    assert type(size.number) is int
    assert size.number == 72_000_000_000
    assert size.position == 1


def test_records_compare_hash_pickle_and_do_not_change(release: Path) -> None:
    for data in (hikaku, hikaku.open(release)):
        record = data.sources["ainews-2026-04-11"]
        again = pickle.loads(pickle.dumps(record))
        assert again == record
        assert hash(again) == hash(record)
        assert again.publisher.name == "AINews"
        with pytest.raises(AttributeError):
            record.title = "x"  # type: ignore[misc]
    assert hikaku.models["glm-4"] != hikaku.models["ernie-4.0"]
    assert hikaku.models["glm-4"] != "glm-4"
    assert "name='GLM-4'" in repr(hikaku.models["glm-4"])
    assert hikaku.models["glm-4"].to_dict()["developer_id"] == "zhipu-ai"


def test_frames_have_the_types_of_the_contract() -> None:
    frame = hikaku.observations.to_pandas()
    assert list(frame.columns) == list(hikaku.observations.fields)
    assert str(frame["number"].dtype) == "Float64"
    assert str(frame["position"].dtype) == "Int64"
    assert isinstance(frame["id"].dtype, pandas.StringDtype)
    article = frame[frame["source_id"] == "ainews-2026-04-11"]
    assert article["text"].isna().all()
    assert str(hikaku.sources.to_pandas()["accessed_on"].dtype).startswith("datetime64")
    assert frame.attrs["version"] == hikaku.__version__
    assert frame.attrs["licence"] == "CC-BY-4.0"
    assert "hikaku" in frame.attrs["citation"]
    arrow = hikaku.observations.to_arrow()
    assert arrow.schema.field("number").type == pyarrow.float64()
    assert arrow.num_rows == len(frame)
    lazy = hikaku.sources.to_polars()
    assert lazy.schema["accessed_on"] == polars.Date
    assert lazy.schema["id"] == polars.String
    for empty in (hikaku.claims.to_pandas(), hikaku.claims.to_polars()):
        assert list(empty.columns) == list(hikaku.claims.fields)
    assert hikaku.claims.to_arrow().schema.field("due_to").type == pyarrow.date32()


def test_frames_of_one_table_agree_across_libraries() -> None:
    for name in ("observations", "models", "sources"):
        table = getattr(hikaku, name)
        arrow = table.to_arrow().to_pylist()
        assert table.to_polars().to_dicts() == arrow
        pandas_rows = table.to_pandas().astype(object)
        pandas_rows = pandas_rows.where(pandas_rows.notna(), None).to_dict("records")
        for mine, theirs in zip(pandas_rows, arrow, strict=True):
            assert {k: getattr(v, "date", lambda v=v: v)() for k, v in mine.items()} == theirs


# --- comparisons ---


def test_a_printed_table_is_printed_heading_for_heading() -> None:
    table = hikaku.comparisons["article-market"]
    frame = table.to_pandas()
    assert list(frame.columns) == [c.as_printed for c in table.columns]
    assert frame.shape == (3, 5)
    assert frame.iloc[2, 1] == "$50M (est.)"
    assert "N/A" in hikaku.comparisons["article-models"].to_pandas().iloc[4].tolist()


def test_cells_are_found_by_position_entity_heading_or_record() -> None:
    table = hikaku.comparisons["article-models"]
    cell = table.cell(1, 5)
    assert cell.as_printed == "Autoregressive Blank Infilling, FlagScale framework"
    objects = [v.object for v in cell.values if isinstance(v, hikaku.Observation)]
    assert [o.id for o in objects if o] == ["autoregressive-blank-infilling", "flagscale"]
    same = (
        ("glm-4", "technical-highlight"),
        ("GLM-4 (Zhipu AI)", "Key Technical Highlight"),
        (hikaku.models["glm-4"], hikaku.attributes["technical-highlight"]),
        (table.rows[0], table.columns[4]),
    )
    for row, column in same:
        assert table.cell(row, column).values == cell.values


def test_an_item_in_brackets_belongs_to_the_one_before_it() -> None:
    cell = hikaku.comparisons["article-positioning"].cell("anthropic", "revenue-path")
    items = [(v.object_id, v.detail_of) for v in cell.values if isinstance(v, hikaku.Observation)]
    assert items == [
        ("api-services", None), ("claude", 1), ("major-cloud-deals", None), ("aws", 3),
        ("google-cloud", 3), ("enterprise-contracts", None),
    ]  # fmt: skip


# --- find ---


def test_names_are_found_whatever_case_and_width() -> None:
    for text in ("Zhipu AI", "zhipu ai", "ＺＨＩＰＵ　ＡＩ", "zhipu-ai", " Zhipu AI "):
        assert hikaku.find(text) == (hikaku.organizations["zhipu-ai"],), text
    assert hikaku.find("GLM-4") == (hikaku.models["glm-4"],)


def test_exact_names_come_alone_and_partial_ones_sorted() -> None:
    assert [e.id for e in hikaku.find("claude")] == ["claude"]
    partial = [e.id for e in hikaku.find("qwen2")]
    assert "qwen2.5-72b" in partial
    assert partial == sorted(partial)
    assert {e.id for e in hikaku.find("cloud")} >= {"cloud-partnerships", "google-cloud"}
    assert hikaku.find("no such thing") == ()
    assert hikaku.find("  ") == ()


def test_folding_twice_changes_nothing() -> None:
    for text in ("Zhipu AI", "İstanbul", "ﬁne", "智譜ＡＩ", "ß"):
        assert fold(fold(text)) == fold(text)


# --- what cannot work ---


@pytest.mark.parametrize(
    ("mistake", "error", "words"),
    [
        (lambda: hikaku.models["glm4"], errors.UnknownId, "close: glm-4"),
        (lambda: hikaku.models["glm4"], KeyError, "close: glm-4"),
        (lambda: hikaku.models[4], errors.UnknownId, "no row 4: rows have keys"),
        (lambda: hikaku.organizations["glm-4"], errors.UnknownId, "organizations has no row"),
        (lambda: hikaku.aliases["zhipu-ai"], errors.UnknownId, "aliases has no row"),
        (lambda: hikaku.modles, AttributeError, "close: models"),  # type: ignore[attr-defined]
        (lambda: hikaku.models.where(nam="x"), errors.UnknownField, "close: name"),  # type: ignore[call-arg]
        (lambda: hikaku.scores.where(model="glm4"), errors.UnknownId, "close: glm-4"),
        (lambda: hikaku.entities.where(kind="lab"), errors.InvalidValue, "organization, p"),  # type: ignore[arg-type]
        (lambda: hikaku.scores.where(shots="5"), errors.InvalidValue, "integer"),  # type: ignore[arg-type]
        (lambda: hikaku.comparisons["article"], errors.UnknownId, "article-models"),
        (
            lambda: hikaku.comparisons["article-models"].cell("glm-5", 2),
            errors.UnknownCell,
            r"close: glm-4.*rows: 1 \(glm-4\)",
        ),
        (
            lambda: hikaku.comparisons["article-models"].cell(1, 1),
            errors.UnknownCell,
            r"columns: 2 \(parameter-count\)",
        ),
        (lambda: hikaku.open("/nowhere"), errors.DamagedStore, "does not exist"),
        (lambda: hikaku.open(ROOT / "tables"), errors.DamagedStore, "no hikaku.sqlite"),
    ],
)
def test_a_mistake_is_told_with_what_there_is(
    mistake: Callable[[], object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        mistake()


@pytest.mark.parametrize(
    ("library", "extra"), [("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")]
)
def test_a_missing_library_names_the_extra_to_install(
    library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    method = {"pyarrow": "to_arrow"}.get(library, f"to_{library}")
    with pytest.raises(errors.MissingExtra, match=rf"hikaku\[{extra}\]"):
        getattr(hikaku.models, method)()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no hikaku.sqlite"),
        (b"", "was changed or cut off"),
        (b"SQLite format 3\0" + b"x" * 5000, "was changed or cut off"),
        ("half", "was changed or cut off"),
    ],
)
def test_a_damaged_release_is_not_opened(
    content: bytes | str | None, words: str, release: Path, tmp_path: Path
) -> None:
    folder = copy_release(release, tmp_path / "r")
    store = folder / "hikaku.sqlite"
    if content is None:
        store.unlink()
    else:
        whole = store.read_bytes()
        store.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    with pytest.raises(errors.DamagedStore, match=words):
        hikaku.open(folder)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be opened"),
        (b"", "it is empty"),
        (b"no database at all" * 400, "is damaged"),
        ("half", "is damaged"),
        ("other", "no hikaku data"),
        ("newer", "upgrade"),
    ],
)
def test_a_damaged_installed_store_says_what_to_do(
    content: bytes | str | None, words: str, release: Path, tmp_path: Path
) -> None:
    """In a process of its own, on a copy of the package, as after a bad installation."""
    import shutil
    import sqlite3

    package = tmp_path / "hikaku"
    shutil.copytree(ROOT / "src/hikaku", package, ignore=shutil.ignore_patterns("__pycache__"))
    store = package / "data" / "hikaku.sqlite"
    whole = (release / "hikaku.sqlite").read_bytes()
    store.unlink(missing_ok=True)
    if isinstance(content, bytes):
        store.write_bytes(content)
    elif content == "half":
        store.write_bytes(whole[: len(whole) // 2 // 4096 * 4096])
    elif content in ("other", "newer"):
        store.write_bytes(whole)
        pragma = "application_id = 1" if content == "other" else "user_version = 99"
        with sqlite3.connect(store) as con:
            con.execute(f"PRAGMA {pragma}")
        con.close()
    code = "import hikaku; [list(t) for t in (hikaku.entities, hikaku.observations)]"
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    last = done.stderr.strip().splitlines()[-1]
    assert "DamagedStore" in last
    assert words in last
    assert "pip install" in last


def test_any_path_works(release: Path, tmp_path: Path) -> None:
    folder = copy_release(release, tmp_path / STRANGE)
    assert hikaku.open(folder).models["glm-4"].name == "GLM-4"
    assert hikaku.open(str(folder / "hikaku.sqlite")).models["glm-4"].name == "GLM-4"
    archive = zip_release(release, tmp_path / f"{STRANGE}.zip")
    assert hikaku.open(archive).models["glm-4"].name == "GLM-4"
    assert hikaku.open(zip_release(release, tmp_path / "flat.zip", "")).version


def test_a_damaged_zip_is_not_opened(release: Path, tmp_path: Path) -> None:
    archive = zip_release(release, tmp_path / "r.zip")
    data = archive.read_bytes()
    archive.write_bytes(data[: len(data) // 2])
    with pytest.raises(errors.DamagedStore, match="damaged"):
        hikaku.open(archive)
    other = copy_release(release, tmp_path / "other")
    with (other / "hikaku.sqlite").open("ab") as file:
        file.write(b"x")
    with pytest.raises(errors.DamagedStore, match="changed or cut off"):
        hikaku.open(zip_release(other, tmp_path / "o.zip"))
    empty = tmp_path / "e"
    empty.mkdir()
    nothing = zip_release(empty, tmp_path / "e.zip")
    with pytest.raises(errors.DamagedStore, match="holds no hikaku"):
        hikaku.open(nothing)


def test_threads_share_one_data_set(release: Path, tmp_path: Path) -> None:
    for data in (hikaku.open(release), hikaku.open(zip_release(release, tmp_path / "z.zip"))):
        names: list[list[str]] = []

        def read(data: object = data, names: list[list[str]] = names) -> None:
            names.append([e.name for e in data.entities])  # type: ignore[attr-defined]

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(names) == 8
        assert all(n == names[0] for n in names)


def test_a_release_is_its_own_data_set(package: Path) -> None:
    other = hikaku.open(build(Package(package)))
    assert [m.id for m in other.models] == ["model-a", "model-b"]
    assert other.models["model-a"].developer is not None
    assert "model-a" not in hikaku.models
    assert repr(other).startswith(f"<hikaku {PROJECT.contract.version} at ")
    claim = other.claims["claim-1"]
    assert claim.verdict is not None
    assert other.verdicts["verdict-1"].replaces == other.verdicts["verdict-0"]
    assert other.aliases["alpha-labs", "en", "Alpha"].entity.name == "Alpha Labs"
    assert [e.id for e in other.find("アルファ研究所")] == ["alpha-labs"]


def test_what_the_stub_promises_is_there() -> None:
    """A name that type checkers accept must not fail when the program runs."""
    stub = (ROOT / "src/hikaku/__init__.pyi").read_text(encoding="utf-8")
    promised = re.findall(r"^from hikaku\S* import (\w+) as \1$", stub, re.MULTILINE)
    for name in promised:
        assert getattr(hikaku, name) is not None, name
    assert {"Cell", "Comparability", "Label", "Score", "UnknownId", "errors"} <= {*promised}
    assert {"ScoreTable", "Dataset"} <= {*promised} <= {*dir(hikaku)}
    for name in {*promised} - {"errors"}:
        assert isinstance(getattr(hikaku, name), type), name
        if not name.endswith("Table") or name == "UnknownTable":
            assert getattr(hikaku, name).__name__ == name
    assert isinstance(hikaku.scores, hikaku.ScoreTable)


@pytest.mark.parametrize(
    "name", ["Record", "Tables", "PrintedTable", "Statement", "Store", "Table", "RECORDS", "STORE"]
)
def test_what_the_stub_does_not_promise_is_not_there(name: str) -> None:
    """Though modules behind it have it."""
    with pytest.raises(errors.UnknownTable, match=f"no '{name}'"):
        getattr(hikaku, name)


def test_a_misspelled_class_is_told_with_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no 'Scroes'.*tables: sources"):
        hikaku.Scroes  # type: ignore[attr-defined] # noqa: B018
