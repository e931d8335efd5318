from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.evaluate.metrics import recall_at, reciprocal_rank


def test_recall_and_reciprocal_rank() -> None:
    ranked = ["x", "a", "y", "b"]
    assert [recall_at(ranked, {"a", "b"}, k) for k in (1, 2, 4)] == [0, 0.5, 1]
    assert reciprocal_rank(ranked, {"b", "a"}) == 0.5
    assert reciprocal_rank(ranked, {"z"}) == recall_at(ranked, set(), 4) == 0


@given(st.lists(st.integers(0, 9), unique=True), st.sets(st.integers(0, 9)))
def test_recall_grows_with_k(ranked: list[int], gold: set[int]) -> None:
    values = [recall_at(ranked, gold, k) for k in range(12)]
    assert values == sorted(values)
    assert values[-1] == (len(gold & set(ranked)) / len(gold) if gold else 0)
