"""A person's judgement of random facts, kept in a file, and the precision that it amounts to."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from kgtransfer.errors import InputError
from kgtransfer.quality.graph import Said
from kgtransfer.records import Fact

FILE = "judgements.jsonl"
Key = tuple[str, str, str, str]
"""Subject, predicate, object and sentence: what a person has read. Ids may change, this stays."""


class Verdict(StrEnum):
    """What a person says of a fact."""

    RIGHT = "right"
    WRONG = "wrong"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Precision:
    """The share of facts that are right, with the bounds of its 95 % interval (Wilson)."""

    right: int
    wrong: int
    skipped: int
    share: float | None
    low: float | None
    high: float | None


def draw(facts: Sequence[Fact], size: int, seed: int) -> list[Fact]:
    """Stated facts drawn at random: a larger sample begins with the smaller ones.

    A fact's place depends on its id and the seed alone, so a sample changes little with the graph.
    """
    stated = [fact for fact in facts if fact.stated]

    def place(fact: Fact) -> bytes:
        return hashlib.blake2b(f"{seed} {fact.id}".encode(), digest_size=8).digest()

    return sorted(stated, key=place)[:size]


def wilson(right: int, judged: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    Raises:
        ValueError: nothing was judged.
    """
    if judged < 1:
        raise ValueError("an interval needs at least one judgement")
    share, square = right / judged, z * z / judged
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / judged + square / (4 * judged)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def precision(verdicts: Iterable[Verdict]) -> Precision:
    """The share of right facts among those that were not skipped; None where none was judged."""
    counts = Counter(verdicts)
    right, wrong = counts[Verdict.RIGHT], counts[Verdict.WRONG]
    judged = right + wrong
    if not judged:
        return Precision(0, 0, counts[Verdict.SKIP], None, None, None)
    low, high = wilson(right, judged)
    share = round(right / judged, 4)
    return Precision(right, wrong, counts[Verdict.SKIP], share, round(low, 4), round(high, 4))


def key_of(said: Said) -> Key:
    """What a judgement is about."""
    return said.subject, said.predicate, said.object, said.sentence


class Judgements:
    """The judgements of a workspace: one JSON object a line, the last one about a fact counts.

    Raises:
        InputError: a line of the file is none of ours.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.verdicts: dict[Key, Verdict] = {}
        if path.exists():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if line.strip():
                    self._read(line, number)

    def _read(self, line: str, number: int) -> None:
        try:
            row = json.loads(line)
            key = (row["subject"], row["predicate"], row["object"], row["sentence"])
            self.verdicts[key] = Verdict(row["verdict"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"line {number} is no judgement ({error})",
                where=str(self.path),
                hint="Mend or delete the line; the others are kept.",
            ) from error

    def add(self, said: Said, verdict: Verdict) -> None:
        """Keep a judgement, on disk before this returns."""
        self.verdicts[key_of(said)] = verdict
        row = {
            "subject": said.subject,
            "predicate": said.predicate,
            "object": said.object,
            "sentence": said.sentence,
            "verdict": verdict.value,
            "confidence": said.confidence,
            "uri": said.uri,
            "start": said.start,
            "end": said.end,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def of(self, sample: Iterable[Said]) -> list[Verdict]:
        """The verdicts on a sample's facts, in its order; facts without one are left out."""
        return [self.verdicts[key] for said in sample if (key := key_of(said)) in self.verdicts]

    def by_predicate(self) -> dict[str, Precision]:
        """The precision of each predicate, over all judgements of the file."""
        verdicts: dict[str, list[Verdict]] = {}
        for (_, predicate, *_), verdict in self.verdicts.items():
            verdicts.setdefault(predicate, []).append(verdict)
        return {name: precision(verdicts[name]) for name in sorted(verdicts)}
