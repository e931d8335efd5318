from __future__ import annotations

from dataclasses import replace

from kgtransfer.evaluate.graph import Share, evaluate_graph, gold_triples
from kgtransfer.records import SourceDocument
from tests.graphs import graph_of


def test_facts_count_by_name_predicate_and_page() -> None:
    graph = graph_of(
        [
            SourceDocument("a", "Kes (film)", "The film Kes was directed by Ken Loach.", "en"),
            SourceDocument(
                "b", "Ken Loach", "Ken Loach was born on 17 June 1936. Ken Loach met Ann Lee.", "en"
            ),
        ]
    )
    triples = [
        ("Kes (film)", "director", "Ken Loach"),  # stated, whatever the bracket
        ("Ken Loach", "date of birth", "June 17, 1936"),  # another way to write the date
        ("Ken Loach", "spouse", "Ann Lee"),  # a fact between them, but another one
        ("Ken Loach", "place of birth", "Nuneaton"),  # not on the page
    ]
    report = evaluate_graph(graph, triples)
    assert report.triples == 4
    assert report.facts == Share(2, 4)
    assert report.on_page == Share(2, 3)
    assert report.any_predicate_on_page == Share(3, 3)
    assert report.links == Share(1, 1)
    assert report.functional == Share(1, 1)
    assert report.by_relation["director"].percent == 100.0


def test_a_wrong_object_of_a_functional_predicate_counts_against_precision() -> None:
    graph = graph_of([SourceDocument("b", "Ann Lee", "Ann Lee was born on 3 May 1950.", "en")])
    report = evaluate_graph(graph, [("Ann Lee", "date of birth", "4 May 1950")])
    assert report.functional == Share(0, 1)


def test_plain_facts_are_neither_inferred_nor_denied() -> None:
    text = "Ann Lee was born on 3 May 1950. Ann Lee married Bob Ray. Ann Lee was born in Rome."
    graph = graph_of([SourceDocument("b", "Ann Lee", text, "en")])
    facts = tuple(
        replace(
            fact,
            stated=fact.predicate != "spouse",
            negated=True if fact.predicate == "place_of_birth" else None,
        )
        for fact in graph.facts
    )
    triples = [
        ("Ann Lee", "date of birth", "3 May 1950"),
        ("Ann Lee", "spouse", "Bob Ray"),
        ("Ann Lee", "place of birth", "Rome"),
    ]
    graph = replace(graph, facts=facts)
    assert evaluate_graph(graph, triples).facts == Share(3, 3)
    report = evaluate_graph(graph, triples, plain=True)
    assert report.facts == Share(1, 3)
    assert report.functional == Share(1, 1)


def test_gold_triples_are_distinct() -> None:
    evidence = [["a", "b", "c"], ["a", "b", "c"]]
    assert gold_triples([{"evidence": evidence}, {"evidence": evidence}, {}]) == [("a", "b", "c")]
