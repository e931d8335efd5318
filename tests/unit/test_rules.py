"""Rules are mined with the counts of AMIE, and infer what follows and is not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtransfer.errors import UsageError
from kgtransfer.rules.facts import FactArrays
from kgtransfer.rules.infer import Premises, infer
from kgtransfer.rules.mine import Thresholds, mine
from kgtransfer.rules.rule import Atom, Rule, RuleSet

ALL = Thresholds(support=1, head_coverage=0.0, pca=0.0, sample=1000)
Triple = tuple[str, str, str]


def _counts(rule: Rule, triples: set[Triple]) -> tuple[int, int, int]:
    """Support, bodies and known bodies, counted naively."""

    def holds(atom: Atom) -> set[tuple[str, str]]:
        return {
            (o, s) if atom.inverse else (s, o)
            for s, p, o in triples
            if p == atom.predicate and s != o
        }

    pairs = holds(rule.body[0])
    if len(rule.body) == 2:
        second = holds(rule.body[1])
        pairs = {(x, y) for x, z in pairs for w, y in second if z == w and x != y}
    head = holds(Atom(rule.head))
    subjects, objects = {x for x, _ in head}, {y for _, y in head}
    if len(subjects) >= len(objects):
        known = {(x, y) for x, y in pairs if x in subjects}
    else:
        known = {(x, y) for x, y in pairs if y in objects}
    return len(pairs & head), len(pairs), len(known)


_things = st.sampled_from("abcdef")
_graphs = st.sets(st.tuples(_things, st.sampled_from("rst"), _things), min_size=3, max_size=30)


@settings(max_examples=60, deadline=None)
@given(_graphs)
def test_every_count_is_the_one_of_counting_pair_by_pair(triples: set[Triple]) -> None:
    rules = mine(FactArrays.of_texts(sorted(triples)), ALL).rules
    for rule in rules:
        assert (rule.support, rule.bodies, rule.known) == _counts(rule, triples), str(rule)


@settings(max_examples=60, deadline=None)
@given(_graphs)
def test_no_rule_that_holds_is_missed(triples: set[Triple]) -> None:
    found = {
        (rule.head, rule.body) for rule in mine(FactArrays.of_texts(sorted(triples)), ALL).rules
    }
    atoms = [Atom(p, i) for p in "rst" for i in (False, True)]
    for head in "rst":
        bodies: list[tuple[Atom, ...]] = [(a,) for a in atoms if a != Atom(head)]
        bodies += [(a, b) for a in atoms for b in atoms]
        for body in bodies:
            if _counts(Rule(head, body, 0, 0, 0, 0), triples)[0]:
                turned = tuple(Atom(a.predicate, not a.inverse) for a in reversed(body))
                assert (head, body) in found or (head, turned) in found


def _premises(triples: list[Triple], confidence: float = 1.0) -> tuple[Premises, list[str]]:
    things = sorted({end for s, _, o in triples for end in (s, o)})
    predicates = {name: at for at, name in enumerate(sorted({p for _, p, _ in triples}))}
    number = {name: at for at, name in enumerate(things)}
    rows = np.asarray([(number[s], predicates[p], number[o]) for s, p, o in triples])
    sure = np.full(len(rows), confidence)
    return Premises(predicates, rows, sure, rows, len(things)), things


FILMS = [
    ("Kes", "director", "Loach"),
    ("Kes", "country", "Britain"),
    ("Loach", "citizen", "Britain"),
    ("Raining Stones", "director", "Loach"),
]
OF_DIRECTOR = Rule("country", (Atom("director"), Atom("citizen")), 95, 95, 95, 100, functional=True)


def test_an_inference_says_its_rule_its_premises_and_how_sure_it_is() -> None:
    premises, things = _premises(FILMS, 0.9)
    (found,) = infer(premises, RuleSet((OF_DIRECTOR,)))
    assert (things[found.subject], things[found.object]) == ("Raining Stones", "Britain")
    assert [FILMS[at] for at in found.premises] == [FILMS[3], FILMS[2]]
    assert found.confidence == pytest.approx(0.95 * 0.9 * 0.9, abs=0.001)
    assert str(OF_DIRECTOR) == "director(x, z) & citizen(z, y) => country(x, y)"


def test_what_is_known_is_not_inferred_nor_a_second_object_of_a_functional_predicate() -> None:
    premises, _ = _premises([*FILMS, ("Raining Stones", "country", "France")])
    assert infer(premises, RuleSet((OF_DIRECTOR,))) == []
    assert infer(_premises(FILMS)[0], RuleSet((OF_DIRECTOR,), least=0.96)) == []


def test_the_surest_of_several_rules_wins() -> None:
    weak = Rule("country", (Atom("director"), Atom("citizen")), 10, 20, 20, 100)
    premises, _ = _premises(FILMS)
    (found,) = infer(premises, RuleSet((weak, OF_DIRECTOR)))
    assert (found.rule, found.confidence) == (1, 0.95)


def test_a_large_body_is_counted_over_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgtransfer.rules.mine.MOST_PATHS", 2000)
    triples = [(f"p{i}", "in", f"c{i % 7}") for i in range(700)]
    triples += [(f"c{i}", "of", "Land") for i in range(7)]
    triples += [(f"p{i}", "from", "Land") for i in range(0, 700, 2)]
    triples += [(f"p{i}", "like", f"p{(i + 7) % 700}") for i in range(700)]
    rules = mine(FactArrays.of_texts(triples), Thresholds(pca=0.0, head_coverage=0.1)).rules
    sampled = [rule for rule in rules if rule.estimated]
    exact = {str(r): r for r in rules if not r.estimated}
    assert sampled
    assert exact
    for rule in sampled:
        support, bodies, _ = _counts(rule, set(triples))
        assert rule.support == pytest.approx(support, rel=0.3), str(rule)
        assert rule.bodies == pytest.approx(bodies, rel=0.3), str(rule)


def test_a_set_of_rules_is_read_back_equal_and_nonsense_is_refused() -> None:
    rules = RuleSet((OF_DIRECTOR,), 0.5)
    assert RuleSet.from_json(rules.as_json()) == rules
    assert RuleSet.from_json(RuleSet().as_json()) == RuleSet()
    for text in ("[]", '{"least": 0, "rules": [{"head": "a"}]}', "no"):
        with pytest.raises(UsageError, match="not a file of rules"):
            RuleSet.from_json(text)
