from __future__ import annotations

import pytest

from kgtransfer.evaluate.coreference import clusters_of, score_coreference
from kgtransfer.records import Span


def _things(*words: str) -> list[frozenset[Span]]:
    """Clusters of one-letter mentions, each at the place of its letter."""
    return clusters_of([(ord(letter), ord(letter) + 1) for letter in word] for word in words)


def test_the_measures_are_those_of_the_reference_scorer() -> None:
    # Pradhan et al. 2014, "Scoring Coreference Partitions of Predicted Mentions", section 4
    report = score_coreference([(_things("abc", "defg"), _things("ab", "cd", "fghi"))])
    assert report["muc"] == {"precision": 0.4, "recall": 0.4, "f1": 0.4}
    assert report["b3"] == {"precision": 0.5, "recall": 0.4167, "f1": 0.4545}
    assert report["ceafe"] == {"precision": 0.4333, "recall": 0.65, "f1": 0.52}
    assert report["conll_f1"] == pytest.approx((0.4 + 0.4545 + 0.52) / 3, abs=1e-4)


def test_the_same_clusters_score_one_and_single_mentions_count_nothing() -> None:
    report = score_coreference([(_things("abc", "de", "x"), _things("cba", "ed", "y"))])
    assert report["conll_f1"] == 1.0


def test_counts_are_summed_over_documents() -> None:
    right, wrong = (_things("abcd"), _things("abcd")), (_things("ab"), _things("cd"))
    report = score_coreference([right, wrong])
    assert report["muc"] == {"precision": 0.75, "recall": 0.75, "f1": 0.75}  # 3 links of 4
    assert score_coreference([(_things("ab"), [])])["conll_f1"] == 0.0
