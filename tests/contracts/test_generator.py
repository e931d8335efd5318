"""What every generator promises: an answer in pieces, checked by others, or one clear reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.errors import ConfigError, ModelError
from kgtransfer.generate.answer import Writing, write
from kgtransfer.generate.endpoint import EndpointGenerator
from kgtransfer.generate.generator import Generator, load_generator
from kgtransfer.generate.local import LocalGenerator
from kgtransfer.generate.prompt import Prompt
from kgtransfer.language_models.endpoint import Endpoint
from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence
from kgtransfer.records import Answer, AnswerSentence, Passage
from kgtransfer.report import Clock
from tests.chat_server import chat_server
from tests.tiny_causal import teach, tiny_causal

KEY = "KGTEST_KEY"
PASSAGES = (
    Passage("d1", "Kes", "c1", 0.9, "Kes is a 1969 film directed by Ken Loach.", 7),
    Passage("d2", "Ken Loach", "c2", 0.8, "Ken Loach was born in Nuneaton.", 0),
)
PROMPT = Prompt(
    "Who directed Kes?", PASSAGES, nodes=np.random.default_rng(0).normal(size=(2, 8)).astype("f4")
)
GOOD = "Kes was directed by Ken Loach [1]."
SAID = f"{GOOD} Ken Loach was born in Leeds [2]. He is well known."
READERS = Answer("Who directed Kes?", "the reader's", False, 0.8)

Saying = Callable[[str], Generator]


@pytest.fixture(params=["endpoint", "hf"])
def saying(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Saying]:
    """Makes a generator of each kind that writes a given text."""
    if request.param == "endpoint":
        monkeypatch.setenv(KEY, "secret-key")
        with chat_server() as server:

            def asks(text: str) -> Generator:
                server.says = text
                return EndpointGenerator("m", Endpoint(server.url, KEY))

            yield asks
        return

    def learns(text: str) -> Generator:
        asked = "\n\n".join(m["content"] for m in PROMPT.messages()) + "\nAnswer:"
        folder = tiny_causal(tmp_path / "model", [asked, text])
        teach(folder, asked, text)
        return load_generator(f"hf:{folder}")

    yield learns


def reads(asked: Sequence[tuple[str, Passage]]) -> list[PageReading]:
    """A reader that finds the last name of each passage."""
    readings = []
    for _, passage in asked:
        name = passage.text.rstrip(".").split("in ")[-1].split("by ")[-1]
        start = passage.text.index(name)
        found = Found(Evidence(passage, start, start + len(name)), -0.1)
        readings.append(PageReading(passage, (found,), -9.0, -9.0, -9.0))
    return readings


def written(
    generator: Generator, *, remove: bool = False, seconds: float = 20.0
) -> tuple[list[AnswerSentence], Answer]:
    """The sentences as they came, and the answer."""
    how = Writing(tokens=60, seconds=seconds, remove=remove)
    *said, last = write(generator, PROMPT, reads, lambda: READERS, how, Clock())
    assert isinstance(last, Answer)
    return [s for s in said if isinstance(s, AnswerSentence)], last


def test_it_streams_the_whole_answer_in_pieces(saying: Saying) -> None:
    generator = saying(GOOD)
    pieces = list(generator.stream(PROMPT, tokens=60, seconds=20))
    assert "".join(pieces).strip() == GOOD
    assert len(pieces) > 3
    assert "".join(generator.stream(PROMPT, tokens=60, seconds=20)).strip() == GOOD


def test_leaving_off_early_is_fine(saying: Saying) -> None:
    generator = saying(GOOD)
    for _ in generator.stream(PROMPT, tokens=60, seconds=20):
        break
    assert "".join(generator.stream(PROMPT, tokens=60, seconds=20)).strip() == GOOD


def test_sentences_are_checked_quoted_and_marked(saying: Saying) -> None:
    said, answer = written(saying(SAID))
    assert [(s.supported, s.numbers) for s in said] == [(True, (1,)), (False, ()), (False, ())]
    assert "Leeds" in said[1].why
    assert "cites nothing" in said[2].why
    assert answer.text == (
        "Kes was directed by Ken Loach [1]. Ken Loach was born in Leeds [unsupported]. "
        "He is well known [unsupported]."
    )
    assert answer.confidence == pytest.approx(1 / 3, abs=0.001)
    (quote,) = answer.citations
    assert (quote.chunk, quote.quote) == ("c1", PASSAGES[0].text)
    assert (quote.start, quote.end) == (7, 7 + len(quote.quote))
    assert "2 of 3" in answer.note


def test_unsupported_sentences_can_be_removed(saying: Saying) -> None:
    said, answer = written(saying(SAID), remove=True)
    assert [s.text for s in said] == ["Kes was directed by Ken Loach."]
    assert answer.text == GOOD
    assert "removed: 2 of 3" in answer.note


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("I don't know.", "found no answer"),
        ("lorem ipsum dolor", "no citation supports"),
        ("Kes was directed by Ken Loach [7].", "no citation supports"),
        ("Ken Loach directed it all by himself.", "no citation supports"),
    ],
)
def test_an_answer_that_nothing_bears_out_gives_way_to_the_readers(
    saying: Saying, text: str, note: str
) -> None:
    generator = saying(text)
    _, answer = written(generator)
    assert answer.text == "the reader's"
    assert answer.sentences == ()
    assert note in answer.note
    assert answer.generator == generator.name


def test_too_slow_is_the_readers_answer_too(saying: Saying) -> None:
    _, answer = written(saying(GOOD), seconds=0.0001)
    assert answer.text == "the reader's"
    assert "within" in answer.note


@pytest.mark.parametrize("name", ["gpt", "hf:", "neo:x"])
def test_an_unknown_name_says_what_there_is(name: str) -> None:
    with pytest.raises(ConfigError, match="endpoint:MODEL"):
        load_generator(name)


def test_a_folder_without_a_model_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such folder"):
        LocalGenerator.load(tmp_path / "no")
    with pytest.raises(ModelError, match="safetensors"):
        LocalGenerator.load(tmp_path)
