"""The Cypher that finds an answer again: the facts on its path, or the passages that it cites.

Queries are made of templates; ids and phrases travel as parameters. A relationship type can't be
one: it is the fact's own, quoted by `cypher.name`. Of several facts for one step that one is taken
whose predicate the question names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph_store.cypher import name
from kgtransfer.read.facts import Support, named_share
from kgtransfer.read.pages import Evidence
from kgtransfer.records import CypherQuery, Fact

_PASSAGES = """\
MATCH (c:Chunk)-[:PART_OF]->(d:Document) WHERE c.id IN $chunks
OPTIONAL MATCH (c)-[:MENTIONS|MAY_MENTION]->(e:Entity)<-[:ABOUT]-(:Document)<-[:PART_OF]-(n:Chunk)
WHERE n.id IN $chunks AND n.id <> c.id
RETURN d.title AS title, c.text AS text, collect(DISTINCT e.name) AS leads_to, c.id AS chunk
ORDER BY title, chunk"""


def query_for(question: str, evidence: Sequence[Evidence], support: Support) -> CypherQuery | None:
    """The query behind an answer; None where nothing is cited.

    Where a fact was found at every step of the evidence, the query follows these facts from where
    they start, along their relationship types, and so returns the answer, whatever it is by now;
    else it returns the cited chunks, and by which entities they lead to one another.
    """
    if not evidence:
        return None
    chains = _chains([sorted(facts, key=lambda f: -named_share(question, f)) for facts in support])
    if chains:
        return _facts(chains)
    return CypherQuery(_PASSAGES, {"chunks": sorted({one.passage.chunk for one in evidence})})


def _chains(support: Sequence[Sequence[Fact]]) -> list[list[Fact]]:
    """One fact for each step, those that go on from the one before in one list; [] where one lacks.

    The facts of a step are in the order of preference.
    """
    chains: list[list[Fact]] = []
    for facts in support:
        if not facts:
            return []
        last = chains[-1][-1] if chains else None
        on = next((fact for fact in facts if last and fact.subject == last.object), None)
        if on is not None:
            chains[-1].append(on)
        elif not any(facts[0] in chain for chain in chains):
            chains.append([facts[0]])
    return chains


def _facts(chains: Sequence[Sequence[Fact]]) -> CypherQuery:
    matches, returned = [], []
    parameters: dict[str, Any] = {}
    for at, chain in enumerate(chains):
        pattern = f"(n{at}_0:Entity {{id: $start{at}}})"
        parameters[f"start{at}"] = chain[0].subject
        returned.append(f"n{at}_0.name AS from{at}")
        for step, fact in enumerate(chain, 1):
            free = fact.type != fact.predicate.upper()  # a phrase, which is a property
            if free:
                parameters[f"predicate{at}_{step}"] = fact.predicate
            properties = f" {{predicate: $predicate{at}_{step}}}" if free else ""
            pattern += f"-[:{name(fact.type)}{properties}]->(n{at}_{step})"
            returned.append(f"coalesce(n{at}_{step}.name, n{at}_{step}.text) AS step{at}_{step}")
        matches.append(f"MATCH {pattern}")
    return CypherQuery("\n".join([*matches, "RETURN " + ", ".join(returned)]), parameters)
