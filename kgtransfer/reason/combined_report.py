"""Answers of two topics: text, the facts of both parts, and the query that finds them again."""

from __future__ import annotations

from collections.abc import Sequence

from graph_store.cypher import name as quoted
from kgtransfer.reason.answer import Reasoner, trace
from kgtransfer.reason.combine import Comparison, Conjunction, comparison, conjunction
from kgtransfer.reason.report import MOST_SHOWN, GraphNames, listed, path_lines
from kgtransfer.reason.search import Hop
from kgtransfer.records import Answer, CypherQuery, FactAnswer


def of_two_topics(question: str, reasoner: Reasoner, names: GraphNames) -> Answer | None:
    """The answer of a comparison or of a conjunction; None where the question is neither."""
    compared = comparison(reasoner, question)
    if compared is not None:
        return _compared(question, compared, reasoner, names)
    both = conjunction(reasoner, question)
    return None if both is None else _both(question, both, reasoner, names)


def _both(question: str, found: Conjunction, reasoner: Reasoner, names: GraphNames) -> Answer:
    facts = [
        fact
        for part in found.parts
        for fact in trace(
            reasoner.graph, part.topic.nodes, part.walk.hops, found.answers[:MOST_SHOWN]
        )
    ]
    return Answer(
        question,
        listed([reasoner.graph.names[node] for node in found.answers]),
        False,
        found.confidence,
        facts=tuple(_fact(reasoner, *fact) for fact in dict.fromkeys(facts)),
        query=_both_query(found, reasoner, names),
    )


def _both_query(found: Conjunction, reasoner: Reasoner, names: GraphNames) -> CypherQuery:
    """The first path, what it reaches kept in a list, then the second one within it."""
    lines: list[str] = []
    parameters: dict[str, str] = {}
    for at, part in enumerate(found.parts):
        topic = names.ids[part.topic.nodes[0]]
        prefix, carried = "ab"[at], ("", ", reached")[at]
        more, given = path_lines(topic, part.walk.hops, reasoner, names, prefix, carried)
        lines += more
        parameters |= given
        last = f"{prefix}{len(part.walk.hops)}"
        if at == 0:
            lines.append(f"WITH collect({last}.id) AS reached")
    lines[-1] += f" WHERE {last}.id IN reached AND {last}.id <> $a"
    lines.append(f"RETURN coalesce({last}.name, {last}.text) AS answer, {last}.id AS id")
    lines.append("ORDER BY answer, id")
    return CypherQuery("\n".join(lines), parameters)


def _compared(question: str, found: Comparison, reasoner: Reasoner, names: GraphNames) -> Answer:
    relation = found.facts[0][1].relation
    order = " DESC" if found.greatest else ""
    text = (
        "MATCH (n:Entity) WHERE n.id IN $topics\n"
        f"MATCH (n)-[r:{quoted(names.types[relation])}]->(v) WHERE r.predicate = $predicate\n"
        "RETURN n.name AS answer, n.id AS id, coalesce(v.value, v.text, v.name) AS value\n"
        f"ORDER BY value{order} LIMIT 1"
    )
    parameters = {
        "topics": [names.ids[node] for node, _, _ in found.facts],
        "predicate": reasoner.graph.relations[relation],
    }
    return Answer(
        question,
        reasoner.graph.names[found.answer],
        False,
        found.confidence,
        facts=tuple(_fact(reasoner, *fact) for fact in found.facts),
        query=CypherQuery(text, parameters),
    )


def _fact(reasoner: Reasoner, source: int, hop: Hop, target: int) -> FactAnswer:
    subject, object_ = (target, source) if hop.backwards else (source, target)
    names: Sequence[str] = reasoner.graph.names
    predicate = reasoner.graph.relations[hop.relation]
    return FactAnswer(names[subject], predicate, names[object_], 1.0, ())
