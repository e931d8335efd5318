"""MetaQA's files: what a line may be, which part it belongs to, and what answers are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.errors import InputError
from kgtransfer.evaluate.kgqa import evaluate_kgqa
from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.linking import TopicLinker
from kgtransfer.reason.model import UNCALIBRATED
from kgtransfer.records import FloatArray
from kgtransfer.train.kgqa_data import in_turn, read_graph, read_questions

KB = """Kes|directed_by|Ken Loach
Kes|directed_by|Jim Allen
Up|directed_by|Pete Docter
Going Up|directed_by|Jean Renoir
"""


class Director:
    """A model that always asks for the director."""

    common: frozenset[str] = frozenset()
    weights = UNCALIBRATED

    def scores(self, masked: str, relations: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        return np.asarray([[5, 0]], np.float32), np.asarray([0], np.float32)

    def likeness(self, masked: str, relations: Sequence[str]) -> None:
        return None


@pytest.fixture
def reasoner(tmp_path: Path) -> Reasoner:
    file = tmp_path / "kb.txt"
    file.write_text(KB, encoding="utf-8")
    graph = read_graph(file)
    names = ((name, node) for node, name in enumerate(graph.names))
    return Reasoner(graph, Director(), TopicLinker(names))


def test_hits_and_f1_count_with_the_topic_given_and_found(
    tmp_path: Path, reasoner: Reasoner
) -> None:
    file = tmp_path / "dev.txt"
    file.write_text(
        "who directed [Kes]\tKen Loach|Jim Allen\n"  # whole
        "who shot [Kes]\tKen Loach|Barry Ackroyd|Chris Menges\n"  # one of two, of three
        "is Going [Up] by Docter\tPete Docter\n"  # found otherwise: "Going Up" is longer
        "who directed [Nowhere]\tNobody\n",
        encoding="utf-8",
    )
    (result,) = evaluate_kgqa(reasoner, [file])
    assert result.questions == 4
    assert result.given_topic.hits1 in (75.0, 50.0)
    assert result.given_topic.f1 == round(100 * (1 + 2 / 5 + 1 + 0) / 4, 2)
    assert result.own_linking.f1 == round(100 * (1 + 2 / 5 + 0 + 0) / 4, 2)
    assert result.in_graph == 75.0
    assert result.given_topic.low <= result.given_topic.hits1 <= result.given_topic.high


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    file = tmp_path / "dev.txt"
    file.write_text("who directed [Kes]\tKen Loach\nwho directed Kes\tKen Loach\n", "utf-8")
    with pytest.raises(InputError, match="in \\[brackets\\]") as caught:
        read_questions(file)
    assert caught.value.where.endswith("dev.txt:2")


def test_the_parts_of_a_file_are_disjoint_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "dev.txt"
    lines = [f"who directed [Film {n}]\tPerson {n}" for n in range(400)]
    file.write_text("\n".join(lines), encoding="utf-8")
    parts = [read_questions(file, part) for part in ("train", "tune", "report")]
    assert sorted(q.text for part in parts for q in part) == sorted(
        q.text for q in read_questions(file)
    )
    assert len(parts[0]) > len(parts[2]) > len(parts[1]) > 0
    chosen = in_turn(parts, 10)
    assert [sum(q in part for q in chosen) for part in parts] == [3, 3, 4]
