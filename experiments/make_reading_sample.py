"""data/samples/reading.json: 403 and 150 questions of SQuADShifts' new_wiki, in SQuAD's format.

python experiments/make_reading_sample.py NEW_WIKI_JSON

The article "check" is the file's last 150 questions, which the shipped reader was not trained on;
"train" are whole paragraphs before these, drawn with seed 0.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

CHECK, TRAIN = 150, 400
OUTPUT = Path(__file__).parent.parent / "data/samples/reading.json"


def main(source: Path) -> None:
    """Write the sample."""
    articles = json.loads(source.read_text(encoding="utf-8"))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    rows = [(at, item) for at, p in enumerate(paragraphs) for item in p["qas"]]
    check = rows[-CHECK:]
    before = list(range(check[0][0]))
    random.Random(0).shuffle(before)
    train: list[tuple[int, Any]] = []
    for at in before:
        if len(train) >= TRAIN:
            break
        train += [(at, item) for item in paragraphs[at]["qas"]]

    def article(title: str, chosen: list[tuple[int, Any]]) -> dict[str, Any]:
        numbers = sorted({at for at, _ in chosen})
        kept = [
            {
                "context": paragraphs[number]["context"],
                "qas": [_item(item) for at, item in chosen if at == number],
            }
            for number in numbers
        ]
        return {"title": title, "paragraphs": kept}

    sample = {
        "version": "SQuADShifts new_wiki, excerpt",
        "data": [article("train", train), article("check", check)],
    }
    OUTPUT.write_text(json.dumps(sample, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _item(item: dict[str, Any]) -> dict[str, Any]:
    places = sorted({(a["answer_start"], a["text"]) for a in item["answers"]})
    answers = [{"text": text, "answer_start": start} for start, text in places]
    return {"id": item["id"], "question": item["question"], "answers": answers}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
