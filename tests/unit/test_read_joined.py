from __future__ import annotations

from kgtransfer.read.follow import Candidate
from kgtransfer.read.joined import joined
from kgtransfer.read.pages import Evidence
from kgtransfer.records import Passage

PASSAGE = Passage("d", "Page", "c", 1.0, "Some text.", 0)


def candidate(text: str, score: float, hops: int = 2) -> Candidate:
    return Candidate(text, score, score, (Evidence(PASSAGE, 0, 4),) * hops, hops)


def texts(*ways: list[Candidate]) -> list[str]:
    return [c.text for c in joined(*ways)]


def test_one_way_alone_is_taken_as_it_is() -> None:
    some = [candidate("a", -1.0), candidate("b", -2.0)]
    assert joined(some, []) == some
    assert joined([], some) == some


def test_where_syntax_goes_nowhere_the_walk_decides() -> None:
    assert texts([candidate("a", -0.1, hops=1)], [candidate("b", -5.0)])[0] == "b"
    assert texts([candidate("a", -0.1, hops=1)], [candidate("b", -5.0, hops=1)])[0] == "a"


def test_the_walk_turns_a_close_decision_only() -> None:
    walked = [candidate("b", -0.1), candidate("a", -9.0)]
    assert texts([candidate("a", -0.5), candidate("b", -0.8)], walked)[0] == "b"
    assert texts([candidate("a", -0.5), candidate("b", -4.0)], walked)[0] == "a"


def test_what_one_way_alone_has_proposed_is_kept_behind() -> None:
    found = joined([candidate("a", -0.5)], [candidate("A", -1.0), candidate("b", -1.2)])
    assert [c.text for c in found] == ["a", "b"]
    assert found[0].reading == -0.5
