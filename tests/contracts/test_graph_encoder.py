"""What every graph encoder must do, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from kgtransfer.nn.gat import GatConfig, GraphEncoder, QuestionGat
from kgtransfer.nn.graph_batch import GraphBatch
from kgtransfer.nn.propagate import Engine, propagation

SHAPE = GatConfig(node_features=5, edge_features=3, dimension=16, width=16, heads=2, projection=8)


def graph(nodes: int, edges: list[tuple[int, int]], seed: int = 0) -> GraphBatch:
    """A graph with random features; each edge has a window of its own."""
    g = torch.Generator().manual_seed(seed)
    m = len(edges)
    return GraphBatch(
        nodes=torch.randn(nodes, 5, generator=g),
        node_vectors=torch.randn(nodes, 16, generator=g),
        edges=torch.tensor(edges, dtype=torch.int64).reshape(-1, 2).T,
        edge_features=torch.randn(m, 3, generator=g),
        edge_vectors=torch.randn(m, 16, generator=g),
        edge_window=torch.arange(m),
        question=torch.randn(1, 2, 16, generator=g),
        graph=torch.zeros(nodes, dtype=torch.int64),
    )


CHAIN = graph(5, [(0, 1), (1, 2), (2, 1), (3, 1)])  # node 4 stands alone


def build(engine: Engine) -> QuestionGat:
    torch.manual_seed(0)
    return QuestionGat(SHAPE, engine=engine).eval()


@pytest.fixture(params=["pyg", "torch"])
def encoder(request: pytest.FixtureRequest) -> GraphEncoder:
    return build(request.param)


def test_every_node_has_a_state_and_a_score(encoder: GraphEncoder) -> None:
    encoding = encoder(CHAIN)
    assert encoding.states.shape == (5, encoder.width)
    assert encoding.scores.shape == (5,)
    assert torch.isfinite(encoding.scores).all()


def test_the_order_of_nodes_and_edges_does_not_matter(encoder: GraphEncoder) -> None:
    order = torch.tensor([3, 0, 4, 2, 1])
    place = torch.argsort(order)
    edges = torch.tensor([2, 0, 3, 1])
    moved = replace(
        CHAIN,
        nodes=CHAIN.nodes[order],
        node_vectors=CHAIN.node_vectors[order],
        edges=place[CHAIN.edges[:, edges]],
        edge_features=CHAIN.edge_features[edges],
        edge_window=CHAIN.edge_window[edges],
    )
    assert torch.allclose(encoder(moved).states, encoder(CHAIN).states[order], atol=1e-5)
    assert torch.allclose(encoder(moved).scores, encoder(CHAIN).scores[order], atol=1e-5)


def test_graphs_side_by_side_do_not_touch(encoder: GraphEncoder) -> None:
    other = graph(3, [(0, 2)], seed=7)
    both = encoder(GraphBatch.collate([CHAIN, other]))
    assert torch.allclose(both.scores[:5], encoder(CHAIN).scores, atol=1e-5)
    assert torch.allclose(both.states[5:], encoder(other).states, atol=1e-5)


def test_neighbours_and_the_question_change_a_node_and_strangers_do_not(
    encoder: GraphEncoder,
) -> None:
    before = encoder(CHAIN).states
    nodes = CHAIN.nodes.clone()
    nodes[3] += 1
    after = encoder(replace(CHAIN, nodes=nodes)).states
    assert not torch.allclose(before[1], after[1], atol=1e-4)  # 3 -> 1
    assert torch.allclose(before[[0, 4]], after[[0, 4]], atol=1e-6)
    asked = encoder(replace(CHAIN, question=CHAIN.question + 1)).states
    assert not torch.allclose(before, asked, atol=1e-4)


@pytest.mark.parametrize(("nodes", "edges"), [(0, []), (1, []), (3, []), (2, [(0, 0), (0, 0)])])
def test_odd_graphs_are_encoded(
    encoder: GraphEncoder, nodes: int, edges: list[tuple[int, int]]
) -> None:
    encoding = encoder(graph(nodes, edges))
    assert encoding.scores.shape == (nodes,)
    assert torch.isfinite(encoding.states).all()


def test_a_larger_graph_than_any_seen_is_encoded(encoder: GraphEncoder) -> None:
    large = graph(300, [(i, (7 * i + 1) % 300) for i in range(300)] * 4, seed=3)
    assert torch.isfinite(encoder(large).scores).all()


@pytest.mark.parametrize("engine", ["pyg", "torch"])
def test_every_parameter_learns(engine: Engine) -> None:
    network = build(engine)
    network(CHAIN).scores.pow(2).sum().backward()
    silent = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


def test_both_engines_are_one_network() -> None:
    pyg, plain = build("pyg"), build("torch")
    plain.load_state_dict(pyg.state_dict())
    for batch in (CHAIN, graph(40, [(i, j) for i in range(40) for j in (0, 5, (3 * i) % 40)])):
        assert torch.allclose(pyg(batch).scores, plain(batch).scores, atol=1e-5)
        assert torch.allclose(pyg(batch).states, plain(batch).states, atol=1e-5)


@pytest.mark.parametrize("engine", ["pyg", "torch"])
def test_an_edge_can_be_refused(engine: Engine) -> None:
    edges = torch.tensor([[0], [1]])
    messages, gates = torch.ones(1, 1, 1), torch.ones(1, 1)
    logits = torch.zeros(1, 1)
    for null, heard in ((-30.0, 1.0), (0.0, 0.5), (30.0, 0.0)):
        out = propagation(engine)(edges, messages, logits, gates, torch.full((2, 1), null))
        assert out[1].item() == pytest.approx(heard, abs=1e-4)
        assert out[0].item() == 0.0


def test_a_cooled_network_scores_nearer_to_zero_and_alike() -> None:
    network = build("torch")
    direct = QuestionGat(replace(SHAPE, direct=True), engine="torch").eval()
    for each in (network, direct):
        before = each(CHAIN)
        each.cool(2.0)
        after = each(CHAIN)
        assert torch.allclose(after.scores, before.scores / 2, atol=1e-6)
        assert torch.equal(after.states, before.states)
