"""Items to a graph pattern, by the shapes that questions about a graph have.

A part that no shape takes is a refusal that names it: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.names.fold import words_of
from kgtransfer.text2cypher import lexicon
from kgtransfer.text2cypher.cursor import NotUnderstood
from kgtransfer.text2cypher.items import Item
from kgtransfer.text2cypher.pattern import Node, Pattern
from kgtransfer.text2cypher.phrases import IGNORED, Phrases

_NOT = frozenset(("not", "never"))
_EARLIER = words_of("first earlier older earliest oldest before")
_LATER = words_of("last later younger latest youngest newest newer after recently")


class Parser(Phrases):
    """Reads one question: `Parser(items, schema).parse()`; `unsure` is what was assumed."""

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
        rest = [item.text for item in self.items[self.at :] if item.word not in IGNORED]
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
