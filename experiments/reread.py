"""What today's rules for stated and open relations change in a graph, without encoding it again.

    python experiments/reread.py WORKSPACE/ledger.sqlite QUESTIONS [--output FILE]

Takes the pages that the questions' evidence names, links what the ledger holds of them, then reads
open relations, terms and doubts anew over the names, values and statements of the model that are
stored, and compares both graphs with the evidence. It also writes both as an index's arrays and
names those that differ: where only facts do, retrieval finds the same.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import spacy

from kgtransfer import link
from kgtransfer.config import shipped
from kgtransfer.evaluate.graph import evaluate_graph, gold_triples
from kgtransfer.extract.cues import KIND_OF, lacks_word
from kgtransfer.extract.fast_tagger import PartTagger
from kgtransfer.extract.fast_weights import shared_tagger
from kgtransfer.extract.open_relations import add_open_relations
from kgtransfer.extract.phrases import _PHRASES, PhraseTable
from kgtransfer.extract.pronouns import unclear_clusters
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.stating import THRESHOLD, Sentences
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.names import fold, split_bracket
from kgtransfer.records import Chunk, Document, Extraction, GraphContent, Statement
from kgtransfer.retrieve.layout import write_layout

Stored = Mapping[Document, list[tuple[Chunk, Extraction]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    gold = gold_triples(json.loads(options.questions.read_text("utf-8")))
    wanted = {fold(split_bracket(name)[0]) for s, _, o in gold for name in (s, o)}
    ledger = Ledger.open(options.ledger)
    stored = {
        d.document: list(ledger.extractions(d.document.id))
        for d in ledger.documents()
        if fold(split_bracket(d.document.title)[0]) in wanted
    }
    ledger.close()
    before = linked(stored, lambda text, found: found)
    after = linked(stored, Rereader())
    report: dict[str, Any] = {"pages": len(stored), "triples": len(gold)}
    for name, content in (("before", before), ("after", after)):
        plain = [f for f in content.facts if f.stated and not f.negated]
        report[name] = {
            "entities": len(content.entities),
            "concepts": sum(e.type == "Concept" for e in content.entities),
            "facts": len(content.facts),
            "plain": len(plain),
            "open": sum(f.type == "RELATES_TO" for f in plain),
            "all": _short(evaluate_graph(content, gold).as_json()),
            "plain facts": _short(evaluate_graph(content, gold, plain=True).as_json()),
        }
    report["arrays that differ"] = differing(before, after)
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _short(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("on_page", "any_predicate_on_page", "functional")}


class Rereader:
    """Reads a stored extraction anew from its parts of speech on."""

    def __init__(self) -> None:
        self.nlp = spacy.blank("en")
        self.tag = PartTagger(shared_tagger(str(shipped("models", "fast"))))
        self.table = PhraseTable(load_schema(), definitions=False)
        self.named = {name for _, name, _ in _PHRASES}

    def __call__(self, text: str, found: Extraction) -> Extraction:
        doc = self.nlp(text)
        reading = reading_of(doc)
        reading.sentences = list(found.sentences)
        starts = [start for start, _ in reading.sentences]
        reading.sentence_of = [max(0, bisect_right(starts, a) - 1) for a, _ in reading.words]
        reading.mentions, reading.values = list(found.mentions), list(found.values)
        reading.unclear = unclear_clusters(text, reading.mentions)
        known = load_schema().names
        reading.statements = [
            s
            for s in found.statements
            if s.predicate in known and not (s.predicate in self.named and s.confidence == 0.7)
        ]
        if not reading.mentions:
            return found
        self.table(add_open_relations(self._doubted(doc, reading)))
        return Extraction(
            found.sentences, tuple(reading.mentions), found.values, tuple(reading.statements)
        )

    def _doubted(self, doc: Any, reading: Reading) -> Any:
        """Doubt what only today's rules doubt: what other rules state was never judged."""
        judge = Sentences(self.tag(doc).text, reading)
        reading.statements = [
            replace(s, sentence=None) if self._is_doubtful(judge, s) else s
            for s in reading.statements
        ]
        return doc

    def _is_doubtful(self, judge: Sentences, statement: Statement) -> bool:
        rules = KIND_OF.get(statement.predicate) in ("people", "event")
        if statement.sentence is None or not (rules or lacks_word(statement.predicate, "")):
            return False
        return judge.probability(statement) < THRESHOLD


def linked(stored: Stored, read: Callable[[str, Extraction], Extraction]) -> GraphContent:
    """The graph of the pages, with each extraction as `read` makes it."""
    ledger = Ledger.open(":memory:")
    for document, passages in stored.items():
        chunks = tuple(chunk for chunk, _ in passages)
        ledger.begin(document, version_of(document, "reread"), chunks, "reread")
        of_text = {chunk.text: found for chunk, found in passages}
        ledger.put_extractions(
            (text.key, read(text.text, of_text[text.text])) for text in ledger.missing(document.id)
        )
    with ledger.change("ingest"):
        for document in stored:
            ledger.complete(document.id)
        link.update(ledger.links, load_schema().names)
    content = ledger.content()
    ledger.close()
    return content


def differing(one: GraphContent, other: GraphContent) -> list[str]:
    """The files of an index's arrays that two graphs make differently."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder) / name for name in ("one", "other")]
        for place, content in zip(places, (one, other), strict=True):
            place.mkdir()
            write_layout(content, place)
        names = {file.name for place in places for file in place.iterdir()}
        return sorted(name for name in names if len({(p / name).read_bytes() for p in places}) > 1)


if __name__ == "__main__":
    main()
