"""The shipped reader and the content check on sentences about two pages."""

from __future__ import annotations

import pytest

from kgtransfer.generate.check import check
from kgtransfer.read.answer import Reader
from kgtransfer.records import Passage

pytestmark = pytest.mark.slow

PAGES = {
    1: Passage("d1", "Kes (film)", "c1", 1.0, "Kes is a 1969 British drama film directed by Ken "
        "Loach and produced by Tony Garnett, based on the 1968 novel A Kestrel for a Knave by "
        "Barry Hines. It was not a success in the United States.", 0),
    2: Passage("d2", "Ken Loach", "c2", 1.0, "Kenneth Charles Loach (born 17 June 1936) is an "
        "English film director. He was born in Nuneaton, Warwickshire, the son of Vivien and John "
        "Loach. He studied law at St Peter's College, Oxford.", 0),
    3: Passage("d3", "Akira Kurosawa", "c3", 1.0, "Akira Kurosawa (23 March 1910 – 6 September "
        "1998) was a Japanese filmmaker who was born in Tokyo.", 0),
}  # fmt: skip
QUESTION = "Where was the director of Kes born?"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load("default")


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Kes was directed by Ken Loach.", (1,)),
        ("Ken Loach was born in Nuneaton, Warwickshire.", (2,)),
        ("The director of Kes, Ken Loach, was born in Nuneaton.", (1, 2)),
        ("Ken Loach was born on 17 June 1936.", (2,)),
        ("Kes was produced by Tony Garnett.", (1,)),
        ("Nuneaton", (2,)),
    ],
)
def test_what_the_pages_say_stands(reader: Reader, text: str, cited: tuple[int, ...]) -> None:
    verdict = check(text, QUESTION, QUESTION, [PAGES[n] for n in cited], reader.text_reader.ask)
    assert verdict.supported, verdict.why
    assert all(text_at for text_at in (one.text for one in verdict.evidence))


@pytest.mark.parametrize(
    ("text", "cited", "why"),
    [
        ("Kes was directed by Ken Loach.", (3,), "does not name"),  # another page
        ("Kes was directed by Tony Garnett.", (1,), "does not give"),  # another role
        ("Ken Loach was born in Tokyo.", (2,), "does not name"),  # another page's place
        ("Akira Kurosawa was born in Nuneaton.", (2, 3), "does not give"),  # mixed
        ("Ken Loach was born on 17 June 1937.", (2,), "1937"),
        ("Kes was a success in the United States.", (1,), "denies"),
        ("Kes was not directed by Ken Loach.", (1,), "denies"),
        ("Kes was directed by Ken Loach.", (), "cites nothing"),
        ("The moon is made of cheese and circles the earth.", (1,), "too little"),
    ],
)
def test_what_they_do_not_say_does_not(
    reader: Reader, text: str, cited: tuple[int, ...], why: str
) -> None:
    verdict = check(text, QUESTION, QUESTION, [PAGES[n] for n in cited], reader.text_reader.ask)
    assert why in verdict.why
    assert verdict.evidence == ()


def test_a_pronoun_needs_whom_it_means_on_the_page(reader: Reader) -> None:
    before = "Kes was directed by Ken Loach."
    ask = reader.text_reader.ask
    assert check("He was born in Nuneaton.", QUESTION, before, [PAGES[2]], ask).supported
    assert not check("He was born in Tokyo.", QUESTION, before, [PAGES[3]], ask).supported
