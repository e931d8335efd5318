"""Ask for lists and counts in plain `ask`, and compare with what the corpus states.

    kgtransfer ingest DIR/multihop/2wiki/corpus.json --workspace W
    python experiments/lists.py W --set development --out experiments/results/lists.json

A list is scored by the F1 of its items (a question with nothing to list: 1 if it is withheld); a
count is right where it is that of the items or the number that the text states. Questions:
list_questions.py.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path
from typing import Any

from list_questions import DEVELOPMENT, HELD_OUT, ListQuestion

from kgtransfer.answering import answer
from kgtransfer.names import fold, split_bracket
from kgtransfer.records import Answer
from kgtransfer.workspace import Workspace


def same(one: str, other: str) -> bool:
    a, b = (re.sub(r"^the ", "", fold(split_bracket(name)[0])) for name in (one, other))
    return bool(a and b) and (f" {a} " in f" {b} " or f" {b} " in f" {a} ")


def score(question: ListQuestion, found: Answer) -> dict[str, Any]:
    said = [item.text for item in found.items]
    if not said and found.text is not None and not question.counts:
        said = re.split(r"; |, and |, | and ", found.text)
    maybe = [one for one in said if fold(one) in map(fold, question.maybe)]
    right = [o for o in said if o not in maybe and any(same(o, item) for item in question.items)]
    wrong = [
        one
        for one in said
        if one not in (*right, *maybe) and not any(same(one, item) for item in question.maybe)
    ]
    hit = sum(any(same(one, item) for one in right) for item in question.items)
    precision = len(right) / max(1, len(right) + len(wrong))
    recall = hit / max(1, len(question.items))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    if question.counts:
        numbers = {*question.numbers, *([str(len(question.items))] if question.items else [])}
        first = re.match(r"\w+", found.text or "")
        f1 = float(bool(first) and first[0].lower() in numbers)
    nothing = not question.items and not question.numbers
    return {
        "score": float(found.text is None) if nothing else f1,
        "precision": precision if said and not question.counts else None,
        "missed": [i for i in question.items if not any(same(one, i) for one in right)],
        "wrong": wrong,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--set", choices=("development", "held-out"), default="development")
    args = parser.parse_args()
    questions = DEVELOPMENT if args.set == "development" else HELD_OUT
    rows = []
    with Workspace.open(args.workspace) as workspace:
        for question in questions:
            started = time.perf_counter()
            found = answer(workspace, question.question)
            row = {
                "question": question.question,
                "answer": found.text,
                "confidence": round(found.confidence, 3),
                **score(question, found),
                "counts": question.counts,
                "several": bool(found.items),
                "read": [item.text for item in found.items if item.read],
                "seconds": round(time.perf_counter() - started, 2),
                "query": found.query.text if found.query else "",
            }
            rows.append(row)
            shown = (
                row["score"],
                row["confidence"],
                row["seconds"],
                row["question"],
                row["answer"],
            )
            print(*shown, "| missed", row["missed"], "| wrong", row["wrong"], "| read", row["read"])

    def mean(kept: list[float]) -> float:
        return round(100 * sum(kept) / max(1, len(kept)), 1)

    report = {
        "set": args.set,
        "lists": sum(not r["counts"] for r in rows),
        "lists_f1": mean([r["score"] for r in rows if not r["counts"]]),
        "lists_precision": mean([r["precision"] for r in rows if r["precision"] is not None]),
        "counts": sum(r["counts"] for r in rows),
        "counts_right": mean([r["score"] for r in rows if r["counts"]]),
        "seconds_median": sorted(r["seconds"] for r in rows)[len(rows) // 2],
    }
    print(report)
    if args.out:
        text = json.dumps({**report, "rows": rows}, indent=1, ensure_ascii=False)
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
