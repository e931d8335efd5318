"""Files of triples: every form that is read, and what is said of those that can't be."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.corpus.triples import read_triple_files, read_triples
from kgtransfer.errors import InputError
from kgtransfer.records import Triple, TripleSource

NOT_TRIPLES = ["none.txt", "empty.txt", "prose.txt", "bad.ttl", "remote.jsonld", "long.csv"]
KES = Triple("Kes", "directed_by", "Ken Loach")


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".txt", "Kes|directed_by|Ken Loach\n"),
        (".tsv", "Kes\tdirected_by\tKen Loach\r\n\r\n"),
        (".csv", 'subject,predicate,object\nKes,directed_by,"Ken Loach"\n'),
        (".csv", "Kes;directed_by;Ken  Loach"),
        (".txt", "\ufeffhead\trelation\ttail\nKes\tdirected_by\tKen Loach"),
    ],
)
def test_each_separator_is_recognised(suffix: str, text: str) -> None:
    assert read_triples(text.encode(), suffix) == ([KES], [])


def test_quotes_and_commas_are_part_of_names_where_a_bar_parts_them() -> None:
    (triple,), _ = read_triples(b'The "Crying, Game"|has_tags|ira, "troubles"', ".txt")
    assert (triple.subject, triple.object) == ('The "Crying, Game"', 'ira, "troubles"')


def test_wrong_lines_are_named_and_the_others_kept(tmp_path: Path) -> None:
    file = tmp_path / "films.txt"
    file.write_bytes(b"Kes|directed_by|Ken Loach\nonly two|fields\n\nKes||x\n")
    *problems, source = read_triple_files([file])
    assert isinstance(source, TripleSource)
    assert source.triples == (KES,)
    reasons = [p.reason for p in problems if isinstance(p, SourceProblem)]
    assert reasons[0] == "line 2: 2 fields, not subject, predicate, object"
    assert reasons[1] == "line 4: the predicate is empty"


@pytest.mark.parametrize("name", NOT_TRIPLES)
def test_what_is_no_file_of_triples_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "prose.txt").write_text("Kes is a film.\nIt is good.\n", encoding="utf-8")
    remote = '{"@context": "http://127.0.0.1:9/context", "@id": "urn:a", "b": "c"}'
    (tmp_path / "remote.jsonld").write_text(remote, encoding="utf-8")
    (tmp_path / "long.csv").write_text("a," + "b" * 200_000 + ",c", encoding="utf-8")
    (tmp_path / "bad.ttl").write_text("@prefix : <urn:x> .\n:a :b", encoding="utf-8")
    (problem,) = read_triple_files([tmp_path / name])
    assert isinstance(problem, SourceProblem)
    assert "\n" not in problem.reason


def test_a_column_of_numbers_or_years_has_values_unless_it_names_a_thing() -> None:
    rows = "Kes|release_year|1969\nKes|has_votes|12\nKes|code|007\nKes|next|1984\n1984|next|Kes\n"
    triples, _ = read_triples(rows.encode(), ".txt")
    kinds = {(t.predicate, t.object): (t.kind, t.value) for t in triples}
    assert kinds["release_year", "1969"] == ("date", "1969")
    assert kinds["has_votes", "12"] == ("number", 12.0)
    assert kinds["code", "007"] == ("", "")
    assert kinds["next", "1984"] == ("", "")


def test_rdf_tells_things_apart_by_iri_and_calls_them_by_label() -> None:
    text = b"""
    @prefix : <http://films.org/ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    :k1 rdfs:label "Kes"@en, "Kes (fr)"@fr ; :directedBy <http://films.org/Ken_Loach> ;
        :released "1969"^^xsd:gYear ; :minutes 111 ; :tagline "A boy, a bird"@en .
    """
    found = read_triples(text, ".ttl")[0]
    said = {t.predicate: t for t in found}
    assert said["directedBy"].subject == "Kes"
    assert said["directedBy"].subject_key == "http://films.org/ns#k1"
    assert said["directedBy"].object == "Ken Loach"
    assert (said["released"].kind, said["released"].value) == ("date", "1969")
    assert (said["minutes"].kind, said["minutes"].value) == ("number", 111.0)
    assert (said["tagline"].kind, said["tagline"].object) == ("text", "A boy, a bird")
    assert "label" not in said
    with pytest.raises(InputError, match="not valid xml"):
        read_triples(text, ".rdf")
