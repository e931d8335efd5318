"""CPU time of reading a large text: bytes to a document, and the document to chunks.

    python experiments/read_speed.py CORPUS [--megabytes 50] [--one-paragraph]

CORPUS is a JSON list of {title, text}; its texts are repeated up to the size.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.corpus.sources import read_bytes
from kgtransfer.records import SourceDocument


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--one-paragraph", action="store_true")
    options = parser.parse_args()
    records = json.loads(options.corpus.read_text("utf-8"))
    text = "\n\n".join(f"{record['title']}\n\n{record['text']}" for record in records) + "\n\n"
    if options.one_paragraph:
        text = text.replace("\n", " ")
    size = options.megabytes * 1_000_000
    data = (text * (size // len(text) + 1))[:size].encode()
    started = time.process_time()
    (document,) = read_bytes("large.txt", data)
    assert isinstance(document, SourceDocument)
    read = time.process_time()
    chunks = make_chunks("d", document.text, document.language)
    done = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(data) / 1e6:.0f} MB: read in {read - started:.1f} s of CPU, {len(chunks)} chunks in "
        f"{done - read:.1f} s, at most {peak:.0f} MB of memory"
    )


if __name__ == "__main__":
    main()
