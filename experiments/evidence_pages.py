"""Facts of the pages that 2Wiki's evidence names, read and linked without a workspace.

    python experiments/evidence_pages.py multihop/2wiki/corpus.json QUESTIONS [--output FILE]

Compares the graph of the 1,186 pages alone with the questions' evidence, as `evaluate graph` does
with the graph of all: a few minutes tell what a change of the rules finds and loses.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from pathlib import Path
from typing import Any

from kgtransfer import link
from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.corpus.sources import read_sources
from kgtransfer.evaluate.graph import evaluate_graph, gold_triples
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.names import fold, split_bracket
from kgtransfer.records import Document, GraphContent, SourceDocument


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    gold = gold_triples(json.loads(options.questions.read_text("utf-8")))
    wanted = {fold(split_bracket(name)[0]) for s, _, o in gold for name in (s, o)}
    pages = [
        page
        for page in read_sources([options.corpus])
        if isinstance(page, SourceDocument) and fold(split_bracket(page.title)[0]) in wanted
    ]
    started = time.process_time()
    content = linked(pages)
    report: dict[str, Any] = {
        "pages": len(pages),
        "words": sum(len(page.text.split()) for page in pages),
        "seconds": round(time.process_time() - started, 1),
        "facts": len(content.facts),
        "plain": sum(f.stated and not f.negated for f in content.facts),
        "all": evaluate_graph(content, gold).as_json(),
        "plain facts": evaluate_graph(content, gold, plain=True).as_json(),
    }
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def linked(pages: list[SourceDocument]) -> GraphContent:
    """The graph of some pages, with the shipped extractor."""
    extractor, ledger = load_extractor(), Ledger.open(":memory:")
    ids = []
    for page in pages:
        hashed = hashlib.sha256(page.text.encode()).hexdigest()
        id_ = hashlib.sha256(page.uri.encode()).hexdigest()[:16]
        document = Document(id_, page.uri, page.title, page.language, hashed)
        chunks = tuple(make_chunks(id_, page.text))
        ledger.begin(document, version_of(document, "pages"), chunks, "pages")
        ledger.put_extractions(
            (text.key, extractor.extract(text.text, "en")) for text in ledger.missing(id_)
        )
        ids.append(id_)
    with ledger.change("ingest"):
        for id_ in ids:
            ledger.complete(id_)
        link.update(ledger.links, load_schema().names)
    content = ledger.content()
    ledger.close()
    return content


if __name__ == "__main__":
    main()
