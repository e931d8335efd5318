"""A rule, what it counts, and sets of rules as JSON texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from kgtransfer.errors import UsageError

PRIOR = 5
"""Bodies that are counted as failures beforehand: a rule seen seldom is not sure."""
FUNCTIONAL = 0.9
"""From this share of subjects to facts on, a subject is taken to have one object."""
_VARIABLES = "xzwy"


class Atom(NamedTuple):
    """One step of a body's chain: `predicate(left, right)`, or (right, left) where `inverse`."""

    predicate: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`body => head(x, y)`: the body is a chain of one or two atoms from x to y, no constants.

    The counts are those of AMIE (Galárraga et al. 2013, doi.org/10.1145/2488388.2488425). `support`
    pairs (x, y) are in body and head, `body` in the body, `known` of them where the head is known
    of x (of y, where that is more telling), and `heads` are the facts of the head.
    """

    head: str
    body: tuple[Atom, ...]
    support: int
    bodies: int
    known: int
    heads: int
    functional: bool = False
    """Whether a subject has one object: then a subject that has one gets no other by the rule."""
    of_object: bool = False
    """Whether `known` is of y: an object of the head has fewer subjects than a subject objects."""
    estimated: bool = False
    """Counted over a sample of the body's first variable, since all would take too long."""

    @property
    def head_coverage(self) -> float:
        """The share of the head's facts that the rule finds."""
        return self.support / max(1, self.heads)

    @property
    def standard(self) -> float:
        """The share of the body's pairs that the graph knows, as if it knew all that is true."""
        return self.support / max(1, self.bodies)

    @property
    def pca(self) -> float:
        """The same under the partial completeness assumption: where it knows one, it knows all."""
        return self.support / max(1, self.known)

    @property
    def confidence(self) -> float:
        """The PCA confidence, lowered where it rests on little (see `PRIOR`).

        It is that of a pair of which the graph knows no head yet.
        """
        return self.support / (self.known + PRIOR)

    @property
    def confidence_of_more(self) -> float:
        """The standard confidence, lowered likewise: that of one more head beside known ones.

        The PCA takes all such for false, so it says nothing of them.
        """
        return self.support / (self.bodies + PRIOR)

    def __str__(self) -> str:
        names = (*_VARIABLES[: len(self.body)], "y")
        atoms = (
            f"{atom.predicate}({names[at + 1]}, {names[at]})"
            if atom.inverse
            else f"{atom.predicate}({names[at]}, {names[at + 1]})"
            for at, atom in enumerate(self.body)
        )
        return f"{' & '.join(atoms)} => {self.head}(x, y)"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that infer, and the least confidence that an inferred fact has."""

    rules: tuple[Rule, ...] = ()
    least: float = 0.0

    def as_json(self) -> str:
        """The set as a JSON text; equal sets give equal texts. Empty where it has no rules."""
        if not self.rules:
            return ""
        rules = [asdict(rule) for rule in self.rules]
        return json.dumps({"least": self.least, "rules": rules}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, where: str = "") -> RuleSet:
        """The set of a JSON text.

        Raises:
            UsageError: it is none.
        """
        if not text:
            return cls()
        try:
            stored = json.loads(text)
            rules = tuple(_rule(each) for each in stored["rules"])
            return cls(rules, float(stored["least"]))
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(
                f"not a file of rules ({type(error).__name__}: {error})",
                where=where,
                hint="`kgtransfer rules --save FILE` writes one.",
            ) from error


def _rule(stored: dict[str, object]) -> Rule:
    body = stored.pop("body")
    if not isinstance(body, list) or not 1 <= len(body) <= 2:
        raise ValueError("a body has one atom or two")
    atoms = tuple(Atom(str(predicate), bool(inverse)) for predicate, inverse in body)
    rule = Rule(body=atoms, **stored)  # type: ignore[arg-type]
    counts = (rule.support, rule.bodies, rule.known, rule.heads)
    if not isinstance(rule.head, str) or not all(isinstance(count, int) for count in counts):
        raise TypeError("a rule has a head and whole numbers")
    return rule


def ranked(rules: Sequence[Rule]) -> list[Rule]:
    """The surest first; of equally sure ones, the shorter and better supported."""
    return sorted(rules, key=lambda r: (-r.confidence, len(r.body), -r.support, str(r)))
