from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgtransfer.errors import InputError
from kgtransfer.evaluate.gold.entity_columns import read_names
from kgtransfer.evaluate.gold.gum import read_gum
from kgtransfer.evaluate.gold.knowledgenet import read_passages
from kgtransfer.evaluate.gold.sentences import OTHER, read_fewrel_pairs, read_semeval
from kgtransfer.evaluate.stated import score_statements
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import EntityMention, Extraction, Statement

_GUM = """\
# newdoc id = a
# newpar
# text = The former president Ann Lee didn't visit Rome.
1 The the DET DT _ 5 det _ Entity=(1-person-new-cf1-cf1-4,5-coref
2 former former ADJ JJ _ 5 amod _ _
3 president president NOUN NN _ 5 compound _ _
4 Ann Ann PROPN NNP _ 5 compound _ _
5 Lee Lee PROPN NNP _ 8 nsubj _ Entity=1)
6-7 didn't _ _ _ _ _ _ _ _
6 did do AUX VBD _ 8 aux _ _
7 n't not PART RB _ 8 advmod _ _
8 visit visit VERB VB _ 0 root _ _
9 Rome Rome PROPN NNP _ 8 obj _ Entity=(2-place-new-cf2-cf2-1-sgl)|SpaceAfter=No
10 . . PUNCT . _ 8 punct _ _

# text = President Lee of the University of Rome saw Americans in 44 BC.
1 President President PROPN NNP _ 0 x _ Entity=(1-person-giv-cf1-cf1-1,2-coref
2 Lee Lee PROPN NNP _ 0 x _ _
3 of of ADP IN _ 0 x _ _
4 the the DET DT _ 0 x _ Entity=(3-organization-new-cf1-cf1-2-sgl
5 University University PROPN NNP _ 0 x _ _
6 of of ADP IN _ 0 x _ _
7 Rome Rome PROPN NNP _ 0 x _ Entity=(2-place-giv-cf1-cf1-1-coref)3)1)
8 saw see VERB VBD _ 0 x _ _
9 Americans Americans PROPN NNPS _ 0 x _ Entity=(4-person-new-cf1-cf1-1-sgl)
10 in in ADP IN _ 0 x _ _
11 44 44 NUM CD _ 0 x _ XML=<date_when:::"-0044">
12 BC BC ADV RB _ 0 x _ SpaceAfter=No|XML=</date>
13 . . PUNCT . _ 0 x _ _

# newpar
# text = She left.
1 She she PRON PRP _ 0 x _ Entity=(1-person-giv-cf1-cf1-1-coref)
2 left leave VERB VBD _ 0 x _ SpaceAfter=No
3 . . PUNCT . _ 0 x _ _
"""


def test_gum_gives_names_pronouns_and_dates_of_its_text(tmp_path: Path) -> None:
    lines = []
    for line in _GUM.splitlines():
        fields = line.split(" ")
        columns = [*fields[:-1], "_", fields[-1]] if len(fields) == 9 else fields
        lines.append(line if line.startswith("#") else "\t".join(columns).replace("date_", "date "))
    (tmp_path / "a.conllu").write_text("\n".join(lines) + "\n", encoding="utf-8")
    [document] = read_gum(tmp_path)
    text = document.text
    assert text.startswith("The former president Ann Lee didn't visit Rome. President Lee of")
    assert text.endswith("in 44 BC.\n\nShe left.")
    names = [(text[n.start : n.end], sorted(n.types)) for n in document.names]
    assert ("Ann Lee", ["Person"]) in names
    assert ("Lee", ["Person"]) not in names  # here it goes on: "of the University of Rome"
    assert ("Rome", ["Location"]) in names
    assert ("Americans", []) in names
    she = {tuple(text[a:b] for a, b in c) for c in document.clusters if len(c) > 2}
    assert any(words[0] == "Ann Lee" and words[-1] == "She" for words in she)
    assert [(text[d.start : d.end], d.value) for d in document.dates] == [("44 BC", "-0043")]


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="conllu"):
        read_gum(tmp_path)
    with pytest.raises(InputError, match="no such data set"):
        read_names(tmp_path, "wnut17")
    with pytest.raises(InputError, match="no such data set"):
        read_semeval(tmp_path / "train.txt")


