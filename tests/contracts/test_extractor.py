"""What every extractor keeps, whatever it finds."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgtransfer.extract.extractor import Extractor, load_extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.language_models.endpoint import Endpoint
from kgtransfer.records import Extraction
from kgtransfer.values import find_values
from tests import fake_gliner
from tests.chat_server import chat_server
from tests.fakes import CapitalisedExtractor
from tests.tiny_gliner import make_gliner, make_gliner2
from tests.tiny_seq2seq import make_model

PASSAGE = "Dark River is a film directed by Ann Lee. It was released in 1990 by Universal Pictures."
LIFE = "Ann Lee (born 5 May 1950) is an American film director. She lives in Rome."
TEXTS = {
    "empty": "",
    "spaces": " \n\t ",
    "punctuation": "... !!! ((( ?",
    "emoji": "😀 Zoë met José 👩‍👩‍👧 in São Paulo 😀. She wrote Été.",
    "one word": "Paris",
    "no break": "x" * 3000,
    "lists": "Cast\n\n* Ann Lee\n* Bob Ray\n\n1. First, 2. Second",
    "other script": "张艺谋是中国导演。他出生于西安。",
    "passage": PASSAGE,
}


FILLER = "Nothing of note was said in that year by anybody at all. "
ENDING = "In the end Zora Quill met Amos Lund in Paris in 1987."
GLINER_KNOWS = {
    PASSAGE: {"Dark River": "creative work", "Ann Lee": "person"},
    (FILLER * 13).strip(): {},
    f"{FILLER * 7}{ENDING}": {"Zora Quill": "person", "Amos Lund": "person"},
}
KINDS = [
    "fake",
    "fast",
    "spacy",
    "fake gliner",
    "openai",
    pytest.param("seq2seq", marks=pytest.mark.slow),
    pytest.param("gliner", marks=pytest.mark.slow),
    pytest.param("gliner2", marks=pytest.mark.slow),
    pytest.param("shipped", marks=pytest.mark.slow),
]


@pytest.fixture(scope="module", params=KINDS)
def extractor(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Extractor]:
    folder = tmp_path_factory.mktemp("extractor")
    if request.param == "fake":
        yield CapitalisedExtractor()
    elif request.param == "fast":
        yield load_extractor(tier="fast")
    elif request.param == "spacy":
        yield load_extractor(f"spacy:{spacy_pipeline(folder)}", tier="fast")
    elif request.param == "fake gliner":
        names = {"Dark River": "creative work", "Ann Lee": "person", "Zora Quill": "person"}
        with fake_gliner.installed():
            folder = fake_gliner.save(folder, names)
            yield load_extractor(f"gliner:{folder}", tier="fast")
    elif request.param in ("gliner", "gliner2"):
        pytest.importorskip(request.param)
        make = make_gliner if request.param == "gliner" else make_gliner2
        make(folder, GLINER_KNOWS)
        yield load_extractor(f"gliner:{folder}", tier="fast")
    elif request.param == "seq2seq":
        make_model(
            folder,
            {
                PASSAGE: "<triplet> Dark River <subj> Ann Lee <obj> director",
                (FILLER * 11).strip(): "",
                f"{FILLER * 8}{ENDING}": "<triplet> Zora Quill <subj> Amos Lund <obj> met",
            },
        )
        yield load_extractor(f"seq2seq:{folder}")
    elif request.param == "openai":
        with chat_server() as server:
            yield load_extractor("openai:rules", endpoint=Endpoint(server.url))
    else:
        yield load_extractor()


def spacy_pipeline(folder: Path) -> Path:
    import spacy

    nlp = spacy.blank("en")
    names = {"Dark River": "WORK_OF_ART", "Ann Lee": "PERSON", "Zora Quill": "PERSON"}
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": kind, "pattern": name} for name, kind in names.items()])
    nlp.to_disk(folder)
    return folder


def check(text: str, extraction: Extraction) -> None:
    end = 0
    for start, stop in extraction.sentences:
        assert end <= start < stop <= len(text)
        end = stop
    places = [(m.start, m.end) for m in extraction.mentions]
    places += [(v.start, v.end) for v in extraction.values]
    assert all(0 <= start < end <= len(text) for start, end in places)
    for mention in extraction.mentions:
        assert 0.0 < mention.confidence <= 1.0
    assert list(extraction.mentions) == sorted(extraction.mentions, key=lambda m: m.start)
    for statement in extraction.statements:
        assert 0 <= statement.subject < len(extraction.mentions)
        ends = extraction.values if statement.object_is_value else extraction.mentions
        assert 0 <= statement.object < len(ends)
        assert 0.0 < statement.confidence <= 1.0
        assert statement.sentence is None or statement.sentence in extraction.sentences


@pytest.mark.parametrize("name", TEXTS)
def test_everything_found_lies_in_the_text(extractor: Extractor, name: str) -> None:
    check(TEXTS[name], extractor.extract(TEXTS[name], "en"))


def test_a_text_without_words_holds_nothing(extractor: Extractor) -> None:
    assert extractor.extract("", "en") == Extraction()
    assert extractor.extract(" \n ", "en") == Extraction()


def test_a_result_depends_on_the_text_alone(extractor: Extractor) -> None:
    first = extractor.extract(PASSAGE, "en")
    extractor.extract(TEXTS["emoji"], "en")
    assert extractor.extract(PASSAGE, "en") == first


def test_a_long_text_is_read_to_its_end(extractor: Extractor) -> None:
    filler = FILLER * 800
    text = f"{filler}{ENDING}"
    extraction = extractor.extract(text, "en")
    check(text, extraction)
    assert any(m.start > len(filler) for m in extraction.mentions)


def test_what_is_stated_names_its_sentence(extractor: Extractor) -> None:
    extraction = extractor.extract(PASSAGE, "en")
    said = {
        (s.predicate, PASSAGE[slice(*s.sentence)])
        for s in extraction.statements
        if s.sentence is not None
    }
    assert any(predicate == "director" and "Dark River" in where for predicate, where in said)


def test_an_extractor_goes_to_another_process(extractor: Extractor) -> None:
    copy = pickle.loads(pickle.dumps(extractor))  # noqa: S301
    assert copy.fingerprint == extractor.fingerprint
    assert copy.extract(PASSAGE, "en") == extractor.extract(PASSAGE, "en")


@pytest.mark.slow
def test_the_shipped_extractor_speaks_the_schema() -> None:
    extraction = load_extractor("default").extract(LIFE, "en")
    schema = load_schema()
    assert {s.predicate for s in extraction.statements} <= schema.names
    assert {m.type for m in extraction.mentions} <= set(schema.types)
    births = [s for s in extraction.statements if s.predicate == "date_of_birth"]
    assert [extraction.values[s.object].value for s in births] == ["1950-05-05"]
    assert {v.kind for v in find_values(LIFE)} <= set(schema.value_kinds)
