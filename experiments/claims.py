"""Ask whether something is so, of facts that are and of facts that are not: yes, no, or withheld.

    python experiments/claims.py WORKSPACE DIR/multihop/2wiki/questions.dev.json [--out FILE]

The claims are made from the questions' evidence, each triple once as it is and once with the object
of another triple of its predicate. Worded as people ask ("Was X born in Y?").
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from pathlib import Path

from kgtransfer.answering import answer
from kgtransfer.names import fold
from kgtransfer.workspace import Workspace

WORDINGS = {
    "place of birth": ("Was {s} born in {o}?", "Is {o} the birthplace of {s}?"),
    "place of death": ("Did {s} die in {o}?", "Was it in {o} that {s} died?"),
    "date of birth": ("Was {s} born on {o}?", "Is {o} the date of birth of {s}?"),
    "date of death": ("Did {s} die on {o}?", "Was {s}'s death on {o}?"),
    "director": ("Was {s} directed by {o}?", "Did {o} direct {s}?", "Is {o} the director of {s}?"),
    "composer": ("Was the music of {s} composed by {o}?", "Is {o} the composer of {s}?"),
    "performer": ("Was {s} performed by {o}?", "Did {o} perform {s}?"),
    "father": ("Is {o} the father of {s}?", "Was {s} a child of {o}?"),
    "mother": ("Is {o} the mother of {s}?", "Was {s} born to {o}?"),
    "spouse": ("Was {s} married to {o}?", "Is {o} the spouse of {s}?"),
    "educated at": ("Did {s} study at {o}?", "Was {s} educated at {o}?"),
    "country of citizenship": ("Is {s} from {o}?", "Is {s} {o}?"),
    "publisher": ("Was {s} published by {o}?",),
    "employer": ("Did {s} work for {o}?",),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rows = []
    with Workspace.open(options.workspace, answer_threshold=0.0) as workspace:
        for question, truth in claims(options.questions, options.most, options.seed):
            found = answer(workspace, question)
            said = (found.text or "").lower()
            rows.append([question, "yes" if truth else "no", said, round(found.confidence, 3)])
    counts = Counter((row[1], row[2] if row[2] in ("yes", "no") else "other") for row in rows)
    sure = [row for row in rows if row[3] >= 0.5 and row[2]]
    summary = {
        "claims": len(rows),
        "right": sum(row[1] == row[2] for row in rows),
        "said": {f"{truth}: {said}": n for (truth, said), n in sorted(counts.items())},
        "answered at 0.5": len(sure),
        "right of these": sum(row[1] == row[2] for row in sure),
    }
    print(json.dumps(summary, indent=1))
    if options.out:
        content = json.dumps({**summary, "answers": rows}, ensure_ascii=False, indent=0)
        options.out.write_text(content + "\n", encoding="utf-8")


def claims(file: Path, most: int, seed: int) -> list[tuple[str, bool]]:
    """(question, whether it is so)."""
    rng = random.Random(seed)
    asked = json.loads(file.read_text(encoding="utf-8"))
    evidence = [t for q in asked for t in q.get("evidence") or q["evidences"]]
    triples = sorted({tuple(t) for t in evidence if t[1] in WORDINGS})
    objects: dict[str, list[str]] = defaultdict(list)
    for _, predicate, object_ in triples:
        objects[predicate].append(object_)
    found = []
    for subject, predicate, object_ in triples:
        own = {fold(o) for s, p, o in triples if (s, p) == (subject, predicate)}
        others = [
            o for o in objects[predicate] if not any(fold(o) in x or x in fold(o) for x in own)
        ]
        wording = rng.choice(WORDINGS[predicate])
        found.append((wording.format(s=subject, o=object_), True))
        if others:
            found.append((wording.format(s=subject, o=rng.choice(others)), False))
    rng.shuffle(found)
    return found[:most]


if __name__ == "__main__":
    main()
