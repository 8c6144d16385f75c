"""No choice of a version looks ahead, and no changed byte opens as something else."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hikaku
from hikaku import errors
from hikaku._formats.index import Entry
from hikaku._formats.version import parse
from hikaku._release.catalogue import choose
from tests.open.folders import STORE, pack
from tests.properties.scale import examples


@given(
    days=st.lists(st.dates(date(2026, 1, 1), date(2026, 1, 9)), min_size=1, max_size=8),
    day=st.dates(date(2025, 12, 30), date(2026, 1, 12)),
)
def test_as_of_never_gives_what_was_published_later(days: list[date], day: date) -> None:
    entries = [Entry(f"0.{n}.0", d.isoformat(), "x/", "0" * 64, 1, 1) for n, d in enumerate(days)]
    before = [d for d in days if d <= day]
    if not before:
        with pytest.raises(errors.UnknownVersion):
            choose(entries, "here", as_of=day)
        return
    found = choose(entries, "here", as_of=day)
    assert found.published_on == max(before).isoformat()
    same = [n for n, d in enumerate(days) if d == max(before)]
    assert found.version == f"0.{max(same)}.0"


@given(st.lists(st.tuples(*[st.integers(0, 120)] * 3), min_size=2, max_size=6))
def test_versions_sort_as_numbers(versions: list[tuple[int, ...]]) -> None:
    texts = [".".join(map(str, v)) for v in versions]
    expected = [".".join(map(str, v)) for v in sorted(versions)]
    assert sorted(texts, key=parse) == expected


@examples(short=150)
@given(seed=st.data())
def test_whatever_byte_of_a_zip_changes_it_opens_right_or_says_why(
    seed: st.DataObject, releases: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sound.zip"
    if not target.exists():
        pack(releases / "0.9.0", target)
    data = bytearray(target.read_bytes())
    # The end of the file, where the list of members is, is the part that is worth most tries.
    start = seed.draw(st.sampled_from([0, len(data) - 3000]))
    for _ in range(seed.draw(st.integers(1, 4))):
        data[seed.draw(st.integers(start, len(data) - 1))] = seed.draw(st.integers(0, 255))
    changed = tmp_path / "changed.zip"
    changed.write_bytes(data)
    # Any other error is a traceback for the user.
    with contextlib.suppress(errors.DamagedStore):
        opened = hikaku.open(changed)
        assert opened.store._data == (releases / "0.9.0" / STORE).read_bytes()
