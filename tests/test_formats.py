"""What strangers write becomes names and numbers only if it is in the one form that we write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikaku import _atomic as atomic
from hikaku._formats import index, lines, paths, sums, version
from hikaku._formats.index import Entry, Index
from hikaku.errors import DamagedStore, InvalidValue
from scripts.errors import BrokenContract
from scripts.package import Package
from scripts.publish.storage import open_storage
from scripts.release.published import fetch
from tests.planting import descriptor

DIGEST = "0" * 64
OUTSIDE = (
    "../x", "/x", "a/../../x", "C:x", "a\\..\\x", ".", "..", "a//b", "./a", "\0", "a\nb", "a ",
    "a.", "nul", "con.txt", "e\u0301", "x" * 256, "/".join(["x" * 200] * 6),
)  # fmt: skip
BYTES = st.binary(max_size=200) | st.text(max_size=100).map(
    lambda t: t.encode("utf-8", "surrogatepass")
)
SAFE = st.text(st.sampled_from("abcXYZ019._-/ä智"), min_size=1, max_size=30).filter(
    lambda name: paths.fault(name) is None and not name.endswith("/")
)
VERSIONS = st.tuples(*[st.integers(0, 10**9 - 1)] * 3)


# --- versions ---


@given(VERSIONS, VERSIONS)
def test_versions_sort_as_their_numbers(one: tuple[int, ...], two: tuple[int, ...]) -> None:
    a, b = ".".join(map(str, one)), ".".join(map(str, two))
    assert version.parse(a) == one
    assert (version.parse(a) < version.parse(b)) == (one < two)


@pytest.mark.parametrize(
    "text",
    ["", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.3-rc1", "1.2.3\n", " 1.2.3", "١.2.3",
     "1.2.²", "-1.2.3", "1.2." + "9" * 10, "../..", "1.2./", None, 1.2],
)  # fmt: skip
def test_nothing_else_is_a_version(text: Any) -> None:
    assert not version.is_version(text)
    with pytest.raises(InvalidValue, match="three numbers"):
        version.parse(text)


@pytest.mark.parametrize("text", ["../../outside", "1.0", "1.0.0/..", "0.1.0-dev"])
def test_a_version_that_would_lead_out_of_dist_is_no_contract(package: Path, text: str) -> None:
    descriptor(package, "version", text)
    with pytest.raises(BrokenContract, match="three numbers"):
        _ = Package(package).contract


# --- names ---


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_is_unsafe_somewhere_is_refused_everywhere(name: str) -> None:
    assert paths.fault(name)
    with pytest.raises(DamagedStore):
        sums.parse(f"{DIGEST}  {name}\n".encode(), "here")
    entry = {"version": "1.0.0", "published_on": "2026-01-01", "path": name,
             "sums_sha256": DIGEST, "files": 1, "bytes": 1}  # fmt: skip
    with pytest.raises(DamagedStore, match="does not lead into the catalogue"):
        index.read(json.dumps({"format": 1, "versions": [entry]}).encode(), "here")


@given(st.text(max_size=40))
def test_a_safe_name_stays_below_its_folder(name: str) -> None:
    if paths.fault(name) is None:
        joined = Path("/folder", name)
        assert not Path(name).is_absolute()
        assert ".." not in joined.parts
        assert joined.parts[:2] == ("/", "folder")


# --- SHA256SUMS ---


@given(BYTES)
def test_whatever_bytes_come_as_sums_each_name_is_safe(data: bytes) -> None:
    try:
        named = sums.parse(data, "here")
    except DamagedStore:
        return
    assert all(paths.fault(name) is None and sums.is_digest(d) for name, d in named.items())
    assert len({paths.folded(name) for name in named}) == len(named)


@given(st.dictionaries(SAFE, st.text(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64),
                       max_size=5))  # fmt: skip
def test_sums_that_were_written_are_read_as_they_were(written: dict[str, str]) -> None:
    if len({paths.folded(name) for name in written}) < len(written):
        with pytest.raises(DamagedStore, match="twice"):
            sums.parse(sums.dump(written), "here")
    else:
        assert sums.parse(sums.dump(written), "here") == written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{DIGEST}  a", "last line does not end"),
        (f"{DIGEST} a\n", "no checksum"),
        (f"{DIGEST}  a\r\n", "control characters"),
        (f"{DIGEST}  a\n\n", "line 2 is no checksum"),
        (f"{DIGEST}  a\n{DIGEST}  A\n", "twice"),
        (f"{DIGEST}  folder/\n", "is a folder"),
        (f"{DIGEST[:-1]}g  a\n", "no checksum"),
    ],
)
def test_sums_in_another_form_are_told(text: str, why: str) -> None:
    with pytest.raises(DamagedStore, match=why):
        sums.parse(text.encode(), "here")


# --- the index ---


def listed(**changes: Any) -> dict[str, Any]:
    return {
        "version": "1.0.0", "published_on": "2026-01-01", "path": "1.0.0/",
        "sums_sha256": DIGEST, "files": 3, "bytes": 10, **changes,
    }  # fmt: skip


def as_bytes(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"format": 1, "versions": entries, **more}).encode()


@given(BYTES | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["format", "versions", "claims", "version", "path", "x"]), inner,
        max_size=4,
    ),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_bytes_come_as_an_index_each_path_is_safe(data: bytes) -> None:
    try:
        found = index.read(data, "here")
    except DamagedStore:
        return
    for entry in found.entries:
        assert paths.fault(entry.path) is None
        assert version.is_version(entry.version)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1.0"}, {"version": "../../x"}, {"version": None}, {"published_on": "today"},
        {"published_on": 20260101}, {"path": "../1.0.0/"}, {"path": "//host/1.0.0/"},
        {"path": "https://host/"}, {"path": "1.0.0/?x"}, {"path": None}, {"sums_sha256": "0"},
        {"files": -1}, {"files": "3"}, {"bytes": True}, {"bytes": None},
    ],
    ids=str,
)  # fmt: skip
def test_an_entry_in_another_form_is_refused(changes: dict[str, Any]) -> None:
    index.read(as_bytes(listed()), "here")
    with pytest.raises(DamagedStore, match=r"index\.json of here is damaged"):
        index.read(as_bytes(listed(**changes)), "here")


def test_two_versions_never_share_a_name_or_a_path() -> None:
    for other in (listed(), listed(version="1.0.1")):
        with pytest.raises(DamagedStore, match=r"twice|one path"):
            index.read(as_bytes(listed(), other), "here")


@pytest.mark.parametrize("claims", [[], {"1.0": DIGEST}, {"1.0.0": "x"}, {"1.0.0": None}], ids=str)
def test_a_claim_in_another_form_is_refused(claims: Any) -> None:
    with pytest.raises(DamagedStore, match="claim"):
        index.read(as_bytes(listed(), claims=claims), "here")


@given(st.sets(VERSIONS, max_size=4), st.dictionaries(VERSIONS, st.just(DIGEST), max_size=2))
def test_an_index_that_was_written_is_read_as_it_was(
    versions: set[tuple[int, ...]], claims: dict[tuple[int, ...], str]
) -> None:
    def dotted(numbers: tuple[int, ...]) -> str:
        return ".".join(map(str, numbers))

    entries = [
        Entry(dotted(v), "2026-01-01", f"{dotted(v)}/", DIGEST, 1, 2) for v in sorted(versions)
    ]
    written = Index(reversed(entries), {dotted(v): d for v, d in claims.items()})
    found = index.read(written.dump(), "here")
    assert [e.version for e in found.entries] == [e.version for e in entries]
    assert found.claims == written.claims
    assert found.dump() == written.dump()


# --- a catalogue of a stranger ---


@pytest.mark.parametrize("name", ["../../escaped", "tables/../../../escaped", "/tmp/escaped"])
def test_names_in_a_strangers_sums_write_nothing_elsewhere(tmp_path: Path, name: str) -> None:
    """A catalogue could name files that the comparison of a release then wrote where it liked."""
    import hashlib

    content = b"evil"
    text = f"{hashlib.sha256(content).hexdigest()}  {name}\n".encode()
    folder = tmp_path / "catalogue/1.0.0"
    folder.mkdir(parents=True)
    (folder / "SHA256SUMS").write_bytes(text)
    entry = Entry("1.0.0", "2026-01-01", "1.0.0/", hashlib.sha256(text).hexdigest(), 1, 1)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DamagedStore, match="the name"):
        fetch(open_storage(tmp_path / "catalogue"), entry, tmp_path / "dist")
    assert sorted(tmp_path.rglob("*")) == before


# --- lines ---


@given(st.text(st.sampled_from("ab \n\r\f\v\x1c\x85\u2028\u2029|"), max_size=30))
def test_lines_end_where_git_ends_them(text: str) -> None:
    found = lines.split(text)
    assert len(found) == text.count("\n") + (text != "" and not text.endswith("\n"))
    assert "".join(found) == text.replace("\r\n", "").replace("\n", "").removesuffix("\r" * (
        text.endswith("\r")))  # fmt: skip


# --- whole or not at all ---


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    atomic.write(path, b"old")

    def cut_off() -> None:
        with atomic.replacing(path) as file:
            file.write(b"ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_off()
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
    atomic.write(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_file_that_cannot_be_put_in_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        atomic.write(tmp_path / "folder", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["folder"]
