"""Questions with two topics over MetaQA's knowledge base, made by templates, answered and counted.

python experiments/combined_questions.py KB OUTPUT [--seed N] [--each N] [--show N]

The wordings of "tune" were looked at while the parser was written, those of "report" were not.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from kgtransfer.evaluate.intervals import bootstrap
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.combine import comparison, conjunction
from kgtransfer.train.kgqa_data import open_reasoner

THRESHOLD = 0.5
"""What `ask` gives."""
CLAUSES = {
    "tune": {
        "directed_by": ("directed by {}", "that {} directed"),
        "written_by": ("written by {}", "that {} wrote"),
        "starred_actors": ("starring {}", "that {} acted in"),
        "release_year": ("released in {}", "that came out in {}"),
        "has_genre": ("of the genre {}", "that are {} films"),
        "in_language": ("in {}", "in the {} language"),
    },
    "report": {
        "directed_by": ("made by the director {}", "whose director is {}"),
        "written_by": ("scripted by {}", "from a screenplay by {}"),
        "starred_actors": ("featuring {}", "in which {} appears"),
        "release_year": ("of the year {}", "first shown in {}"),
        "has_genre": ("which are {}", "belonging to {}"),
        "in_language": ("spoken in {}", "whose language is {}"),
    },
}
HEADS = {"tune": ("which films", "what movies"), "report": ("the movies", "name the films")}
JOINS = {"tune": (" ", " and "), "report": (" and also ", ", ")}
COMPARED = {
    "tune": (("which film came out first, {} or {}", True), ("which is newer, {} or {}", False)),
    "report": (
        ("was {} or {} released earlier", True),
        ("which movie is more recent, {} or {}", False),
    ),
}


def main() -> None:
    """Ask both kinds in both wordings."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kb", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--show", type=int, default=0)
    chosen = parser.parse_args()
    reasoner = open_reasoner(chosen.kb)
    rows = _facts(reasoner)
    result: dict[str, Any] = {"settings": {"seed": chosen.seed, "each": chosen.each}}
    for part in ("tune", "report"):
        rng = random.Random(chosen.seed)
        for kind in ("conjunctions", "comparisons", "conjunctions of nothing"):
            made = _comparisons if kind == "comparisons" else _conjunctions
            asked = made(rows, part, rng, chosen.each)
            if kind == "conjunctions of nothing":
                asked = _nothing(rows, part, rng, chosen.each)
            start = time.perf_counter()
            hits, answered, sure = [], 0, []
            for question, gold in asked:
                said, confidence = _answer(reasoner, question, kind)
                hits.append(float(bool(said) and said[0] in gold))
                answered += bool(said)
                if confidence >= THRESHOLD:
                    sure.append(hits[-1])
                if len(hits) <= chosen.show:
                    print(question, "|", sorted(gold)[:3], "|", said[:3])
            spent = (time.perf_counter() - start) / len(asked)
            mean = bootstrap([hits], resamples=2000)
            result[f"{kind}, {part}"] = {
                "questions": len(asked),
                "hits1": round(100 * mean.mean, 1),
                "low": round(100 * mean.low, 1),
                "high": round(100 * mean.high, 1),
                "answered": answered,
                "sure": len(sure),
                "sure_and_right": int(sum(sure)),
                "milliseconds": round(1000 * spent, 1),
            }
            print(kind, part, result[f"{kind}, {part}"])
    result |= {"data": data_files([chosen.kb]), "versions": versions(), "machine": machine()}
    chosen.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _answer(reasoner: Reasoner, question: str, kind: str) -> tuple[list[str], float]:
    names = reasoner.graph.names
    if kind != "comparisons":
        found = conjunction(reasoner, question)
        return ([names[node] for node in found.answers], found.confidence) if found else ([], 0.0)
    least = comparison(reasoner, question)
    return ([names[least.answer]], least.confidence) if least else ([], 0.0)


def _facts(reasoner: Reasoner) -> dict[str, dict[str, list[str]]]:
    """By film, what it has of each relation."""
    graph = reasoner.graph
    films: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node, name in enumerate(graph.names):
        for edge in range(int(graph.pointers[node]), int(graph.pointers[node + 1])):
            relation = int(graph.edge_relation[edge])
            if relation < len(graph.relations):
                target = graph.names[int(graph.edge_target[edge])]
                films[name][graph.relations[relation]].append(target)
    return films


def _conjunctions(
    films: dict[str, dict[str, list[str]]], part: str, rng: random.Random, count: int
) -> list[tuple[str, set[str]]]:
    having: dict[tuple[str, str], set[str]] = defaultdict(set)
    for film, facts in films.items():
        for relation, targets in facts.items():
            for target in targets:
                having[relation, target].add(film)
    names, asked = sorted(films), []
    while len(asked) < count:
        film = rng.choice(names)
        relations = sorted(set(films[film]) & set(CLAUSES[part]))
        if len(relations) < 2:
            continue
        one, other = rng.sample(relations, 2)
        a, b = rng.choice(films[film][one]), rng.choice(films[film][other])
        gold = having[one, a] & having[other, b]
        if a != b and len(having[one, a]) > 1:
            clauses = [rng.choice(CLAUSES[part][r]).format(t) for r, t in ((one, a), (other, b))]
            question = f"{rng.choice(HEADS[part])} {rng.choice(JOINS[part]).join(clauses)}"
            asked.append((question, gold))
    return asked


def _nothing(
    films: dict[str, dict[str, list[str]]], part: str, rng: random.Random, count: int
) -> list[tuple[str, set[str]]]:
    """Questions whose two clauses are of two films, and fit no film together."""
    names, asked = sorted(films), []
    while len(asked) < count:
        chosen = []
        for film in rng.sample(names, 2):
            relation = rng.choice(sorted(set(films[film]) & set(CLAUSES[part])) or [""])
            chosen.append((relation, rng.choice(films[film].get(relation, [""]))))
        (one, a), (other, b) = chosen
        if not (a and b) or one == other or a == b:
            continue
        if not any(a in facts.get(one, ()) and b in facts.get(other, ())
                   for facts in films.values()):  # fmt: skip
            clauses = [rng.choice(CLAUSES[part][r]).format(t) for r, t in chosen]
            question = f"{rng.choice(HEADS[part])} {rng.choice(JOINS[part]).join(clauses)}"
            asked.append((question, set[str]()))
    return asked


def _comparisons(
    films: dict[str, dict[str, list[str]]], part: str, rng: random.Random, count: int
) -> list[tuple[str, set[str]]]:
    dated = sorted(film for film, facts in films.items() if len(facts.get("release_year", ())) == 1)
    asked = []
    while len(asked) < count:
        one, other = rng.sample(dated, 2)
        first, second = (int(films[film]["release_year"][0]) for film in (one, other))
        if first != second:
            text, least = rng.choice(COMPARED[part])
            asked.append((text.format(one, other), {one if (first < second) == least else other}))
    return asked


if __name__ == "__main__":
    main()
