"""A transfer experiment: its file, what each method trains, that it repeats, and its table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from kgtransfer.cli import app
from kgtransfer.config import read_run
from kgtransfer.errors import ConfigError, InputError, ModelError
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.read.windows import Window
from kgtransfer.records import FloatArray
from kgtransfer.train.questions import ReadingExample
from kgtransfer.transfer.config import TargetConfig, TransferConfig
from kgtransfer.transfer.experiment import Cell, planned, run
from kgtransfer.transfer.graph import GraphNodes, graph_of_names, index_of_names
from kgtransfer.transfer.material import prepare
from kgtransfer.transfer.methods import CachedStates, adapted
from kgtransfer.transfer.report import best_rows, summarise
from kgtransfer.transfer.tasks import (
    Question,
    labelled,
    nearest_pages,
    reachable,
    read_questions,
    read_target,
)

THINGS = ("lamp", "boat", "door", "coat", "gate", "roof", "bell", "cart", "flag", "tent")
COLOURS = ("red", "blue", "green", "black", "white", "grey", "pink", "brown")
WORDS = ("what", "colour", "is", "the", "it", "stands", "here", "?", ".", ":", *THINGS, *COLOURS)


def questions(count: int, shift: int, others: int = 3) -> list[dict[str, Any]]:
    """MuSiQue's format: one page says the colour of the thing, others speak of other things."""
    made = []
    for i in range(count):
        topic = [THINGS[(i + shift + k) % len(THINGS)] for k in range(others + 1)]
        colour = [COLOURS[(3 * i + shift + k) % len(COLOURS)] for k in range(others + 1)]
        pages = [
            {
                "title": thing,
                "paragraph_text": f"the {thing} stands here . it is {shade} .",
                "is_supporting": k == 0,
            }
            for k, (thing, shade) in enumerate(zip(topic, colour, strict=True))
        ]
        made.append(
            {
                "id": str(i),
                "question": f"what colour is the {topic[0]} ?",
                "answer": colour[0],
                "paragraphs": pages,
                "question_decomposition": [],
            }
        )
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two question files, a tiny untrained BERT with its tokenizer, and an experiment's file."""
    from safetensors.torch import save_file
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.pre_tokenizers import Whitespace

    from kgtransfer.language_models.bert import Bert, BertConfig

    root = tmp_path_factory.mktemp("transfer")
    (root / "source.json").write_text(json.dumps(questions(40, 0)), "utf-8")
    (root / "target.json").write_text(json.dumps(questions(20, 5, others=0)), "utf-8")
    model = root / "bert"
    model.mkdir()
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    vocabulary = {word: i for i, word in enumerate((*marks.values(), *WORDS))}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(model / "tokenizer.json"))
    (model / "tokenizer_config.json").write_text(json.dumps(marks), "utf-8")
    sizes = {
        "vocab_size": len(vocabulary), "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 128,
    }  # fmt: skip
    (model / "config.json").write_text(json.dumps({"model_type": "bert", **sizes}), "utf-8")
    torch.manual_seed(0)
    save_file(Bert(BertConfig(**sizes)).state_dict(), model / "model.safetensors")
    (root / "experiment.toml").write_text(
        f"""
methods = ["full", "frozen"]
budgets = [4, 0]
seeds = [0, 1]
backbone = "{model}"
source_steps = 60
steps = 3
encoder_rate = 3e-3
rate = 3e-3
window_tokens = 80
threads = 1
[[source]]
format = "musique"
questions = "source.json"
[target]
format = "musique"
questions = "target.json"
test = 6
""",
        "utf-8",
    )
    return root


@pytest.fixture(scope="module")
def config(folder: Path) -> TransferConfig:
    return read_run(folder / "experiment.toml", TransferConfig, data=folder)


