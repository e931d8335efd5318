from __future__ import annotations

from kgtransfer.extract.repeats import Tagged, in_whole_words, missed_names


def _tagged(text: str, *names: tuple[str, str]) -> list[Tagged]:
    places = [(text.index(name), name, kind) for name, kind in names]
    return [Tagged(at, at + len(name), kind, 0.99) for at, name, kind in sorted(places)]


def _missed(text: str, *names: tuple[str, str]) -> list[tuple[str, str]]:
    found = sorted(missed_names(text, _tagged(text, *names)), key=lambda n: n.start)
    return [(text[n.start : n.end], n.type) for n in found]


def test_letters_in_brackets_stand_for_the_name_before_them_and_are_known_from_there() -> None:
    text = "The World Health Organization (WHO) met in Rome (ABC). Who knows? WHO does."
    name = ("World Health Organization", "Organization")
    assert _missed(text, name, ("Rome", "Location")) == [("WHO", "Organization")] * 2


def test_a_sure_name_is_one_wherever_it_stands_alone() -> None:
    text = "Ann Scalia came. Then Scalia left with Bo Scalia, and scalia is a word. Ann Scalia!"
    sure = _tagged(text, ("Ann Scalia", "Person"))
    again = missed_names(text, sure)
    assert [n.start for n in again] == [text.rindex("Ann Scalia")]
    unsure = [Tagged(0, 10, "Person", 0.6)]
    assert not missed_names(text, unsure)
    alone = _missed("Scalia came. Then Scalia left with Bo Scalia.", ("Scalia", "Person"))
    assert alone == [("Scalia", "Person")]  # Bo Scalia may be another


def test_a_name_takes_the_whole_hyphenated_word() -> None:
    def whole(text: str, *names: tuple[str, str]) -> list[str]:
        return [text[n.start : n.end] for n in in_whole_words(text, _tagged(text, *names))]

    assert whole("Pierre-Simon Laplace", ("Simon Laplace", "Person")) == ["Pierre-Simon Laplace"]
    both = (("Pierre", "Person"), ("Simon Laplace", "Person"))
    assert whole("Pierre-Simon Laplace", *both) == ["Pierre-Simon Laplace"]
    assert whole("US-China talks", ("US", "Location"), ("China", "Location")) == ["US", "China"]
    assert whole("New York-based, pre-Roman", ("New York", "Location"), ("Roman", "Misc")) == [
        "New York",
        "Roman",
    ]
