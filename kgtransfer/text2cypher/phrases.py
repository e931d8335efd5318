"""Noun phrases, what modifies them, and verb phrases."""

from __future__ import annotations

from kgtransfer.text2cypher import lexicon
from kgtransfer.text2cypher.cursor import NotUnderstood
from kgtransfer.text2cypher.graph_schema import VALUE
from kgtransfer.text2cypher.items import Item
from kgtransfer.text2cypher.pattern import Node
from kgtransfer.text2cypher.relations import AFTER, BEFORE, Relations

IGNORED = frozenset({","})


class Phrases(Relations):
    """Reads the phrases that questions are made of into nodes and edges."""

    def _noun_phrase(self, *, counting: bool = False, whole: bool = False) -> Node:
        """A name, a type or a relation's noun with what belongs to it.

        Args:
            counting: a bare noun of a relation is what is asked for ("How many children did ...").
            whole: a name is followed by no possessive.
        """
        while self.word() in lexicon.ARTICLES and self.kind() == "word":
            self.take()
        extreme = ""
        for words in (lexicon.FIRST, lexicon.LAST):
            if self.accept(*words):
                extreme = "latest" if words is lexicon.LAST else "first"
        item = self.take()
        if item.kind == "name":
            node = self._named(item)
        elif item.kind == "type" and not (self.word() == "of" and item.word in lexicon.nouns()):
            node = self._typed(item)
        elif item.kind == "noun":
            node = self._role(item, counting=counting)
        else:
            raise NotUnderstood(f"I don't understand “{item.text}” here")
        while self.kind() == "possessive" and self.kind(1) in ("noun", "type"):
            self.take()
            owner, role = node, self.take()
            self._note(role)
            if role.kind == "type":  # "Ken Loach's films"
                node = self.node(role.senses[0])
                self._relate(node, lexicon.BY, owner, role.text)
                continue
            node = self.node()
            self._relate(owner, role.senses, node, role.text)
        if extreme:
            self._extreme(node, extreme == "latest")
        return node

    def _named(self, item: Item) -> Node:
        assert item.named is not None
        node = self.node()
        node.ids, node.said = item.named.ids, item.text
        node.label = next(iter(item.named.labels)) if len(item.named.labels) == 1 else ""
        self._bear(node, item)
        return node

    def _bear(self, node: Node, item: Item) -> None:
        assert item.named is not None
        called = dict(zip(item.named.ids, item.named.called, strict=True))
        node.bearers.append((item.text, called, item.named.whole))

    def _typed(self, item: Item) -> Node:
        self._note(item)
        return self.node(item.senses[0])

    def _role(self, item: Item, *, counting: bool) -> Node:
        """ "the director of X", or directors as such."""
        self._note(item)
        node = self.node()
        if self.word() == "of" and self.kind() == "word":
            self.take()
            owner = self._noun_phrase()
            if not owner.ids:
                self._modifiers(owner)
            self._relate(owner, item.senses, node, item.text)
        elif not (counting and self.word() in lexicon.DO | lexicon.HAVE):
            if self.kind() == "possessive" or not (counting or self._is_plural(item)):
                raise NotUnderstood(f"whose “{item.text}”?")
            self._relate(self.node(), item.senses, node, item.text)
        else:
            self._pending = item
        return node

    _pending: Item | None = None

    def _is_plural(self, item: Item) -> bool:
        return item.word.endswith("s") or item.word in ("cast", "children", "people")

    def _note(self, item: Item) -> None:
        self.pattern.noun = self.pattern.noun or item.word
        if item.word in lexicon.NARROW:
            kept = item.senses[0] if item.kind == "type" else item.senses[0][:-1].replace("_", " ")
            self.say(f"the graph tells no “{item.word}” from other {kept}s")

    def _extreme(self, node: Node, latest: bool) -> None:
        self._modifiers(node)
        by = self.node(is_date=True)
        label = node.label or ("Person" if not node.ids else "")
        sense = lexicon.DATE_OF.get(label)
        if sense is None:
            raise NotUnderstood("I don't know what makes one the first or the last here")
        self._relate(node, (sense,), by, "date")
        self.pattern.mode, self.pattern.by, self.pattern.latest = "extreme", by, latest

    def _modifiers(self, node: Node) -> None:
        """What follows a noun: "by X", "born in Y", "that Z directed", "released before 1990"."""
        while self.at < len(self.items):
            self.accept_one(IGNORED)
            word, kind = self.word(), self.kind()
            if word == "and" and self.kind(1) in ("verb", "word"):
                self.take()
            elif word in lexicon.RELATIVE:
                self.take()
                self._relative(node)
            elif word == "whose" and self.kind(1) == "noun":
                self.take()
                self._whose(node)
            elif kind == "verb":
                self._verb_phrase(node, reduced=True)
            elif kind == "name" and self.kind(1) == "verb" and node.label:
                self._relative(node)
            elif word == "by" and kind == "word":
                self.take()
                self._relate(node, lexicon.BY, self._noun_phrase(), "by")
            elif word in ("from", "in", "of") and self.kind(1) in ("name", "date"):
                self._place(node)
            elif word in BEFORE | AFTER | {"between"} or (kind == "date"):
                self._dated(node, (lexicon.DATE_OF.get(node.label, ""),))
            else:
                return

    def _relative(self, node: Node) -> None:
        """ "that X directed", or "who was born in X"."""
        if self.kind() == "name" and self.kind(1) == "verb":
            subject, verb = self._named(self.take()), self.take()
            self._relate(subject, verb.senses, node, verb.text)
        else:
            self._verb_phrase(node)

    def _whose(self, node: Node) -> None:
        role = self.take()
        if not self.accept_one(lexicon.BE):
            raise NotUnderstood(f"“whose {role.text}” is followed by no “is”")
        other = self._noun_phrase()
        self._relate(node, role.senses, other, role.text)

    def _place(self, node: Node) -> None:
        preposition = self.take().word
        if self.kind() == "date":
            self._dated(node, (lexicon.DATE_OF.get(node.label, ""),), said=True)
            return
        senses = lexicon.FROM if preposition == "from" else lexicon.IN
        self._relate(node, senses, self._noun_phrase(), preposition)

    # -- verbs -------------------------------------------------------------------------------------

    def _verb(self) -> Item:
        item = self.take()
        if item.kind != "verb":
            raise NotUnderstood(f"I don't understand “{item.text}” here")
        return item

    def _predicate(self, target: Node) -> None:
        """All that is said of the target of a question."""
        while self.at < len(self.items):
            before = self.at
            self._said_once(target)
            if self.at == before:
                return

    def _said_once(self, target: Node) -> None:
        self._modifiers_before(target)
        word = self.word()
        if not word:
            return
        if word in lexicon.DO or (word in lexicon.HAVE and self.kind(1) == "name"):
            self.take()
            subject = self._noun_phrase()
            if self._pending is not None and self.accept("have"):
                self._relate(subject, self._pending.senses, target, self._pending.text)
            elif self._pending is not None:  # "Which awards did X win?"
                noun, verb = self._pending, self._verb()
                both = [sense for sense in noun.senses if sense in verb.senses]
                if not both:
                    raise NotUnderstood(f"“{noun.text}” and “{verb.text}” don't go together")
                self._relate(subject, both, target, noun.text)
            else:
                verb = self._verb()
                self._relate(subject, verb.senses, target, verb.text)
        elif word in lexicon.HAVE and self._pending is not None:
            raise NotUnderstood(f"whose “{self._pending.text}”?")
        elif self.accept("are there", "exist", "are in the graph"):
            pass
        elif word in lexicon.BE and self.kind(1) == "name":
            self.take()
            subject, verb = self._noun_phrase(), self._verb()
            self._relate(subject, verb.senses, target, verb.text)
        else:
            self._verb_phrase(target)
        self._modifiers(target)

    def _modifiers_before(self, target: Node) -> None:
        """ "films by X" and "people from Y" before the main verb."""
        while (self.word() in ("by", "from") and self.kind(1) == "name") or (
            self.word() in lexicon.RELATIVE
        ):
            if self.accept("by"):
                self._relate(target, lexicon.BY, self._noun_phrase(), "by")
            elif self.word() == "from":
                self._place(target)
            else:
                self.take()
                self._relative(target)

    def _verb_phrase(self, node: Node, *, reduced: bool = False) -> None:
        """ "was born in X and died after 1950", "directed X", "is the father of X"."""
        be = self.accept_one(lexicon.BE | lexicon.HAVE)
        most = [self.word(), self.word(1)] == ["the", "most"]
        if be and not most and (self.word() in lexicon.ARTICLES or self.kind() == "noun"):
            self._same(node, self._noun_phrase())
        elif be and self.word() in ("from", "in"):
            self._place(node)
        elif be in lexicon.HAVE and self.accept("the most", "most"):
            role = self.take()
            if role.kind != "noun":
                raise NotUnderstood(f"I don't understand “{role.text}” here")
            self.pattern.mode, self.pattern.counted = "most", self.node()
            self._relate(node, role.senses, self.pattern.counted, role.text)
        else:
            self._verb_and_object(node, passive=bool(be) or reduced)
        while self.word() == "and" and (
            self.kind(1) == "verb" or self.word(1) in lexicon.BE | lexicon.RELATIVE
        ):
            self.take()
            self.accept_one(lexicon.RELATIVE)
            self._verb_phrase(node, reduced=reduced)

    def _verb_and_object(self, node: Node, *, passive: bool) -> None:
        verb = self._verb()
        if self.word() == "by":
            self.take()
            self._relate(self._noun_phrase(), verb.senses, node, verb.text)
            return
        self.accept_one(frozenset({"in", "at", "on", "to", "for"}))
        if self.word() in BEFORE | AFTER | {"between"} or self.kind() == "date":
            self._dated(node, verb.senses)
            return
        if self.accept("the most", "most"):
            self._counting(node, verb, "most")
            return
        if self.accept("more than", "over", "at least"):
            least = self.word(-1) == "least"
            number = self.take()
            if not number.word.isdigit():
                raise NotUnderstood(f"“{number.text}” is no number")
            self.pattern.than = int(number.word) - least
            self._counting(node, verb, "more")
            return
        if self.peek() is None or self.word() in ("and", ","):
            raise NotUnderstood(f"“{verb.text}” whom, what, where or when?")
        if self.word() in ("where", "when"):
            raise NotUnderstood(f"I don't understand “{self.word()}” here")
        other = self._noun_phrase()
        self._relate(node, verb.senses, other, verb.text)
        if self.word() in ("in", "on") and self.kind(1) == "date":
            self.take()
        elif self.word() not in BEFORE | AFTER | {"between"}:
            return
        if any(self.schema.fits(sense[:-1], "", VALUE) for sense in verb.senses):
            self._dated(node, verb.senses)  # "born in Paris before 1800"

    def _counting(self, node: Node, verb: Item, mode: str) -> None:
        item = self.take()
        if item.kind not in ("type", "noun"):
            raise NotUnderstood(f"I don't understand “{item.text}” here")
        counted = self.node(item.senses[0] if item.kind == "type" else "")
        self._note(item)
        self._relate(node, verb.senses, counted, verb.text)
        self.pattern.mode = "most" if mode == "most" else "more"
        self.pattern.counted = counted
