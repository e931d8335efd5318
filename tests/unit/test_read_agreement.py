"""Which of several plausible spans is the answer: the one whose sentence speaks of the question."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.read.agreement import Agreement
from kgtransfer.read.follow import follow
from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence, Page, PageNames
from kgtransfer.records import Passage

TEXTS = (
    "Memcheck finds errors. Programs run 20 to 30 times slower under it.",
    "Even huge programs can be made clean. It takes years.",
    "Massif measures the heap. It needs 5 seconds.",
)
PASSAGES = tuple(Passage("d", "The manual", f"c{i}", 1.0, t, i) for i, t in enumerate(TEXTS))


def span(passage: int, text: str, score: float) -> Found:
    start = TEXTS[passage].index(text)
    return Found(Evidence(PASSAGES[passage], start, start + len(text)), score)


def test_the_words_around_a_span_count_for_it() -> None:
    spans = {
        "c0": span(0, "20 to 30 times", -1.0),
        "c1": span(1, "huge", -0.2),
        "c2": span(2, "5 seconds", -0.1),
    }

    def ask(asked: Sequence[tuple[str, Passage]]) -> list[PageReading]:
        return [PageReading(p, (spans[p.chunk],), -9, -9, -1) for _, p in asked]

    names = PageNames([Page("d", "The manual", PASSAGES, (-1.0, -1.0, -1.0))])
    best, *others = follow("How much slower do programs run under Memcheck?", names, ask)
    assert best.text == "20 to 30 times"
    assert best.agreement > max(other.agreement for other in others)


def test_rare_words_count_more_and_those_of_the_title_stand_in_every_sentence() -> None:
    agreement = Agreement(PASSAGES)
    huge, slower = Evidence(PASSAGES[1], 5, 9), Evidence(PASSAGES[0], 36, 50)
    programs = "Which programs are slower?"
    assert agreement.of(programs, slower) > agreement.of(programs, huge) > 0.0
    assert agreement.of("Which manual?", huge) == agreement.of("Which huge programs?", huge)
    assert agreement.of("Who is it?", huge) == 0.0
