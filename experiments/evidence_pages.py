"""Facts of the pages that 2Wiki's evidence names, read and linked without a workspace.

    python experiments/evidence_pages.py multihop/2wiki/corpus.json QUESTIONS [--output FILE]

Compares the graph of the 1,186 pages alone with the questions' evidence, as `evaluate graph` does
with the graph of all: a few minutes tell what a change of the rules finds and loses.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from kgtransfer.corpus.sources import read_sources
from kgtransfer.evaluate.graph import evaluate_graph, gold_triples
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.names import fold, split_bracket
from kgtransfer.records import SourceDocument
from kgtransfer.train.corpora import graph_of


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
    content = graph_of(pages, load_extractor(), Path(":memory:"))
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


if __name__ == "__main__":
    main()
