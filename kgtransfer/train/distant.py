"""Texts that name both ends of a triple in a sentence, as annotations: distant supervision.

Mintz et al. 2009, "Distant supervision for relation extraction without labeled data": a sentence
that names both ends of a known triple is taken to state it. Many do not. So of each pair only the
texts in which its ends stand closest are taken (Riedel et al. 2010, "Modeling relations and their
mentions without labeled text": at least one of them states it), and none in which the extractor
surely reads another relation between the two.
"""

from __future__ import annotations

import logging
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kgtransfer.annotations.record import AnnotatedText, Marked, Related
from kgtransfer.errors import InputError
from kgtransfer.extract.extractor import Extractor
from kgtransfer.names import find_names
from kgtransfer.train.known import AMBIGUOUS, Known, Pair
from kgtransfer.train.named_pairs import Link, Passage, read_passage

log = logging.getLogger(__name__)
Stated = tuple[Pair, str]
"""The ends of a triple, and its predicate."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken.

    Of a pair `per_pair` texts; predicates with fewer than `least` texts are left out; of the texts
    that name both ends of something `most` are read. A share of the pairs is `held_out`. A relation
    that the extractor reads of a share `common` of a predicate's texts goes along with it (a chief
    executive is an employee), and speaks against nothing.
    """

    per_pair: int = 3
    least: int = 10
    common: float = 0.1
    most: int = 1500
    held_out: float = 0.2
    seed: int = 0


@dataclass(slots=True)
class Matched:
    """What became of a predicate's triples.

    Of `triples` so many `pairs` are named in a sentence, in `texts` texts; in `contradicted` of
    these something else is read. `taught` and `held_out` texts are used.
    """

    triples: int = 0
    pairs: int = 0
    texts: int = 0
    contradicted: int = 0
    taught: int = 0
    held_out: int = 0


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts to teach from and to measure on, and what became of each predicate's triples."""

    train: list[AnnotatedText]
    test: list[AnnotatedText]
    matched: dict[str, Matched]


def examples(known: Known, texts: Iterable[str], extractor: Extractor, limits: Limits) -> Examples:
    """Annotate texts that name both ends of a triple in a sentence, and as many others.

    Of a pair that no triple joins a predicate is taken to be wrong where its subject has other
    objects, where the types are not those of the predicate's pairs, and in the texts without any.

    Raises:
        InputError: no predicate has enough texts.
    """
    chance = random.Random(limits.seed)
    near, far = _candidates(known, sorted(set(texts)))
    chance.shuffle(near)
    log.info("reading %d texts that name both ends of a triple", min(len(near), limits.most))
    passages = [read_passage(text, known, extractor) for text in near[: limits.most]]
    chosen, matched = _chosen(known, passages, limits)
    enough = _enough(matched, chosen, limits)
    held = _held_out(chosen, enough, limits, chance)
    by_number: dict[int, set[Stated]] = defaultdict(set)
    for triple, numbers in chosen.items():
        for number in numbers if triple[1] in enough else ():
            by_number[number].add(triple)
    kinds = _common_kinds(known, [passages[number] for number in by_number], limits.least)
    writer = _Writer(replace(known, kinds=kinds), enough, _signatures(known, passages))
    train: list[AnnotatedText] = []
    test: list[AnnotatedText] = []
    for number, kept in sorted(by_number.items()):
        judged = not held.isdisjoint(kept)
        (test if judged else train).append(writer.write(passages[number], kept, complete=judged))
        for said in {said for _, said in kept}:
            matched[said].held_out += judged
            matched[said].taught += not judged
    others = [read_passage(text, known, extractor) for text in far[: len(by_number)]]
    tested = round(len(others) * limits.held_out)
    test += [writer.write(passage, (), complete=True) for passage in others[:tested]]
    train += [writer.write(passage, (), complete=False) for passage in others[tested:]]
    return Examples(train, test, matched)