@pytest.fixture(scope="module")
def cells(config: TransferConfig) -> list[Cell]:
    return list(run(config, prepare(config)))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("step = 3", "unknown key 'step'. Did you mean 'steps'"),
        ("seeds = [1, 1]", "seeds: .*twice"),
        ("methods = ['half']", "methods.0: .*'full', 'lora' or 'frozen'"),
        ("budgets = [-1]", "budgets: .*0 or more"),
        ("seeds = [", "can't be read"),
        ("[target]\ntests = 4", "unknown key 'target.tests'. Did you mean 'test'"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, line: str, message: str) -> None:
    rest = "[target]\n" if "[target]" not in line else ""
    rest += 'format = "musique"\nquestions = "t.json"\n'
    rest += '[[source]]\nformat = "squad"\nquestions = "s.json"\n'
    (tmp_path / "x.toml").write_text(f"{line}\n{rest}", "utf-8")
    with pytest.raises(ConfigError, match=message):
        read_run(tmp_path / "x.toml", TransferConfig)


def test_test_questions_stay_apart_and_small_budgets_are_in_large_ones(
    config: TransferConfig,
) -> None:
    target = read_target(config.target, config.data)
    again = read_target(config.target, config.data)
    assert target == again
    assert not {q.group for q in target.pool} & {q.group for q in target.test}
    small, large = (labelled(target.pool, budget, 3) for budget in (2, 6))
    assert small == large[: len(small)]
    assert len(small) < len(large)
    assert small != labelled(target.pool, 2, 4)


def test_the_nearest_pages_are_read() -> None:
    class LengthEncoder(MiniLMEncoder):
        def __init__(self) -> None:
            pass

        def encode(self, texts: Sequence[str]) -> FloatArray:
            far = [[0.0, -abs(len(text) - len(texts[0]))] for text in texts[1:]]
            return np.array([[0.0, 1.0], *far], np.float32)

    pages = (("a", "far far away"), ("b", "near"), ("c", "nearer"), ("d", "nowhere at all"))
    question = Question("1", "who is it", ("it",), pages, ("b",))
    (cut,) = nearest_pages([question], LengthEncoder(), 2)
    assert cut.pages == (("b", "near"), ("c", "nearer"))
    assert reachable([cut]) == 0.0
    assert reachable([replace(cut, answers=("near",))]) == 1.0


def test_more_labels_than_there_are_is_refused(config: TransferConfig) -> None:
    with pytest.raises(ConfigError, match=r"budgets: 15 labels .* there are 14"):
        prepare(config.model_copy(update={"budgets": (15,)}))
    held_out = config.target.model_copy(update={"test": 20})
    with pytest.raises(ConfigError, match=r"target\.test: 20 questions"):
        prepare(config.model_copy(update={"target": held_out}))


def test_question_files_are_checked(tmp_path: Path, folder: Path) -> None:
    table = TargetConfig(format="squad", questions=Path("target.json"))
    with pytest.raises(InputError, match="not in the format 'squad'"):
        read_questions(table, folder)
    with pytest.raises(InputError, match="--data DIR"):
        read_questions(table, tmp_path)
    with pytest.raises(ConfigError, match="have no steps"):
        read_questions(table.model_copy(update={"steps": True}), folder)


def test_steps_of_one_question_are_held_out_together(tmp_path: Path) -> None:
    asked = questions(8, 0)
    for item in asked:
        one, two = item["paragraphs"][:2]
        item["question_decomposition"] = [
            {"question": f"#{k}", "answer": page["title"], "paragraph_support_idx": k}
            for k, page in enumerate((one, two))
        ]
    (tmp_path / "q.json").write_text(json.dumps(asked), "utf-8")
    table = TargetConfig(format="musique", questions=Path("q.json"), steps=True, test=3)
    target = read_target(table, tmp_path)
    assert (len(target.test), len(target.pool)) == (4, 12)
    assert not {q.group for q in target.pool} & {q.group for q in target.test}
    assert all(answer in text for q in target.test for answer in q.answers for _, text in q.pages)


