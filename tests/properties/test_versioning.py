"""A version passes exactly if it raises the number that its changes demand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scripts.release.version import PARTS, check
from tests.releases import of


@given(
    st.tuples(*[st.integers(0, 12)] * 3), st.tuples(*[st.integers(0, 12)] * 3),
    st.sampled_from([*PARTS, None]),
)  # fmt: skip
def test_a_version_passes_exactly_if_it_raises_the_demanded_number(
    old: tuple[int, ...], new: tuple[int, ...], part: str | None
) -> None:
    def dotted(version: tuple[int, ...]) -> str:
        return ".".join(map(str, version))

    raised = next((p for p, a, b in zip(PARTS, old, new, strict=True) if a != b), None)
    enough = new == old if raised is None else new > old
    if part is not None:
        enough = new > old and PARTS.index(raised or "patch") <= PARTS.index(part)
    assert (check(dotted(old), dotted(new), of(part)) == []) == enough
