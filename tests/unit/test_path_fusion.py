from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from kgtransfer.nn.path_fusion import PathBatch, PathFusion

WIDTH, NODE, TOKENS = 16, 6, 12


def block() -> PathFusion:
    torch.manual_seed(5)
    made = PathFusion(WIDTH, NODE, inner=8).eval()
    with torch.no_grad():
        made.cross.token_gate.fill_(0.5)
    return made


def inputs(steps: int = 2) -> tuple[Tensor, Tensor, PathBatch]:
    torch.manual_seed(6)
    question = torch.zeros(2, TOKENS, dtype=torch.bool)
    question[:, 1:6] = True
    named = torch.zeros_like(question)
    named[:, 5] = True
    mask = torch.ones(2, TOKENS, dtype=torch.bool)
    mask[1, 10:] = False
    there = torch.ones(2, steps, dtype=torch.bool)
    there[1, 1:] = False
    path = PathBatch(
        question, named, torch.randn(2, steps, WIDTH), torch.randn(2, steps, NODE), there
    )
    return torch.randn(2, TOKENS, WIDTH), mask, path


def without(path: PathBatch) -> PathBatch:
    return replace(path, steps=torch.zeros_like(path.steps))


def test_each_step_attends_to_the_question_alone() -> None:
    tokens, mask, path = inputs()
    attention = block()(tokens, mask, path).attention
    assert torch.allclose(attention.sum(-1), path.steps.float())
    assert not attention.masked_fill(path.question[:, None], 0).any()


def test_without_a_path_it_does_not_matter_what_the_path_would_have_been() -> None:
    tokens, mask, path = inputs()
    fused = block()(tokens, mask, without(path))
    other = replace(path, mentions=path.mentions + 3, nodes=path.nodes - 2)
    assert torch.equal(fused.tokens, block()(tokens, mask, without(other)).tokens)
    assert not fused.state.any()


def test_closed_gates_leave_the_states_as_they_are() -> None:
    tokens, mask, path = inputs()
    closed = block()
    with torch.no_grad():
        closed.gate.zero_()
        closed.cross.token_gate.zero_()
    assert torch.equal(closed(tokens, mask, path).tokens, tokens)


@pytest.mark.parametrize("part", ["mentions", "nodes"])
def test_the_way_to_a_page_changes_how_the_question_is_seen(part: str) -> None:
    tokens, mask, path = inputs()
    way = getattr(path, part).clone()
    way[0, 1] += 2.0  # how the second page of the first row was come to
    one, two = (block()(tokens, mask, p) for p in (path, replace(path, **{part: way})))
    assert torch.allclose(one.attention[0, 0], two.attention[0, 0])
    assert not torch.allclose(one.attention[0, 1], two.attention[0, 1], atol=1e-4)
    assert not torch.allclose(one.tokens[0], two.tokens[0], atol=1e-4)
    assert torch.equal(one.tokens[1], two.tokens[1])


def test_what_a_step_has_asked_is_asked_less_by_the_next() -> None:
    tokens, mask, path = inputs()
    eager, forgetful = block(), block()
    with torch.no_grad():
        eager.penalty.fill_(20.0)
        forgetful.penalty.fill_(-20.0)
    overlap = [
        (a := f(tokens, mask, path).attention)[0, 0].dot(a[0, 1]) for f in (eager, forgetful)
    ]
    assert overlap[0] < overlap[1]


def test_longer_paths_beside_a_row_and_padding_say_nothing() -> None:
    tokens, mask, path = inputs(2)
    short = PathBatch(
        path.question, path.named, path.mentions[:, :1], path.nodes[:, :1], path.steps[:, :1]
    )
    moved = tokens.clone()
    moved[1, 10:] += 5.0
    long, cut = block()(moved, mask, path), block()(tokens, mask, short)
    assert torch.allclose(long.tokens[1, :10], cut.tokens[1, :10], atol=1e-5)
