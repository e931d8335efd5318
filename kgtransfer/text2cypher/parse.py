"""Items to a graph pattern, by the shapes that questions about a graph have.

A part that no shape takes is a refusal that names it: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from kgtransfer.names.fold import words_of
from kgtransfer.text2cypher import lexicon
from kgtransfer.text2cypher.graph_schema import VALUE, GraphSchema
from kgtransfer.text2cypher.items import Item, after
from kgtransfer.text2cypher.pattern import Edge, Node, Pattern

_NOT = frozenset(("not", "never"))
_IGNORED = frozenset({","})
_BEFORE = words_of("before until")
_AFTER = words_of("after since")
_EARLIER = words_of("first earlier older earliest oldest before")
_LATER = words_of("last later younger latest youngest newest newer after recently")
_SYMMETRIC = frozenset({"spouse", "sibling"})


class NotUnderstood(Exception):
    """The question, or a part of it, has no shape that is known; `why` is for its reader."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Parser:
    """Reads one question: `Parser(items, schema).parse()`; `unsure` is what was assumed."""

    def __init__(self, items: Sequence[Item], schema: GraphSchema) -> None:
        self.items = [item for item in items if item.word or item.kind == "possessive"]
        self.schema = schema
        self.at = 0
        self.pattern = Pattern()
        self.unsure: list[str] = []
        self._keys = count()

    # -- small steps -------------------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Item | None:
        """The item so far ahead; None behind the end."""
        at = self.at + ahead
        return self.items[at] if at < len(self.items) else None

    def word(self, ahead: int = 0) -> str:
        """Its word."""
        item = self.peek(ahead)
        return item.word if item is not None else ""

    def kind(self, ahead: int = 0) -> str:
        """Its kind."""
        item = self.peek(ahead)
        return item.kind if item is not None else ""

    def accept(self, *words: str) -> bool:
        """Take the next items if they are these words, written with spaces."""
        for phrase in words:
            parts = phrase.split()
            if [self.word(i) for i in range(len(parts))] == parts:
                self.at += len(parts)
                return True
            if self.word() == phrase:
                self.at += 1
                return True
        return False

    def accept_one(self, words: frozenset[str]) -> str:
        """Take the next item if it is one of the words."""
        word = self.word()
        if word in words:
            self.at += 1
            return word
        return ""

    def take(self) -> Item:
        """The next item."""
        item = self.peek()
        if item is None:
            raise NotUnderstood("the question breaks off")
        self.at += 1
        return item

    def node(self, label: str = "", *, is_date: bool = False) -> Node:
        """A new variable."""
        return Node(f"v{next(self._keys)}", label, is_date=is_date)

    # -- the question ------------------------------------------------------------------------------

    def parse(self) -> Pattern:
        """The whole question.

        Raises:
            NotUnderstood: a part of it has no known shape.
        """
        if any(item.word in _NOT or item.word.endswith("n't") for item in self.items):
            raise NotUnderstood("questions about what is not so are beyond these patterns")
        while self.accept(*lexicon.POLITE):
            pass
        target = self._question()
        if target is not None:
            self.pattern.target = target
        for node in self.pattern.nodes():
            self._tell_bearers(node)
        rest = [item.text for item in self.items[self.at :] if item.word not in _IGNORED]
        if rest:
            raise NotUnderstood(f"I don't understand “{' '.join(rest)}” here")
        if not self.pattern.edges and (target is None or not target.label):
            raise NotUnderstood("it names no relation that the graph has")
        return self.pattern

    def _question(self) -> Node | None:
        if self.accept("how many", "count", "what is the number of", "the number of"):
            self.accept_one(frozenset({"different", "distinct", "the"}))
            self.pattern.mode = "count"
            target = self._noun_phrase(counting=True)
            self._predicate(target)
            return target
        if self.accept("list", "name", "show", "give", "find"):
            self.accept("me")
            self.accept("all")
            target = self._noun_phrase()
            self._modifiers(target)
            return target
        if self.word() in ("who", "whom"):
            return self._who()
        if self.word() in ("where", "when"):
            return self._where()
        if self.accept("in which", "in what", "on which", "on what", "at which"):
            return self._which(fronted=True)
        if self.accept("which", "what"):
            return self._which(fronted=False)
        if self.word() in lexicon.BE | lexicon.DO:
            self._yes_no()
            return None
        target = self._noun_phrase()
        self._modifiers(target)
        return target

    def _who(self) -> Node:
        self.take()
        if self._chooses():
            return self._choice()
        if self.word() in lexicon.BE and self.kind(1) == "name":
            self.take()
            subject = self._noun_phrase()
            if self.kind() != "verb":
                return subject
            target, verb = self.node(), self._verb()
            self._relate(subject, verb.senses, target, verb.text)
            return target
        if self.word() in lexicon.BE and self.word(1) == "the":
            self.take()
            target = self._noun_phrase()
            self._modifiers(target)
            return target
        target = self.node()
        self._predicate(target)
        return target

    def _where(self) -> Node:
        asks = self.take().word
        target = self.node("Location") if asks == "where" else self.node(is_date=True)
        if not self.accept_one(lexicon.BE | lexicon.DO):
            raise NotUnderstood(f"“{asks}” is followed by no verb that I know")
        subject = self._noun_phrase()
        verb = self._verb()
        self._relate(subject, verb.senses, target, verb.text)
        self._modifiers(subject)
        return target

    def _which(self, *, fronted: bool) -> Node:
        if self._chooses():
            return self._choice()
        if self.accept_one(lexicon.BE):
            target = self._noun_phrase()
            self._modifiers(target)
            return target
        if self.accept("year", "date"):
            target = self.node(is_date=True)
        elif fronted and self.kind() == "type":
            target = self._typed(self.take())
        else:
            target = self._noun_phrase(counting=True)
        if self._chooses():
            return self._choice()
        self._predicate(target)
        return target

    def _yes_no(self) -> None:
        self.take()
        subject = self._noun_phrase(whole=True)
        self.pattern.mode = "exists"
        if self.accept("older than", "younger than"):
            raise NotUnderstood("ask “Who is older, A or B?” to compare two")
        if self.kind() == "noun" or self.word() in lexicon.ARTICLES:
            other = self._noun_phrase()
            self._same(subject, other)
        else:
            self._verb_phrase(subject)
        return

    # -- choices between two -----------------------------------------------------------------------

    def _chooses(self) -> bool:
        """Whether the rest is "..., A or B"."""
        words = [item.word for item in self.items[self.at :]]
        return "or" in words and [i.kind for i in self.items[self.at :]].count("name") >= 2

    def _choice(self) -> Node:
        rest = self.items[self.at :]
        split = next(i for i, item in enumerate(rest) if item.kind == "name")
        while split > 0 and rest[split - 1].word in (",", "between", "of"):
            split -= 1
        asked = [item for item in rest[:split] if item.word not in (",", "between", "of")]
        target = self.node()
        for item in rest[split:]:
            if item.kind == "name" and item.named is not None:
                target.ids += item.named.ids
                self._bear(target, item)
                target.said += (" or " if target.said else "") + item.text
            elif item.word not in ("or", ","):
                raise NotUnderstood(f"I don't understand “{item.text}” here")
        self.at = len(self.items)
        words = [item.word for item in asked]
        text = " ".join(words)
        verb = next((item for item in asked if item.kind == "verb"), None)
        known = lexicon.BE | {"film", "one", "person", "movie", "song", "who", "which", "more"}
        for item in asked:
            if not (
                item is verb
                or item.kind in ("type", "noun")
                or item.word in known
                or item.word in _EARLIER | _LATER
            ):
                raise NotUnderstood(f"I don't understand “{item.text}” here")
        if "more" in words and verb is not None:
            counted = self.node(self._type_in(asked))
            self._relate(target, verb.senses, counted, verb.text)
            self.pattern.mode, self.pattern.counted = "most", counted
            return target
        latest = any(word in _LATER for word in words)
        if not latest and not any(word in _EARLIER for word in words):
            raise NotUnderstood(f"I don't know how to choose by “{text}”")
        by = self.node(is_date=True)
        senses = tuple(lexicon.DATE_OF.values()) if verb is None else verb.senses
        self._relate(target, senses, by, text)
        self.pattern.mode, self.pattern.by, self.pattern.latest = "extreme", by, latest
        return target

    def _type_in(self, items: Sequence[Item]) -> str:
        return next((item.senses[0] for item in items if item.kind == "type"), "")

    # -- noun phrases ------------------------------------------------------------------------------

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
        while self.kind() == "possessive" and self.kind(1) == "noun":
            self.take()
            owner, role = node, self.take()
            node = self.node()
            self._relate(owner, role.senses, node, role.text)
            self._note(role)
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
        if item.word in lexicon.NARROW:
            kept = item.senses[0] if item.kind == "type" else item.senses[0][:-1].replace("_", " ")
            self._say(f"the graph tells no “{item.word}” from other {kept}s")

    def _say(self, what: str) -> None:
        if what not in self.unsure:
            self.unsure.append(what)

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
            self.accept_one(_IGNORED)
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
            elif word in _BEFORE | _AFTER | {"between"} or (kind == "date"):
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
        if self.word() in _BEFORE | _AFTER | {"between"} or self.kind() == "date":
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
        elif self.word() not in _BEFORE | _AFTER | {"between"}:
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
        if word in _BEFORE | _AFTER | {"between"} and self.kind() != "date":
            raise NotUnderstood(f"“{word}” which date?")
        first = self.take()
        date = self.node(is_date=True)
        if word in _BEFORE:
            date.high = first.senses[0] if word == "before" else after(first.senses[0])
        elif word in _AFTER:
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

    # -- relations ---------------------------------------------------------------------------------

    def _relate(self, subject: Node, senses: Sequence[str], other: Node, said: str) -> None:
        """An edge by those senses that the graph has between such ends."""
        forward: list[str] = []
        backward: list[str] = []
        for sense in dict.fromkeys(senses):
            name, forth = sense[:-1], sense.endswith(">")
            start, end = (subject, other) if forth else (other, subject)
            if self._possible(name, start, end):
                (forward if forth else backward).append(name)
        chosen, start, end = forward, subject, other
        if backward and not forward:
            chosen, start, end = backward, other, subject
        if not chosen:
            raise NotUnderstood(f"the graph has no “{said}” between such ends")
        ends = [node for node in (start, end) if node.ids]
        for node in ends:
            if not any(self._holds(name, node, node is start) for name in chosen):
                named = " or ".join(name.replace("_", " ") for name in chosen)
                self._say(f"the graph has no fact of this kind ({named}) about “{node.said}”")
        for node in ends:
            self._narrow(node, chosen, node is start)
        held = [n for n in chosen if all(self._holds(n, node, node is start) for node in ends)]
        chosen = held or chosen
        if len(chosen) > 1:
            named = " or ".join(name.replace("_", " ") for name in chosen)
            self._say(f"“{said}” may mean {named}: all are taken")
        relations = tuple(self.schema.relations[name] for name in chosen)
        either = set(chosen) <= _SYMMETRIC
        self.pattern.edges.append(Edge(start, relations, end, either))

    def _narrow(self, node: Node, predicates: Sequence[str], at_start: bool) -> None:
        """Of several bearers of a name those that have such a fact, the exact name first."""
        kept: list[str] = []
        for _, called, whole in node.bearers:
            ids = [one for one in called if one in node.ids]
            having = [i for i in ids if any(self._has(p, i, at_start) for p in predicates)]
            kept += [i for i in having if i in whole] or having or ids
        node.ids = tuple(kept) or node.ids

    def _tell_bearers(self, node: Node) -> None:
        for said, called, _ in node.bearers:
            meant = [name for one, name in called.items() if one in node.ids]
            others = [name for one, name in called.items() if one not in node.ids]
            if len(meant) > 1:
                self._say(f"{len(meant)} things are called “{said}”: {', '.join(meant[:5])}")
            elif others and meant:
                self._say(f"“{said}” is taken for {meant[0]}, not {', '.join(others[:3])}")

    def _possible(self, predicate: str, start: Node, end: Node) -> bool:
        if predicate not in self.schema.relations or start.is_date:
            return False
        target = VALUE if end.is_date else "" if end.ids else end.label
        found = self.schema.fits(predicate, "" if start.ids else start.label, target)
        if not end.is_date and not target:
            found -= self.schema.fits(predicate, "", VALUE) if not end.ids and end.label else 0
        return found > 0

    def _holds(self, predicate: str, node: Node, at_start: bool) -> bool:
        return any(self._has(predicate, one, at_start) for one in node.ids)

    def _has(self, predicate: str, entity: str, at_start: bool) -> bool:
        ends = self.schema.facts_of.get((entity, predicate), set())
        return bool(ends) and (predicate in _SYMMETRIC or ("s" if at_start else "o") in ends)
