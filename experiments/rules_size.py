"""How long mining takes, and how much memory, on several graphs put side by side.

python experiments/rules_size.py OUTPUT FILE... (triples; each file's names are its own)
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

from kgtransfer.corpus.triples import read_triple_files
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.records import TripleSource
from kgtransfer.rules.facts import FactArrays
from kgtransfer.rules.infer import Premises, infer
from kgtransfer.rules.mine import mine
from kgtransfer.rules.rule import RuleSet


def peak() -> int:
    """The most memory that was held until now, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(output: Path, files: list[Path]) -> None:
    """Mine, infer at the command's default thresholds, and write what it took."""
    triples = [
        (f"{at} {t.subject}", f"{at} {t.predicate}", f"{at} {t.object}")
        for at, source in enumerate(read_triple_files(files))
        if isinstance(source, TripleSource)
        for t in source.triples
    ]
    before = peak()
    start = time.perf_counter()
    facts = FactArrays.of_texts(triples)
    mined = mine(facts)
    mining = time.perf_counter() - start
    after = peak()
    rules = tuple(r for r in mined.rules if r.confidence >= 0.7 and r.standard >= 0.3)
    order = {name: at for at, name in enumerate(facts.predicates)}
    sure = np.ones(len(facts.rows))
    start = time.perf_counter()
    found = infer(Premises(order, facts.rows, sure, facts.rows, facts.size), RuleSet(rules, 0.4))
    result = {
        "facts": len(facts.rows),
        "predicates": facts.count,
        "rules": len(mined.rules),
        "bodies": mined.bodies,
        "left_out": mined.left_out,
        "mining_seconds": round(mining, 1),
        "memory_mb_before": before,
        "memory_mb_mining": after,
        "rules_applied": len(rules),
        "inferred": len(found),
        "infer_seconds": round(time.perf_counter() - start, 1),
        "memory_mb": peak(),
        "data": data_files(files),
        "versions": versions("scipy"),
        "machine": machine(),
    }
    output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
