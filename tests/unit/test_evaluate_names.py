from __future__ import annotations

from kgtransfer.evaluate.gold.records import GoldName, GoldText, NameCorpus
from kgtransfer.evaluate.names import is_people, score_names
from kgtransfer.records import EntityMention, Extraction

TEXT = "Ann Lee of Acme met the Dutch at Deep Learning Week in Paris , Texas ."
PEOPLE, ORGS, PLACES = (frozenset({kind}) for kind in ("Person", "Organization", "Location"))


def _found(**types: str) -> Extraction:
    mentions: list[EntityMention] = []
    for name, kind in types.items():
        start = TEXT.index(name.replace("_", " "))
        mentions.append(EntityMention(start, start + len(name), kind, 1.0, len(mentions)))
    return Extraction(mentions=tuple(mentions))


def _gold(**types: frozenset[str]) -> NameCorpus:
    names = []
    for name, kinds in types.items():
        start = TEXT.index(name.replace("_", " "))
        names.append(GoldName(start, start + len(name), kinds))
    return NameCorpus("a", (GoldText("t", TEXT, tuple(names)),), PEOPLE | ORGS | PLACES, 3)


def test_a_name_is_right_by_its_span_and_its_type() -> None:
    gold = _gold(Ann_Lee=PEOPLE, Acme=ORGS, Paris=PLACES)
    report = score_names(gold, [_found(Ann_Lee="Person", Acme="Location", Texas="Location")])
    assert (report["texts"], report["of"]) == (1, 3)
    assert (report["typed"]["right"], report["typed"]["found"], report["typed"]["gold"]) == (
        1,
        3,
        3,
    )
    assert report["untyped"]["right"] == 2
    assert report["by_type"]["Location"] == {
        "precision": 0.0, "recall": 0.0, "f1": 0.0, "right": 0, "found": 2, "gold": 1,
    }  # fmt: skip
    assert report["by_type"]["Organization"]["gold"] == 1


def test_what_a_corpus_does_not_mark_is_no_mistake() -> None:
    gold = _gold(Ann_Lee=PEOPLE, Deep_Learning_Week=frozenset())  # a field, say
    found = _found(Ann_Lee="Person", Deep_Learning="Organization", Dutch="Location", Week="Event")
    report = score_names(gold, [found])
    assert report["typed"]["f1"] == 1.0
    assert report["typed"]["found"] == 1


def test_any_of_several_types_is_right() -> None:
    gold = _gold(Acme=ORGS | PLACES)
    assert score_names(gold, [_found(Acme="Location")])["typed"]["f1"] == 1.0
    assert score_names(gold, [_found(Acme="Person")])["typed"]["f1"] == 0.0


def test_peoples_are_told_from_their_countries() -> None:
    assert is_people("Dutch")
    assert is_people("Americans")
    assert not is_people("America")
    assert not is_people("USA")


def test_a_text_keeps_its_offsets_in_another_case() -> None:
    text = GoldText("t", "In İzmir, Straße", (GoldName(3, 8, PLACES),))
    for casing, izmir in (("lower", "İzmir"), ("upper", "İZMIR")):
        cased = text.cased(casing)  # a letter that would become two stays as it is
        assert cased.text[3:8] == izmir
        assert len(cased.text) == len(text.text)
    assert text.cased("as is") is text
