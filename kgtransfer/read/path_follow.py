"""Answer by walking the graph of names from page to page, asking the whole question everywhere.

The question's names lead to the first pages. What a page is asked is not written out: the path to
it enters the reader's hidden states (`kgtransfer.nn.path_fusion`). A span may be the answer or a
name that leads on; the reader says which with a probability, and the best few pages are gone on to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgtransfer.read.follow import Candidate
from kgtransfer.read.pages import Evidence, Page, PageNames
from kgtransfer.read.path_network import PathReading, ReadsPaths
from kgtransfer.read.trails import Trail, node_vector
from kgtransfer.records import Span, Subgraph

if TYPE_CHECKING:
    from torch import Tensor

MAX_STEPS = 4
"""Pages of a path at most."""
STARTS = 3
BEAM = 3
PRIOR_WEIGHT = 0.6
TRAIL_WEIGHT = 0.5
UNNAMED = 1.5
"""Taken off where the question names no page and the best ones are begun with."""


@dataclass(frozen=True, slots=True)
class _Place:
    page: Page
    trail: Trail
    score: float
    evidence: tuple[Evidence, ...]
    seen: tuple[str, ...]


def follow_paths(
    question: str,
    names: PageNames,
    reader: ReadsPaths,
    nodes: Mapping[str, Tensor] | None = None,
    *,
    fused: bool = True,
) -> list[Candidate]:
    """Candidates for an answer, best first.

    Args:
        question: the user's question.
        names: the retrieved pages and their names: the graph that is walked.
        reader: reads a page at the end of a path.
        nodes: the graph encoder's vectors by document, if they are to be told.
        fused: tell the reader the paths; without, it reads every page as if it stood alone.
    """
    nodes = nodes or {}
    frontier = _starts(question, names, nodes)
    candidates: list[Candidate] = []
    for _ in range(MAX_STEPS):
        asked = [(place, passage) for place in frontier for passage in place.page.passages[:2]]
        readings = reader.read(
            question, [(passage, place.trail if fused else None) for place, passage in asked]
        )
        onwards: dict[str, _Place] = {}
        for (place, _), reading in zip(asked, readings, strict=True):
            candidates += _answers(place, reading)
            for after in _onwards(place, reading, names, nodes):
                best = onwards.get(after.page.document)
                if best is None or after.score > best.score:
                    onwards[after.page.document] = after
        frontier = sorted(onwards.values(), key=lambda place: -place.score)[:BEAM]
    return sorted(candidates, key=lambda c: -c.score)


def page_nodes(subgraph: Subgraph) -> dict[str, Tensor]:
    """The graph encoder's vector of each retrieved document; empty where there is no encoder."""
    import torch

    if subgraph.node_states is None or subgraph.node_scores is None:
        return {}
    documents = {passage.chunk: passage.document for passage in subgraph.passages}
    states = torch.from_numpy(subgraph.node_states).float()
    found: dict[str, Tensor] = {}
    for row, chunk in enumerate(subgraph.chunks):
        if chunk in documents:
            vector = node_vector(states[row], float(subgraph.node_scores[row]))
            found.setdefault(documents[chunk], vector)
    return found


def _starts(question: str, names: PageNames, nodes: Mapping[str, Tensor]) -> list[_Place]:
    found: dict[str, _Place] = {}
    for start, end, pages in sorted(names.find(question), key=lambda f: f[0] - f[1]):
        for page in pages[:2]:
            found.setdefault(page.document, _first(page, (start, end), 0.0, nodes))
    if not found:
        for page in names.pages[:2]:
            found[page.document] = _first(page, None, -UNNAMED, nodes)
    return list(found.values())[:STARTS]


def _first(page: Page, named: Span | None, score: float, nodes: Mapping[str, Tensor]) -> _Place:
    trail = Trail(named, (), (nodes.get(page.document),))
    return _Place(page, trail, score, (), (page.document,))


def _answers(place: _Place, reading: PathReading) -> Iterator[Candidate]:
    base = place.score + PRIOR_WEIGHT * place.page.prior + reading.ends
    for found in reading.page.spans:
        evidence = (*place.evidence, found.evidence)
        yield Candidate(found.text, base + found.score, found.score, evidence, len(evidence))


def _onwards(
    place: _Place, reading: PathReading, names: PageNames, nodes: Mapping[str, Tensor]
) -> Iterator[_Place]:
    for page, score, link in _led_to(reading, names):
        state = reading.state(link)
        if page.document in place.seen or state is None:
            continue
        yield _Place(
            page,
            Trail(
                place.trail.named,
                (*place.trail.mentions, state),
                (*place.trail.nodes, nodes.get(page.document)),
            ),
            place.score + TRAIL_WEIGHT * (score + reading.goes_on),
            (*place.evidence, link),
            (*place.seen, page.document),
        )


def _led_to(reading: PathReading, names: PageNames) -> Iterator[tuple[Page, float, Evidence]]:
    """Pages that the proposed spans name, with the span's score and the name's place."""
    passage = reading.page.passage
    named: Sequence[tuple[int, int, tuple[Page, ...]]] = names.find(passage.text)
    for found in reading.page.spans:
        for start, end, pages in named:
            if start < found.evidence.end and end > found.evidence.start:
                for page in pages:
                    yield page, found.score, Evidence(passage, start, end)
        for _, _, pages in names.find(found.text):
            for page in pages:
                yield page, found.score, found.evidence
