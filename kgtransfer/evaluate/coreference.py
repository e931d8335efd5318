"""CoNLL coreference F1: the mean of MUC, B3 and CEAFe (Pradhan et al. 2014).

Things that are mentioned once are left out on both sides, as in CoNLL's shared tasks; counts are
summed over documents before they are divided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from kgtransfer.evaluate.scores import harmonic, mean
from kgtransfer.records import Extraction, Span

Cluster = frozenset[Span]
Clusters = Sequence[Cluster]


def clusters_of(spans: Iterable[Iterable[Span]]) -> list[Cluster]:
    """The clusters of at least two mentions."""
    return [cluster for each in spans if len(cluster := frozenset(each)) > 1]


def found_clusters(extraction: Extraction) -> list[Cluster]:
    """What an extraction takes for one thing, by name or pronoun."""
    spans: dict[int, list[Span]] = {}
    for mention in extraction.mentions:
        spans.setdefault(mention.cluster, []).append((mention.start, mention.end))
    return clusters_of(spans.values())


def score_coreference(documents: Sequence[tuple[Clusters, Clusters]]) -> dict[str, Any]:
    """Precision, recall and F1 by each measure, and the mean of their F1.

    Args:
        documents: gold and found clusters of each.
    """
    report: dict[str, Any] = {}
    for name, measure in (("muc", muc), ("b3", b_cubed), ("ceafe", ceaf_e)):
        counts = np.asarray([measure(gold, found) for gold, found in documents])
        right, of_gold, _, of_found = counts.sum(0)
        hits = counts[:, 2].sum()
        recall = right / of_gold if of_gold else 0.0
        precision = hits / of_found if of_found else 0.0
        shares = precision, recall, harmonic(precision, recall)
        report[name] = dict(
            zip(("precision", "recall", "f1"), (round(float(s), 4) for s in shares), strict=True)
        )
    report["conll_f1"] = round(mean(report[name]["f1"] for name in ("muc", "b3", "ceafe")), 4)
    return report


Counts = tuple[float, float, float, float]
"""Numerator and denominator of recall, then those of precision."""


def muc(gold: Clusters, found: Clusters) -> Counts:
    """Links that are kept (Vilain et al. 1995): a cluster of n in k parts keeps n - k of n - 1."""
    return (*_links(gold, _owner(found)), *_links(found, _owner(gold)))


def _links(clusters: Clusters, owner: Mapping[Span, int]) -> tuple[int, int]:
    kept = whole = 0
    for cluster in clusters:
        owners = [owner.get(span) for span in cluster]
        parts = len({o for o in owners if o is not None}) + owners.count(None)
        kept += len(cluster) - parts
        whole += len(cluster) - 1
    return kept, whole


def b_cubed(gold: Clusters, found: Clusters) -> Counts:
    """Of each mention's cluster the share that its other one has (Bagga and Baldwin 1998)."""
    return (*_shares(gold, found), *_shares(found, gold))


def _shares(clusters: Clusters, others: Clusters) -> tuple[float, int]:
    owner = _owner(others)
    total = 0.0
    for cluster in clusters:
        for span in cluster:
            other = others[owner[span]] if span in owner else frozenset[Span]()
            total += len(cluster & other) / len(cluster)
    return total, sum(map(len, clusters))


def ceaf_e(gold: Clusters, found: Clusters) -> Counts:
    """The best one-to-one alignment of clusters, by 2 |a & b| / (|a| + |b|) (Luo 2005)."""
    if not gold or not found:
        return 0.0, len(gold), 0.0, len(found)
    alike = np.asarray([[2 * len(g & f) / (len(g) + len(f)) for f in found] for g in gold])
    rows, columns = linear_sum_assignment(-alike)
    total = float(alike[rows, columns].sum())
    return total, len(gold), total, len(found)


def _owner(clusters: Clusters) -> dict[Span, int]:
    return {span: number for number, cluster in enumerate(clusters) for span in cluster}
