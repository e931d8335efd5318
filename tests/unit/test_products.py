"""A BERT that reads in bfloat16 says what it says in single precision, and follows its weights."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kgtransfer.language_models.bert import Bert, BertConfig
from kgtransfer.language_models.products import has_bfloat16, reading
from kgtransfer.read.windows import TOGETHER, Window, batches

IDS = torch.randint(3, 50, (3, 40), generator=torch.Generator().manual_seed(1))
MASK = torch.arange(40) < torch.tensor([[40], [25], [1]])


@pytest.fixture
def bert() -> Bert:
    torch.manual_seed(0)
    return Bert(BertConfig(50, 64, 2, 4, 128, 64)).eval()


def read(bert: Bert, *, rounded: bool) -> Tensor:
    with reading() if rounded else torch.inference_mode():
        states = bert(IDS, MASK.long()).last_hidden_state
    return states[MASK].float()


def test_rounded_reading_is_near_the_exact_one_whatever_is_filled_up(bert: Bert) -> None:
    exact, rounded = read(bert, rounded=False), read(bert, rounded=True)
    assert torch.allclose(rounded, exact, atol=0.05)
    assert torch.equal(rounded, exact) != has_bfloat16()


def test_weights_changed_after_a_reading_count_in_the_next(bert: Bert) -> None:
    before = read(bert, rounded=True)
    with torch.no_grad():
        for parameter in bert.encoder.parameters():
            parameter.mul_(1.5)
    after = read(bert, rounded=True)
    assert torch.allclose(after, read(bert, rounded=False), atol=0.05)
    assert not torch.allclose(after, before, atol=0.05)


def test_training_in_bfloat16_reaches_every_weight(bert: Bert) -> None:
    read(bert, rounded=True)  # what was kept for reading is not what is trained
    with torch.autocast("cpu", torch.bfloat16):
        bert(IDS, MASK.long()).last_hidden_state[MASK].float()[:, 0].sum().backward()
    assert all(bool(p.grad.any()) for p in bert.encoder.parameters() if p.grad is not None)
    assert all(p.grad is not None for p in bert.encoder.parameters())


def test_batches_hold_every_window_once_and_little_to_fill_up() -> None:
    lengths = [320, 20, 320, 64, 200, 320, 33, 700]
    windows = [Window(i, (0,) * n, 0, 0, ()) for i, n in enumerate(lengths)]
    made = list(batches(windows))
    assert sorted(w.source for batch in made for w in batch) == list(range(len(windows)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(len(w.ids) for w in batch) <= TOGETHER
