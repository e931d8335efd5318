"""A graph adapter on a frozen causal model: nothing at first, then what the graph alone can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from kgtransfer.errors import ModelError
from kgtransfer.generate.causal import CausalModel, load_causal, save_adapter
from kgtransfer.generate.generator import load_generator
from kgtransfer.generate.local import encode, node_prompt
from kgtransfer.generate.prompt import Prompt
from kgtransfer.records import Passage
from kgtransfer.train.generator import GeneratorConfig, Lesson, new_adapter, train_adapter
from tests.tiny_causal import tiny_causal

COLOURS = {"red.": 0, "green.": 1}
PASSAGE = Passage("d", "Kes", "c", 1.0, "The bird.", 0)


def lesson(colour: str, seed: int) -> Lesson:
    """Text that is always the same; the colour is in the node alone."""
    node = np.random.default_rng(seed).normal(size=(1, 8)).astype(np.float32)
    node[0, 0] = 3.0 if COLOURS[colour] else -3.0
    return Lesson(Prompt("Which colour?", (PASSAGE,), nodes=node), colour)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Products this small are slower on several threads, on a busy machine by far."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    asked = "\n\n".join(m["content"] for m in lesson("red.", 0).prompt.messages()) + "\nAnswer:"
    folder = tmp_path_factory.mktemp("causal")
    return tiny_causal(folder, [asked, *(f" {colour}" for colour in COLOURS)], width=32)


def config(folder: Path) -> GeneratorConfig:
    return GeneratorConfig(
        model=folder,
        workspace=folder,
        output=folder / "adapter",
        every=1,
        inner=16,
        heads=2,
        epochs=8,
        batch=4,
        rate=2e-2,
    )


def logits(causal: CausalModel, prompt: Prompt, *, graph: bool = True) -> torch.Tensor:
    encoded = encode(causal, prompt, 8)
    nodes = node_prompt(causal, [encoded]) if graph else None
    with torch.no_grad():
        out: torch.Tensor = causal.network(torch.tensor([encoded.ids]), None, nodes).logits
    return out


def test_gates_at_zero_are_the_plain_model(folder: Path) -> None:
    plain = load_causal(folder)
    adapted = load_causal(folder, new_adapter(plain, 8, config(folder)))
    prompt = lesson("red.", 0).prompt
    expected = logits(plain, prompt)
    torch.testing.assert_close(logits(adapted, prompt), expected)
    adapted.network.adapter.soft_gate.data.fill_(1.0)  # type: ignore[union-attr]
    assert not torch.allclose(logits(adapted, prompt), expected)
    torch.testing.assert_close(logits(adapted, prompt, graph=False), expected)


def test_each_soft_token_stands_on_the_number_of_its_passage(folder: Path) -> None:
    causal = load_causal(folder)
    prompt = replace(lesson("red.", 0).prompt, passages=(PASSAGE, PASSAGE))
    encoded = encode(causal, prompt, 8)
    words = causal.tokenizer.convert_ids_to_tokens(list(encoded.ids))
    marked = [(w, n) for w, n in zip(words, encoded.places, strict=True) if n >= 0]
    assert [number for _, number in marked] == [0, 1]


def test_training_reaches_what_only_the_graph_says_and_is_kept(
    folder: Path, tmp_path: Path
) -> None:
    settings = config(folder)
    adapter = new_adapter(load_causal(folder), 8, settings)
    causal = load_causal(folder, adapter)
    frozen = {name: p.clone() for name, p in causal.network.model.named_parameters()}
    lessons = [lesson(colour, seed) for seed in range(16) for colour in COLOURS]
    tests = [lesson(colour, seed) for seed in range(100, 104) for colour in COLOURS]
    found = train_adapter(causal, lessons, tests, settings)
    assert found["loss_graph"] < 0.3 * found["loss_before"]
    assert found["loss_graph"] < 0.5 * found["loss_shuffled"]
    assert found["loss_graph"] < 0.5 * found["loss_without"]
    for name, parameter in causal.network.model.named_parameters():
        assert torch.equal(parameter, frozen[name]), name
    save_adapter(tmp_path / "kept", adapter, folder)
    loaded = load_generator(f"hf:{tmp_path / 'kept'}")
    for one in tests:
        said = "".join(loaded.stream(one.prompt, tokens=4, seconds=20))
        assert said.strip() == one.target
    other = replace(tests[0].prompt, nodes=np.ones((1, 5), np.float32))
    with pytest.raises(ModelError, match="train generator"):
        list(loaded.stream(other, tokens=4, seconds=20))