@pytest.mark.parametrize("method", ["full", pytest.param("lora", marks=pytest.mark.slow), "frozen"])
def test_a_method_trains_what_it_should(config: TransferConfig, method: Any) -> None:
    from kgtransfer.language_models.backbone import load_backbone
    from kgtransfer.nn.reader import ReaderNetwork

    backbone = load_backbone(config.backbone)
    start = ReaderNetwork(backbone.model, backbone.dimension)
    before = {name: value.clone() for name, value in start.state_dict().items()}
    network, encoder = adapted(start, method, CachedStates(start.encoder), rank=2)
    trained = {n for m in encoder for n, p in m.named_parameters() if p.requires_grad}
    if method == "frozen":
        assert not trained
        assert not [n for n, _ in network.named_parameters() if n.startswith("encoder.")]
    elif method == "lora":
        assert len(trained) == 2 * 5 * 2  # query, value, three dense of two layers; A and B
        assert all("lora_" in name for name in trained)
    else:
        assert "encoder.layer.1.output.dense.weight" in trained
        assert "embeddings.word_embeddings.weight" not in trained
    heads = [p for module in network.heads() for p in module.parameters()]
    assert all(p.requires_grad for p in heads)
    with torch.no_grad():
        for parameter in heads:
            parameter.add_(1.0)
    assert all(torch.equal(value, before[name]) for name, value in start.state_dict().items())


def test_cached_states_are_the_encoder_s(config: TransferConfig) -> None:
    from kgtransfer.language_models.backbone import load_backbone

    encoder = load_backbone(config.backbone).model
    ids = torch.tensor([[2, 5, 6, 3], [2, 7, 3, 0]])
    batch = {"input_ids": ids, "attention_mask": (ids > 0).long(), "token_type_ids": ids * 0}
    cached = CachedStates(encoder)
    with torch.no_grad():
        expected = encoder(**batch).last_hidden_state
    first, second = cached(**batch).last_hidden_state, cached(**batch).last_hidden_state
    assert torch.equal(first, second)
    assert torch.allclose(first[ids > 0], expected[ids > 0], atol=0.02)
    assert not first[ids == 0].any()


def test_lora_says_where_it_can_not_go() -> None:
    network = torch.nn.Module()
    network.encoder = torch.nn.Sequential(torch.nn.Linear(2, 2))
    with pytest.raises(ModelError, match="linear layers named query"):
        adapted(network, "lora", CachedStates(network.encoder), 2)  # type: ignore[arg-type]


def test_every_cell_is_run_once(config: TransferConfig, cells: list[Cell]) -> None:
    keys = [(c.start, c.method, c.fusion, c.budget, c.seed) for c in cells]
    assert len(set(keys)) == len(keys) == planned(config) == 12
    assert {len(c.f1) for c in cells} == {6}
    assert all(f >= e for c in cells for e, f in zip(c.exact, c.f1, strict=True))


def test_the_same_seed_repeats(config: TransferConfig, cells: list[Cell]) -> None:
    once = config.model_copy(update={"seeds": (1,), "budgets": (4,)})
    again = {(c.start, c.method): c.f1 for c in run(once, prepare(once))}
    before = {(c.start, c.method): c.f1 for c in cells if c.seed == 1 and c.budget == 4}
    assert again == before


def test_what_was_learnt_on_the_source_shows_on_the_target(cells: list[Cell]) -> None:
    rows = summarise(cells)
    assert [(row.labels, row.method) for row in rows] == [(0, None), (4, "frozen"), (4, "full")]
    assert rows[0].gain_f1.mean > 0.2
    for row in rows:
        assert row.gain_f1.mean == pytest.approx(row.f1.mean - row.scratch_f1.mean)
        assert row.gain_f1.low <= row.gain_f1.mean <= row.gain_f1.high
    assert [row.labels for row in best_rows(rows)] == [0, 4]


def test_gains_are_paired_and_fusion_is_compared_with_none() -> None:
    easy_and_hard = (1.0, 0.0) * 20
    worse = tuple(max(0.0, score - 0.5) for score in easy_and_hard)

    def cell(start: Any, fusion: bool, seed: int, f1: tuple[float, ...]) -> Cell:
        return Cell(start, "full", fusion, 10, seed, f1, f1, 1.0)

    rows = summarise(
        cell(start, fusion, seed, easy_and_hard if start == "source" and fusion else worse)
        for seed in (0, 1)
        for fusion in (False, True)
        for start in ("source", "scratch")
    )
    plain, fused = rows
    assert (plain.gain_f1.mean, plain.graph_gain) == (0.0, None)
    assert fused.graph_gain == fused.gain_f1
    assert fused.gain_f1.mean == 0.25
    assert fused.gain_f1.clear


