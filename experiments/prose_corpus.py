"""The documents of the questions in experiments/prose, put together from where they come from.

    python experiments/prose_corpus.py experiments/prose/train.json --gum DIR --litbank DIR \
        --rust DIR --output corpus.json

`--gum` is a folder of CoNLL-U files, `--litbank` one of LitBank's coreference files, `--rust` the
folder `share/doc/rust/html` of Rust 1.95. Each article of the questions names its document in
"source"; a document is written as {title, text}, at most its first 45 passages.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from kgtransfer.corpus.chunks import chunk_spans
from kgtransfer.corpus.readers.html import read_html
from kgtransfer.train.questions import detokenise

MOST_PASSAGES = 45
SHORT = 1500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--gum", type=Path, required=True)
    parser.add_argument("--litbank", type=Path, required=True)
    parser.add_argument("--rust", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    articles = json.loads(options.questions.read_text(encoding="utf-8"))["data"]
    corpus = []
    for article in articles:
        name = article["source"]
        if name.startswith("GUM_"):
            text = gum(next(options.gum.rglob(f"{name}.conllu")))
        elif name[0].isdigit():
            text = litbank(next(options.litbank.glob(f"{name}_brat.conll")))
        else:
            book, _, page = name.partition("_")
            text = page_of(options.rust / book, page)
        spans = chunk_spans(text)[:MOST_PASSAGES]
        passages = [text[start:end].strip() for start, end in spans]
        corpus.append({"title": article["title"], "text": "\n\n".join(passages)})
        lost = [p for p in article["paragraphs"] if p["context"] not in passages]
        if lost:
            print(f"{name}: {len(lost)} passages are not as they were")
    options.output.write_text(json.dumps(corpus, ensure_ascii=False), encoding="utf-8")
    print(len(corpus), "documents")


def page_of(book: Path, name: str) -> str:
    """The last page of a book by this name that is more than a pointer to another."""
    pages = sorted(book.rglob(f"{name}.html"))
    texts = [next(read_html(page.read_bytes())).text for page in pages]
    return [text for text in texts if len(text) >= SHORT][-1]


def gum(file: Path) -> str:
    text = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("# newpar"):
            text = text.rstrip() + "\n\n"
        elif line.startswith("# text = "):
            text += line.removeprefix("# text = ") + " "
    return text.strip()


def litbank(file: Path) -> str:
    sentences: list[list[str]] = [[]]
    for line in file.read_text("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) > 3:
            sentences[-1].append(fields[3])
        elif sentences[-1]:
            sentences.append([])
    text, _ = detokenise([sentence for sentence in sentences if sentence])
    text = re.sub(r"(``|“) ", '"', text).replace(" ''", '"').replace("''", '"').replace("``", '"')
    for ours, theirs in ((" ”", '"'), (" 's", "'s"), (" ’s", "’s"), (" n't", "n't")):
        text = text.replace(ours, theirs)
    return text


if __name__ == "__main__":
    main()
