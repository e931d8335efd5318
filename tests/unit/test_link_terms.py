"""Noun phrases in the graph: which are terms, under one node, and where they are left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kgtransfer.check import _index_problem
from kgtransfer.errors import UsageError
from kgtransfer.link.decide import merge_types
from kgtransfer.names.terms import CONCEPT, NOUN, singular, term_key
from kgtransfer.records import EntityMention, Extraction, GraphContent, SourceDocument, Statement
from kgtransfer.retrieve.build import build_index
from kgtransfer.show import neighbourhood
from tests.fakes import CapitalisedExtractor, HashingEncoder
from tests.graphs import graph_of

_SAID = re.compile(r"(Nettle|Ann Lee) (\w+) (?:the |a )?((?:[\w-]+ )?[\w-]+)\.")


class TermExtractor(CapitalisedExtractor):
    """Reads "Nettle writes the lock file."; a phrase with a hyphen it is sure of."""

    def extract(self, text: str, language: str) -> Extraction:
        """Every object is a noun phrase."""
        mentions, statements, clusters = [], [], dict[str, int]()
        for said in _SAID.finditer(text):
            for group in (1, 3):
                start, end = said.span(group)
                cluster = clusters.setdefault(term_key(said[group]), len(clusters))
                sure = 0.9 if group == 1 or "-" in said[group] else 0.6
                kind = "Product" if group == 1 else CONCEPT
                mentions.append(EntityMention(start, end, kind, sure, cluster, term=group == 3))
            ends = len(mentions) - 2, len(mentions) - 1
            statements.append(Statement(ends[0], said[2], ends[1], False, 0.7, said.span()))
        return Extraction(((0, len(text)),), tuple(mentions), (), tuple(statements))


def graph(*texts: str) -> GraphContent:
    pages = [SourceDocument(f"{i}", "Manual", text, "en") for i, text in enumerate(texts)]
    return graph_of(pages, TermExtractor())


def said(content: GraphContent) -> set[tuple[str, str, str]]:
    names = {e.id: e.name for e in content.entities}
    return {(names[f.subject], f.predicate, names[f.object]) for f in content.facts}


@pytest.mark.parametrize(
    ("text", "is_term"),
    [
        ("Nettle fills the dead-letter queue.", True),  # sure by itself
        ("Nettle opens the door. The door is old.", False),  # any story has doors
        ("Nettle starts the scheduler.", False),  # once
        ("Nettle starts the scheduler. The scheduler waits. Schedulers end.", True),
        ("Scheduler\n\nNettle starts the scheduler.", True),  # under a heading of its own
        ("Nettle writes the lock file.", False),
        ("Nettle writes the lock file. Lock files stay. The lock file is small.", True),
    ],
)
def test_a_phrase_is_a_term_where_the_document_uses_it_as_one(text: str, is_term: bool) -> None:
    content = graph(text)
    assert bool(content.facts) == is_term
    assert any(e.type == CONCEPT for e in content.entities) == is_term


def test_a_term_is_one_node_in_all_documents_and_numbers() -> None:
    content = graph(
        "Nettle fills the dead-letter queue. It is full.",
        "Ann Lee drains dead-letter queues. A dead-letter queue is long.",
    )
    (queue,) = [e for e in content.entities if e.type == CONCEPT]
    assert queue.mention_count == 2
    assert said(content) == {
        ("Nettle", "fills", queue.name), ("Ann Lee", "drains", queue.name)
    }  # fmt: skip
    mentions = [m for m in content.mentions if m.entity == queue.id]
    assert [len(m.spans) for m in sorted(mentions, key=lambda m: len(m.spans))] == [1, 2]
    assert {m.strength for m in mentions} == {NOUN}


def test_a_page_about_a_term_is_the_term() -> None:
    pages = [
        SourceDocument("a", "Dead-letter queue", "A queue of failed jobs.", "en"),
        SourceDocument("b", "Manual", "Nettle fills the dead-letter queue.", "en"),
    ]
    content = graph_of(pages, TermExtractor())
    (about,) = (a.entity for a in content.abouts if a.entity in {f.object for f in content.facts})
    assert next(e.name for e in content.entities if e.id == about) == "Dead-letter queue"


def test_terms_stay_out_of_the_index(tmp_path: Path) -> None:
    content = graph("Nettle fills the dead-letter queue.")
    index = build_index(content, HashingEncoder(), tmp_path, revision=1)
    assert "dead letter queue" not in index.name_number
    assert (len(index.facts), len(index.mention_chunk)) == (0, 1)
    assert _index_problem(index, content) == ""
    (queue,) = [e.id for e in content.entities if e.type == CONCEPT]
    with pytest.raises(UsageError, match="a term"):
        neighbourhood(index, queue)


def test_a_name_is_never_taken_for_a_term() -> None:
    votes = {"Organization": 20, CONCEPT: 1, "Misc": 2}
    assert merge_types(votes) == {
        "Organization": "Organization", CONCEPT: CONCEPT, "Misc": "Organization"
    }  # fmt: skip


def test_singulars() -> None:
    words = "queues files classes processes boxes libraries indices status analysis gas buses keys"
    ones = "queue file class process box library index status analysis gas bus key"
    assert [singular(word) for word in words.split()] == ones.split()
    assert term_key("The Lock Files") == term_key("a lock file") == "lock file"
