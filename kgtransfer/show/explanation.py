"""Why an answer was given, as a tree for the terminal and as what `write_page` draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgtransfer.show.neighbourhood import Edge, Neighbourhood, quote_of

if TYPE_CHECKING:
    from rich.tree import Tree

    from kgtransfer.read.explain import Explanation, Removal

_CENTER = "answer"


def explanation_tree(explained: Explanation) -> Tree:
    """The question as understood, what was read, and what the answer hangs on."""
    from rich.text import Text
    from rich.tree import Tree

    answer = explained.answer
    given = f"{answer.text}  {answer.confidence:.2f}" if answer.text else "not known"
    root = Tree(Text(given, style="bold"))
    if explained.meant != answer.question:
        root.add(Text(f"understood as: {explained.meant}"))
    if explained.names:
        root.add(Text("names in the question: " + ", ".join(explained.names)))
    read = root.add(Text("passages read, by score"))
    for passage in explained.passages:
        mark = "  cited" if passage.cited else ""
        read.add(Text(f"{passage.score:.2f}  {passage.title or passage.chunk}{mark}"))
    if explained.removals:
        hangs = root.add(Text("without"))
        for removal in explained.removals:
            hangs.add(Text(_said(removal)))
    return root


def _said(removal: Removal) -> str:
    if removal.changed:
        then = f"the answer would be {removal.answer or 'none'} ({removal.confidence:.2f})"
    else:
        then = f"the same answer, with {removal.confidence:.2f}"
    return f"the {removal.kind} {removal.what}: {then}"


def explanation_graph(explained: Explanation) -> Neighbourhood:
    """The answer in the middle, its passages and facts around it, each with its quotes."""
    answer = explained.answer
    names = {_CENTER: answer.text or "not known"}
    types = {_CENTER: "Answer"}
    edges = []
    by_id = {removal.id: removal for removal in explained.removals}
    for passage in explained.passages:
        if not passage.cited:
            continue
        names[passage.chunk], types[passage.chunk] = passage.title or passage.chunk, "Document"
        quotes = tuple(quote_of(c) for c in answer.citations if c.chunk == passage.chunk)
        removal = by_id.get(passage.chunk)
        said = "rests on" if removal is not None and removal.changed else "is also read in"
        id_ = f"{_CENTER}-{passage.chunk}"
        edges.append(Edge(id_, _CENTER, said, passage.chunk, passage.score, True, False, quotes))
    for at, fact in enumerate(answer.facts):
        for end in (fact.subject, fact.object):
            names[f"name {end}"], types[f"name {end}"] = end, "Entity"
        quotes = tuple(map(quote_of, fact.citations))
        ends = f"name {fact.subject}", f"name {fact.object}"
        edges.append(
            Edge(
                f"fact {at}", ends[0], fact.predicate, ends[1], fact.confidence, True, False, quotes
            )
        )
        edges += [
            Edge(f"of {at}", c.chunk, "states", ends[0], fact.confidence, True, False, ())
            for c in fact.citations[:1]
            if c.chunk in names
        ]
    return Neighbourhood(_CENTER, names, types, tuple(edges), 0)
