"""Write the corpora and gold mentions that `kgtransfer evaluate resolution` is measured on.

    python experiments/resolution.py DATA OUT
    kgtransfer ingest OUT/NAME --workspace OUT/NAME-graph
    kgtransfer evaluate resolution --gold OUT/NAME.jsonl --workspace OUT/NAME-graph

NAME is `knowledgenet` (ends of facts with their Wikidata ids, over documents), `gum` (development
set: mentions linked to Wikipedia, over documents) or `2wiki` (pages: a title where its page begins,
and the name of an evidence triple's object on the subject's page, where just one page bears it).
DATA holds the folders `extraction/knowledgenet`, `extraction/gum` and `multihop/2wiki`.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

PRONOUNS = frozenset(
    [
        "i",
        "you",
        "he",
        "she",
        "it",
        "we",
        "they",
        "him",
        "her",
        "us",
        "them",
        "his",
        "hers",
        "its",
        "our",
        "their",
        "who",
        "whose",
        "whom",
        "which",
        "that",
        "this",
        "these",
        "those",
        "himself",
        "herself",
        "itself",
        "my",
        "your",
        "me",
    ]
)
Gold = tuple[str, int, int, str]
"""File name, start, end, thing."""


def knowledgenet(data: Path, out: Path) -> Iterator[Gold]:
    """A document is its passages, each at its place; blanks stand for what the file leaves out."""
    rows = [json.loads(line) for line in (data / "train.jsonl").open(encoding="utf-8")]
    passages: dict[int, dict[int, str]] = defaultdict(dict)
    for row in rows:
        passages[row["doc"]][row["pass_start"]] = row["passage"]
    moved: dict[tuple[int, int], int] = {}
    for document, pieces in passages.items():
        text = ""
        for start, piece in sorted(pieces.items()):
            moved[document, start] = len(text) - start
            text += piece + "\n"
        (out / f"{document}.txt").write_text(text, encoding="utf-8")
    seen = set()
    for row in rows:
        for end in ("subj", "obj"):
            name, thing = row.get(end), row.get(f"{end}_qid")
            if thing and name and name.casefold() not in PRONOUNS:
                by = moved[row["doc"], row["pass_start"]]
                start, stop = row[f"{end}_start"] + by, row[f"{end}_end"] + by
                seen.add((f"{row['doc']}.txt", start, stop, str(thing)))
    yield from sorted(seen)


def gum(data: Path, out: Path) -> Iterator[Gold]:
    """Words with the spaces between them; named mentions that carry a link, pronouns left out."""
    for file in sorted((data / "dev").glob("*.conllu")):
        text, open_, found = "", [], []
        for line in file.read_text(encoding="utf-8").splitlines():
            columns = line.split("\t")
            if len(columns) != 10 or not columns[0].isdigit():
                text += "" if line or text.endswith("\n") else "\n"
                continue
            start, word, tag, misc = len(text), columns[1], columns[4], columns[9]
            text += word + ("" if "SpaceAfter=No" in misc else " ")
            entity = re.search(r"Entity=([^|]*)", misc)
            for part in re.findall(r"\([^()]*\)?|[^()]*\)", entity[1] if entity else ""):
                if part.startswith("("):
                    open_.append((part.strip("()").split("-"), start, tag))
                if part.endswith(")") and open_:
                    group = part.strip("()").split("-")[0]
                    at = max(
                        (i for i, (fields, _, _) in enumerate(open_) if fields[0] == group),
                        default=len(open_) - 1,
                    )
                    found.append((*open_.pop(at), start + len(word)))
        (out / f"{file.stem}.txt").write_text(text, encoding="utf-8")
        for fields, start, tag, stop in found:
            link = "-".join(fields[7:])
            if link and not tag.startswith("PRP") and text[start:stop][:1].isupper():
                yield f"{file.stem}.txt", start, stop, link


def two_wiki(data: Path, out: Path) -> Iterator[Gold]:
    """One file for each page, named by its place in the corpus."""
    pages = json.loads((data / "corpus.json").read_text(encoding="utf-8"))
    questions = json.loads((data / "questions.dev.json").read_text(encoding="utf-8"))
    bare = [re.sub(r" \([^)]*\)$", "", page["title"]) for page in pages]
    bearers = Counter(bare)
    at = {title: number for number, title in enumerate(bare) if bearers[title] == 1}
    (out / "corpus.json").write_text(json.dumps(pages, ensure_ascii=False), encoding="utf-8")
    for number, page in enumerate(pages):
        place = page["text"].find(bare[number])
        if place >= 0:
            yield f"corpus.json#{number}", place, place + len(bare[number]), str(number)
    triples = {tuple(triple) for question in questions for triple in question["evidence"]}
    for subject, _, object_ in sorted(triples):
        if subject in at and object_ in at:
            place = pages[at[subject]]["text"].find(object_)
            if place >= 0:
                end = place + len(object_)
                yield f"corpus.json#{at[subject]}", place, end, str(at[object_])


def write(name: str, gold: Iterable[Gold], out: Path, prefix: str) -> None:
    """Write gold mentions beside the corpus's folder."""
    rows: list[dict[str, Any]] = [
        {"uri": f"{prefix}{uri}", "start": start, "end": end, "thing": thing}
        for uri, start, end, thing in gold
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (out / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    print(f"{name}: {len(rows)} mentions of {len({row['thing'] for row in rows})} things")


def main(data: Path, out: Path) -> None:
    """Write all three."""
    makers = {
        "knowledgenet": (knowledgenet, data / "extraction" / "knowledgenet"),
        "gum": (gum, data / "extraction" / "gum"),
        "2wiki": (two_wiki, data / "multihop" / "2wiki"),
    }
    for name, (make, folder) in makers.items():
        corpus = out / name
        corpus.mkdir(parents=True, exist_ok=True)
        write(name, make(folder, corpus), out, f"{name}/")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
