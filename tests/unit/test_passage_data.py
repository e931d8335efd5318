from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kgtransfer.schema import load_schema
from kgtransfer.train.extraction_data import LabelledText, predicate_numbers
from kgtransfer.train.passage_data import read_knowledgenet


def read(tmp_path: Path, passage: str, *facts: tuple[str, str, str]) -> LabelledText:
    rows: list[dict[str, Any]] = []
    for name, subject, target in facts:
        row: dict[str, Any] = {"fold": 1, "doc": 7, "pass_start": 10, "passage": passage}
        row |= {"property": name, "subj_qid": None, "obj_qid": None}
        for end, text in (("subj", subject), ("obj", target)):
            start = passage.index(text)
            row |= {f"{end}_start": 10 + start, f"{end}_end": 10 + start + len(text)}
        rows.append(row)
    file = tmp_path / "train.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (found,) = read_knowledgenet(file, load_schema())
    return found


def said(found: LabelledText, *, holds: bool) -> set[tuple[str, str, str]]:
    schema = load_schema()
    names = {number: schema.by_id[id_].name for id_, number in predicate_numbers(schema).items()}
    words = {e: " ".join(found.words[a:b]) for a, b, e in found.mentions}
    triples = found.positive if holds else found.negative
    return {(words[s], names[p], words[o]) for s, o, p in triples}


def test_an_inverse_holds_the_other_way_round_alone(tmp_path: Path) -> None:
    found = read(tmp_path, "Acme is a subsidiary of Bolt.", ("SUBSIDIARY_OF", "Acme", "Bolt"))
    assert ("Acme", "parent_organization", "Bolt") in said(found, holds=True)
    assert ("Bolt", "subsidiary", "Acme") in said(found, holds=True)
    denied = said(found, holds=False)
    assert ("Acme", "subsidiary", "Bolt") in denied
    assert ("Bolt", "parent_organization", "Acme") in denied


def test_children_leave_open_who_is_the_mother(tmp_path: Path) -> None:
    found = read(tmp_path, "Ann Lee is the child of Bob Ray.", ("CHILD_OF", "Ann Lee", "Bob Ray"))
    assert said(found, holds=True) == {("Bob Ray", "child", "Ann Lee")}
    denied = said(found, holds=False)
    assert {("Ann Lee", "child", "Bob Ray"), ("Bob Ray", "father", "Ann Lee")} <= denied
    assert not {("Ann Lee", "father", "Bob Ray"), ("Ann Lee", "mother", "Bob Ray")} & denied
