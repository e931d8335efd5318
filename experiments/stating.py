"""Fit what tells a stated relation from a sentence that only names both ends.

    python experiments/stating.py experiments/results/judged-stating.jsonl [--output FILE]

Each line is a statement of the relation model with its sentence, the features of
`kgtransfer.extract.stating`, and whether a reader found it stated. Prints the weights that stand
there, and precision and recall at some thresholds over ten folds of documents, beside those of the
model's own confidence.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from kgtransfer.extract.stating import NAMES

RIDGE = 3.0
FOLDS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.judged.read_text("utf-8").splitlines()]
    x = np.array([row["features"] for row in rows])
    y = np.array([float(row["right"]) for row in rows])
    documents = sorted({row["document"] for row in rows})
    np.random.default_rng(0).shuffle(documents)
    fold = np.array([documents.index(row["document"]) % FOLDS for row in rows])
    held_out = np.zeros(len(rows))
    for k in range(FOLDS):
        weights, bias = fit(x[fold != k], y[fold != k])
        held_out[fold == k] = 1 / (1 + np.exp(-(x[fold == k] @ weights + bias)))
    weights, bias = fit(x, y)
    report = {
        "judged": len(rows),
        "right": int(y.sum()),
        "weights": dict(zip(NAMES, (round(float(w), 3) for w in weights), strict=True)),
        "bias": round(float(bias), 3),
        "held_out": curve(held_out, y),
        "confidence_alone": curve(np.array([row["confidence"] for row in rows]), y),
    }
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def fit(x: Any, y: Any) -> tuple[Any, float]:
    """Logistic regression on standardised columns, by Newton's method with a ridge."""
    middle, spread = x.mean(0), x.std(0) + 1e-6
    z = np.c_[(x - middle) / spread, np.ones(len(x))]
    penalty = np.eye(z.shape[1]) * RIDGE
    penalty[-1, -1] = 1e-3
    weights = np.zeros(z.shape[1])
    for _ in range(40):
        p = 1 / (1 + np.exp(-z @ weights))
        hessian = z.T @ (z * (p * (1 - p))[:, None]) + penalty
        weights = weights - np.linalg.solve(hessian, z.T @ (p - y) + penalty @ weights)
    raw = weights[:-1] / spread
    return raw, float(weights[-1] - raw @ middle)


def curve(score: Any, y: Any) -> dict[str, list[float]]:
    """For each threshold: how many are kept, the share of these that is right, the share found."""
    rows = {}
    for threshold in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85):
        kept = score >= threshold
        right = float(y[kept].sum())
        rows[str(threshold)] = [
            int(kept.sum()),
            round(100 * right / max(1, kept.sum()), 1),
            round(100 * right / y.sum(), 1),
        ]
    return rows


if __name__ == "__main__":
    main()
