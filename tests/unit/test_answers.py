"""Answers are compared by SQuAD's rules; intervals hold the mean and pair what belongs together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.evaluate.intervals import bootstrap


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "f1"),
    [
        ("The Beatles", ["beatles"], 1.0, 1.0),
        ("G. Stanley Hall", ["Stanley Hall", "Hall"], 0.0, 0.8),
        ("Detroit, Michigan", ["Detroit"], 0.0, 2 / 3),
        (None, ["Detroit"], 0.0, 0.0),
        ("", ["Detroit"], 0.0, 0.0),
    ],
)
def test_answers_are_compared_by_squads_rules(
    answer: str | None, golds: list[str], exact: float, f1: float
) -> None:
    assert exact_match(answer, golds) == exact
    assert f1_score(answer, golds) == pytest.approx(f1)


@given(st.text(max_size=30), st.text(max_size=30))
def test_f1_is_symmetric_and_at_least_exact_match(a: str, b: str) -> None:
    assert f1_score(a, [b]) == pytest.approx(f1_score(b, [a]))
    assert 1.0 >= f1_score(a, [b]) >= exact_match(a, [b])


def test_the_interval_matches_the_normal_one_where_seeds_do_not_matter() -> None:
    column = np.random.default_rng(0).random(400)
    found = bootstrap(np.tile(column, (3, 1)))
    half = 1.96 * column.std() / np.sqrt(400)
    assert found.mean == pytest.approx(column.mean())
    assert found.low == pytest.approx(found.mean - half, abs=0.003)
    assert found.high == pytest.approx(found.mean + half, abs=0.003)


def test_a_paired_difference_is_clear_where_the_means_overlap() -> None:
    scratch = np.random.default_rng(1).random((3, 50)) * 0.9
    better = scratch + 0.05
    assert bootstrap(better).low < bootstrap(scratch).high
    gain = bootstrap(better - scratch)
    assert gain.clear
    assert gain.mean == pytest.approx(0.05)


def test_seeds_that_disagree_widen_the_interval() -> None:
    same = np.full((3, 200), 0.5)
    apart = same + np.array([[-0.2], [0.0], [0.2]])
    assert bootstrap(same).high - bootstrap(same).low == pytest.approx(0.0, abs=1e-9)
    assert bootstrap(apart).high - bootstrap(apart).low > 0.2


@pytest.mark.parametrize("table", [[], [1.0, 2.0], [[]]])
def test_an_interval_needs_a_table(table: list[float]) -> None:
    with pytest.raises(ValueError, match="seeds, questions"):
        bootstrap(table)
