"""Every reader makes the same record of the same little example, and names what it can't read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kgtransfer.annotations import AnnotatedText, Marked, Related, read_annotations
from kgtransfer.annotations.readers import native
from kgtransfer.errors import InputError

TEXT = "😀 Ann Lee leads Acme Corp . It makes rockets ."
PERSON, ORG = Marked(2, 9, "Person"), Marked(16, 25, "Maker")
EXAMPLE = AnnotatedText(TEXT, (PERSON, ORG), (Related(0, "leads", 1),))
SPANS = [m._asdict() for m in (PERSON, ORG)]


def write_native(folder: Path) -> Path:
    path = folder / "a.jsonl"
    path.write_text(native.write(EXAMPLE) + "\n", encoding="utf-8")
    return path


def write_docbin(folder: Path) -> Path:
    import spacy
    from spacy.tokens import Doc, DocBin

    if not Doc.has_extension("rel"):
        Doc.set_extension("rel", default={})
    doc = spacy.blank("en")(TEXT)
    doc.ents = [doc.char_span(*marked[:2], label=marked[2]) for marked in (PERSON, ORG)]
    pair = (doc.ents[0].start, doc.ents[1].start)
    doc._.rel = {pair: {"leads": 1.0, "owns": 0.0}, pair[::-1]: {"leads": 0.0}}
    path = folder / "a.spacy"
    DocBin(docs=[doc], store_user_data=True).to_disk(path)
    return path


def write_conll(folder: Path) -> Path:
    tags = ["O", "B-Person", "I-Person", "O", "B-Maker", "I-Maker", *["O"] * 5]
    lines = [f"{word}\t{tag}" for word, tag in zip(TEXT.split(), tags, strict=True)]
    path = folder / "a.iob2"
    path.write_text("# a comment\n-DOCSTART- O\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def task(offset: int = 0) -> dict[str, Any]:
    result: list[dict[str, Any]] = [
        {"id": str(i), "type": "labels", "from_name": "label", "to_name": "text",
         "value": {"start": m.start + offset, "end": m.end + offset, "labels": [m.label],
                   "text": TEXT[m.start : m.end]}}
        for i, m in enumerate((PERSON, ORG))
    ]  # fmt: skip
    result.append({"type": "relation", "from_id": "0", "to_id": "1", "direction": "right",
                   "labels": ["leads"]})  # fmt: skip
    skipped: dict[str, Any] = {"was_cancelled": True, "result": []}
    return {"data": {"text": TEXT}, "annotations": [{"result": result}, skipped]}


def write_label_studio(folder: Path) -> Path:
    path = folder / "a.json"
    path.write_text(json.dumps([task(), {"data": {"text": "not done"}, "annotations": []}]))
    return path


def write_label_studio_utf16(folder: Path) -> Path:
    path = folder / "a.jsonl"
    path.write_text(json.dumps(task(1)) + "\n")  # one character of two UTF-16 units stands before
    return path


def write_prodigy(folder: Path) -> Path:
    row = {
        "text": TEXT, "spans": SPANS, "answer": "accept",
        "relations": [{"head": 2, "child": 5, "head_span": SPANS[0], "child_span": SPANS[1],
                       "label": "leads"}],
    }  # fmt: skip
    path = folder / "a.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "answer": "ignore"}) + "\n")
    return path


def write_brat(folder: Path) -> Path:
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.ann").write_text(
        "T1\tPerson 2 9\tAnn Lee\nT2\tMaker 16 25\tAcme Corp\nT3\tOdd 2 5;6 9\tAnn Lee\n"
        "R1\tleads Arg1:T1 Arg2:T2\t\nR2\tleads Arg1:T3 Arg2:T2\t\nA1\tSure T1\n#1\tNote T1\tx\n"
    )
    return folder / "a.txt"


WRITERS: dict[str, Callable[[Path], Path]] = {
    name.removeprefix("write_"): writer
    for name, writer in list(globals().items())
    if name.startswith("write_")
}


@pytest.mark.parametrize("kind", WRITERS)
def test_the_same_example_makes_the_same_record(kind: str, tmp_path: Path) -> None:
    path = WRITERS[kind](tmp_path)
    relations = () if kind == "conll" else EXAMPLE.relations
    expected = AnnotatedText(TEXT, EXAMPLE.entities, relations)
    assert read_annotations([path]) == [expected]
    assert read_annotations([tmp_path]) == [expected]


DAMAGED: dict[str, tuple[str, str, str]] = {
    "a quote that is not there": (
        "a.jsonl",
        '\n{"text": "Ann", "entities": [{"start": 0, "end": 2, "label": "P", "text": "Ann"}]}',
        "a.jsonl:2: the text at 0:2 is 'An' and not 'Ann'",
    ),
    "a span outside": (
        "a.jsonl", '{"text": "Ann", "spans": [{"start": 1, "end": 9, "label": "P"}]}',
        "a.jsonl:1: the span 1:9 is not within the text of 3 characters",
    ),
    "a relation to nothing": (
        "a.jsonl",
        '{"text": "Ann", "entities": [{"start": 0, "end": 3, "label": "P"}],'
        ' "relations": [{"subject": 0, "predicate": "x", "object": 4}]}',
        "a.jsonl:1: the relation 'x' has an end 4",
    ),
    "no JSON": ("a.jsonl", '{"text": "Ann", "entities": []}\n{', "a.jsonl:2: not JSON"),
    "a record that lacks a key": (
        "a.jsonl", '{"entities": [], "txt": ""}', "a.jsonl:1: the record lacks 'text'"),
    "no tags": ("a.conll", "Ann Lee\nis here\n", "a.conll:1: no column holds BIO tags"),
    "a wrong tag": ("a.conll", "Ann B-P\n\nLee X\n", "a.conll:3: 'X' is no BIO tag"),
    "no tasks": ("a.json", '{"x": 1}', "a.json: not a list of tasks"),
    "a page without its text": ("a.ann", "T1\tP 0 3\tAnn", "a.txt: the annotated text is missing"),
    "no DocBin": ("a.spacy", "x", "a.spacy: not a DocBin"),
    "another kind": ("a.xml", "<x/>", "a.xml: annotations of no known kind"),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGED)
def test_what_is_wrong_is_named_with_file_and_line(damage: str, tmp_path: Path) -> None:
    name, content, said = DAMAGED[damage]
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_annotations([tmp_path / name])
    assert said.partition(": ")[2] in caught.value.what
    assert caught.value.where.endswith(said.partition(": ")[0])


def test_brats_wrong_quote_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ann Lee", encoding="utf-8")
    (tmp_path / "a.ann").write_text("T1\tP 0 3\tAnn\nT2\tP 4 7\tLeo\n", encoding="utf-8")
    with pytest.raises(InputError, match="is 'Lee' and not 'Leo'") as caught:
        read_annotations([tmp_path / "a.ann"])
    assert caught.value.where.endswith("a.ann:2")


def test_a_rejected_answer_keeps_what_is_wrong_and_claims_no_more(tmp_path: Path) -> None:
    row = {"text": TEXT, "spans": SPANS, "answer": "reject"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    [text] = read_annotations([tmp_path / "a.jsonl"])
    assert (text.entities, text.wrong_entities, text.complete) == ((), (PERSON, ORG), False)


@pytest.mark.parametrize("scheme", ["B I O B I", "I I O I I", "B E O B E", "B L O B L"])
def test_all_ways_to_write_bio_are_read(scheme: str, tmp_path: Path) -> None:
    marks = scheme.split()
    labels = ["Person", "Person", "", "Maker", "Maker"]
    tags = [m if m == "O" else f"{m}-{label}" for m, label in zip(marks, labels, strict=True)]
    words = ["Ann", "Lee", "1962", "Acme", "Corp"]
    lines = [f"{i}\t{w}\t_\t{t}" for i, (w, t) in enumerate(zip(words, tags, strict=True), 1)]
    (tmp_path / "a.conll").write_text("\n".join(lines), encoding="utf-8")
    [text] = read_annotations([tmp_path / "a.conll"])
    assert text.text == " ".join(words)
    assert [text.text[m.start : m.end] for m in text.entities] == ["Ann Lee", "Acme Corp"]


def test_of_two_lines_about_a_passage_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    row = {"text": "Ann", "entities": [], "document": "d1", "start": 7}
    later = {**row, "entities": [{"start": 0, "end": 3, "label": "Person"}]}
    path.write_text("\n".join(map(json.dumps, (row, later))), encoding="utf-8")
    [text] = read_annotations([path])
    assert text.entities == (Marked(0, 3, "Person"),)
