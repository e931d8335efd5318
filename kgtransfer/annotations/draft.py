"""A passage while a person corrects it, by short commands: no input or output here."""

from __future__ import annotations

import re
from dataclasses import replace

from kgtransfer.annotations.record import AnnotatedText, Marked, Related

HELP = """\
  (empty line)          all is right as it stands: keep it, next
  2 Person              entity 2 is a Person
  -2                    entity 2 is none
  + Acme Corp = Maker   "Acme Corp" is a Maker (a second one of the text: Acme Corp#2)
  b works_at            relation b is works_at
  -b                    relation b does not hold
  + 1 works_at 2        entity 1 works at entity 2
  s                     skip this passage     q   stop; the same command goes on here
Several commands may stand on a line, with ; between them."""

_RETYPE = re.compile(r"(\d+)\s+(\S.*)")
_RENAME = re.compile(r"([a-z]{1,2})\s+(\S.*)")
_RELATE = re.compile(r"\+\s*(\d+)\s+(\S.*?)\s+(\d+)")
_MARK = re.compile(r"\+\s*(\S.*?)(?:#(\d+))?\s*=\s*(\S.*)")
_REJECT = re.compile(r"-\s*(\d+|[a-z]{1,2})")


class Draft:
    """Entities and relations of a text, by numbers and letters that stay while it is corrected."""

    def __init__(self, text: AnnotatedText) -> None:
        self.text = text
        self.entities: dict[int, Marked] = dict(enumerate(text.entities, 1))
        self._last = len(self.entities)
        self.relations: dict[str, Related] = {}
        self.wrong_entities = list(text.wrong_entities)
        self.wrong_relations: list[Related] = []
        for relation in text.relations:  # by the numbers that are shown
            self._keep(Related(relation.subject + 1, relation.predicate, relation.object + 1))

    def apply(self, line: str) -> str:
        """Carry out a line of commands, all or none. Returns what is wrong, if anything is."""
        before = dict(self.entities), dict(self.relations)
        wrong = list(self.wrong_entities), list(self.wrong_relations), self._last
        for command in filter(None, (part.strip() for part in line.split(";"))):
            problem = self._one(command)
            if problem:
                self.entities, self.relations = before
                self.wrong_entities, self.wrong_relations, self._last = wrong
                return problem
        return ""

    def _one(self, command: str) -> str:
        if found := _REJECT.fullmatch(command):
            return self._reject(found[1])
        if found := _RELATE.fullmatch(command):
            return self._relate(int(found[1]), found[2], int(found[3]))
        if found := _MARK.fullmatch(command):
            return self._mark(found[1], int(found[2] or 1), found[3])
        if found := _RETYPE.fullmatch(command):
            number = int(found[1])
            if number not in self.entities:
                return f"there is no entity {number}"
            self.entities[number] = self.entities[number]._replace(label=found[2])
            return ""
        if found := _RENAME.fullmatch(command):
            if found[1] not in self.relations:
                return f"there is no relation {found[1]}"
            self.relations[found[1]] = self.relations[found[1]]._replace(predicate=found[2])
            return ""
        return f"{command!r} is no command; ? shows them"

    def _reject(self, name: str) -> str:
        if name.isdigit():
            gone = self.entities.pop(int(name), None)
            if gone is None:
                return f"there is no entity {name}"
            self.wrong_entities.append(gone)
            for letter, relation in list(self.relations.items()):
                if int(name) in (relation.subject, relation.object):
                    del self.relations[letter]
            kept = [r for r in self.wrong_relations if int(name) not in (r.subject, r.object)]
            self.wrong_relations = kept
            return ""
        if name not in self.relations:
            return f"there is no relation {name}"
        self.wrong_relations.append(self.relations.pop(name))
        return ""

    def _relate(self, subject: int, predicate: str, object_: int) -> str:
        for number in (subject, object_):
            if number not in self.entities:
                return f"there is no entity {number}"
        if subject == object_:
            return "a relation joins two entities"
        self._keep(Related(subject, predicate, object_))
        return ""

    def _keep(self, relation: Related) -> None:
        number = len(self.relations) + len(self.wrong_relations)
        letters = "abcdefghijklmnopqrstuvwxyz"
        while (name := letters[number // 26 - 1] * (number > 25) + letters[number % 26]) in (
            self.relations
        ):
            number += 1
        self.relations[name] = relation

    def _mark(self, quote: str, which: int, label: str) -> str:
        start = -1
        for _ in range(which):
            start = self.text.text.find(quote, start + 1)
            if start < 0:
                return f"the passage does not hold {quote!r}" + (f" {which} times" * (which > 1))
        end = start + len(quote)
        for number, marked in self.entities.items():
            if marked.start < end and start < marked.end:
                return f"that overlaps entity {number}; reject it first (-{number})"
        self._last += 1
        self.entities[self._last] = Marked(start, end, label)
        return ""

    def finished(self, *, complete: bool = True) -> AnnotatedText:
        """The annotation as it stands; a skipped one is not `complete` and claims nothing."""
        if not complete:
            return AnnotatedText(
                self.text.text, complete=False, document=self.text.document, start=self.text.start
            )
        order = sorted(self.entities, key=lambda n: self.entities[n])
        place = {number: i for i, number in enumerate(order)}

        def moved(relations: list[Related]) -> tuple[Related, ...]:
            return tuple(
                sorted({Related(place[s], predicate, place[o]) for s, predicate, o in relations})
            )

        return replace(
            self.text,
            entities=tuple(self.entities[number] for number in order),
            relations=moved(list(self.relations.values())),
            wrong_entities=tuple(sorted(set(self.wrong_entities))),
            wrong_relations=moved(self.wrong_relations),
        )