def _candidates(known: Known, texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """Texts that name both ends of some triple, and others; of these every second has a name."""
    valued = {subject for subject, target in known.pairs if target.startswith("=")}
    near: list[str] = []
    some: list[str] = []
    none: list[str] = []
    for text in texts:
        found = find_names(text, known.names.__contains__)
        things = {thing for _, _, key in found for thing in known.names[key]}
        if things & valued or any((a, b) in known.pairs for a in things for b in things):
            near.append(text)
        else:
            (some if things else none).append(text)
    both = [text for two in zip(some, none, strict=False) for text in two]
    return near, both + some[len(none) :] + none[len(some) :]


def _chosen(
    known: Known, passages: Sequence[Passage], limits: Limits
) -> tuple[dict[Stated, list[int]], dict[str, Matched]]:
    """The passages that each triple is taught by, and how many there were."""
    found: dict[Stated, list[tuple[int, int, frozenset[str]]]] = defaultdict(list)
    for number, passage in enumerate(passages):
        for link in passage.links:
            for said in known.pairs.get(pair := passage.pair(link), ()):
                read = frozenset(passage.read.get((link.subject, link.object), ()))
                found[pair, said].append((link.gap, number, read))
    matched = {said: Matched() for said in sorted(known.subjects)}
    beside: dict[str, Counter[str]] = defaultdict(Counter)
    for triples in known.pairs.values():
        for said in triples:
            matched[said].triples += 1
    for (_, said), places in found.items():
        matched[said].pairs += 1
        matched[said].texts += len(places)
        beside[said].update(name for _, _, read in places for name in read)
    chosen = {}
    for (pair, said), places in sorted(found.items()):
        least = limits.common * matched[said].texts
        fits = [
            (gap, number)
            for gap, number, read in sorted(places, key=lambda place: place[:2])
            if not read or said in read or any(beside[said][name] >= least for name in read)
        ]
        matched[said].contradicted += len(places) - len(fits)
        if fits:
            chosen[pair, said] = [number for _, number in fits[: limits.per_pair]]
    return chosen, matched


def _enough(
    matched: Mapping[str, Matched], chosen: Mapping[Stated, Sequence[int]], limits: Limits
) -> frozenset[str]:
    texts: dict[str, set[int]] = defaultdict(set)
    for (_, said), numbers in chosen.items():
        texts[said].update(numbers)
    enough = frozenset(said for said in matched if len(texts[said]) >= limits.least)
    short = sorted(matched.keys() - enough, key=lambda said: (-len(texts[said]), said))
    told = "; ".join(
        f"{said}: {len(texts[said])} texts, of {matched[said].pairs} of its "
        f"{matched[said].triples} triples"
        for said in short[:5]
    )
    if not enough:
        raise InputError(
            f"too few sentences name both ends of a triple: {told or 'there is no triple'}",
            where="triples",
            hint=f"A relation needs {limits.least} (`least` in a CONFIG). Give more triples or "
            "texts, other names (lines `NAME, alias, OTHER`), or labels (`kgtransfer annotate`).",
        )
    if short:
        log.warning("relations left out, for want of %d texts: %s", limits.least, told)
    return enough


def _held_out(
    chosen: Collection[Stated], enough: frozenset[str], limits: Limits, chance: random.Random
) -> set[Stated]:
    held: set[Stated] = set()
    for said in sorted(enough):
        own = sorted(triple for triple in chosen if triple[1] == said)
        held.update(chance.sample(own, round(len(own) * limits.held_out)))
    return held


def _common_kinds(known: Known, passages: Sequence[Passage], least: int) -> dict[str, str]:
    """The types of things, of such types as enough passages have."""
    texts = Counter(
        kind
        for passage in passages
        for kind in {known.kinds[thing.id] for thing in passage.things if thing.id in known.kinds}
    )
    short = sorted(kind for kind, count in texts.items() if count < least)
    if short:
        log.warning("types left out, for want of %d texts: %s", least, ", ".join(short[:5]))
    return {thing: kind for thing, kind in known.kinds.items() if texts[kind] >= least}


def _signatures(known: Known, passages: Iterable[Passage]) -> dict[str, set[tuple[str, str]]]:
    """The types at the ends of each predicate's pairs."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for passage in passages:
        for link in passage.links:
            for said in known.pairs.get(passage.pair(link), ()):
                found[said].add(_types(passage, link))
    return found


def _types(passage: Passage, link: Link) -> tuple[str, str]:
    return passage.things[link.subject].type, passage.things[link.object].type


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes annotated texts that speak of some predicates."""

    known: Known
    predicates: frozenset[str]
    signatures: Mapping[str, set[tuple[str, str]]]

    def write(self, passage: Passage, kept: Collection[Stated], *, complete: bool) -> AnnotatedText:
        """A text with the triples that it is taken to state; with all, where it is complete."""
        entities: dict[Marked, int] = {}
        right: list[Related] = []
        wrong: list[Related] = []
        for thing in passage.things:
            for place in thing.places if thing.id in self.known.kinds else ():
                entities.setdefault(Marked(*place, self.known.kinds[thing.id]), len(entities))
        for link in passage.links:
            pair = passage.pair(link)
            ends = [
                entities.setdefault(Marked(*place, self.known.kinds.get(thing, "")), len(entities))
                for thing, place in zip(pair, link.places, strict=True)
            ]
            for said in sorted(self.predicates):
                if said in self.known.pairs.get(pair, ()):
                    if complete or (pair, said) in kept:
                        right.append(Related(ends[0], said, ends[1]))
                elif self._is_wrong(passage, link, said, bool(kept)):
                    wrong.append(Related(ends[0], said, ends[1]))
        return _record(passage.text, list(entities), right, wrong, complete)

    def _is_wrong(self, passage: Passage, link: Link, said: str, stated: bool) -> bool:
        pair = passage.pair(link)
        if AMBIGUOUS in pair:
            return False
        if pair[0] in self.known.subjects.get(said, ()):
            return True
        return not stated or _types(passage, link) not in self.signatures[said]


def _record(
    text: str,
    entities: Sequence[Marked],
    right: Sequence[Related],
    wrong: Sequence[Related],
    complete: bool,
) -> AnnotatedText:
    """The record, its entities in order of place."""
    order = sorted(range(len(entities)), key=lambda i: entities[i])
    number = {old: new for new, old in enumerate(order)}

    def moved(relations: Sequence[Related]) -> tuple[Related, ...]:
        return tuple(sorted(Related(number[s], p, number[o]) for s, p, o in relations))

    return AnnotatedText(
        text, tuple(entities[i] for i in order), moved(right), (), moved(wrong), complete
    )
