"""How many of a question set's names are found again when it is misspelt, and how long it takes.

python experiments/misspelt_names.py INDEX QUESTIONS [--names 500000]

INDEX is a workspace's `index` folder (or that of `evaluate retrieval --work`), QUESTIONS a JSON
list with "question". With `--names`, the time alone, over so many names: those of the index and
others made up from their words and random ones.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from kgtransfer.evaluate.typos import with_typos
from kgtransfer.names import find_names
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import link_question
from kgtransfer.retrieve.name_words import NameWords
from kgtransfer.retrieve.spelling import respell

SYLLABLES = [a + b for a in "bklmnrst" for b in "aeiou"]


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--names", type=int, default=0)
    chosen = parser.parse_args()
    index = GraphIndex.open(chosen.index)
    questions = [item["question"] for item in json.loads(chosen.questions.read_text())]
    report = _scaled(index, questions, chosen.names) if chosen.names else _found(index, questions)
    print(json.dumps(report, indent=1))


def _found(index: GraphIndex, questions: list[str]) -> dict[str, Any]:
    plain = [link_question(index, question) for question in questions]
    wrong = [link_question(index, with_typos(question)) for question in questions]
    names = [{link.key for link in links} for _, links in plain]
    lost = [
        keys - {link.key for link in links} for keys, (_, links) in zip(names, wrong, strict=True)
    ]
    return {
        "names": sum(map(len, names)),
        "lost": sum(map(len, lost)),
        "plain questions changed": sum(a != b for a, (b, _) in zip(questions, plain, strict=True)),
        "names of the index": len(index.names),
        "misspelt": _times(lambda q: link_question(index, with_typos(q)), questions),
    }


def _scaled(index: GraphIndex, questions: list[str], size: int) -> dict[str, Any]:
    rng = random.Random(0)
    words = [word for name in index.names for word in name.split()]
    new = ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4))) for _ in range(size // 2)]
    keys = set(index.names)
    while len(keys) < size:
        count = rng.choice([1, 2, 2, 2, 3, 3, 4])
        keys.add(" ".join(rng.choice(words if rng.random() < 0.6 else new) for _ in range(count)))
    names = sorted(keys)
    started = time.thread_time()
    table = NameWords.of(names)
    seconds = time.thread_time() - started
    nobody = {"name_documents": np.zeros(size + 1, int), "name_entities": np.zeros(size + 1, int)}
    none = np.zeros((0, 2), int)
    large: Any = SimpleNamespace(
        name_words=table, names=names, bm25=index.bm25, name_document_bearers=none,
        name_entity_bearers=none, **nobody,
    )  # fmt: skip

    def ask(question: str) -> None:
        exact = [(start, end) for start, end, _ in find_names(question, keys.__contains__)]
        respell(large, question, exact)

    return {
        "names": size,
        "words": len(table.words),
        "seconds to make the table": round(seconds, 2),
        "plain": _times(ask, questions),
        "misspelt": _times(lambda question: ask(with_typos(question)), questions),
    }


def _times(ask: Callable[[str], object], questions: list[str]) -> dict[str, float]:
    """Milliseconds of CPU time."""
    ask(questions[0])
    spent = []
    for question in questions:
        started = time.thread_time()
        ask(question)
        spent.append(1000 * (time.thread_time() - started))
    return {f"ms p{p}": round(float(np.percentile(spent, p)), 2) for p in (50, 95, 100)}


if __name__ == "__main__":
    main()
