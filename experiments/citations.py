"""How well the check of written sentences tells right ones from wrong ones.

    python experiments/citations.py DIR/multihop/2wiki --out experiments/results/citations.json

Sentences are made of 2WikiMultihopQA's evidence triples whose subject's page holds the object, one
a question, and cite that page. Wrong ones: the object changed for another name or date of the same
page, or of another page; or the right sentence with another page cited. The first half of the
questions is for looking at, the second is what counts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

from kgtransfer.generate.check import check
from kgtransfer.generate.claims import Claim
from kgtransfer.names import fold, split_bracket
from kgtransfer.read.answer import Reader
from kgtransfer.records import Passage

WORDINGS = {
    "director": "{s} was directed by {o}.",
    "date of birth": "{s} was born on {o}.",
    "date of death": "{s} died on {o}.",
    "place of birth": "{s} was born in {o}.",
    "place of death": "{s} died in {o}.",
    "country of citizenship": "{s} was from {o}.",
    "country of origin": "{s} is from {o}.",
    "country": "{s} is in {o}.",
    "father": "The father of {s} was {o}.",
    "mother": "The mother of {s} was {o}.",
    "spouse": "{s} was married to {o}.",
    "child": "{o} was a child of {s}.",
    "sibling": "{o} was a sibling of {s}.",
    "performer": "{s} was performed by {o}.",
    "composer": "{s} was composed by {o}.",
    "publication date": "{s} came out on {o}.",
    "employer": "{s} worked for {o}.",
    "educated at": "{s} studied at {o}.",
    "cause of death": "{s} died of {o}.",
    "award received": "{s} received the {o}.",
    "inception": "{s} was founded in {o}.",
    "producer": "{s} was produced by {o}.",
}


def cases(questions: list[dict], pages: dict[str, Passage], rng: random.Random) -> list[dict]:
    made = []
    titles = sorted(pages)
    for item in questions:
        usable = [
            (s, r, o)
            for s, r, o in item["evidence"]
            if r in WORDINGS and s in pages and fold(o) in fold(pages[s].text)
        ]
        if not usable:
            continue
        subject, relation, target = rng.choice(usable)
        page, name = pages[subject], split_bracket(subject)[0]
        where = re.search(re.escape(target), page.text, re.IGNORECASE)
        said = page.text[where.start() : where.end()] if where else target
        row = {"relation": relation, "question": item["question"]}

        def case(kind: str, obj: str, cited: Passage, row: dict = row, s: str = name) -> None:
            text = WORDINGS[row["relation"]].format(s=s, o=obj)
            made.append({**row, "kind": kind, "text": text, "page": cited})

        case("right", said, page)
        same = _others(page.text, said, name)
        if same:
            case("other of the page", rng.choice(same), page)
        other = pages[rng.choice([t for t in rng.sample(titles, 2) if t != subject])]
        away = _others(other.text, said, name)
        away = [one for one in away if fold(one) not in fold(page.text)]
        if away:
            case("other of another page", rng.choice(away), page)
        case("another page cited", said, other)
    return made


def _others(text: str, said: str, name: str) -> list[str]:
    """Names, or dates where a date is said, that are neither the object nor the subject."""
    claim = Claim.of(text)
    dated = bool(Claim.of(f"On {said}").values)
    spans = [s for s in claim.values if s[1] - s[0] > 7] if dated else claim.names
    found = {text[a:b] for a, b in spans}
    known = set(fold(f"{said} {name}").split())
    return sorted(one for one in found if not known & set(fold(one).split()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--half", choices=("first", "second"), default="second")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    questions = json.loads((args.folder / "questions.dev.json").read_text(encoding="utf-8"))
    corpus = json.loads((args.folder / "corpus.json").read_text(encoding="utf-8"))
    pages = {d["title"]: Passage("d", d["title"], d["title"], 1.0, d["text"], 0) for d in corpus}
    middle = len(questions) // 2
    questions = questions[:middle] if args.half == "first" else questions[middle:]
    reader = Reader.load("default")
    counts: dict[str, list[int]] = {}
    for case in cases(questions, pages, random.Random(0)):
        verdict = check(
            case["text"], case["question"], case["question"], [case["page"]], reader.text_reader.ask
        )
        seen = counts.setdefault(case["kind"], [0, 0])
        seen[0] += verdict.supported
        seen[1] += 1
        wrong = verdict.supported != (case["kind"] == "right")
        if wrong and args.show:
            args.show -= 1
            print(f"{case['kind']}: {case['text']} | {verdict.why}\n    {case['page'].text[:400]}")
    found = {
        kind: {"let_stand": a, "of": n, "share": round(a / n, 3)} for kind, (a, n) in counts.items()
    }
    print(json.dumps(found, indent=1))
    if args.out:
        args.out.write_text(json.dumps({"half": args.half, **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
