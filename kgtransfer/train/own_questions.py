"""Questions that a workspace's own facts answer, with the page on which each is answered.

A fact becomes a question of one hop in the wordings of `train.wordings`; two or three facts in a
row become a nested question, asked of the last page (and of the first one, which does not answer
it); two facts of one subject become a question for that subject; and some questions are asked of a
page that says nothing of them. Only facts with one object, of subjects with a name of their own,
are taken, and only where the object stands in the sentence that states the fact.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgtransfer.names import fold, split_bracket
from kgtransfer.records import Fact
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.train.questions import ReadingExample, checks, crop, occurrences, refuse
from kgtransfer.train.wordings import NATURAL, ask

LEAST = 0.75
"""A fact that is less sure asks for what may be wrong."""
MOST_HOPS = 3
BOTH = "What has the {r} {a} and the {q} {b}?"
HELD_OUT = 5
"""One document in so many is kept for the test."""


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question of the workspace's own, its kind, and whether it is kept for the test."""

    kind: str
    example: ReadingExample
    held_out: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A fact that can be asked for."""

    fact: Fact
    relation: str
    subject: str
    object: str
    chunk: int
    example: ReadingExample
    """Asked in one hop."""


def own_questions(index: GraphIndex, *, most: int, seed: int = 0) -> list[OwnQuestion]:
    """Questions from an index's facts, of all kinds in turn, in random order.

    Args:
        index: of the newest revision.
        most: so many at most.
        seed: chooses facts and wordings.
    """
    rng = random.Random(seed)
    asked = list(_asked(index, rng))
    rng.shuffle(asked)
    hops = [OwnQuestion("hop", a.example, _held_out(index, a.chunk)) for a in asked]
    pairs = [(a.relation, a.example) for a in asked]
    kinds = {
        "hop": hops,
        "nested": list(_nested(index, asked, rng)),
        "both": list(_both(index, asked)),
        "check": _others(index, asked, checks(pairs, rng), "check"),
        "absent": _others(index, asked, refuse(pairs, rng, 0.3), "absent"),
    }  # fmt: skip
    shares = {"hop": 0.35, "nested": 0.3, "both": 0.05, "check": 0.05, "absent": 0.25}
    found: list[OwnQuestion] = []
    for kind, questions in kinds.items():
        rng.shuffle(questions)
        found += questions[: int(most * shares[kind])]
    rng.shuffle(found)
    return [OwnQuestion(q.kind, crop(q.example, rng, 240, 520), q.held_out) for q in found]


def _held_out(index: GraphIndex, chunk: int) -> bool:
    return int(index.chunk_document[chunk]) % HELD_OUT == 0


def _asked(index: GraphIndex, rng: random.Random) -> Iterator[_Asked]:
    names = Counter(fold(split_bracket(name)[0]) for name in index.entity_names)
    facts = [index.fact(at) for at in range(len(index.facts))]
    objects = Counter((f.subject, f.predicate) for f in facts if f.stated)
    for fact in facts:
        relation = fact.predicate.replace("_", " ")
        sure = fact.stated and not fact.negated and fact.confidence >= LEAST
        if not sure or relation not in NATURAL or objects[fact.subject, fact.predicate] > 1:
            continue
        subject = split_bracket(index.entity_names[index.entity_number[fact.subject]])[0]
        if names[fold(subject)] > 1 or not fact.chunks:
            continue
        number = index.chunk_number.get(fact.chunks[0])
        object_ = _object(index, fact)
        if number is None or not object_ or not fact.sentences[0]:
            continue
        text = index.chunk_texts[number]
        first, _, last = fact.sentences[0].partition(":")
        start = int(first) - int(index.chunk_start[number])
        end = int(last) - int(index.chunk_start[number])
        spans = tuple(
            (a + start, b + start) for a, b in occurrences(object_, text[start:end])
        )  # fmt: skip
        if not spans or fold(object_) in fold(subject):
            continue
        title = index.titles[int(index.chunk_document[number])]
        example = ReadingExample(ask(relation, subject, rng), title, text, spans, "span")
        yield _Asked(fact, relation, subject, object_, number, example)


def _object(index: GraphIndex, fact: Fact) -> str:
    number = index.entity_number.get(fact.object)
    if number is not None:
        return split_bracket(index.entity_names[number])[0]
    value = index.value_number.get(fact.object)
    return str(index.value_texts[value]) if value is not None else ""


def _nested(
    index: GraphIndex, asked: Sequence[_Asked], rng: random.Random
) -> Iterator[OwnQuestion]:
    """Chains of two and three facts, asked of the last page and of the first."""
    of_subject: dict[str, list[_Asked]] = defaultdict(list)
    for each in asked:
        of_subject[each.fact.subject].append(each)
    chains = [[each] for each in asked]
    for _ in range(MOST_HOPS - 1):
        chains = [
            [*chain, onwards]
            for chain in chains
            for onwards in of_subject[chain[-1].fact.object][:2]
            if onwards.chunk != chain[-1].chunk
        ]
        for chain in chains:
            inner = chain[0].subject
            for each in chain[:-1]:
                inner = f"the {each.relation} of {inner}"
            last, first = chain[-1], chain[0]
            question = ask(last.relation, inner, rng)
            held_out = _held_out(index, last.chunk)
            page = last.example
            yield OwnQuestion(
                "nested",
                ReadingExample(question, page.title, page.text, page.spans, "span"),
                held_out,
            )
            page = first.example
            if _held_out(index, first.chunk) == held_out and not occurrences(
                last.object, page.text
            ):
                yield OwnQuestion(
                    "nested", ReadingExample(question, page.title, page.text, (), "none"), held_out
                )


def _both(index: GraphIndex, asked: Sequence[_Asked]) -> Iterator[OwnQuestion]:
    """Questions for the subject of two facts that one page states, where it alone fits."""
    pairs: dict[tuple[str, int], list[_Asked]] = defaultdict(list)
    for each in asked:
        pairs[each.fact.subject, each.chunk].append(each)
    fits = Counter((a.fact.predicate, a.fact.object, b.fact.predicate, b.fact.object)
                   for group in pairs.values() for a in group for b in group)  # fmt: skip
    for (_, chunk), group in pairs.items():
        for one, other in itertools.pairwise(group):
            key = (one.fact.predicate, one.fact.object, other.fact.predicate, other.fact.object)
            spans = occurrences(one.subject, one.example.text)[:2]
            if one.relation != other.relation and fits[key] == 1 and spans:
                question = BOTH.format(r=one.relation, a=one.object, q=other.relation,
                                       b=other.object)  # fmt: skip
                page = one.example
                yield OwnQuestion(
                    "both",
                    ReadingExample(question, page.title, page.text, spans, "span"),
                    _held_out(index, chunk),
                )


def _others(
    index: GraphIndex, asked: Sequence[_Asked], examples: Iterator[ReadingExample], kind: str
) -> list[OwnQuestion]:
    """Examples made from others, kept for the test where their page is."""
    held_out = {a.example.text: _held_out(index, a.chunk) for a in asked}
    return [OwnQuestion(kind, each, held_out[each.text]) for each in examples]
