"""How many questions about 2Wiki's graph become the right query, a wrong one, or a refusal.

    kgtransfer ingest DIR/multihop/2wiki/corpus.json --workspace W
    python experiments/as_cypher.py W --out experiments/results/as-cypher.json

Right: the answers (first column) are those of the query that a person wrote for the question, or
the question can't be answered from the graph and is refused. Questions: as_cypher_questions.py.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

from as_cypher_questions import DEVELOPMENT, HELD_OUT

from kgtransfer.text2cypher.write import translate
from kgtransfer.workspace import Workspace


def answers(workspace: Workspace, text: str, parameters: dict) -> set[str]:
    rows = workspace.store.query(text, parameters, seconds=120, rows=100_000).rows
    return {str(row[0]) for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--set", choices=("development", "held-out", "both"), default="both")
    args = parser.parse_args()
    sets = {"development": DEVELOPMENT, "held-out": HELD_OUT}
    report = {}
    with Workspace.open(args.workspace) as workspace:
        schema = workspace.graph_schema
        for name, questions in sets.items():
            if args.set not in ("both", name):
                continue
            counts: Counter[str] = Counter()
            seconds, rows = [], []
            for question, reference in questions:
                started = time.perf_counter()
                found = translate(question, schema)
                seconds.append(time.perf_counter() - started)
                wanted = answers(workspace, reference, {}) if reference else set()
                query = found.query
                got = answers(workspace, query.text, query.parameters) if query else set()
                if found.query is None:
                    kind = "refused, rightly" if reference is None else "refused, answerable"
                elif reference is None:
                    kind = "answered, unanswerable"
                else:
                    kind = "right" if got == wanted else "wrong"
                counts[kind] += 1
                row = {"question": question, "outcome": kind, "answers": len(got)}
                said = {"understood": found.understood, "refusal": found.refusal}
                rows.append(row | said | {"unsure": found.unsure})
                if kind not in ("right", "refused, rightly") or (kind == "right" and not wanted):
                    print(f"{kind}: {question} | {found.understood or found.refusal}")
                    print(f"    {sorted(got)[:4]} ({len(got)}) for {sorted(wanted)[:4]}")
            median = round(sorted(seconds)[len(seconds) // 2], 3)
            report[name] = {**counts, "seconds_median": median}
            report[f"{name} questions"] = rows
            print(name, report[name])
    if args.out:
        args.out.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
