from __future__ import annotations

from pathlib import Path

import pytest

from graph_store.cypher import STRUCTURE
from kgtransfer.errors import ConfigError
from kgtransfer.extract.labels import ENTITY_TYPES
from kgtransfer.names.terms import CONCEPT
from kgtransfer.schema import load_schema, parse_schema, template


def test_the_shipped_schema_names_every_property_once() -> None:
    schema = load_schema()
    assert len(schema.predicates) == len(schema.by_id) == 96
    assert schema.by_id["P569"].name == "date_of_birth"
    assert schema.predicates["date_of_birth"].range == ("date",)
    assert schema.predicates["capital"].inverse == "capital_of"


def test_the_model_and_the_schema_have_the_same_types_of_names() -> None:
    types = load_schema().types
    assert tuple(name for name in types if name != CONCEPT) == ENTITY_TYPES
    assert CONCEPT in types  # noun phrases, which rules find


BASE = "types: [Person]\nvalue_kinds: [date]\npredicates: "


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("types: [Person]\nvalue_kinds: []\n", "predicates"),
        (BASE + "{a: {domain: [Persn]}}", "predicates.a.domain names 'Persn'.*mean 'Person'"),
        (BASE + "{a: {domain: [date]}}", "a value states nothing.*types: Person"),
        (BASE + "{a: {range: []}}", "predicates.a.range allows nothing.*Leave the key out"),
        (BASE + "{a: {inverse: b}, b: {}}", "does not point back.*Say `inverse: a` there"),
        (BASE + "{a: {domian: [Person]}}", "'predicates.a.domian'. Did you mean 'domain'"),
        (BASE + "{a: {}}\nopen_phrase: keep", "'open_phrase'. Did you mean 'open_phrases'"),
        (BASE + "{a: {}}\nopen_phrases: drop", "open_phrases.*'keep' or 'quarantine'"),
        (BASE + "{a: {functional: maybe}}", "predicates.a.functional: .*boolean"),
        (BASE + "{a: {synonyms: [no]}}", "predicates.a.synonyms.0: .*string. Put quotes"),
        (BASE + "{a: {synonyms: [B]}, b: {}}", "a has the synonym 'B', which is b"),
        (BASE + "{a: {synonyms: [x y]}, b: {inverse: x_y}}", "b has the synonym 'x_y', which is a"),
        (BASE + "{a: {synonyms: [x], inverse: x}}", "'x' as synonym and as inverse"),
        (BASE + "{a: {id: P1}, b: {id: P1}}", "two predicates have the id P1"),
        (BASE + "{a: {}, a: {}}", "'a' is there twice, line 3"),
        (BASE + "{mentions: {}}", "'mentions' can't be a predicate"),
        (BASE + "{bornIn: {}}", "'bornIn' can't be a predicate.*lower case"),
        ("types: [Chunk]\nvalue_kinds: []\npredicates: {}", "'Chunk' can't be a type"),
        ("types: {A: {synonyms: [B]}, B: {}}\nvalue_kinds: []\npredicates: {}", "a type itself"),
        ("types: [", "not valid YAML"),
        ("- a", "the file: .*dictionary"),
    ],
)  # fmt: skip
def test_a_wrong_schema_is_refused_with_the_reason(
    tmp_path: Path, lines: str, message: str
) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text(lines)
    with pytest.raises(ConfigError, match=message) as caught:
        load_schema(path)
    assert caught.value.where == str(path)


def test_what_a_workspace_begins_with_is_the_shipped_schema_and_any_spelling_of_it() -> None:
    shipped = load_schema()
    assert parse_schema(template()).meaning == shipped.meaning
    assert parse_schema(template() + "\n# a comment").meaning == shipped.meaning
    assert parse_schema(template().replace("keep\n", "quarantine\n")).meaning != shipped.meaning


def test_other_names_of_a_type_may_stand_in_domain_and_range() -> None:
    schema = parse_schema(
        "types: {Human: {synonyms: [Person]}}\nvalue_kinds: []\npredicates: {a: {domain: [Person]}}"
    )
    assert schema.predicates["a"].domain == ("Human",)


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text("types: [Person]\nvalue_kinds: []\npredicates: {}\n")
    first = load_schema(path).fingerprint
    path.write_text("types: [Person]\nvalue_kinds: [date]\npredicates: {}\n")
    assert load_schema(path).fingerprint != first


def test_no_predicate_is_a_relationship_that_the_graph_uses_itself() -> None:
    assert not {name.upper() for name in load_schema().names} & set(STRUCTURE)
