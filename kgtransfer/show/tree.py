"""A neighbourhood as a tree for the terminal."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kgtransfer.show.neighbourhood import Edge, Neighbourhood, Quote

if TYPE_CHECKING:
    from rich.tree import Tree

_Branches = dict[str, list[tuple[str, Edge]]]


def tree(around: Neighbourhood) -> Tree:
    """The center's facts by predicate; an arrow back where the center is the object.

    Facts farther away hang under the entity through which they were reached.
    """
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text(_label(around, around.center)))  # brackets in a name are no markup
    shown: set[str] = set()

    def grow(branch: Tree, entity: str) -> None:
        for label, leaves in _branches(around, entity, shown).items():
            predicate = branch.add(Text(label, style="bold"))
            for other, edge in leaves:
                leaf = predicate.add(Text(_said(around, other, edge)))
                grow(leaf, other)

    grow(root, around.center)
    if around.left_out:
        root.add(Text(f"and {around.left_out} more facts (--facts shows more)", style="dim"))
    return root


def _branches(around: Neighbourhood, entity: str, shown: set[str]) -> _Branches:
    branches: _Branches = defaultdict(list)
    for edge in around.edges:
        if edge.id in shown or entity not in (edge.subject, edge.object):
            continue
        shown.add(edge.id)
        out = edge.subject == entity
        not_ = "inferred: " if edge.rule else "not " if edge.negated else ""
        label = f"{not_}{edge.predicate} ->" if out else f"<- {not_}{edge.predicate}"
        branches[label].append((edge.object if out else edge.subject, edge))
    return dict(sorted(branches.items()))


def _label(around: Neighbourhood, id_: str) -> str:
    return f"{around.names[id_]} ({around.types[id_]})"


def _said(around: Neighbourhood, other: str, edge: Edge) -> str:
    said = f"{_label(around, other)}  {edge.confidence:.2f}"
    if edge.rule:
        said += f"  inferred by {edge.rule}"
        for premise in edge.premises:
            said += f"\n  {premise.subject} - {premise.predicate} -> {premise.object}"
            said += "".join(f"  {_quoted(quote)}" for quote in premise.quotes[:1])
    elif not edge.stated:
        said += "  inferred"
    if edge.quotes:
        said += f"\n{_quoted(edge.quotes[0])}"
    return said


def _quoted(quote: Quote) -> str:
    return f"“{' '.join(quote.text.split())}” [{quote.title} {quote.start}:{quote.end}]"
