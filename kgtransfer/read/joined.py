"""One list of candidates of two ways to read: the question taken apart, and the paths walked.

Taking a question apart by its syntax reads better where it succeeds; the path reader still knows
where to go where it does not. So what was walked to over several pages comes first where syntax
went nowhere; else both scores are joined, with a small weight for the walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kgtransfer.names import fold
from kgtransfer.read.follow import Candidate

WALKED = 0.1
UNSEEN = 2.0
"""What a candidate loses, below the worst of the other way's, that this way has not proposed."""


def joined(by_syntax: Sequence[Candidate], by_paths: Sequence[Candidate]) -> list[Candidate]:
    """All candidates, best first; each keeps the evidence of the way that found it."""
    if not by_syntax or not by_paths:
        return [*by_syntax, *by_paths]
    if by_syntax[0].hops == 1 and by_paths[0].hops > 1:
        return [*by_paths, *(c for c in by_syntax if c.score < by_paths[0].score)]
    own, walked = _best(by_syntax), _best(by_paths)
    floors = min(own.values()) - UNSEEN, min(walked.values()) - UNSEEN

    def score(candidate: Candidate) -> float:
        key = fold(candidate.text)
        return (1 - WALKED) * max(own.get(key, floors[0]), floors[0]) + WALKED * max(
            walked.get(key, floors[1]), floors[1]
        )

    both = [*by_syntax, *(c for c in by_paths if fold(c.text) not in own)]
    return sorted((replace(c, score=score(c)) for c in both), key=lambda c: -c.score)


def _best(candidates: Sequence[Candidate]) -> dict[str, float]:
    best: dict[str, float] = {}
    for candidate in candidates:
        key = fold(candidate.text)
        best[key] = max(best.get(key, candidate.score), candidate.score)
    return best
