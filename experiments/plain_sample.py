"""Draw facts that a sentence states at random, as lines of JSON to be judged by reading.

    python experiments/plain_sample.py FILE... --genre manual [--count 30] [--seed 91] > FILE
    python experiments/plain_sample.py --report experiments/results/judged-stated.jsonl

FILE is anything that `kgtransfer ingest` reads. Nothing is drawn that is hedged or negated, and of
noun phrases only those that their document uses as terms. A judge adds `right`; the report counts
it by genre, with Wilson's interval, and prints what is wrong.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.corpus.sources import read_sources
from kgtransfer.extract.extractor import Extractor, load_extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.link.terms import terms_of
from kgtransfer.names.terms import term_key
from kgtransfer.quality import wilson
from kgtransfer.records import Chunk, Extraction, SourceDocument

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--genre", default="")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--documents", type=int, default=0, help="so many at random; 0: all")
    parser.add_argument("--words", type=int, default=0, help="stop after so many; 0: read all")
    parser.add_argument("--seed", type=int, default=91)
    parser.add_argument("--open", action="store_true", help="only predicates outside the schema")
    parser.add_argument("--tier", choices=("accurate", "fast"), default="accurate")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    if options.report:
        report([json.loads(line) for line in options.report.read_text("utf-8").splitlines()])
        return
    chance = random.Random(options.seed)
    documents = [d for d in read_sources(options.files) if isinstance(d, SourceDocument)]
    if options.documents:
        documents = chance.sample(documents, options.documents)
    rows, words = [], 0
    extractor = load_extractor(tier=options.tier)
    for document in documents:
        rows += list(facts(extractor, document, options.words - words if options.words else 0))
        words += len(document.text.split())
        if options.words and words >= options.words:
            break
    if options.open:
        rows = [row for row in rows if row["open"]]
    sample = f"seed {options.seed}, of {len(rows)} in {min(words, options.words or words)} words"
    for row in chance.sample(rows, min(options.count, len(rows))):
        print(json.dumps({"genre": options.genre, "sample": sample, **row}, ensure_ascii=False))


def facts(extractor: Extractor, document: SourceDocument, most: int) -> Iterator[Row]:
    """The plain facts of a document, of its first `most` words where that is not 0."""
    passages: list[tuple[Chunk, Extraction]] = []
    words = 0
    for chunk in make_chunks(document.uri, document.text):
        passages.append((chunk, extractor.extract(chunk.text, "en")))
        words += len(chunk.text.split())
        if most and words >= most:
            break
    places = terms_of(document.title, passages).values()
    terms = {key for found in places for *_, key in found}
    known = load_schema().names
    seen = set()
    for chunk, extraction in passages:
        for s in extraction.statements:
            ends = [extraction.mentions[s.subject]]
            ends += [] if s.object_is_value else [extraction.mentions[s.object]]
            said = [chunk.text[m.start : m.end] for m in ends if m.term]
            if (
                s.sentence is None
                or s.hedge
                or s.negated
                or any(term_key(t) not in terms for t in said)
            ):
                continue
            names = [name(chunk.text, extraction, m.cluster) for m in ends]
            if s.object_is_value:
                value = extraction.values[s.object]
                names.append(chunk.text[value.start : value.end])
            row = {
                "document": document.title or document.uri,
                "subject": names[0],
                "predicate": s.predicate,
                "object": names[1],
                "sentence": " ".join(chunk.text[slice(*s.sentence)].split()),
                "open": s.predicate not in known,
                "term": bool(said),
            }
            if tuple(row.values()) not in seen:
                seen.add(tuple(row.values()))
                yield row


def name(text: str, extraction: Extraction, cluster: int) -> str:
    """The longest name of a cluster."""
    forms = (
        text[m.start : m.end] for m in extraction.mentions if m.cluster == cluster and not m.pronoun
    )
    return " ".join(max(forms, key=len).split())


def report(rows: Iterable[Row]) -> None:
    """Print how many are right, by genre and for open relations, and which are wrong."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["genre"]].append(row)
        groups["all"].append(row)
        for kind in ("open", "term"):
            if row[kind]:
                groups[kind].append(row)
    for group, found in sorted(groups.items()):
        right = sum(row["right"] for row in found)
        low, high = wilson(right, len(found))
        share = 100 * right / len(found)
        print(
            f"{group}: {right} of {len(found)}, {share:.1f} ({100 * low:.0f} to {100 * high:.0f})"
        )
    for row in groups["all"]:
        if not row["right"]:
            print(
                "\t".join(
                    (row["genre"], row["subject"], row["predicate"], row["object"], row["sentence"])
                )
            )


if __name__ == "__main__":
    main()
