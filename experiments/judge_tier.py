"""Draw plain facts of a tier at random, to be judged by reading.

    python experiments/judge_tier.py CORPUS [--tier fast] [--seed 77] [--count 60] > sample.tsv

One line for each: number, whether the predicate is the schema's, subject, predicate, object,
sentence. A judge writes the numbers of the wrong ones.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.schema import load_schema


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--tier", choices=("accurate", "fast"), default="fast")
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--count", type=int, default=60)
    options = parser.parse_args()
    passages = json.loads(options.corpus.read_text("utf-8"))
    chance = random.Random(options.seed)
    chance.shuffle(passages)
    extractor, known = load_extractor(tier=options.tier), load_schema().names
    lines = []
    for passage in passages[: options.passages]:
        text = f"{passage['title']}\n\n{passage['text']}"
        found = extractor.extract(text, "en")
        first = {m.cluster: m for m in reversed(found.mentions) if not m.pronoun}
        for s in found.statements:
            if s.sentence is None or s.hedge or s.negated:
                continue
            one = found.mentions[s.subject]
            one = first.get(one.cluster, one)
            other = found.values[s.object] if s.object_is_value else found.mentions[s.object]
            names = [" ".join(text[e.start : e.end].split()) for e in (one, other)]
            kind = "schema" if s.predicate in known else "open"
            sentence = " ".join(text[slice(*s.sentence)].split())
            lines.append((kind, names[0], s.predicate, names[1], sentence))
    for number, line in enumerate(chance.sample(lines, min(options.count, len(lines))), 1):
        print(number, *line, sep="\t")


if __name__ == "__main__":
    main()
