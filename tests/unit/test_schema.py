from __future__ import annotations

from pathlib import Path

import pytest

from graph_store.cypher import STRUCTURE
from kgtransfer.errors import ConfigError
from kgtransfer.extract.labels import ENTITY_TYPES
from kgtransfer.extract.schema import load_schema


def test_the_shipped_schema_names_every_property_once() -> None:
    schema = load_schema()
    assert len(schema.predicates) == len(schema.by_id) == 96
    assert schema.by_id["P569"].name == "date_of_birth"
    assert schema.predicates["date_of_birth"].range == ("date",)
    assert schema.predicates["capital"].inverse == "capital_of"


def test_the_model_and_the_schema_have_the_same_types() -> None:
    assert load_schema().types == ENTITY_TYPES


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("types: [Person]\nvalue_kinds: []\n", "predicates"),
        ("types: [Person]\nvalue_kinds: []\npredicates: {a: {id: P1, domain: [Ghost], range: []}}",
         "Ghost"),
        ("types: [Person]\nvalue_kinds: []\n"
         "predicates: {a: {id: P1, domain: [Person], range: [Person], inverse: b}}",
         "does not point back"),
        ("types: [", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_wrong_schema_is_refused_with_the_reason(
    tmp_path: Path, lines: str, message: str
) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text(lines)
    with pytest.raises(ConfigError, match=message):
        load_schema(path)


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "schema.yaml"
    path.write_text("types: [Person]\nvalue_kinds: []\npredicates: {}\n")
    first = load_schema(path).fingerprint
    path.write_text("types: [Person]\nvalue_kinds: [date]\npredicates: {}\n")
    assert load_schema(path).fingerprint != first


def test_no_predicate_is_a_relationship_that_the_graph_uses_itself() -> None:
    assert not {name.upper() for name in load_schema().names} & set(STRUCTURE)
