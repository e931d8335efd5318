"""The second hop: what the first passages leave unsaid is looked for with the names they give.

A question that no single passage answers is asked again, without the words that a found passage
says and with a name from it instead: "main international airport in the birth place of the director
of ..." becomes "main international airport Stockholm" at the director's page. What such questions
find joins the candidates, and all of them are ranked once more by how they were found: a weighted
sum of `HOP_FEATURES`. A sum and not a network, because it has to carry over from questions whose
second page is named to questions where it is not.

Source: Xiong et al. 2021, "Answering Complex Open-Domain Questions with Multi-Hop Dense Retrieval".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import MOST, Candidates
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import WordsNear, content_words, weighted
from kgtransfer.retrieve.scoring import OUTSIDE, Scores, ranked
from kgtransfer.retrieve.tables import AnyArray

HOP_FEATURES = (
    "first_score", "first_rank", "first_share", "hop_rank", "hop_score", "hop_dense_rank",
    "hop_bm25_rank", "hop_dense", "hop_bm25", "hop_rank_weighted", "hop_evidence", "hop_share",
    "source", "hop_count", "new",
)  # fmt: skip
_NAMES = (3, 2, 2)
"""How many names are taken from the best passage, the second, the third."""
_MISSING = 0.2
"""What share of the question's words, the rarer the more, the best passage has to leave unsaid: it
says nearly all of a question of one hop."""
_FOUND = 5
"""How many chunks each question of the second hop brings."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question of the second hop."""

    source: int
    """The chunk whose name it has."""
    text: str
    evidence: float
    """How near the name's surroundings are to the question, less that of the passage's best."""
    share: float
    """The first pass's share of the source: softmax over the candidates."""


@dataclass(frozen=True, slots=True)
class SecondHop:
    """What j questions of the second hop found."""

    follow_ups: list[FollowUp]
    dense: FloatArray
    """(j, chunks) cosines."""
    bm25: FloatArray
    """(j, chunks)"""
    both: AnyArray
    """(j, chunks) the sum of the two by their deviations."""


def follow_ups(
    index: GraphIndex, scores: Scores, chunks: AnyArray, logits: FloatArray
) -> list[FollowUp]:
    """The questions to ask on, given the first pass's scores (n,) of its candidates (n,)."""
    asked = scores.words
    near = WordsNear(index, chunks, asked)
    halfway = (np.median(near.chunks, 0) + near.chunks.max(0)) / 2
    order = np.lexsort((chunks, -logits))
    unsaid = asked.rarity[near.chunks[order[0]] < halfway].sum()
    if unsaid < _MISSING * asked.rarity.sum():
        return []
    words = [word for word, _ in content_words(scores.text)]
    named = np.concatenate([np.zeros(0, np.int64), *(link.entities for link in scores.links)])
    share = np.exp(logits - logits.max())
    share /= share.sum()
    asked_on: dict[str, FollowUp] = {}
    for at, most in zip(order, _NAMES, strict=False):
        chunk = int(chunks[at])
        rows = np.arange(index.chunk_mentions[chunk], index.chunk_mentions[chunk + 1])
        rows = rows[~np.isin(index.mention_entity[rows], named)]
        left = [w for w, s, h in zip(words, near.chunks[at], halfway, strict=True) if s < h]
        if not left or not len(rows):
            continue
        windows = near.spans(index.mention_cells[rows].reshape(-1, 2))
        evidence = weighted(windows, asked.rarity * asked.outside)
        _, once = np.unique(index.mention_entity[rows], return_index=True)
        best = once[np.lexsort((once, -evidence[once]))][:most]
        for row in best:
            start, end = index.mention_span[rows[row]]
            text = " ".join([*left, index.chunk_texts[chunk][start:end]])
            behind = float(evidence[row] - evidence[best[0]])
            asked_on.setdefault(text, FollowUp(chunk, text, behind, float(share[at])))
    return list(asked_on.values())


