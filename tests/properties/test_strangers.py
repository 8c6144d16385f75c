"""Whatever bytes a stranger sends, a reader reads them or says in its own words what is wrong."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import hikaku
from hikaku._formats import index, sums
from hikaku._release.archive import read_store
from hikaku.errors import DamagedStore, HikakuError, Unreachable
from scripts import contract
from scripts.errors import BrokenContract, BrokenTable, BrokenTranslations, NoPlace
from scripts.labels import po_files
from scripts.reading import into_duckdb
from scripts.reading.rows import read_rows
from scripts.sources.document import Document, same
from tests.planting import PACKAGE, PROJECT, ROOT
from tests.properties.scale import examples

CLAIMS = PROJECT.contract["claims"]
JAPANESE = next(x for x in po_files.languages(PROJECT) if x.tag == "ja")
LOCATORS = ("F", "L1", "L1C1", "L5C2", "L3-4", "T1R1C1", "T1R0C2", "S0P1", "S1P1", "P1", "P1T1R1C1")


def _zip() -> bytes:
    """A release as small as can be: what is asked of a zip before its store is opened."""
    store = b"SQLite format 3\0" + bytes(range(48))
    named = f"{hashlib.sha256(store).hexdigest()}  hikaku.sqlite\n"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.0.0/hikaku.sqlite", store)
        archive.writestr("1.0.0/SHA256SUMS", named)
    return data.getvalue()


def _index() -> bytes:
    entry = {
        "version": "1.0.0", "published_on": "2026-01-01", "path": "1.0.0/",
        "sums_sha256": "a" * 64, "files": 4, "bytes": 4000,
    }  # fmt: skip
    whole = {"format": 1, "versions": [entry], "claims": {"1.1.0": "b" * 64}}
    return json.dumps(whole).encode()


def _descriptor() -> bytes:
    raw = PROJECT.contract.raw
    return json.dumps({**raw, "resources": raw["resources"][:2]}).encode()


def _catalogue() -> bytes:
    return b"\n\n".join(JAPANESE.path(ROOT).read_bytes().split(b"\n\n")[:12])


def _read_descriptor(data: bytes, folder: Path) -> None:
    (folder / "datapackage.json").write_bytes(data)
    contract.load(folder)


def _read_po(data: bytes, folder: Path) -> None:
    path = JAPANESE.path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    po_files.read(folder, JAPANESE)


def _read_csv(data: bytes, folder: Path) -> None:
    path = folder / CLAIMS.path
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with duckdb.connect() as con:
        into_duckdb.load(con, folder, CLAIMS)  # everything is a finding
    list(read_rows(folder, CLAIMS))


def _read_document(name: str) -> Callable[[bytes, Path], None]:
    def read(data: bytes, folder: Path) -> None:
        document = Document(data, name)
        for locator in LOCATORS:
            try:
                here = document.at(locator)
            except NoPlace:
                continue
            for printed in ("85", "5%", here.text):
                same(printed, here)

    return read


def _read_store(data: bytes, folder: Path) -> None:
    path = folder / "other.sqlite"
    path.write_bytes(data)
    opened = hikaku.open(path)
    repr(opened)
    for table in (opened.entities, opened.scores, opened.comparisons):
        for record in table:
            record.label("ja")


Read = Callable[[bytes, Path], object]
READERS: dict[str, tuple[Callable[[], bytes], Read, type[HikakuError]]] = {
    "SHA256SUMS": (
        lambda: b"0" * 64 + b"  hikaku.sqlite\n" + b"1" * 64 + b"  tables/claims.csv\n",
        lambda data, folder: sums.parse(data, "here"),
        DamagedStore,
    ),
    "index": (_index, lambda data, folder: index.read(data, "here"), DamagedStore),
    "zip": (_zip, lambda data, folder: read_store(io.BytesIO(data), "here"), DamagedStore),
    "descriptor": (_descriptor, _read_descriptor, BrokenContract),
    "translations": (_catalogue, _read_po, BrokenTranslations),
    "table": (lambda: (PACKAGE / CLAIMS.path).read_bytes(), _read_csv, BrokenTable),
    "document": (
        lambda: (ROOT / "tests/article/article-models.md").read_bytes(),
        _read_document("README.md"),
        Unreachable,
    ),
    "CSV document": (
        lambda: b'model,score\n"GLM-4, large",85.5\nb,\n',
        _read_document("scores.csv"),
        Unreachable,
    ),
}  # fmt: skip

# What the formats are made of, and what has no end.
PIECES = (
    b"", b"\0", b"\n", b"\r", b"\r\n", b" ", b'"', b"'", b",", b";", b"|", b"\\", b"/", b"../",
    b"-", b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xef\xbb\xbf", "é".encode(), "\u202e".encode(),
    "\u2028".encode(), "٣".encode(), b"{", b"[", b"[" * 100_000, b'{"a":' * 50_000, b"}", b"]",
    b"null", b"NaN", b"1e999", b"-1", b"9" * 5000, b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06",
    b"\xff" * 4, b"<td>", b"<" * 5000, b"**", b"%PDF-", b"msgctxt ", b'msgid "', b'msgstr "',
    b"#~ ", b"#, fuzzy\n", b"|" * 5000, b"x" * 200_000,
)  # fmt: skip
Edit = tuple[float, int, int]  # where, how many bytes go, which piece comes
edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from([0, 0, 1, 2, 7, 300]),
        st.integers(0, len(PIECES) - 1),
    ),
    min_size=1,
    max_size=5,
)
# A failing example is told as it is: to make it smaller could take minutes.
few = settings(examples(short=40), phases=[Phase.explicit, Phase.reuse, Phase.generate])


def changed(data: bytes, changes: list[Edit]) -> bytes:
    """Each change takes some bytes out at a place and puts others in."""
    for where, out, piece in changes:
        at = int(where * len(data))
        data = data[:at] + PIECES[piece] + data[at + out :]
    return data


@pytest.mark.parametrize("name", READERS)
@few
@given(changes=edits)
def test_no_bytes_end_in_another_error_than_the_readers_own(
    name: str, changes: list[Edit], tmp_path: Path
) -> None:
    seed, read, own = READERS[name]
    told = ""
    try:
        read(changed(seed(), changes), tmp_path)
    except own as error:
        told = str(error)
    assert told.isprintable()
    assert len(told) < 2000


@few
@given(changes=edits, pages=st.booleans())
def test_no_damaged_store_ends_in_another_error_than_its_own(
    changes: list[Edit], pages: bool, releases: Path, tmp_path: Path
) -> None:
    whole = (releases / "0.9.0" / "hikaku.sqlite").read_bytes()
    # Most changes of the pages only: what is no SQLite file at all is refused at once.
    data = whole[:100] + changed(whole[100:], changes) if pages else changed(whole, changes)
    told = ""
    try:
        _read_store(data, tmp_path)
    except DamagedStore as error:
        told = str(error)
    assert told.isprintable()
