"""What bfloat16 takes and gives in the text encoder: python experiments/encoder_rounding.py CORPUS

CORPUS is a JSON list of {title, text}; 200 passages, one thread, CPU seconds.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import torch

from kgtransfer.language_models import products
from kgtransfer.language_models.encoder import MiniLMEncoder


def main() -> None:
    torch.set_num_threads(1)
    records = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    random.Random(0).shuffle(records)
    texts = [record["text"] for record in records[:200]]
    encoder, has = MiniLMEncoder(), products.has_bfloat16
    made = []
    for way in (has, has, lambda: False):  # the first warms up
        products.has_bfloat16 = way
        started = time.process_time()
        made.append((encoder.encode(texts), time.process_time() - started))
    (_, _), (rounded, fast), (exact, slow) = made
    step = np.abs(exact).max(1, keepdims=True) / 127
    stored = np.round(exact / step) * step
    print(
        f"float32 {slow:.2f} s, bfloat16 {fast:.2f} s; a vector of length 1 moves by "
        f"{np.linalg.norm(rounded - exact, axis=1).mean():.4f}, "
        f"as bytes by {np.linalg.norm(stored - exact, axis=1).mean():.4f}"
    )


if __name__ == "__main__":
    main()
