from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any, cast

from rich.console import Console

from kgtransfer.read.answer import Reader
from kgtransfer.read.explain import MOST_READINGS, Explanation, explain
from kgtransfer.records import Answer, Citation, Fact, FactAnswer, LinkedName, Passage, Subgraph
from kgtransfer.show import explanation_graph, explanation_tree, write_page

QUESTION = "Where was the director of Kse born?"
TEXTS = {"Kes": "Kes was directed by Ken Loach.", "Ken Loach": "Ken Loach: Nuneaton.", "A": "Bath."}
FACT = Fact("f1", "e1", "director", "DIRECTOR", "e2", 0.9, 1, ("c0",), ("0:30",))
GRAPH = Subgraph(
    QUESTION,
    tuple(
        Passage(f"d{at}", title, f"c{at}", 1 - at / 10, text, 0)
        for at, (title, text) in enumerate(TEXTS.items())
    ),
    linked=(LinkedName(26, 29, 2, ("e1",)),),
    facts=(FACT,),
    names={"e1": "Kes", "e2": "Ken Loach"},
    meant=QUESTION.replace("Kse", "Kes"),
)


class Follows:
    """Answers Nuneaton while it has both pages, surer with the fact; else what is left."""

    def __init__(self) -> None:
        self.asked = 0

    def read(self, question: str, subgraph: Subgraph, *, threshold: float, **_: Any) -> Answer:
        self.asked += 1
        cited = tuple(
            Citation(p.document, p.title, p.chunk, 0, len(p.text), p.text)
            for p in subgraph.passages[:2]
        )
        facts = (FactAnswer("Kes", "director", "Ken Loach", 0.9, cited[:1]),)
        if len(subgraph.passages) == 3:
            sure = 0.9 if subgraph.facts else 0.7
            return Answer(question, "Nuneaton", False, sure, cited, facts[: len(subgraph.facts)])
        return Answer(question, "Bath", False, 0.2) if threshold < 0.2 else _unknown(question)


def _unknown(question: str) -> Answer:
    return Answer(question, None, True, 0.2)


def explained(graph: Subgraph = GRAPH, threshold: float = 0.5) -> tuple[Explanation, int]:
    reader = Follows()
    found = explain(cast(Reader, reader), QUESTION, graph, threshold=threshold)
    return found, reader.asked


def test_what_the_answer_hangs_on_comes_first() -> None:
    found, asked = explained()
    assert found.answer.text == "Nuneaton"
    assert [(r.kind, r.what, r.answer, r.changed) for r in found.removals] == [
        ("passage", "Kes", "Bath", True),
        ("passage", "Ken Loach", "Bath", True),
        ("fact", "Kes - director -> Ken Loach", "Nuneaton", False),
    ]
    assert round(found.removals[-1].drop, 6) == 0.2
    assert asked == 1 + 3 <= 1 + MOST_READINGS
    assert (found.names, found.meant) == (("Kes",), "Where was the director of Kes born?")
    assert [passage.cited for passage in found.passages] == [True, True, False]


def test_what_is_not_known_is_read_once() -> None:
    found, asked = explained(threshold=0.95)
    assert found.answer.text == "Nuneaton"  # the fake does not withhold: it only reads three pages
    few = Subgraph(QUESTION, GRAPH.passages[:1])
    found, asked = explained(few)
    assert (found.answer.text, found.removals, asked) == (None, (), 1)


def test_the_tree_and_the_page_tell_the_same(tmp_path: Path) -> None:
    found, _ = explained()
    console = Console(file=StringIO(), width=200)
    console.print(explanation_tree(found))
    said = cast(StringIO, console.file).getvalue()
    assert "understood as: Where was the director of Kes born?" in said
    assert "the passage Kes: the answer would be Bath (0.20)" in said
    assert "the fact Kes - director -> Ken Loach: the same answer, with 0.70" in said
    around = explanation_graph(found)
    assert {edge.subject for edge in around.edges} | {e.object for e in around.edges} <= set(
        around.names
    )
    assert len({edge.id for edge in around.edges}) == len(around.edges)
    write_page(around, tmp_path / "page.html")
    assert "Ken Loach: Nuneaton." in (tmp_path / "page.html").read_text(encoding="utf-8")
