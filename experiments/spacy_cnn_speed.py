"""What a spaCy pipeline of convolutions costs, trained or not: words a second of one thread.

    python experiments/spacy_cnn_speed.py CORPUS [--width 96] [--pipes tagger,parser,ner]

The net is spaCy's usual one for a processor (hashed embeddings, shared by all components), with
random weights: its speed is that of a trained one, about.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from pathlib import Path

import spacy

LABELS = {"tagger": 45, "parser": 40, "ner": 7}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--width", type=int, default=96)
    parser.add_argument("--depth", type=int, default=4)
    parser.add_argument("--pipes", default="tagger,parser,ner")
    options = parser.parse_args()
    passages = json.loads(options.corpus.read_text("utf-8"))
    random.Random(0).shuffle(passages)
    texts = [f"{p['title']}\n\n{p['text']}" for p in passages[: options.passages]]
    nlp = pipeline(options.width, options.depth, options.pipes.split(","))
    for text in texts[:20]:
        nlp(text)
    started = time.thread_time()
    for text in texts:
        nlp(text)
    seconds = time.thread_time() - started
    print(f"{sum(len(text.split()) for text in texts) / seconds:,.0f} words/s")


def pipeline(width: int, depth: int, pipes: list[str]) -> spacy.Language:
    nlp = spacy.blank("en")
    embed = {
        "@architectures": "spacy.MultiHashEmbed.v2",
        "width": width,
        "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
        "rows": [4000, 1000, 2000, 2000],
        "include_static_vectors": False,
    }
    encode = {
        "@architectures": "spacy.MaxoutWindowEncoder.v2",
        "width": width,
        "depth": depth,
        "window_size": 1,
        "maxout_pieces": 2,
    }
    tok2vec = {"@architectures": "spacy.Tok2Vec.v2", "embed": embed, "encode": encode}
    nlp.add_pipe("tok2vec", config={"model": tok2vec})
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": width}
    for name in pipes:
        model = {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}
        if name != "tagger":
            model = {
                "@architectures": "spacy.TransitionBasedParser.v2",
                "state_type": name,
                "extra_state_tokens": False,
                "hidden_width": 64,
                "maxout_pieces": 2,
                "use_upper": True,
                "tok2vec": listener,
            }
        pipe = nlp.add_pipe(name, config={"model": model})
        for label in range(LABELS[name]):
            pipe.add_label(f"label{label}")
    nlp.initialize()
    return nlp


if __name__ == "__main__":
    main()
