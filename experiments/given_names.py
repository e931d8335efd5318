"""Count for which given names texts say "he" and for which "she": data/names/given.tsv.

    python experiments/given_names.py DIR --output data/names/given.tsv
    python experiments/given_names.py DIR --judge      # without the pages of 2wiki, judged on them

A page about one person counts once, by the pronouns that prevail in it; GAP's pairs of a pronoun
and the name that it stands for count as well (Webster et al., 2018, arXiv:1810.05201).
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kgtransfer.names import split_bracket
from kgtransfer.names.given import GivenNames, given_name

_LEAD = re.compile(r"\b(?:born|died|(?:was|is) an?|(?:was|is) the)\b")
_NAME = re.compile(r"\W*((?:[A-Z][\w'’.-]+ )+(?:of |de |von |van )?[A-Z][\w'’.-]+)")
_HE = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
Counts = Counter[tuple[str, bool]]
"""By given name and whether it is a woman's."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path, help="the folder with multihop/ and extraction/")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--judge", action="store_true")
    options = parser.parse_args()
    counts = count(training_pages(options.data)) + gap(options.data / "extraction/gap")
    own = count(passages(options.data / "multihop/2wiki/corpus.json"))
    if options.judge:
        judge(counts, own, options.data / "multihop")
    if options.output:
        rows = Counter[str]()
        counts += own
        for name, _ in counts:
            rows[name] = counts[name, False] + counts[name, True]
        lines = [f"{n}\t{counts[n, False]}\t{counts[n, True]}\n" for n in sorted(rows)]
        options.output.write_text("".join(lines), encoding="utf-8")
        print(len(lines), "names")


def training_pages(data: Path) -> Iterator[tuple[str, str]]:
    """Titles and texts; the title is empty where there is none."""
    for kind in ("2wiki_train", "hotpotqa_train", "musique_train"):
        for question in _load(data / "multihop" / kind / "questions.json"):
            for title, sentences in question.get("context", ()):
                yield title, " ".join(sentences)
            for paragraph in question.get("paragraphs", ()):
                yield paragraph["title"], paragraph["paragraph_text"]
    for document in _load(data / "extraction/redocred/dev.json"):
        yield document["title"], " ".join(word for sent in document["sents"] for word in sent)
    with (data / "extraction/knowledgenet/train.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield "", json.loads(line)["passage"]


def passages(file: Path) -> Iterator[tuple[str, str]]:
    for passage in _load(file):
        yield passage["title"], passage["text"]


def count(pages: Iterator[tuple[str, str]]) -> Counts:
    """One for each page about a person whose pronouns are three times as often of one kind."""
    found: Counts = Counter()
    for title, text in dict.fromkeys(pages):
        lead = _NAME.match(text)
        name = given_name(split_bracket(title)[0] if title else lead[1] if lead else "")
        if not name or lead is None or name not in text[:120].lower() or not _LEAD.search(text):
            continue
        he, she = len(_HE.findall(text)), len(_SHE.findall(text))
        if he + she >= 2 and max(he, she) > 3 * min(he, she):
            found[name, she > he] += 1
    return found


def gap(folder: Path) -> Counts:
    found: Counts = Counter()
    for part in ("development", "validation"):
        with (folder / f"gap-{part}.tsv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                for side in "AB":
                    name = given_name(row[side])
                    if row[f"{side}-coref"].upper() == "TRUE" and name:
                        found[name, row["Pronoun"].lower() in ("she", "her", "hers")] += 1
    return found


def judge(counts: Counts, own: Counts, multihop: Path) -> None:
    """Against the pages of 2wiki, and against who is a father or a mother in its evidence."""
    names = GivenNames({n: (counts[n, False], counts[n, True]) for n, _ in counts})
    known = {n for n, _ in counts}
    unknown = Counter({key: n for key, n in own.items() if key[0] not in known})
    for label, taken in (("all", own), ("unknown", unknown)):
        right = sum(n for (name, she), n in taken.items() if (names.female(name) > 0.5) == she)
        print(f"{label} pages: {right} of {sum(taken.values())}")
    questions = _load(multihop / "2wiki/questions.dev.json")
    evidence = {tuple(triple) for question in questions for triple in question["evidence"]}
    for predicate in ("father", "mother"):
        people = sorted(o for _, p, o in evidence if p == predicate)
        right = sum((names.female(o) > 0.5) == (predicate == "mother") for o in people)
        print(f"{predicate}: {right} of {len(people)}")


def _load(file: Path) -> list[dict]:  # type: ignore[type-arg]
    return json.loads(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