def test_columns_become_paragraphs_and_trained_texts_are_left_out(tmp_path: Path) -> None:
    sentence = "Ann\tB-person\nLee\tI-person\nsaw\tO\nAcme\tB-corporation\n\n"
    (tmp_path / "train.conll").write_text(sentence * 40, encoding="utf-8")  # two texts
    (tmp_path / "dev.conll").write_text(sentence * 2, encoding="utf-8")
    dev, train = read_names(tmp_path, "wnut17", {0})
    assert [text.text for text in dev.texts] == ["Ann Lee saw Acme\n\nAnn Lee saw Acme"]
    assert (len(train.texts), train.whole) == (1, 2)
    for text in (*dev.texts, *train.texts):
        spans = [(text.text[n.start : n.end], *n.types) for n in text.names]
        assert set(spans) == {("Ann Lee", "Person"), ("Acme", "Organization")}
        assert len(spans) == 2 * len(text.text.split("\n\n"))
    assert "Event" not in dev.counted


def test_sentences_with_a_pair_keep_what_maps(tmp_path: Path) -> None:
    sample = {"tokens": ["Ann", "Lee", "wed", "Bo"], "h": ["", "", [[0, 1]]], "t": ["", "", [[3]]]}
    fewrel = tmp_path / "val_wiki.json"
    fewrel.write_text(json.dumps({"P26": [sample, sample], "P413": [sample]}), encoding="utf-8")
    corpus = read_fewrel_pairs(fewrel, load_schema(), {1})
    assert [pair.label for pair in corpus.pairs] == ["spouse", ""]
    assert corpus.left_out == 1
    assert corpus.pairs[0].text.mentions == ((0, 2, 0), (3, 4, 1))
    semeval = tmp_path / "train.txt"
    semeval.write_text(
        '1\t"The <e1>door</e1> of the <e2>car</e2>."\nComponent-Whole(e1,e2)\nComment:\n\n'
        '2\t"A <e1>cause</e1> of <e2>pain</e2>."\nCause-Effect(e1,e2)\nComment:\n\n'
        '3\t"A <e1>cat</e1>, a <e2>dog</e2>."\nOther\nComment:\n',
        encoding="utf-8",
    )
    pairs = read_semeval(semeval).pairs
    assert [pair.label for pair in pairs] == ["Component-Whole(e1,e2)", "", OTHER]
    assert pairs[0].text.words[slice(*pairs[0].text.mentions[1][:2])] == ("car",)


def test_a_father_stated_is_a_child_found(tmp_path: Path) -> None:
    passage = "Ann Lee is a daughter of Bo Lee."
    row = {
        "fold": 1, "doc": 7, "pass_start": 100, "passage": passage, "property": "CHILD_OF",
        "subj_start": 100, "subj_end": 107, "obj_start": 125, "obj_end": 131,
        "subj_qid": "Q1", "obj_qid": None,
    }  # fmt: skip
    none = dict.fromkeys(("subj_start", "subj_end", "obj_start", "obj_end"))
    rows = [row, {**row, **none, "property": "SPOUSE"}, {**row, "property": "CEO"},
            {**row, "fold": 2}]  # fmt: skip
    file = tmp_path / "train.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    [gold], left_out = read_passages(file, {1})
    assert left_out == 1
    assert gold.asked == {"child", "spouse"}
    mentions = (EntityMention(0, 7, "Person", 1.0, 0), EntityMention(25, 31, "Person", 1.0, 1))

    def said(*predicates: str) -> Extraction:
        statements = [Statement(0, p, 1, False, 0.9, (0, 32)) for p in predicates]
        return Extraction(mentions=mentions, statements=tuple(statements))

    found = score_statements([gold], [said("father", "residence")])
    assert (found["all"]["right"], found["all"]["found"], found["all"]["gold"]) == (1, 1, 1)
    assert score_statements([gold], [said("spouse")])["plain"]["precision"] == 0.0
