"""A place in the items of a question, and the pattern that has been made of those before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.items import Item
from kgtransfer.text2cypher.pattern import Node, Pattern


class NotUnderstood(Exception):
    """The question, or a part of it, has no shape that is known; `why` is for its reader."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Cursor:
    """Takes items from the left; what a part assumes is said in `unsure`."""

    def __init__(self, items: Sequence[Item], schema: GraphSchema) -> None:
        self.items = [item for item in items if item.word or item.kind == "possessive"]
        self.schema = schema
        self.at = 0
        self.pattern = Pattern()
        self.unsure: list[str] = []
        self._keys = count()

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

    def say(self, what: str) -> None:
        """Tell the question's asker of something assumed, once."""
        if what not in self.unsure:
            self.unsure.append(what)
