"""What the facts lack: pages that name the one asked about are read for the same relation.

For "Which films did X direct?" each page of a work that names X, and is no answer yet, is asked who
its director is; where the answer is X, so is the work one of X's. For "Who are the parents of X?"
X's own page is asked for the father and for the mother.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from kgtransfer.listing.nouns import another_kind
from kgtransfer.names import fold, split_bracket
from kgtransfer.read import lives
from kgtransfer.read.network import Found, PageReading, TextReader
from kgtransfer.read.pages import cite
from kgtransfer.reason.question import spoken
from kgtransfer.records import AnswerItem, Passage
from kgtransfer.retrieve.tables import AnyArray
from kgtransfer.text2cypher.graph_schema import VALUE, GraphSchema
from kgtransfer.text2cypher.pattern import Node, Pattern, Relation

MOST_PAGES = 24
MOST_RELATIONS = 2
"""So many of the relations that a phrase may mean are read for."""
MOST_SPANS = 6
SURE = 0.9
"""How sure is what stands in a fixed form."""
LEAST = 0.5
"""The least share of the reader's probability that must be the answer's."""


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    passage: Passage
    thing: str = ""
    """The id of what the page is about; empty where the answer itself is looked for."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Reads for what the facts of one pattern lack."""

    pattern: Pattern
    schema: GraphSchema
    reader: TextReader
    documents: Collection[str] | None = None
    """Ids of those that may be read; all where it is None."""

    def read(self, known: Collection[str], passages: Iterable[Passage]) -> list[AnswerItem]:
        """Items that no fact states.

        Args:
            known: ids of things that need no reading.
            passages: what was retrieved, beside the pages that mention the one asked about.
        """
        target = self.pattern.target
        if target is None or len(self.pattern.edges) != 1 or target.is_date:
            return []
        edge = self.pattern.edges[0]
        named = edge.object if edge.subject is target else edge.subject
        if not named.ids:
            return []
        own, others = edge.relations, edge.turned  # said of the subject, said of the object
        if edge.subject is not target:
            own, others = others, own
        if edge.either:
            own = others = (*own, *others)
        asked = list(self._of_things(own[:MOST_RELATIONS], target, named, known, passages))
        asked = asked[:MOST_PAGES]
        if not known:
            asked += self._of_named(others[:MOST_RELATIONS], named)
        names = {fold(split_bracket(name)[0]) for name in (*self._called(named), named.said)} - {""}
        pairs = [(one.question, one.passage) for one in asked]
        readings = self.reader.ask(pairs, top=MOST_SPANS)
        found: dict[str, AnswerItem] = {}
        for one, reading in zip(asked, readings, strict=True):
            item = self._item(one, reading, names)
            if item is not None:
                key = one.thing or fold(item.text)
                before = found.get(key)
                if before is None or before.confidence < item.confidence:
                    found[key] = item
        return list(found.values())

    def _item(self, one: _Asked, reading: PageReading, names: set[str]) -> AnswerItem | None:
        fixed = lives.stated(one.question, one.passage)  # surer than the network, where it is there
        if fixed:
            reading = replace(reading, spans=tuple(fixed), none=math.log(1.0 - SURE))
        if not reading.spans:
            return None
        best = reading.spans[0]
        right = names if one.thing else {fold(best.text)}
        if not _names(best, right) or (not one.thing and _names(best, names)):
            return None
        share = _share(reading, right)
        if share < LEAST:
            return None
        text = self.schema.index.name_of(one.thing) if one.thing else best.text
        quote = cite(best.evidence)
        if another_kind(self.pattern.noun, text, [quote.quote]):
            return None
        return AnswerItem(text, share, (quote,), read=True)

    def _of_things(
        self,
        relations: tuple[Relation, ...],
        target: Node,
        named: Node,
        known: Collection[str],
        passages: Iterable[Passage],
    ) -> Iterator[_Asked]:
        """Pages that name the one asked about, each asked for what it says of its own subject."""
        index = self.schema.index
        chunks = [index.chunk_number[p.chunk] for p in passages if p.chunk in index.chunk_number]
        for chunk in dict.fromkeys((*self._mentioning(named), *chunks)):
            document = int(index.chunk_document[chunk])
            if not self._may(document):
                continue
            about = _row(index.document_about, document)
            for entity in index.abouts_by_document[about].tolist():
                id_, kind = index.entity_ids[entity], index.entity_types[entity]
                if id_ in known or id_ in named.ids or target.label not in ("", kind):
                    continue
                for relation in relations:
                    if self._open(id_, relation, named):
                        question = _question(relation, index.name_of(id_), self._ends_in(relation))
                        yield _Asked(question, index.passage(chunk), id_)

    def _of_named(self, relations: tuple[Relation, ...], named: Node) -> Iterator[_Asked]:
        """The own pages of the one asked about, each relation by itself."""
        index = self.schema.index
        for id_ in named.ids:
            entity = index.entity_number[id_]
            rows = _row(index.entity_about, entity)
            for document in index.abouts_by_entity[rows].tolist():
                chunk = int(index.first_chunk[document])
                if chunk < 0 or not self._may(document):
                    continue
                for relation in relations:
                    question = _question(relation, index.name_of(id_), self._ends_in(relation))
                    yield _Asked(question, index.passage(chunk))

    def _open(self, thing: str, relation: Relation, named: Node) -> bool:
        """Whether a relation may hold that no fact states: none states another one instead.

        The reader takes a director for a singer where nobody sings; the facts know better.
        """
        kind = self.schema.index.entity_types[self.schema.index.entity_number[thing]]
        if not self.schema.fits(relation.predicate, kind, ""):
            return False
        bearers = set(self._bearers(named))
        return not any(
            fact.starts and fact.other in bearers
            for predicate in self.schema.relations
            if predicate != relation.predicate
            for fact in self.schema.held.get((thing, predicate), ())
        )

    def _may(self, document: int) -> bool:
        return self.documents is None or self.schema.index.document_ids[document] in self.documents

    def _ends_in(self, relation: Relation) -> str:
        """The type that mostly stands at a relation's end."""
        ends: dict[str, int] = {}
        for (_, predicate, end), count in self.schema.signatures.items():
            if predicate == relation.predicate:
                ends[end] = ends.get(end, 0) + count
        return max(ends, key=lambda end: ends[end], default=VALUE)

    def _bearers(self, named: Node) -> list[str]:
        return list(dict.fromkeys((*named.ids, *(i for _, c, _ in named.bearers for i in c))))

    def _called(self, named: Node) -> list[str]:
        return [self.schema.index.name_of(id_) for id_ in named.ids]

    def _mentioning(self, named: Node) -> list[int]:
        """Chunks that mention one of the name, in their order."""
        index = self.schema.index
        found: set[int] = set()
        for id_ in self._bearers(named):
            at = index.entity_number[id_]
            rows = index.mentions_by_entity[_row(index.entity_mentions, at)]
            found |= set(index.mention_chunk[rows].tolist())
        return sorted(found)


def _row(pointers: AnyArray, at: int) -> slice:
    return slice(int(pointers[at]), int(pointers[at + 1]))


def _share(reading: PageReading, names: set[str]) -> float:
    """Which part of the reader's probability is on spans that name one of the names."""
    right = sum(math.exp(span.score) for span in reading.spans if _names(span, names))
    wrong = sum(math.exp(span.score) for span in reading.spans if not _names(span, names))
    return right / max(1e-9, right + wrong + math.exp(reading.none))


def _names(span: Found, names: set[str]) -> bool:
    """Whether it is one of the names, or one is within the other as whole words."""
    said = f" {fold(span.text)} "
    return any(f" {name} " in said or said in f" {name} " for name in names) and bool(said.strip())


def _question(relation: Relation, name: str, end: str) -> str:
    words, name = spoken(relation.predicate), split_bracket(name)[0]
    asks = "Who" if end == "Person" else "What"
    if words.split()[-1] in ("of", "in", "at", "by"):
        article = "a " if words.startswith("member") else ""
        return f"{asks} is {name} {article}{words}?"
    return f"{asks} is the {words} of {name}?"
