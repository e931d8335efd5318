"""What rules infer follows every change of documents, and stands apart from what is stated."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from kgtransfer import link
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import GraphContent, SourceDocument
from kgtransfer.rules.rule import Atom, Rule, RuleSet
from tests.graphs import PREDICATES, ingest, remove
from tests.unit.test_link_update import Graph

RULES = RuleSet(
    (
        Rule("located_in", (Atom("director"), Atom("place_of_birth")), 90, 95, 95, 100),
        Rule("author", (Atom("director"),), 80, 95, 95, 100),
        Rule("spouse", (Atom("spouse", inverse=True),), 95, 100, 95, 100),
        Rule("date_of_death", (Atom("spouse"), Atom("date_of_death")), 95, 100, 95, 100),
    ),
    least=0.2,
)
SENTENCES = [
    "Edgar Romero directed Dark River.",
    "Edgar Romero was born in Manila.",
    "Ann Lee directed Blue Lake.",
    "Ann Lee wrote Dark River.",
    "Ann Lee was born in Leeds.",
    "Ann Lee married Edgar Romero.",
    "Edgar Romero died in 1999.",
    "Edgar Romero wrote Dark River.",
    "Dark River lies in Manila.",
]
sources = st.builds(
    SourceDocument,
    uri=st.sampled_from("abcd"),
    title=st.sampled_from(["", "Edgar Romero", "Dark River", "Ann Lee"]),
    text=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map(" ".join),
    language=st.just("en"),
)
changes = st.lists(
    st.one_of(
        st.lists(sources, min_size=1, max_size=3, unique_by=lambda s: s.uri),
        st.sampled_from(["a", "b", "c", "d", "on", "off"]),
    ),
    min_size=1,
    max_size=7,
)


def apply_rules(ledger: Ledger, rules: RuleSet) -> None:
    with ledger.change("rules"):
        ledger.apply_rules(rules.as_json())
        link.update(ledger.links, PREDICATES)


def graph_of(documents: Iterable[SourceDocument], rules: RuleSet) -> GraphContent:
    ledger = Ledger.open(":memory:")
    apply_rules(ledger, rules)
    ingest(ledger, documents)
    content = ledger.content()
    ledger.close()
    return content


@settings(max_examples=60, deadline=None)
@given(changes)
def test_any_changes_leave_what_a_fresh_build_would_infer(
    steps: list[list[SourceDocument] | str],
) -> None:
    ledger, graph = Ledger.open(":memory:"), Graph()
    left: dict[str, SourceDocument] = {}
    rules = RuleSet()
    for step in steps:
        if step in ("on", "off"):
            rules = RULES if step == "on" else RuleSet()
            apply_rules(ledger, rules)
        elif isinstance(step, str):
            remove(ledger, step)
            left.pop(step, None)
        else:
            ingest(ledger, step)
            left |= {source.uri: source for source in step}
        graph.apply(ledger.delta_since(graph.revision))
    expected = graph_of(left.values(), rules)
    assert ledger.content() == expected
    assert graph.content == expected
    ledger.close()


def _documents(*sentences: str) -> list[SourceDocument]:
    return [SourceDocument(str(n), "", text, "en") for n, text in enumerate(sentences)]


def test_an_inference_names_rule_and_premises_and_is_no_fact() -> None:
    graph = graph_of(_documents(*SENTENCES[:2]), RULES)
    facts = {fact.id: fact for fact in graph.facts}
    place = next(i for i in graph.inferences if i.predicate == "located_in")
    assert place.rule == "director(x, z) & place_of_birth(z, y) => located_in(x, y)"
    assert [facts[p].predicate for p in place.premises] == ["director", "place_of_birth"]
    assert place.confidence < min(facts[p].confidence for p in place.premises)
    assert place.id not in facts
    assert graph.facts == graph_of(_documents(*SENTENCES[:2]), RuleSet()).facts


def test_what_a_text_states_later_is_a_fact_and_no_longer_inferred() -> None:
    graph = graph_of(_documents(*SENTENCES[:2], SENTENCES[8]), RULES)
    assert {i.predicate for i in graph.inferences} == {"author"}


def test_undoing_goes_back_to_the_rules_of_before() -> None:
    ledger = Ledger.open(":memory:")
    ingest(ledger, _documents(*SENTENCES[:2]))
    before = ledger.content()
    apply_rules(ledger, RULES)
    inferred = ledger.content()
    assert inferred.inferences
    assert not before.inferences
    for revision, expected in ((1, before), (2, inferred)):
        with ledger.change("restore"):
            ledger.restore(revision)
            link.update(ledger.links, PREDICATES)
        assert ledger.content() == expected
    ledger.close()
