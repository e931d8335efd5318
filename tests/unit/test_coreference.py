from __future__ import annotations

import pytest

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.names_in_text import NamedSpan, cluster_names
from kgtransfer.extract.pronouns import resolve_pronouns
from kgtransfer.records import EntityMention


def spans(text: str, *names: tuple[str, str]) -> list[NamedSpan]:
    """Each name where it next stands in the text."""
    found, at = [], 0
    sentences = sentence_spans(text)
    for name, kind in names:
        start = text.index(name, at)
        at = start + len(name)
        number = next(i for i, (a, b) in enumerate(sentences) if a <= start < b)
        found.append(NamedSpan(start, at, kind, 0.9, number))
    return found


@pytest.mark.parametrize(
    ("text", "names", "clusters"),
    [
        ("The Beatles met the Beatles.", [("The Beatles", "Organization"),
                                          ("the Beatles", "Organization")], [0, 0]),
        ("Ann Mary Lee and Bob Ray. Lee left.", [("Ann Mary Lee", "Person"), ("Bob Ray", "Person"),
                                                ("Lee", "Person")], [0, 1, 0]),
        ("Ann Lee met Ann Ray.", [("Ann Lee", "Person"), ("Ann Ray", "Person")], [0, 1]),
        ("The World Health Organization (WHO) said so.",
         [("World Health Organization", "Organization"), ("WHO", "Organization")], [0, 0]),
        ("Marion Morrison, better known as John Wayne, rode.",
         [("Marion Morrison", "Person"), ("John Wayne", "Person")], [0, 0]),
        ("Acme Inc. is Acme.", [("Acme Inc", "Organization"), ("Acme", "Organization")], [0, 0]),
        ("Washington left Washington.", [("Washington", "Person"), ("Washington", "Location")],
         [0, 1]),
    ],
)  # fmt: skip
def test_names_of_one_thing_share_a_cluster(
    text: str, names: list[tuple[str, str]], clusters: list[int]
) -> None:
    assert cluster_names(text, spans(text, *names)) == clusters


def resolve(text: str, *names: tuple[str, str]) -> dict[str, str]:
    """Each pronoun (with its offset where it repeats) to the name it stands for."""
    found = spans(text, *names)
    clusters = cluster_names(text, found)
    mentions = [
        EntityMention(s.start, s.end, s.type, 0.9, c) for s, c in zip(found, clusters, strict=True)
    ]
    names_of = {m.cluster: text[m.start : m.end] for m in reversed(mentions)}
    return {
        text[m.start : m.end]: names_of[m.cluster]
        for m in resolve_pronouns(text, mentions, sentence_spans(text))
    }


def test_a_pronoun_stands_for_the_subject_before_it() -> None:
    text = "Ann Lee met Bob Ray in Paris. She was born in Rome."
    names = [("Ann Lee", "Person"), ("Bob Ray", "Person"), ("Paris", "Location"),
             ("Rome", "Location")]  # fmt: skip
    assert resolve(text, *names) == {"She": "Ann Lee"}


def test_a_gender_that_the_text_states_decides() -> None:
    text = "Mr Ray married Mrs Lee. She sang. He danced."
    assert resolve(text, ("Ray", "Person"), ("Lee", "Person")) == {"She": "Lee", "He": "Ray"}


def test_the_film_is_the_work_that_the_page_is_about() -> None:
    text = "Dark River is a drama by Ann Lee. The film won a prize. It was shot in Rome."
    names = [("Dark River", "Work"), ("Ann Lee", "Person"), ("Rome", "Location")]
    assert resolve(text, *names) == {"The film": "Dark River", "It": "Dark River"}


def test_a_pronoun_without_an_antecedent_is_left_alone() -> None:
    assert resolve("It rained in Rome. He left.", ("Rome", "Location")) == {}
