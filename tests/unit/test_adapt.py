"""The reader is adapted by sound questions, kept by a test, and loaded only on its own base."""

from __future__ import annotations

import copy
import shutil
from itertools import islice
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from kgtransfer.cli.app import app
from kgtransfer.config import shipped
from kgtransfer.read.adapter import RECORD, WEIGHTS, Adapter, digest_of
from kgtransfer.read.network import TextReader
from kgtransfer.records import Passage
from kgtransfer.train.adapters import adapter_deltas, add_adapters
from kgtransfer.train.own_questions import own_questions
from kgtransfer.train.questions import squad_article
from kgtransfer.transfer import adapt as adapting
from kgtransfer.transfer.adapt import AdaptConfig, Measured, adapt, verdict
from tests.workspaces import fake_workspace, ingest

TOWNS = ("Manila", "Leeds", "Oslo", "Paris", "Quito", "Lima", "Riga", "Bonn", "Turin", "Cadiz")


def _pages(folder: Path, count: int) -> Path:
    folder.mkdir()
    for n in range(count):
        name = f"Ann {chr(65 + n % 26)}{'abcdefghij'[n // 26]}lee"
        film = f"Dark {chr(65 + n % 26)}{'abcdefghij'[n // 26]}river"
        born = f"{name} was born in {TOWNS[n % 10]}. The sun shone."
        (folder / f"{n}.txt").write_text(born, encoding="utf-8")
        (folder / f"film{n}.txt").write_text(f"{name} directed {film}.", encoding="utf-8")
    return folder


def test_own_questions_have_one_answer_that_stands_in_the_stating_sentence(tmp_path: Path) -> None:
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [_pages(tmp_path / "pages", 30)])
        made = own_questions(w.open_index(), most=500, seed=1)
        assert made == own_questions(w.open_index(), most=500, seed=1)
    kinds = {question.kind for question in made}
    assert {"hop", "nested", "absent"} <= kinds
    held_out = {q.example.title for q in made if q.held_out}
    assert held_out.isdisjoint({q.example.title for q in made if not q.held_out} - {""})
    for question in made:
        example = question.example
        answers = {example.text[a:b] for a, b in example.spans}
        assert bool(answers) == (example.label == "span")
        if question.kind in ("hop", "nested") and "born" in example.question:
            assert len(answers) <= 1
            assert answers <= set(TOWNS)
        if question.kind == "nested":
            assert " the director of Dark " in example.question


def _test(gain: float, low: float) -> Measured:
    return Measured(100, 60.0, 60.0 + gain, gain, low, gain + 3)


def test_only_what_is_better_and_has_forgotten_nothing_is_kept() -> None:
    assert verdict(_test(4.0, 1.0), _test(-0.5, -3.0))[0]
    assert not verdict(_test(4.0, -0.1), _test(1.0, -3.0))[0]
    kept, why = verdict(_test(4.0, 1.0), _test(-1.5, -4.0))
    assert not kept
    assert "forgotten" in why


@pytest.mark.slow
def test_a_stored_adapter_reads_as_the_network_that_was_trained(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    base = TextReader.load(shipped("models", "reader"))
    network = copy.deepcopy(base.network)
    torch.manual_seed(0)
    add_adapters(network.encoder, 4)
    for name, parameter in network.encoder.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    trained = TextReader(network, base.cutter, base.settings)
    tensors = {f"encoder.{n}": t for n, t in adapter_deltas(network.encoder).items()}
    save_file(tensors, tmp_path / WEIGHTS)
    loaded = TextReader.load(shipped("models", "reader"), tmp_path / WEIGHTS)
    asked = [("Who directed Kes?", Passage("", "Kes", "c", 0.0, "Kes is a film by Ken Loach.", 0))]
    before, wanted, found = (r.ask(asked)[0] for r in (base, trained, loaded))
    for name in ("yes", "no", "none"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=0.1)
    assert max(abs(wanted.none - before.none), abs(wanted.no - before.no)) > 0.5


def _store(folder: Path, base: str) -> None:
    from safetensors.torch import save_file

    folder.mkdir()
    save_file({"span_head.bias": torch.zeros(2)}, folder / WEIGHTS)
    (folder / RECORD).write_text(
        f'{{"base": "{base}", "report": {{"own": null}}}}', encoding="utf-8"
    )


def test_an_adapter_of_another_reader_is_noted_and_not_used(tmp_path: Path) -> None:
    with fake_workspace(tmp_path / "w") as w:
        (tmp_path / "a.txt").write_text("Ann Lee was born in Leeds.", encoding="utf-8")
        ingest(w, [tmp_path / "a.txt"])
        assert w.adapter is None
        _store(w.adapter_folder, "another")
        assert w.adapter is not None
        assert not w.adapter_fits
        run, place = CliRunner(), ["-w", str(tmp_path / "w")]
        assert "not used" in run.invoke(app, ["adapt", "--status", *place]).output
        shutil.rmtree(w.adapter_folder)
        _store(w.adapter_folder, digest_of(shipped("models", "reader")))
        assert w.adapter_fits
        assert "dropped" in run.invoke(app, ["adapt", "--off", *place]).output
        assert w.adapter is None
        (w.adapter_folder).mkdir()  # half of one is none
        (w.adapter_folder / RECORD).write_text("{", encoding="utf-8")
        assert Adapter.open(w.adapter_folder) is None


def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few questions, as many whatever the time."""
    monkeypatch.setattr(adapting, "ENOUGH", 1000)
    monkeypatch.setattr(adapting, "squad_article", lambda *given: islice(squad_article(*given), 10))


@pytest.mark.slow
def test_adapting_stores_nothing_unless_it_is_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kgtransfer.errors import WorkspaceError

    monkeypatch.setattr(adapting, "FEWEST_TEST", 2)
    _small(monkeypatch)
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [_pages(tmp_path / "pages", 25)])
        quick = AdaptConfig(seconds=2.0, most=60)
        report = adapt(w, quick)
        assert report.own is not None
        assert report.kept == (w.adapter is not None)
        assert report.kept == verdict(report.own, report.general or report.own)[0]
        monkeypatch.setattr(adapting, "verdict", lambda own, general: (True, "said so"))
        assert adapt(w, quick).kept
        assert w.adapter_fits
        monkeypatch.setattr(adapting, "FEWEST_TEST", 400)
        with pytest.raises(WorkspaceError, match="are needed"):
            adapt(w, quick)
        assert w.adapter_fits


@pytest.mark.slow
def test_stopped_training_tests_what_was_best_until_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from collections.abc import Iterator
    from typing import Any

    def stop(*_: Any) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(adapting, "FEWEST_TEST", 2)
    _small(monkeypatch)
    monkeypatch.setattr(adapting, "_batches", stop)
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [_pages(tmp_path / "pages", 25)])
        report = adapt(w, AdaptConfig(seconds=2.0, most=60))
        assert (report.kept, report.steps) == (False, 0)
        assert report.own is not None
        assert report.own.gain == 0.0
        assert w.adapter is None
