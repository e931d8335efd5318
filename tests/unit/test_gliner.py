"""A GLiNER model is asked for the types in words; what it can't safely load is refused."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from kgtransfer.errors import ModelError
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.gliner import GlinerNames, Scored, best, labels_of, portions
from kgtransfer.extract.gliner_model import GlinerModel, find_model
from kgtransfer.workspace import Workspace
from tests import fake_gliner

TEXT = "Nadia Vos plays the oud in Tunis. She was born in 1990."


def test_the_types_of_the_shipped_schema_are_asked_for_in_words() -> None:
    asked = labels_of((), {})
    assert asked["creative work"] == "Work"
    assert asked["person"] == "Person"
    assert set(asked.values()) == {
        "Person", "Organization", "Location", "Work", "Event", "Product"
    }  # fmt: skip


def test_a_schemas_descriptions_and_the_settings_say_what_is_asked_for() -> None:
    types = (("Person", ""), ("MusicalInstrument", ""), ("Misc", "award or prize"))
    asked = labels_of(types, {"person": "", "oud player": "Person"})
    assert asked == {
        "musical instrument": "MusicalInstrument",
        "award or prize": "Misc",
        "oud player": "Person",
    }
    with pytest.raises(ModelError, match="no label"):
        labels_of((("Person", ""),), {"person": ""})


def test_of_names_that_overlap_the_surest_stays() -> None:
    names = [Scored(0, 4, "Person", 0.6), Scored(0, 9, "Work", 0.9), Scored(9, 12, "Event", 0.5)]
    assert best(names) == names[1:]


def test_a_text_is_asked_about_in_portions_that_leave_no_word_out() -> None:
    text = "One two three. " * 30 + "word " * 50 + "x" * 2000 + " end."
    places = list(
        portions(text, [(i * 15, i * 15 + 14) for i in range(30)] + [(450, len(text))], 9)
    )
    assert all(len(text[a:b].split()) <= 9 for a, b in places)
    assert [a for a, _ in places] == sorted(a for a, _ in places)
    read = " ".join(text[a:b] for a, b in places).split()
    assert [w for w in read if len(w) < 2000] == [w for w in text.split() if len(w) < 2000]
    assert not any(len(w) == 2000 for w in read)


def test_names_get_the_labels_types_and_the_models_scores(tmp_path: Path) -> None:
    names = {"Nadia Vos": "person", "oud": "musical instrument", "Tunis": "location"}
    with fake_gliner.installed():
        folder = fake_gliner.save(tmp_path / "model", names)
        labels = (("musical instrument", "Product"),)
        found = load_extractor(f"gliner:{folder}", tier="fast", labels=labels).extract(TEXT, "en")
    said = {TEXT[m.start : m.end]: m.type for m in found.mentions if m.named}
    assert said == {"Nadia Vos": "Person", "oud": "Product", "Tunis": "Location"}
    assert {m.confidence for m in found.mentions if m.named} == {fake_gliner.SCORE}
    assert [TEXT[v.start : v.end] for v in found.values] == ["1990"]


@pytest.mark.slow
def test_relations_are_read_between_its_names_of_types_of_ones_own(tmp_path: Path) -> None:
    text = "Nadia Vos was born in Tunis. Nadia Vos plays the oud."
    names = {"Nadia Vos": "person", "oud": "instrument", "Tunis": "location"}
    with fake_gliner.installed():
        folder = fake_gliner.save(tmp_path / "model", names)
        extractor = load_extractor(f"gliner:{folder}", labels=(("instrument", "Instrument"),))
        found = extractor.extract(text, "en")
    assert "Instrument" in {m.type for m in found.mentions}
    assert "place_of_birth" in {s.predicate for s in found.statements}


def test_the_labels_and_the_weights_are_in_the_fingerprint(tmp_path: Path) -> None:
    with fake_gliner.installed():
        folder = fake_gliner.save(tmp_path / "model", {"Tunis": "location"})
        plain = load_extractor(f"gliner:{folder}", tier="fast").fingerprint
        more = load_extractor(f"gliner:{folder}", tier="fast", labels=(("oud", "Product"),))
        (folder / "model.safetensors").write_bytes(b"other")
        other = load_extractor(f"gliner:{folder}", tier="fast").fingerprint
    assert len({plain, more.fingerprint, other}) == 3


def test_a_workspaces_own_schema_says_what_is_asked_for(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as workspace:
        (workspace.folder / "schema.yaml").write_text(
            "types: {Person: {}, Instrument: {description: musical instrument}}\n"
            "value_kinds: [date]\npredicates: {plays: {}}\n"
        )
        (workspace.folder / "kgtransfer.toml").write_text('extractor = "gliner:model"\n')
    with Workspace.open(tmp_path / "w") as workspace:
        options = workspace.extractor_options
    assert options.types == (("Person", ""), ("Instrument", "musical instrument"))


@pytest.mark.skipif(importlib.util.find_spec("gliner") is not None, reason="gliner is installed")
def test_without_the_package_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    folder = fake_gliner.save(tmp_path / "model", {})
    with pytest.raises(ModelError, match="not installed") as error:
        load_extractor(f"gliner:{folder}", tier="fast")
    assert "kgtransfer[gliner]" in str(error.value.hint)
    assert "gliner" not in sys.modules


def test_pickled_weights_code_and_what_is_not_here_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="on this machine"):
        find_model("urchade/no_such_model")
    with pytest.raises(ModelError, match="no GLiNER model"):
        find_model(str(tmp_path))
    folder = fake_gliner.save(tmp_path / "model", {})
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="no safetensors"):
        find_model(str(folder))
    (folder / "model.safetensors").write_bytes(b"none")
    (folder / "config.json").write_text('{"auto_map": {"AutoModel": "own.Model"}}')
    with pytest.raises(ModelError, match="code of its own"):
        find_model(str(folder))


@pytest.mark.slow
@pytest.mark.parametrize("package", ["gliner", "gliner2"])
def test_a_broken_model_of_a_real_package_is_an_error(package: str, tmp_path: Path) -> None:
    pytest.importorskip(package)
    if package == "gliner":
        folder = fake_gliner.save(tmp_path / "model", {})
    else:
        folder = tmp_path
        (folder / "config.json").write_text('{"model_type": "extractor"}')
        (folder / "model.safetensors").write_bytes(b"none")
    with pytest.raises(ModelError, match="can't be loaded"):
        load_extractor(f"gliner:{folder}", tier="fast")


def test_a_name_at_the_edge_of_a_word_takes_the_whole_word() -> None:
    import spacy

    from kgtransfer.extract import sentences

    nlp = spacy.blank("en")
    doc = sentences.split_sentences(nlp("Vos's oud"))
    model = GlinerModel(lambda text, labels, threshold: [(0, 2, "person", 0.9), (5, 10, "x", 0.9)])
    doc = GlinerNames(model, {"person": "Person"})(doc)
    assert [(e.text, e.label_) for e in doc.ents] == [("Vos", "Person")]
