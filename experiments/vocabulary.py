"""How much of a text in another language the encoder's vocabulary knows.

    python experiments/vocabulary.py FILE [FILE ...]

Each FILE has words in the second column (IOB2 of Universal NER); prints the share of characters
that belong to a piece the vocabulary has, and pieces for each word.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kgtransfer.language_models.backbone import PACKAGED, load_backbone


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", nargs="+", type=Path)
    tokenizer = load_backbone(PACKAGED).tokenizer
    unknown = tokenizer.encode(["龘"])[0].ids[0]
    report = {}
    for file in parser.parse_args().files:
        rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
        words = [row[1] for row in rows if len(row) > 2 and row[0].isdigit()]
        letters = {c for word in words for c in word if c.isalpha()}
        known = {c for c in letters if tokenizer.encode([c])[0].ids[0] != unknown}
        all_letters = [c for word in words for c in word if c.isalpha()]
        pieces = [len(encoding.ids) for encoding in tokenizer.encode(words)]
        lost = [unknown in encoding.ids for encoding in tokenizer.encode(words)]
        report[file.name] = {
            "words": len(words),
            "letters known": round(sum(c in known for c in all_letters) / len(all_letters), 3),
            "different letters": len(letters),
            "of them known": len(known),
            "pieces per word": round(sum(pieces) / len(words), 2),
            "words with an unknown piece": round(sum(lost) / len(words), 3),
        }
    print(json.dumps(report, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
