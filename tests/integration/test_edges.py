"""Every edge that retrieval uses is a path that the graph stores."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from graph_store.records import GraphDelta
from graph_store.store import GraphStore
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.candidates import choose
from kgtransfer.retrieve.features import question_graph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.scoring import Scorer
from tests.fakes import HashingEncoder
from tests.small_graph import PAGES, small_graph

NAMES_PAGE = (
    "MATCH (a:Chunk {id: $a})-[:MENTIONS|MAY_MENTION]->(:Entity)<-[:ABOUT]-(:Document)"
    "<-[:PART_OF]-(b:Chunk {id: $b}) RETURN count(*) AS paths"
)
SHARED = (
    "MATCH (a:Chunk {id: $a})-[:MENTIONS|MAY_MENTION]->(:Entity)"
    "<-[:MENTIONS|MAY_MENTION]-(b:Chunk {id: $b}) RETURN count(*) AS paths"
)


def edges(index: GraphIndex) -> list[tuple[str, str, int]]:
    """Sender, receiver and kind of every edge around a few questions."""
    scorer = Scorer(index, HashingEncoder())
    found = []
    for title in PAGES:
        scores = scorer.score(f"Who is with Ken Loach in {title}?")
        graph = question_graph(index, scores, choose(index, scores))
        ids = [index.chunk_ids[int(chunk)] for chunk in graph.chunks]
        kinds = graph.edge_features[:, :3].argmax(1).tolist()
        found += [(ids[a], ids[b], kind) for (a, b), kind in zip(graph.edges.T, kinds, strict=True)]
    return sorted(set(found))


def test_edges_and_index_come_from_the_stored_graph(store: GraphStore, tmp_path: Path) -> None:
    content = small_graph(sentences_per_chunk=1)
    store.apply(GraphDelta(1, content))
    ours = build_index(content, HashingEncoder(), tmp_path / "a", revision=1)
    theirs = build_index(store.arrays(), HashingEncoder(), tmp_path / "b", revision=1)
    for file in sorted(ours.folder.glob("*.npy")):
        assert np.array_equal(np.load(file), np.load(theirs.folder / file.name)), file.name
    known = edges(theirs)
    assert {kind for *_, kind in known} == {0, 1, 2}
    for at in np.random.default_rng(0).permutation(len(known))[:100]:
        sender, receiver, kind = known[at]
        ends = (receiver, sender) if kind == 1 else (sender, receiver)
        cypher = SHARED if kind == 2 else NAMES_PAGE
        found = store.query(cypher, {"a": ends[0], "b": ends[1]})
        assert found.rows[0][0] > 0, (sender, receiver, kind)
