"""Relations and dates between the nodes of a pattern, as far as the graph has them."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.names.fold import words_of
from kgtransfer.text2cypher.cursor import Cursor, NotUnderstood
from kgtransfer.text2cypher.graph_schema import VALUE
from kgtransfer.text2cypher.items import after
from kgtransfer.text2cypher.pattern import Edge, Node

BEFORE = words_of("before until")
AFTER = words_of("after since")
_SYMMETRIC = frozenset({"spouse", "sibling"})


class Relations(Cursor):
    """Adds edges that fit the schema; a relation that the graph lacks is a refusal."""

    def _relate(self, subject: Node, senses: Sequence[str], other: Node, said: str) -> None:
        """An edge by those senses that the graph has between such ends.

        Where facts are known of the named ends, those senses that they have count, whichever way
        they are said ("child of" as "father"); else those that read as the first one does.
        """
        possible = []
        for sense in dict.fromkeys(senses):
            name, forth = sense[:-1], sense.endswith(">")
            start, end = (subject, other) if forth else (other, subject)
            if self._possible(name, start, end):
                possible.append(sense)
        if not possible:
            raise NotUnderstood(f"the graph has no “{said}” between such ends")
        ends = [node for node in (subject, other) if node.ids]
        for node in ends:
            if not any(self._holds(sense, node, node is subject) for sense in possible):
                named = " or ".join(_said(sense) for sense in possible)
                self.say(f"the graph has no fact of this kind ({named}) about “{node.said}”")
        for node in ends:
            self._narrow(node, possible, node is subject)
        held = [s for s in possible if all(self._holds(s, node, node is subject) for node in ends)]
        alike = [sense for sense in possible if sense[-1] == possible[0][-1]]
        chosen = (held or alike) if ends else alike
        if len(chosen) > 1:
            named = " or ".join(_said(sense) for sense in chosen)
            self.say(f"“{said}” may mean {named}: all are taken")
        forward, backward = (
            tuple(self.schema.relations[sense[:-1]] for sense in chosen if sense.endswith(way))
            for way in "><"
        )
        start, end = (subject, other) if forward else (other, subject)
        if not forward:
            forward, backward = backward, ()
        either = {r.predicate for r in (*forward, *backward)} <= _SYMMETRIC
        self.pattern.edges.append(Edge(start, forward, end, either, backward))

    def _narrow(self, node: Node, senses: Sequence[str], is_subject: bool) -> None:
        """Of several bearers of a name those that have such a fact, the exact name first."""
        kept: list[str] = []
        for _, called, whole in node.bearers:
            ids = [one for one in called if one in node.ids]
            having = [i for i in ids if any(self._has(s, i, is_subject) for s in senses)]
            kept += [i for i in having if i in whole] or having or ids
        node.ids = tuple(kept) or node.ids

    def _tell_bearers(self, node: Node) -> None:
        for said, called, _ in node.bearers:
            meant = [name for one, name in called.items() if one in node.ids]
            others = [name for one, name in called.items() if one not in node.ids]
            if len(meant) > 1:
                self.say(f"{len(meant)} things are called “{said}”: {', '.join(meant[:5])}")
            elif others and meant:
                self.say(f"“{said}” is taken for {meant[0]}, not {', '.join(others[:3])}")

    def _possible(self, predicate: str, start: Node, end: Node) -> bool:
        if predicate not in self.schema.relations or start.is_date:
            return False
        target = VALUE if end.is_date else "" if end.ids else end.label
        found = self.schema.fits(predicate, "" if start.ids else start.label, target)
        if not end.is_date and not target:
            found -= self.schema.fits(predicate, "", VALUE) if not end.ids and end.label else 0
        return found > 0

    def _holds(self, sense: str, node: Node, is_subject: bool) -> bool:
        return any(self._has(sense, one, is_subject) for one in node.ids)

    def _has(self, sense: str, entity: str, is_subject: bool) -> bool:
        """Whether an entity has such a fact, at the end where the sense puts it."""
        held = self.schema.held.get((entity, sense[:-1]), ())
        starts = is_subject == sense.endswith(">")
        return any(sense[:-1] in _SYMMETRIC or fact.starts == starts for fact in held)

    def _same(self, node: Node, other: Node) -> None:
        """Two noun phrases that are one thing: "X is the father of Y"."""
        edge = self.pattern.edges[-1] if self.pattern.edges else None
        if edge is None or other.ids or other not in (edge.subject, edge.object):
            raise NotUnderstood("I can't tell what is to be the same here")
        other.key, other.ids, other.said = node.key, node.ids, node.said
        other.label = node.label or other.label

    def _dated(self, node: Node, senses: Sequence[str], *, said: bool = False) -> None:
        """ "before 1990", "in 1990", "between 1990 and 1995" for the verb's own date."""
        word = self.take().word if self.kind() != "date" and not said else "in"
        if word in BEFORE | AFTER | {"between"} and self.kind() != "date":
            raise NotUnderstood(f"“{word}” which date?")
        first = self.take()
        date = self.node(is_date=True)
        if word in BEFORE:
            date.high = first.senses[0] if word == "before" else after(first.senses[0])
        elif word in AFTER:
            date.low = after(first.senses[0]) if word == "after" else first.senses[0]
        elif word == "between":
            if not self.accept("and") or self.kind() != "date":
                raise NotUnderstood("“between” needs two dates")
            date.low, date.high = first.senses[0], after(self.take().senses[0])
        else:
            date.low, date.high = first.senses[0], after(first.senses[0])
        dated = [s for s in senses if s.endswith(">") and self.schema.fits(s[:-1], "", VALUE)]
        if not dated:
            raise NotUnderstood(f"I don't know which date “{first.text}” is of")
        self._relate(node, dated, date, "date")


def _said(sense: str) -> str:
    return sense[:-1].replace("_", " ")
