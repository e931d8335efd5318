"""Keep the pages of a corpus that are titled by the subject of a question's evidence triple.

    python experiments/subject_pages.py 2wiki/corpus.json 2wiki/questions.dev.json OUT
    kgtransfer ingest OUT --workspace GRAPH
    kgtransfer evaluate graph --questions 2wiki/questions.dev.json --workspace GRAPH

`evaluate graph` looks at these alone: a change of the extractor is compared in a sixth of the time.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(corpus: Path, questions: Path, out: Path) -> None:
    """Write the pages."""
    asked = json.loads(questions.read_text(encoding="utf-8"))
    subjects = {triple[0] for question in asked for triple in question["evidence"]}
    pages = json.loads(corpus.read_text(encoding="utf-8"))
    kept = [page for page in pages if page["title"] in subjects]
    out.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    print(f"{len(kept)} of {len(pages)} pages")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
