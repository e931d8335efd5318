"""Teaching adds types and predicates to the shipped extractor, and leaves the rest as it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from kgtransfer.annotations import AnnotatedText, Marked, Related
from kgtransfer.annotations.readers import native
from kgtransfer.cli.app import app
from kgtransfer.config import shipped
from kgtransfer.errors import InputError
from kgtransfer.extract.extractor import load_extractor as load_pipeline
from kgtransfer.extract.labels import TAG_TYPES, TAGS
from kgtransfer.extract.weights import load_extractor
from kgtransfer.nn.extraction import Groups
from kgtransfer.train.grow import grow, rebase
from kgtransfer.train.labels import named, predicate_name, type_name
from kgtransfer.train.lesson_ends import passages
from kgtransfer.train.lesson_losses import tag_loss
from kgtransfer.train.teach import TeachConfig, teach_extractor

PEOPLE = ("Ann Lee", "Bob Ray", "Eva Orr", "Carl Blum", "Rita Hayes", "Tom Wood", "Mary Poole")
TOOLS = ("hammer drill", "band saw", "torque wrench", "angle grinder", "spirit level", "wood plane",
         "nail gun")  # fmt: skip
PATTERNS = (
    "{} repairs the {} every day.",
    "In Paris {} repairs the {} of a neighbour.",
    "Last year {} came from Germany and repairs the {}.",
)


def example(person: str, tool: str, pattern: str) -> AnnotatedText:
    text = pattern.format(person, tool)
    spans = [(person, "PER"), (tool, "power tool")]
    entities = [Marked(text.index(s), text.index(s) + len(s), label) for s, label in spans]
    return AnnotatedText(text, tuple(entities), (Related(0, "Repairs", 1),))


def write(path: Path, texts: list[AnnotatedText]) -> Path:
    path.write_text("".join(native.write(t) + "\n" for t in texts), encoding="utf-8")
    return path


def test_a_grown_model_says_what_it_said() -> None:
    trained = load_extractor(shipped("models", "extractor"), fast=False)
    grown = grow(trained, len(TAG_TYPES) + 2, len(trained.predicates) + 1).eval()
    states = torch.randn(5, trained.model.encoder.width)
    shapes = torch.ones(5, dtype=torch.long)
    old = trained.model.entities(states, shapes, 0)
    new = grown.entities(states, shapes, 0)
    assert new.shape == (5, TAGS + 4)
    assert torch.allclose(new[:, :TAGS], old, atol=1e-4)  # products of other widths round otherwise
    state = grown.state_dict()
    before = trained.model.state_dict()["relations.bilinear.weight"]
    assert torch.equal(state["relations.bilinear.weight"][:-1], before)
    assert state["relations.type_bias.weight"].shape[1] == len(trained.predicates) + 2


def test_a_rebased_predicates_confidence_is_the_logistic_of_its_margin() -> None:
    trained = load_extractor(shipped("models", "extractor"), fast=False)
    model = grow(trained, len(TAG_TYPES), len(trained.predicates) + 1).eval()
    states, attention = torch.randn(4, model.encoder.width), torch.rand(12, 4, 4)
    pair = Groups(
        torch.tensor([[0, 1], [2, 3]]), torch.tensor([0, 1]), torch.tensor([0, 1]),
        torch.tensor([[0, 1], [1, 0]]), torch.tensor([1, 2]),
    )  # fmt: skip

    def margins() -> torch.Tensor:
        logits, _ = model.relations(states, attention, pair)
        return logits[:, 1:] - logits[:, :1]

    before = margins()
    rebase(model, trained)
    after, fit = margins(), trained.calibration
    assert torch.allclose(after[:, :-1], before[:, :-1], atol=1e-4)
    calibrated = fit["slope"] * after[:, -1] + fit["shift"]
    assert torch.allclose(calibrated, before[:, -1], atol=1e-3)


@pytest.mark.slow
def test_a_type_and_a_relation_are_learnt_and_the_old_ones_stay(tmp_path: Path) -> None:
    texts = [example(p, t, s) for p, t in zip(PEOPLE[:6], TOOLS[:6], strict=True) for s in PATTERNS]
    tests = [example(PEOPLE[6], TOOLS[6], s) for s in PATTERNS]
    config = TeachConfig(
        output=tmp_path / "out",
        annotations=(write(tmp_path / "a.jsonl", texts),),
        test=(write(tmp_path / "t.jsonl", tests),),
        labels={"power tool": "PowerTool"},
        steps=120,
        replay=36,
    )
    taught = teach_extractor(config)
    assert (taught.types, taught.predicates) == (("PowerTool",), ("repairs",))
    assert taught.before["entities"]["PowerTool"]["recall"] == 0.0
    assert taught.after["entities"]["PowerTool"]["f1"] > 0.6
    assert taught.after["relations"]["repairs"]["f1"] > 0.6
    assert taught.agreement["names"]["f1"] > 0.9
    assert json.loads((config.output / "taught.json").read_text())["types"] == ["PowerTool"]
    extractor = load_pipeline(str(config.output))
    assert extractor.fingerprint not in ("", load_pipeline().fingerprint)
    text = "Mary Poole was born in Ohio in 1950. Mary Poole repairs the nail gun."
    found = extractor.extract(text, "en")
    types = {text[m.start : m.end]: m.type for m in found.mentions}
    assert types["Ohio"] == "Location"
    assert {s.predicate for s in found.statements} >= {"repairs", "date_of_birth"}


def test_a_word_that_may_be_of_a_taught_type_costs_nothing() -> None:
    logits = torch.zeros(1, TAGS + 2)
    logits[0, TAGS] = 20.0
    target = torch.zeros(1, TAGS + 2)
    target[0, 0] = 1.0
    loose = torch.zeros(1, TAGS + 2, dtype=torch.bool)
    assert tag_loss(logits, target, loose) > 10
    loose[0, TAGS:] = True
    assert tag_loss(logits, target, loose) < 0.01


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("PER", "Person"), ("gpe", "Location"), ("WORK_OF_ART", "Work"), ("Person", "Person"),
        ("chemical compound", "ChemicalCompound"), ("chemicalcompound", "Chemicalcompound"),
        ("CHEMICAL_COMPOUND", "ChemicalCompound"), ("pronoun", ""), ("todo", ""),
    ],
)  # fmt: skip
def test_labels_become_types(label: str, name: str) -> None:
    assert type_name(label, {"todo": ""}) == name


def test_labels_become_predicates() -> None:
    assert predicate_name("Works At", {}) == "works_at"
    assert predicate_name("P57", {}) == "director"
    assert predicate_name("ceo", {"ceo": "chief"}) == "chief"
    with pytest.raises(InputError, match="can't be a predicate"):
        predicate_name("→", {})
    with pytest.raises(InputError, match="can't be a type"):
        named([AnnotatedText("a", (Marked(0, 1, "C++"),))], {})


def test_a_long_text_is_taught_passage_by_passage() -> None:
    page = "\n\n".join(example(p, t, s).text for p in PEOPLE for t in TOOLS for s in PATTERNS)
    end = page.rindex("nail gun")
    text = AnnotatedText(
        page,
        (Marked(0, 7, "Person"), Marked(21, 33, "Tool"), Marked(end, end + 8, "Tool")),
        (Related(0, "repairs", 1), Related(0, "repairs", 2)),
    )
    parts = list(passages(text))
    assert len(parts) > 2
    assert "".join(part.text for part in parts) == page
    assert parts[0].relations == (Related(0, "repairs", 1),)
    [last] = parts[-1].entities
    assert parts[-1].text[last.start : last.end] == "nail gun"


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["train", "extractor", *map(str, arguments)])


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    nothing = run()
    assert (nothing.exit_code, "--annotations FILE" in nothing.stderr) == (2, True)
    nowhere = run("--annotations", tmp_path / "a.jsonl")
    assert (nowhere.exit_code, "--out DIR" in nowhere.stderr) == (2, True)
    absent = run("--annotations", tmp_path / "a.jsonl", "--out", tmp_path / "o")
    assert (absent.exit_code, "no such file" in absent.stderr) == (1, True)
