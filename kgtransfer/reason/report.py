"""A path through the graph as an answer: its text, its facts, and the query that finds it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph_store.cypher import INFERRED
from graph_store.cypher import name as quoted
from kgtransfer.reason.answer import PathAnswer, Reasoner
from kgtransfer.reason.search import Hop
from kgtransfer.records import Answer, CypherQuery, FactAnswer

MOST_ANSWERS = 20
"""So many answers are named, the rest counted; the query returns all."""
MOST_SHOWN = 5
"""The way to so many of them is shown fact by fact."""


@dataclass(frozen=True, slots=True)
class GraphNames:
    """What the graph calls what a reasoner numbers: ids of nodes, types of relations."""

    ids: Sequence[str]
    types: Sequence[str]
    inferred: bool = False
    """Whether the relations are also walked where rules infer them."""


def abstention(question: str, confidence: float = 0.0) -> Answer:
    """No topic is found in the question, or no path is probable enough."""
    return Answer(question, None, True, confidence)


def report(question: str, found: PathAnswer, reasoner: Reasoner, names: GraphNames) -> Answer:
    """The answer of a path, with one chain of facts to each of the first."""
    graph = reasoner.graph
    named = [graph.names[node] for node in found.answers[:MOST_ANSWERS]]
    more = len(found.answers) - len(named)
    text = "; ".join(named) + (f"; and {more} more" if more else "")
    facts = []
    for source, hop, target in reasoner.facts_of(found, most=MOST_SHOWN):
        subject, object_ = (target, source) if hop.backwards else (source, target)
        predicate = graph.relations[hop.relation]
        facts.append(FactAnswer(graph.names[subject], predicate, graph.names[object_], 1.0, ()))
    return Answer(
        question,
        text,
        False,
        found.confidence,
        facts=tuple(facts),
        query=path_query(names.ids[found.topic.nodes[0]], found.walk.hops, reasoner, names),
    )


def path_query(
    topic: str, hops: Sequence[Hop], reasoner: Reasoner, names: GraphNames
) -> CypherQuery:
    """The path as Cypher: from the topic over each hop's nodes, the topic itself left out.

    Each hop is a MATCH of its own, since within one a relationship may not be walked twice.
    """
    label = "Value" if topic.startswith("v") else "Entity"
    lines = [f"MATCH (n0:{label} {{id: $topic}})"]
    parameters = {"topic": topic}
    for at, hop in enumerate(hops, 1):
        type_ = quoted(names.types[hop.relation]) + (f"|{INFERRED}" if names.inferred else "")
        left, right = ("<-", "-") if hop.backwards else ("-", "->")
        lines += [
            f"MATCH (n{at - 1}){left}[r{at}:{type_}]{right}(n{at})",
            f"WHERE r{at}.predicate = $p{at} AND n{at}.id <> $topic",
            f"WITH DISTINCT n{at}",
        ]
        parameters[f"p{at}"] = reasoner.graph.relations[hop.relation]
    last = f"n{len(hops)}"
    lines.append(f"RETURN coalesce({last}.name, {last}.text) AS answer, {last}.id AS id")
    lines.append("ORDER BY answer, id")
    return CypherQuery("\n".join(lines), parameters)
