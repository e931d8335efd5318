"""Questions in SQuAD's format as a corpus of long documents and questions asked of all of it.

    python experiments/page_corpus.py SQUAD.json FOLDER [--last 150]

Writes FOLDER/corpus.json ({title, text}: each article's paragraphs) for `kgtransfer ingest`, and
FOLDER/questions.json for `kgtransfer evaluate qa`. `--last` takes the last questions of the file.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("squad", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--last", type=int, default=150, help="how many questions, from the end")
    arguments = parser.parse_args()
    articles = json.loads(arguments.squad.read_text(encoding="utf-8"))["data"]
    arguments.folder.mkdir(parents=True, exist_ok=True)
    _write(arguments.folder / "corpus.json", [_document(article) for article in articles])
    questions = [question for article in articles for question in _questions(article)]
    _write(arguments.folder / "questions.json", questions[-arguments.last :])
    print(len(articles), "articles,", len(questions), "questions")


def _document(article: dict[str, Any]) -> dict[str, str]:
    text = "\n\n".join(paragraph["context"].strip() for paragraph in article["paragraphs"])
    return {"title": article["title"].replace("_", " "), "text": text}


def _questions(article: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for paragraph in article["paragraphs"]:
        for asked in paragraph["qas"]:
            answers = list(dict.fromkeys(answer["text"] for answer in asked["answers"]))
            found.append(
                {
                    "question": asked["question"].strip(),
                    "answer": answers[0] if answers else None,
                    "answer_aliases": answers[1:],
                }
            )
    return found


def _write(file: Path, records: list[Any]) -> None:
    file.write_text(json.dumps(records, ensure_ascii=False, indent=0), encoding="utf-8")


if __name__ == "__main__":
    main()
