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
    text = listed([graph.names[node] for node in found.answers])
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
    lines, parameters = path_lines(topic, hops, reasoner, names)
    last = f"n{len(hops)}"
    lines.append(f"RETURN coalesce({last}.name, {last}.text) AS answer, {last}.id AS id")
    lines.append("ORDER BY answer, id")
    return CypherQuery("\n".join(lines), parameters)


def path_lines(
    topic: str,
    hops: Sequence[Hop],
    reasoner: Reasoner,
    names: GraphNames,
    prefix: str = "",
    carried: str = "",
) -> tuple[list[str], dict[str, str]]:
    """The lines that walk a path to its last nodes, and their parameters.

    Args:
        topic: the id of where it begins.
        hops: the path.
        reasoner: has the relations' names.
        names: has their types.
        prefix: what nodes, relationships and parameters are called by, where there are two paths.
        carried: what of the lines before goes on, as ", name".
    """
    node, start = prefix or "n", prefix or "topic"
    label = "Value" if topic.startswith("v") else "Entity"
    lines = [f"MATCH ({node}0:{label} {{id: ${start}}})"]
    parameters = {start: topic}
    for at, hop in enumerate(hops, 1):
        type_ = quoted(names.types[hop.relation]) + (f"|{INFERRED}" if names.inferred else "")
        left, right = ("<-", "-") if hop.backwards else ("-", "->")
        edge, predicate = f"r{prefix}{at}", f"p{prefix}{at}"
        lines += [
            f"MATCH ({node}{at - 1}){left}[{edge}:{type_}]{right}({node}{at})",
            f"WHERE {edge}.predicate = ${predicate} AND {node}{at}.id <> ${start}",
            f"WITH DISTINCT {node}{at}{carried}",
        ]
        parameters[predicate] = reasoner.graph.relations[hop.relation]
    return lines, parameters


def listed(named: Sequence[str]) -> str:
    """Answers in one text: the first ones, and how many more there are."""
    more = len(named) - MOST_ANSWERS
    return "; ".join(named[:MOST_ANSWERS]) + (f"; and {more} more" if more > 0 else "")
