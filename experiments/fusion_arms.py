"""What the path in the hidden states adds: the arms of the fusion over identical passages.

    python experiments/fusion_arms.py INDEX QUESTIONS --models DIR --seeds 0 1 [--output FILE]
        [--retriever FOLDER] [--types compositional inference]

INDEX is a workspace's index folder, QUESTIONS a JSON list of {question, answer}. DIR holds what
`kgtransfer train fusion` made of `fusion-graph.toml`, `fusion-text.toml` and `fusion-facts.toml`,
as `graph-SEED`, `text-SEED` and `facts-SEED`. Each question's passages are retrieved once; nothing
is withheld. But in the last three arms no hand-made rule reads: only networks do.

| arm | trained as | reads |
|---|---|---|
| text | text | every passage by itself |
| facts | facts | the same, the pages that name it written before its text |
| links | text | the pages that the graph leads to, the path untold |
| shuffled | graph | as graph, over permuted links between pages |
| vectors | graph | as graph, and the graph encoder's vector of each page |
| graph | graph | the pages that the graph leads to, the path in its hidden states |
| syntax | | what ships: the question taken apart, with the rules that read beside the network |
| joined | graph | both: see `kgtransfer.read.joined` |
| joined-untold | text | both, the walk that of links |
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch

from kgtransfer.config import shipped
from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.evaluate.intervals import bootstrap
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.names import WEAK
from kgtransfer.read.answer import Reader
from kgtransfer.read.follow import PRIOR_WEIGHT, Candidate
from kgtransfer.read.kinds import fits
from kgtransfer.read.network import TextReader
from kgtransfer.read.pages import Page, PageNames, pages_of
from kgtransfer.read.path_follow import follow_paths, page_nodes
from kgtransfer.read.path_network import PathPageReader, PathReading
from kgtransfer.read.trails import Trail
from kgtransfer.records import Passage, Subgraph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import load_retriever
from kgtransfer.retrieve.search import Retriever
from kgtransfer.train.path_rows import with_links

READ = 8
TRAINED = {
    "text": "text", "facts": "facts", "links": "text", "shuffled": "graph", "vectors": "graph",
    "graph": "graph", "syntax": "graph", "joined": "graph", "joined-untold": "text",
}  # fmt: skip

WITH_RULES = ("syntax", "joined", "joined-untold")


class ShuffledNames(PageNames):
    """Names on pages lead to other pages than their own; those in the question stay."""

    def __init__(self, question: str, pages: Sequence[Page], seed: int) -> None:
        super().__init__(pages)
        self._question = question
        order = list(self.pages)
        random.Random(seed).shuffle(order)
        turned = [*order[1:], *order[:1]]  # no page keeps its own
        self._instead = {a.document: b for a, b in zip(order, turned, strict=True)}

    def find(self, text: str, least: int = WEAK) -> list[tuple[int, int, tuple[Page, ...]]]:
        """As the names of the true graph, with the permuted bearers."""
        found = super().find(text, least)
        if text == self._question:
            return found
        return [(a, b, tuple(self._instead[p.document] for p in pages)) for a, b, pages in found]


class Untold:
    """A path reader that reads every page as if it stood alone."""

    def __init__(self, net: PathPageReader) -> None:
        self.net = net

    def read(
        self, question: str, asked: Sequence[tuple[Passage, Trail | None]]
    ) -> list[PathReading]:
        """What the whole question finds in each passage."""
        return self.net.read(question, [(passage, None) for passage, _ in asked])


def answers(arm: str, net: PathPageReader, subgraph: Subgraph, seed: int) -> list[Candidate]:
    """The candidates of one arm, best first."""
    question, pages = subgraph.question, pages_of(subgraph)
    names = PageNames(pages)
    if arm in ("text", "facts"):
        return _each_alone(question, names, net, written=arm == "facts")
    if arm == "shuffled":
        names = ShuffledNames(question, pages, seed)
    nodes = page_nodes(subgraph) if arm == "vectors" else {}
    return follow_paths(question, names, net, nodes, fused=arm != "links")


def _each_alone(
    question: str, names: PageNames, net: PathPageReader, *, written: bool
) -> list[Candidate]:
    read = [(page, passage) for page in names.pages for passage in page.passages]
    titles = [
        with_links(page.title, _naming(page, names)) if written else page.title for page, _ in read
    ]
    readings = net.read(question, [(passage, None) for _, passage in read], titles=titles)
    candidates = [
        Candidate(f.text, f.score + r.ends + PRIOR_WEIGHT * page.prior, f.score, (f.evidence,), 1)
        for (page, _), r in zip(read, readings, strict=True)
        for f in r.page.spans
    ]
    return sorted(candidates, key=lambda c: -c.score)


def _naming(page: Page, names: PageNames) -> list[str]:
    return [
        other.title
        for other in names.pages
        if other.document != page.document
        and any(page in bearers for p in other.passages for *_, bearers in names.find(p.text))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--arms", nargs="+", default=[*TRAINED], choices=[*TRAINED])
    parser.add_argument("--types", nargs="*", help="Only questions of these types.")
    parser.add_argument("--first", type=int, help="Only so many questions.")
    parser.add_argument("--retriever", type=Path, default=shipped("models", "retriever"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    asked = json.loads(options.questions.read_text("utf-8"))
    if options.types:
        asked = [q for q in asked if q.get("question_type", q.get("type")) in options.types]
    asked = asked[: options.first]
    retriever = Retriever(
        GraphIndex.open(options.index), MiniLMEncoder(), load_retriever(options.retriever)
    )
    subgraphs = [retriever.retrieve(q["question"], top_k=READ) for q in asked]
    scores = {
        arm: [_scores(arm, options.models, seed, asked, subgraphs) for seed in options.seeds]
        for arm in options.arms
    }
    report = {
        "questions": len(asked),
        "seeds": options.seeds,
        **summary(scores),
        "data": data_files([options.questions]),
        "versions": versions(),
        "machine": machine(),
    }
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _scores(
    arm: str, models: Path, seed: int, asked: Sequence[Any], subgraphs: Sequence[Subgraph]
) -> list[tuple[float, float]]:
    reader = TextReader.load(shipped("models", "reader"))
    net = PathPageReader.load(models / f"{TRAINED[arm]}-{seed}", reader)
    walkers = {"joined": net, "joined-untold": Untold(net)}
    whole = Reader(reader, walkers.get(arm))
    found = []
    for number, (question, subgraph) in enumerate(zip(asked, subgraphs, strict=True)):
        if arm in WITH_RULES:
            trace = whole.trace(question["question"], subgraph)
            text = trace.candidate.text if trace else None
        else:
            proposed = answers(arm, net, subgraph, number)
            text = next((c.text for c in proposed if fits(question["question"], c.text)), None)
        golds = [question["answer"], *question.get("answer_aliases", ())]
        found.append((exact_match(text, golds), f1_score(text, golds)))
    return found


def summary(scores: dict[str, list[list[tuple[float, float]]]]) -> dict[str, Any]:
    """Means by arm and seed; how graph differs from the other arms, and joined from syntax."""

    def table(arm: str, measure: int) -> list[list[float]]:
        return [[100 * one[measure] for one in row] for row in scores[arm]]

    def mean(values: Sequence[float]) -> float:
        return round(sum(values) / max(1, len(values)), 1)

    arms = {
        arm: {
            name: [mean(row) for row in table(arm, measure)]
            for measure, name in enumerate(("exact_match", "f1"))
        }
        for arm in scores
    }
    pairs = [("graph", other) for other in scores if other not in ("graph", *WITH_RULES)]
    pairs += [("joined", other) for other in ("syntax", "joined-untold")]
    compared = [pair for pair in pairs if set(pair) <= scores.keys()]
    return {"arms": arms, "differences": _differences(table, compared)}


def _differences(
    table: Callable[[str, int], list[list[float]]], pairs: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for own, other in pairs:
        for measure, name in enumerate(("exact_match", "f1")):
            rows = zip(table(own, measure), table(other, measure), strict=True)
            estimate = bootstrap([[a - b for a, b in zip(*r, strict=True)] for r in rows])
            interval = [round(v, 1) for v in (estimate.mean, estimate.low, estimate.high)]
            found.setdefault(f"{own} - {other}", {})[name] = interval
    return found


if __name__ == "__main__":
    main()