def search(
    index: GraphIndex, encoder: TextEncoder, scores: Scores, asked: list[FollowUp]
) -> SecondHop:
    """Look for what the follow-ups ask (one at least), by words and by vectors."""
    dense = np.asarray(encoder.encode([each.text for each in asked]) @ index.chunk_vectors.T)
    bm25 = np.stack([index.bm25.scores(each.text) for each in asked])
    both = _deviations(dense) + _deviations(bm25)
    for at, each in enumerate(asked):
        both[at, each.source] = OUTSIDE
    if scores.allowed is not None:
        both[:, ~scores.allowed] = OUTSIDE
    return SecondHop(asked, dense, bm25, both)


def _deviations(x: AnyArray) -> AnyArray:
    mean, deviation = x.mean(1, keepdims=True), x.std(1, keepdims=True)
    return np.asarray((x - mean) / np.maximum(deviation, 1e-6))


def widened(candidates: Candidates, logits: FloatArray, hop: SecondHop) -> Candidates:
    """The candidates with what the second hop found, the least likely of the first left out."""
    known = set(candidates.chunks.tolist())
    found = [int(c) for row in hop.both for c in ranked(row, _FOUND)]
    new = [c for c in dict.fromkeys(found) if c not in known]
    order = np.lexsort((candidates.chunks, -logits))
    kept = np.sort(order[: MOST - len(new)])
    return Candidates(
        np.concatenate([candidates.chunks[kept], np.asarray(new, np.int64)]),
        np.concatenate([candidates.hop[kept], np.full(len(new), 2, np.int64)]),
    )


def measures(hop: SecondHop, chunks: AnyArray, first: Candidates, logits: FloatArray) -> FloatArray:
    """How the second hop found each of its candidates: (n, 15) `HOP_FEATURES`."""
    x = np.zeros((len(chunks), len(HOP_FEATURES)), np.float32)
    number = {int(chunk): at for at, chunk in enumerate(first.chunks)}
    place = np.asarray([number.get(int(chunk), -1) for chunk in chunks])
    had = place >= 0
    standard = (logits - logits.mean()) / (logits.std() + 1e-3)
    share = np.exp(logits - logits.max())
    rank = np.empty(len(logits))
    rank[np.lexsort((first.chunks, -logits))] = np.arange(len(logits))
    x[:, 0] = np.where(had, standard[place], standard.min())
    x[:, 1] = np.where(had, 1 / (1 + rank[place]), 0)
    x[:, 2] = np.where(had, (share / share.sum())[place], 0)
    x[:, 12] = np.isin(chunks, [each.source for each in hop.follow_ups])
    x[:, 14] = ~had
    both, dense, bm25 = hop.both[:, chunks], hop.dense[:, chunks], hop.bm25[:, chunks]
    by_both, by_dense, by_bm25 = (
        _inverse_ranks(whole, part)
        for whole, part in ((hop.both, both), (hop.dense, dense), (hop.bm25, bm25))
    )
    own = both < OUTSIDE / 2
    for values in (by_both, by_dense, by_bm25):
        values[own] = 0
    shares = np.asarray([each.share for each in hop.follow_ups], np.float32)
    x[:, 3], x[:, 5], x[:, 6] = by_both.max(0), by_dense.max(0), by_bm25.max(0)
    x[:, 4] = np.maximum(both, -10).max(0) / 10
    x[:, 7], x[:, 8] = np.where(own, -1, dense).max(0), np.where(own, 0, bm25).max(0) / 20
    x[:, 9] = (by_both * shares[:, None]).max(0)
    best = by_both.argmax(0)
    x[:, 10] = np.asarray([each.evidence for each in hop.follow_ups])[best]
    x[:, 11] = shares[best]
    x[:, 13] = (by_both >= 1 / 5).sum(0) / 4
    return x


def _inverse_ranks(whole: FloatArray, part: FloatArray) -> FloatArray:
    """1 / rank of each of `part`'s (j, n) values in its row of `whole`; the best has 1."""
    ordered = np.sort(whole, axis=1)
    better = [
        row.size - np.searchsorted(row, values, side="right")
        for row, values in zip(ordered, part, strict=True)
    ]
    return np.asarray(1 / (1 + np.stack(better)), np.float32)