@pytest.fixture(scope="module")
def nodes(config: TransferConfig, tmp_path_factory: pytest.TempPathFactory) -> GraphNodes:
    """Node states of an untrained graph encoder over the target's pages."""
    from kgtransfer.nn.gat import GatConfig, QuestionGat
    from kgtransfer.retrieve.edges import EDGE_FEATURES
    from kgtransfer.retrieve.measures import NODE_FEATURES
    from kgtransfer.retrieve.model import RetrieverModel
    from kgtransfer.retrieve.search import Retriever

    encoder = MiniLMEncoder(config.backbone)
    pages = [("red lamp", "The Red Lamp is here."), ("tent", "It stands by the Red Lamp.")]
    index = index_of_names(pages, encoder, tmp_path_factory.mktemp("index"))
    shape = GatConfig(len(NODE_FEATURES), len(EDGE_FEATURES), encoder.dimension)
    model = RetrieverModel(QuestionGat(shape, engine="torch").eval(), encoder.fingerprint)
    return GraphNodes(Retriever(index, encoder, model), 64)


def test_names_join_the_pages_of_the_graph() -> None:
    pages = [("Red Lamp", "Red Lamp is a boat."), ("Ann", "Ann sailed the Red Lamp.")]
    content = graph_of_names([*pages, pages[0]])
    assert len(content.documents) == 2
    names = {entity.id: entity.name for entity in content.entities}
    texts = {chunk.id: chunk.text for chunk in content.chunks}
    named = {(texts[m.chunk], names[m.entity]) for m in content.mentions}
    assert ("Ann sailed the Red Lamp.", "Red Lamp") in named


def test_node_states_mark_the_page_that_is_read(nodes: GraphNodes) -> None:
    window = Window(0, (), 0, 0, ())
    read = ReadingExample("what is red ?", "tent", "stands by the Red", (), "none")
    other = ReadingExample("a step of it", "lamp", "not a page", (), "none")
    nodes.steps_of({"a step of it": "what is red ?"})
    states, mask = nodes([(window, read), (window, other)])
    assert states.shape == (2, 2, 68)
    assert mask.all()
    assert states[0, :, -3].sum() == 1.0
    assert states[1, :, -3].sum() == 0.0
    assert torch.equal(states[0, :, :-4], states[1, :, :-4])


def test_fusion_is_an_arm_of_its_own(config: TransferConfig, nodes: GraphNodes) -> None:
    small = {"seeds": (0,), "fusion": (False, True), "methods": ("frozen",), "fusion_steps": 20}
    both = config.model_copy(update={**small, "budgets": (4,), "source_steps": 5})
    cells = list(run(both, prepare(both), nodes))
    assert [(c.start, c.fusion) for c in cells] == [
        (start, fusion) for start in ("scratch", "source") for fusion in (False, True)
    ]
    (row, fused) = summarise(cells)
    assert row.graph_gain is None
    assert fused.graph_gain is not None
    assert len(cells) == planned(both)


def test_fusion_without_a_graph_is_refused(config: TransferConfig) -> None:
    with pytest.raises(ConfigError, match="fusion"):
        next(run(config.model_copy(update={"fusion": (True,)}), prepare(config)))


def test_the_command_prints_a_table_and_saves_it(folder: Path) -> None:
    text = (folder / "experiment.toml").read_text("utf-8")
    small = text.replace("seeds = [0, 1]", "seeds = [0]").replace('"full", "frozen"', '"frozen"')
    (folder / "small.toml").write_text(small.replace("source_steps = 60", "source_steps = 2"))
    result = CliRunner().invoke(
        app, ["transfer", "run", str(folder / "small.toml"), "--data", str(folder)]
    )
    assert result.exit_code == 0, result.output
    assert "frozen" in result.stdout
    assert "best with 4 labels: frozen" in result.stdout
    saved = json.loads((folder / "results" / "small.json").read_text("utf-8"))
    assert [row["labels"] for row in saved["rows"]] == [0, 4]
    assert len(saved["cells"]) == 4
    assert len(saved["cells"][0]["f1"]) == 6
    assert str(folder) not in json.dumps(saved["data_sha256"])
    assert {"versions", "machine", "seconds", "uncertainty"} <= set(saved)
