"""Make data/schema/everyday.txt: words that many kinds of text use, and that make no term.

    python experiments/everyday_words.py DATA [--out data/schema/everyday.txt]

DATA is the folder with extraction/gum (all genres but academic writing and textbooks) and
extraction/litbank. A word is everyday where enough documents have it, its plural counted with it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kgtransfer.names.terms import singular

DOCUMENTS = 5
LEARNED = ("academic", "textbook")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("data/schema/everyday.txt"))
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    for words in documents(options.data / "extraction"):
        counts.update({singular(w) for w in words if w.isalpha() and w.islower() and len(w) > 2})
    found = sorted(word for word, count in counts.items() if count >= DOCUMENTS)
    options.out.write_text("\n".join(found) + "\n", "utf-8")
    print(len(found), "words")


def documents(folder: Path) -> Iterator[set[str]]:
    for file in sorted((folder / "gum").glob("*/*.conllu")):
        if not any(genre in file.name for genre in LEARNED):
            rows = (line.split("\t") for line in file.read_text("utf-8").splitlines())
            yield {row[1] for row in rows if len(row) == 10}
    for file in sorted((folder / "litbank" / "coref").glob("*.conll")):
        rows = (line.split("\t") for line in file.read_text("utf-8").splitlines())
        yield {row[3] for row in rows if len(row) > 4}


if __name__ == "__main__":
    main()
