"""The pages of multi-hop questions as a corpus that `kgtransfer ingest` reads.

    python experiments/question_corpus.py OUT.json QUESTIONS.json [QUESTIONS.json ...]

QUESTIONS are files with contexts (2WikiMultihopQA, HotpotQA) or paragraphs (MuSiQue); each page is
written once, as {title, text}.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kgtransfer.train.corpora import read_set


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument("questions", nargs="+", type=Path)
    arguments = parser.parse_args()
    pages = {
        (document.title, document.text): None
        for file in arguments.questions
        for document in read_set(file).documents
    }
    written = [{"title": title, "text": text} for title, text in pages]
    arguments.out.write_text(json.dumps(written, ensure_ascii=False, indent=0), encoding="utf-8")
    print(len(written), "pages")


if __name__ == "__main__":
    main()
