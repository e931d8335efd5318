"""Words a second of both tiers, and what the fast one finds of what the accurate one does.

    python experiments/tiers.py CORPUS [--passages 300] [--seed 0] [--output FILE]

CORPUS is a JSON list of {title, text}. CPU time of one thread, model loading left out; the tiers
take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.names import fold
from kgtransfer.records import Extraction

TIERS = ("accurate", "fast")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    passages = json.loads(options.corpus.read_text("utf-8"))
    random.Random(options.seed).shuffle(passages)
    texts = [f"{p['title']}\n\n{p['text']}" for p in passages[: options.passages]]
    extractors = {tier: load_extractor(tier=tier) for tier in TIERS}
    for extractor in extractors.values():
        extractor.extract(texts[0], "en")  # what is made once
    seconds = dict.fromkeys(TIERS, 0.0)
    found: dict[str, list[Extraction]] = {tier: [] for tier in TIERS}
    for text in texts:
        for tier, extractor in extractors.items():
            started = time.thread_time()
            found[tier].append(extractor.extract(text, "en"))
            seconds[tier] += time.thread_time() - started
    words = sum(len(text.split()) for text in texts)
    report = {
        "passages": len(texts),
        "words": words,
        "words_per_second": {tier: round(words / s) for tier, s in seconds.items()},
        "ratio": round(seconds["accurate"] / seconds["fast"], 1),
        "fingerprints": {tier: e.fingerprint for tier, e in extractors.items()},
        **compare(texts, found["accurate"], found["fast"]),
    }
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def compare(
    texts: list[str], accurate: list[Extraction], fast: list[Extraction]
) -> dict[str, object]:
    """Names by place, facts by the names at their ends; the accurate tier counts as right."""
    counts: dict[str, Counter[str]] = {}
    for text, one, other in zip(texts, accurate, fast, strict=True):
        for kind, cut in (("names", 2), ("names with types", 3)):
            count(counts, kind, names(one, cut), names(other, cut))
        count(counts, "values", values(one), values(other))
        count(counts, "stated facts", facts(text, one), facts(text, other))
    rates = {}
    for kind, c in counts.items():
        p, r = c["both"] / max(1, c["fast"]), c["both"] / max(1, c["accurate"])
        rates[kind] = {
            "accurate": c["accurate"],
            "fast": c["fast"],
            "both": c["both"],
            "precision": round(100 * p, 1),
            "recall": round(100 * r, 1),
            "f1": round(200 * p * r / max(1e-9, p + r), 1),
        }
    known = load_schema().names
    phrases = [s for e in fast for s in e.statements if s.predicate not in known]
    return {"against_accurate": rates, "open_relations": len(phrases)}


def count(counts: dict[str, Counter[str]], kind: str, one: set[object], other: set[object]) -> None:
    """Add what each found, and both."""
    sizes = {"accurate": len(one), "fast": len(other), "both": len(one & other)}
    counts.setdefault(kind, Counter()).update(sizes)


def names(extraction: Extraction, cut: int) -> set[object]:
    return {(m.start, m.end, m.type)[:cut] for m in extraction.mentions if not m.pronoun}


def values(extraction: Extraction) -> set[object]:
    return {(v.start, v.end) for v in extraction.values}


def facts(text: str, extraction: Extraction) -> set[object]:
    """Of the schema's predicates, stated by a sentence; each end by its cluster's longest name."""
    longest: dict[int, str] = {}
    for m in extraction.mentions:
        name = fold(text[m.start : m.end])
        if not m.pronoun and len(name) > len(longest.get(m.cluster, "")):
            longest[m.cluster] = name
    known, found = load_schema().names, set()
    for s in extraction.statements:
        if s.predicate in known and s.sentence is not None:
            subject = longest.get(extraction.mentions[s.subject].cluster)
            if s.object_is_value:
                target = str(extraction.values[s.object].value)
            else:
                target = longest.get(extraction.mentions[s.object].cluster, "")
            found.add((subject, s.predicate, target))
    return found


if __name__ == "__main__":
    main()
