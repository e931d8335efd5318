from __future__ import annotations

import re

import tokenizers
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split

from kgtransfer.language_models.tokenizer import Tokenizer
from kgtransfer.nn.reader import ReaderOutput
from kgtransfer.read.spans import decode, merge_windows
from kgtransfer.read.windows import Window, WindowCutter


def word_tokenizer() -> Tokenizer:
    """Words and punctuation as tokens, all of them unknown."""
    core = tokenizers.Tokenizer(WordLevel({"[PAD]": 0, "[UNK]": 1}, unk_token="[UNK]"))
    core.pre_tokenizer = Split(tokenizers.Regex(r"\w+|[^\w\s]"), "removed", invert=True)
    return Tokenizer(core, opening=101, closing=102, pad=0)


@given(st.text(alphabet="ab .é–", max_size=400), st.integers(0, 20))
def test_windows_cover_every_token_at_its_place(text: str, overlap: int) -> None:
    cutter = WindowCutter(word_tokenizer(), tokens=40, overlap=overlap)
    windows = cutter.cut(["who is it?"], ["A title"], [text])
    seen = {offset for window in windows for offset in window.offsets}
    assert seen == {m.span() for m in re.finditer(r"\w+|[^\w\s]", text)}
    assert all(len(window.ids) <= 40 for window in windows)


def test_a_batch_marks_the_text_and_pads() -> None:
    cutter = WindowCutter(word_tokenizer(), tokens=40)
    windows = cutter.cut(["who?", "who?"], ["T", ""], ["one two", "one two three four"])
    batch = cutter.batch(windows, node_width=7)
    assert batch.text.sum(1).tolist() == [2, 4]
    assert batch.mask.sum(1).tolist() == [len(w.ids) for w in windows]
    assert batch.nodes.shape == (2, 0, 7)


def test_batches_of_nearby_sizes_have_one_shape() -> None:
    cutter = WindowCutter(word_tokenizer(), tokens=100)
    shapes = set()
    for words, nodes in ((3, 5), (9, 6), (20, 31)):
        windows = cutter.cut(["who?"], ["T"], ["one " * words])
        given = torch.ones(1, nodes, 7), torch.ones(1, nodes, dtype=torch.bool)
        batch = cutter.batch(windows, given)
        assert (int(batch.text.sum()), int(batch.node_mask.sum())) == (words, nodes)
        shapes.add((batch.ids.shape, batch.nodes.shape))
    assert len(shapes) == 1


def output(starts: list[float], ends: list[float]) -> ReaderOutput:
    classes = torch.tensor([[0.7, 0.1, 0.1, 0.1]]).log()
    empty = torch.zeros(1, 0, 4)
    return ReaderOutput(
        classes, torch.tensor([starts]).log(), torch.tensor([ends]).log(), torch.zeros(1, 4), empty
    )


def test_a_span_never_ends_before_it_starts() -> None:
    window = Window(0, (101, 9, 102, 1, 1, 1, 102), 3, 3, ((0, 3), (4, 7), (8, 11)))
    row = [0.01, 0.01, 0.01, 0.05, 0.1, 0.8, 0.02]
    back = [0.01, 0.01, 0.01, 0.8, 0.1, 0.05, 0.02]
    (reading,) = decode(output(row, back), [window], top=9)
    assert all(span.start < span.end for span in reading.spans)
    assert (reading.spans[0].start, reading.spans[0].end) in {(0, 3), (8, 11)}


def test_the_same_span_in_two_windows_counts_once_with_its_best_score() -> None:
    one = Window(0, (101, 9, 102, 1, 1, 102), 3, 3, ((0, 3), (4, 7)))
    two = Window(0, (101, 9, 102, 1, 1, 102), 3, 3, ((4, 7), (8, 11)))
    row = [0.01, 0.01, 0.01, 0.1, 0.8, 0.01]
    other = [0.01, 0.01, 0.01, 0.6, 0.3, 0.01]
    readings = decode(output(row, row), [one]) + decode(output(other, other), [two])
    best = merge_windows(readings, 10)
    assert [(s.start, s.end) for s in best].count((4, 7)) == 1
    assert (best[0].start, best[0].end) == (4, 7)
