"""How well the sentence rules agree with people: precision and recall of sentence ends.

    python experiments/sentence_ends.py gum FOLDER       # CoNLL-U files, paragraphs as marked
    python experiments/sentence_ends.py hotpotqa FILE    # {title: [sentence, ...]}

Sentences are joined by a space, paragraphs by an empty line; an end is the place of a sentence's
last character. The second is split by a program, so disagreement is not always ours.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from kgtransfer.corpus.sentences import sentence_spans

Document = tuple[str, set[int]]


def gum(folder: Path) -> Iterator[Document]:
    for file in sorted(folder.rglob("*.conllu")):
        text, ends = "", set()
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("# newpar"):
                text = text.rstrip() + "\n\n"
            elif line.startswith("# text = "):
                text += line.removeprefix("# text = ")
                ends.add(len(text))
                text += " "
        yield text, ends


def hotpotqa(file: Path) -> Iterator[Document]:
    for sentences in json.loads(file.read_text("utf-8")).values():
        text, ends = "", set()
        for sentence in sentences:
            text += sentence
            if sentence.strip():
                ends.add(len(text.rstrip()))
        yield text, ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("form", choices=("gum", "hotpotqa"))
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    right = found = there = 0
    for text, ends in (gum if options.form == "gum" else hotpotqa)(options.path):
        ours = {end for _, end in sentence_spans(text)}
        right += len(ours & ends)
        found += len(ours)
        there += len(ends)
    print(f"{there} ends: precision {right / found:.4f}, recall {right / there:.4f}")


if __name__ == "__main__":
    main()
