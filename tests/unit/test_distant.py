"""Triples found in texts: which sentences teach a relation, and which do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kgtransfer.annotations import AnnotatedText
from kgtransfer.cli.app import app
from kgtransfer.errors import InputError
from kgtransfer.records import Extraction, Statement, Triple
from kgtransfer.train.distant import Limits, examples
from kgtransfer.train.known import AMBIGUOUS, Known, read_known
from kgtransfer.train.teach import TeachConfig, teach_extractor
from tests.fakes import CapitalisedExtractor

PEOPLE = [
    f"{first} {last}" for first in ("Ann", "Bob", "Eva", "Tom") for last in ("Lee", "Ray", "Orr")
]
FIRMS = [f"{name} Mills" for name in ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gorse",
                                      "Hazel", "Ivy", "Juniper", "Kelp", "Larch")]  # fmt: skip
LED = [Triple(firm, "led_by", person) for firm, person in zip(FIRMS, PEOPLE, strict=True)]
TEXTS = [f"The head of {f} is {p}." for f, p in zip(FIRMS, PEOPLE, strict=True)]


def relations(text: AnnotatedText, *, wrong: bool = False) -> set[tuple[str, str, str]]:
    def name(number: int) -> str:
        return text.text[text.entities[number].start : text.entities[number].end]

    chosen = text.wrong_relations if wrong else text.relations
    return {(name(r.subject), r.predicate, name(r.object)) for r in chosen}


def taught(triples: list[Triple], texts: list[str], **limits: object) -> dict[str, AnnotatedText]:
    limit = Limits(**{"least": 2, "held_out": 0.0, **limits})  # type: ignore[arg-type]
    found = examples(Known.of(triples), texts, CapitalisedExtractor(), limit)
    return {text.text: text for text in found.train}


def test_a_sentence_with_both_ends_states_the_triple() -> None:
    found = taught(LED, TEXTS)
    assert relations(found[TEXTS[0]]) == {("Alder Mills", "led_by", "Ann Lee")}
    assert not found[TEXTS[0]].complete


def test_ends_in_two_sentences_state_nothing() -> None:
    apart = "Alder Mills is large. Ann Lee likes it."
    assert apart not in {t for t, a in taught(LED, [*TEXTS, apart]).items() if a.relations}


def test_another_thing_beside_a_known_subject_is_wrong() -> None:
    text = "Alder Mills sued Bob Orr and Ann Lee."
    found = taught(LED, [*TEXTS, text])[text]
    assert relations(found) == {("Alder Mills", "led_by", "Ann Lee")}
    assert ("Alder Mills", "led_by", "Bob Orr") in relations(found, wrong=True)


def test_of_a_pair_the_texts_are_taken_in_which_it_stands_closest() -> None:
    near = "Alder Mills, Ann Lee."
    far = "Alder Mills, which was founded long before anybody there was born, wrote to Ann Lee."
    found = taught(LED, [*TEXTS, near, far], per_pair=2)
    assert relations(found[near])
    assert far not in found or not relations(found[far])


def test_other_names_count_and_ambiguous_ones_do_not() -> None:
    others = {"Alder Mills": "AM Corp", "Elm Mills": "EM", "Fir Mills": "EM"}
    known = Known.of([*LED, *(Triple(name, "alias", other) for name, other in others.items())])
    assert known.meant_by(["am corp"]) == known.meant_by(["alder mills"]) != ""
    assert known.meant_by(["em"]) == AMBIGUOUS


def test_iris_keep_things_of_one_name_apart() -> None:
    known = Known.of(
        [Triple("Elm", "led_by", "Ann Lee", "urn:1"), Triple("Elm", "led_by", "Bob", "urn:2")]
    )
    assert known.meant_by(["elm"]) == AMBIGUOUS
    assert set(known.pairs) == {("urn:1", "ann lee"), ("urn:2", "bob")}


class Reads(CapitalisedExtractor):
    """Reads a family relation wherever "daughter" stands."""

    def extract(self, text: str, language: str) -> Extraction:
        found = super().extract(text, language)
        if "daughter" not in text:
            return found
        said = Statement(0, "child", 1, False, 0.95, found.sentences[0])
        return Extraction(found.sentences, found.mentions, found.values, (said,))


def test_a_text_that_surely_says_something_else_is_left_out() -> None:
    other = "Alder Mills has the daughter Ann Lee."
    limits = Limits(least=2, held_out=0.0)
    found = examples(Known.of(LED), [*TEXTS, other], Reads(), limits)
    assert found.matched["led_by"].contradicted == 1
    assert not any(t.text == other and t.relations for t in found.train)


def test_what_goes_along_with_most_pairs_contradicts_nothing() -> None:
    texts = [f"{f} has the daughter {p}." for f, p in zip(FIRMS, PEOPLE, strict=True)]
    found = examples(Known.of(LED), texts, Reads(), Limits(least=2, held_out=0.0))
    assert found.matched["led_by"].contradicted == 0


def test_pairs_are_held_out_with_all_their_texts() -> None:
    again = [f"{p} runs {f} well." for f, p in zip(FIRMS, PEOPLE, strict=True)]
    found = examples(Known.of(LED), [*TEXTS, *again], CapitalisedExtractor(), Limits(held_out=0.25))
    tested = {r for text in found.test for r in relations(text)}
    assert len(tested) == 3
    assert not tested & {r for text in found.train for r in relations(text)}
    assert all(text.complete for text in found.test)
    assert (found.matched["led_by"].taught, found.matched["led_by"].held_out) == (18, 6)


def test_too_few_sentences_are_refused_with_their_number() -> None:
    with pytest.raises(InputError, match="led_by: 3 texts, of 3 of its 12 triples") as error:
        taught(LED, TEXTS[:3], least=10)
    assert "10" in str(error.value.hint)


def test_types_that_the_triples_give_are_marked() -> None:
    kinds = [Triple(firm, "type", "Mill") for firm in FIRMS]
    rare = Triple(PEOPLE[0], "type", "Miller")
    found = taught([*LED, *kinds, rare], TEXTS)
    assert {e.label for e in found[TEXTS[0]].entities} == {"Mill", ""}


def test_predicates_of_a_file_are_named_as_labels_are(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("Elm Mills,Led By,Ann Lee\nElm Mills,type,paper mill\nElm Mills,wikiPage,x y\n")
    known = read_known([file], {"wikiPage": ""})
    assert set(known.pairs.values()) == {frozenset(["led_by"])}
    assert known.kinds == {"elm mills": "PaperMill"}
    (tmp_path / "e.csv").write_text("\n")
    with pytest.raises(InputError, match="no triples"):
        read_known([tmp_path / "e.csv"], {})


@pytest.mark.slow
def test_a_relation_is_learnt_from_triples_and_texts(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("".join(f"{t.subject},led by,{t.object}\n" for t in LED))
    (tmp_path / "texts").mkdir()
    for i, (firm, person) in enumerate(zip(FIRMS, PEOPLE, strict=True)):
        for j, text in enumerate(
            (f"The head of {firm} is {person}.", f"{firm} sued {PEOPLE[i - 5]}.")
        ):
            (tmp_path / "texts" / f"{i}-{j}.txt").write_text(text)
    config = TeachConfig(
        output=tmp_path / "out",
        triples=(tmp_path / "t.csv",),
        texts=(tmp_path / "texts",),
        steps=120,
        replay=36,
        least=5,
    )
    done = teach_extractor(config)
    assert done.predicates == ("led_by",)
    assert done.before["relations"]["led_by"]["recall"] == 0.0
    assert done.after["relations"]["led_by"]["recall"] > 0.5


def test_texts_have_to_be_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Elm Mills,led by,Ann Lee\n")
    arguments = [
        "train",
        "extractor",
        "--triples",
        str(tmp_path / "t.csv"),
        "--out",
        str(tmp_path / "o"),
    ]
    result = CliRunner().invoke(app, arguments)
    assert (result.exit_code, "--texts" in result.stderr) == (2, True)
