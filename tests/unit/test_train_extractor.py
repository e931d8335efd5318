from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kgtransfer.train.extractor import ExtractorConfig, batches, kept_and_held_out, texts_read


def _config(**keys: Any) -> ExtractorConfig:
    return ExtractorConfig(data=Path("d"), output=Path("o"), **keys)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 60), st.floats(0, 0.9), st.integers(0, 5), st.integers(1, 4))
def test_what_a_run_read_is_told_from_its_configuration(
    size: int, share: float, seed: int, epochs: int
) -> None:
    config = _config(shares={"wnut17": share}, seed=seed, epochs=epochs)
    pool: Any = {"wnut17": list(range(size))}
    read: list[Any] = [
        text
        for epoch in range(epochs)
        for batch in batches([], pool, config, epoch)
        for text in batch
    ]
    assert texts_read(config, "wnut17", size) == set(read)
    assert texts_read(config, "btc", size) == set()


def test_held_out_texts_are_never_read() -> None:
    config = _config(shares={"uner": 1.0}, hold_out={"uner": 0.4}, epochs=2)
    kept, out = kept_and_held_out(range(50), 0.4)
    assert len(out) == 20
    assert texts_read(config, "uner", 50) == set(kept)
    assert not set(kept) & set(out)
    # a first run that read the first 60 % of its own first order read none of them
    first = _config(shares={"uner": 0.2}, epochs=3)
    assert not texts_read(first, "uner", 50) & set(out)
