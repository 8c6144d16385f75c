"""Comparability is the same from both sides, and never bridges a difference."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.things import CONDITIONS


class Made:
    """A score as the comparison sees it, made without tables."""

    def __init__(self, values: dict[str, Any], variant: str | None) -> None:
        self.number: float | None = None
        self.__dict__.update(values)
        self.model = type("Model", (), {"variant": variant})()
        self._dataset = None


made = st.builds(
    Made,
    st.fixed_dictionaries(
        {
            **{k: st.sampled_from([None, *v]) for k, v in CONDITIONS.items()},
            "benchmark_id": st.sampled_from(["a", "b"]),
            "number": st.sampled_from([None, 1.0]),
            "low": st.none(),
            "comparison_id": st.sampled_from([None, "t"]),
        }
    ),
    st.sampled_from([None, "base", "chat"]),
)


@given(made, made)
def test_comparability_is_symmetric_and_never_bridges_a_difference(a: Made, b: Made) -> None:
    from hikaku._comparable import comparability

    answer = comparability(a, b)
    assert answer == comparability(b, a)
    assert hash(answer) == hash(comparability(b, a))
    if answer:
        for name in (*CONDITIONS, "benchmark_id"):
            assert getattr(a, name) == getattr(b, name) is not None
        assert a.model.variant == b.model.variant is not None
        assert a.number is not None is not b.number


@given(made)
def test_a_score_is_comparable_with_itself_exactly_if_all_is_stated(a: Made) -> None:
    from hikaku._comparable import comparability

    answer = comparability(a, a)
    assert not answer.differs
    assert bool(answer) == (not answer.unstated)
