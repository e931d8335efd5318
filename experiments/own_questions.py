"""Ask questions that were written before any answer was seen, and print every answer.

    kgtransfer ingest FOLDER --workspace WORKSPACE
    python experiments/own_questions.py novel WORKSPACE [--out FILE]

The questions are in own_questions.json: of a novel (Pride and Prejudice, as Debian's
r-cran-janeaustenr carries it), a manual (Valgrind's HTML pages mc, cg, cl, hg, dh, ms, core, intro,
quick-start, FAQ of Debian's valgrind), and a folder of PDFs (the manuals of bzip2 and libtasn1, the
Debian FAQ, and the FHS of debian-policy). Two of each ten have no answer there. An answer is right
where it holds one of the expected texts.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from kgtransfer.answering import answer
from kgtransfer.workspace import Workspace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", choices=("novel", "manual", "pdf"))
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    questions = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    rows = []
    with Workspace.open(arguments.workspace, answer_threshold=0.0) as workspace:
        for asked in questions[arguments.source]:
            found = answer(workspace, asked["question"])
            said = found.text or ""
            right = any(text.lower() in said.lower() for text in asked["answers"])
            place = found.citations[0].place if found.citations else ""
            rows.append(
                {
                    **asked,
                    "answer": found.text,
                    "right": right,
                    "confidence": round(found.confidence, 2),
                    "place": place,
                }
            )
            print(
                "+" if right else "-", asked["question"], "->", found.text, rows[-1]["confidence"]
            )
    print(sum(row["right"] for row in rows), "of", sum(bool(row["answers"]) for row in rows))
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
