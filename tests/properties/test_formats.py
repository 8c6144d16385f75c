"""Whatever bytes come, a reader of a format gives what is safe, or DamagedStore."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from hikaku._formats import index, lines, paths, sums, version
from hikaku._formats.index import Entry
from hikaku.errors import DamagedStore, InvalidValue

DIGEST = "0123456789abcdef" * 4
T = TypeVar("T")


def read(reader: Callable[[bytes, str], T], data: bytes) -> tuple[T | None, str]:
    """What a reader makes of the bytes, or what it says of them."""
    try:
        return reader(data, "here"), ""
    except DamagedStore as error:
        return None, str(error)


@given(st.text(max_size=30) | st.text("aA./\\:\0 é\u0301", max_size=8))
def test_a_safe_name_stays_inside_and_is_itself_after_a_round_trip(name: str) -> None:
    if paths.fault(name) is not None:
        return
    assert name.encode().decode() == name
    assert name.isprintable()
    assert not {"", ".", ".."} & set(name.split("/"))
    assert paths.folded(paths.folded(name)) == paths.folded(name)
    assert paths.folded(name) == paths.folded(name.upper().lower()) or not name.isascii()


def safe_names() -> st.SearchStrategy[str]:
    return st.text("abcABC./é智-", min_size=1, max_size=12).filter(lambda n: not paths.fault(n))


@given(
    st.lists(safe_names().filter(lambda n: "/" not in n), unique_by=paths.folded),
    st.integers(0, 2**256 - 1),
)
def test_sums_come_back_as_they_were_written(names: list[str], first: int) -> None:
    written = {name: f"{(first + n) % 2**256:064x}" for n, name in enumerate(names)}
    data = sums.dump(written)
    assert sums.parse(data, "here") == written
    assert list(sums.parse(data, "here")) == names
    assert data.count(b"\n") == len(names)


LINE = st.builds(
    lambda digest, between, name, end: digest + between + name + end,
    st.sampled_from([DIGEST, DIGEST.upper(), DIGEST[:-1], ""]),
    st.sampled_from(["  ", " *", " ", "\t"]),
    st.text("aA./\\:\0\r\x0b\x85\u2028 é\u0301", max_size=6),
    st.sampled_from(["\n", "\r\n", "", "\r", "\x0c"]),
)


@given(st.binary(max_size=200) | st.lists(LINE, max_size=4).map(lambda x: "".join(x).encode()))
def test_whatever_bytes_come_sums_are_safe_or_damaged(data: bytes) -> None:
    found, told = read(sums.parse, data)
    if found is None:
        assert told.startswith("SHA256SUMS of here is damaged")
        assert told.endswith(sums.AGAIN)
        assert told.isprintable()
        return
    assert all(paths.fault(name) is None for name in found)
    assert all(map(sums.is_digest, found.values()))
    assert len({paths.folded(name) for name in found}) == len(found) == data.count(b"\n")
    assert sums.parse(sums.dump(found), "here") == found


@given(st.lists(st.tuples(*[st.integers(0, 10**9 - 1)] * 3)))
def test_versions_have_the_order_of_their_numbers(numbers: list[tuple[int, int, int]]) -> None:
    texts = [".".join(map(str, n)) for n in numbers]
    assert [version.parse(t) for t in texts] == numbers
    assert sorted(texts, key=version.parse) == [".".join(map(str, n)) for n in sorted(numbers)]


@given(st.text("0123456789.", max_size=12) | st.text(max_size=8))
def test_a_version_has_one_name(text: str) -> None:
    try:
        numbers = version.parse(text)
    except InvalidValue:
        return
    assert ".".join(map(str, numbers)) == text


def entries() -> st.SearchStrategy[list[Entry]]:
    numbers = st.tuples(*[st.integers(0, 20)] * 3).map(lambda n: ".".join(map(str, n)))
    made = st.builds(
        lambda v, day, files, size: Entry(v, day.isoformat(), f"{v}/", DIGEST, files, size),
        numbers, st.dates(), st.integers(0), st.integers(0),
    )  # fmt: skip
    return st.lists(made, unique_by=lambda entry: entry.version, max_size=5)


@given(entries(), st.dictionaries(st.sampled_from(["1.0.0", "2.0.0"]), st.just(DIGEST)))
def test_an_index_comes_back_as_it_was_written(listed: list[Entry], claims: dict[str, str]) -> None:
    data = index.dump(listed, claims)
    found = index.read(data, "here")
    assert sorted(found.entries) == sorted(listed)
    assert [e.numbers for e in found.entries] == sorted(e.numbers for e in listed)
    assert found.claims == claims
    assert index.dump(reversed(listed), claims) == index.dump(*found) == data


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
GOOD = Entry("1.0.0", "2026-01-01", "1.0.0/", DIGEST, 4, 4000)._asdict()
ITEM = st.builds(lambda raw, name, value: raw | {name: value}, st.just(GOOD),
                 st.sampled_from(Entry._fields), JSON) | JSON  # fmt: skip
DOCUMENT = st.builds(
    lambda items, claims: {"format": 1, "versions": items, "claims": claims},
    st.lists(ITEM | st.just(GOOD), max_size=3), JSON | st.dictionaries(st.text(max_size=3), JSON),
)  # fmt: skip


@given(st.binary(max_size=60) | (DOCUMENT | JSON).map(lambda raw: json.dumps(raw).encode()))
def test_whatever_bytes_come_an_index_is_sound_or_damaged(data: bytes) -> None:
    found, told = read(index.read, data)
    if found is None:
        assert told.startswith("index.json of here ")
        assert told.isprintable()
        return
    for entry in found.entries:
        assert entry.path.endswith("/")
        assert paths.fault(entry.path[:-1]) is None
        assert sums.is_digest(entry.sums_sha256)
        assert min(entry.files, entry.bytes) >= 0
    assert index.read(index.dump(*found), "here") == found


@given(st.text() | st.text("a\r\n\x0b\x0c\x85\u2028"))
def test_there_are_as_many_lines_as_line_feeds(text: str) -> None:
    found = lines.split(text)
    assert len(found) == text.count("\n") + bool(text and not text.endswith("\n"))
    assert "".join(found).replace("\r", "") == text.replace("\n", "").replace("\r", "")
