"""Measures of resolution, by hand on a few mentions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgtransfer.errors import InputError
from kgtransfer.evaluate.resolution import (
    Agreement,
    GoldMention,
    evaluate_resolution,
    read_gold,
)
from kgtransfer.records import Chunk, Document, Entity, GraphContent, Mention


def graph() -> GraphContent:
    """Two documents: x has A at 0:2 and 5:7 and B at 10:12; y has A at 0:2, and 20:22 is open."""
    return GraphContent.of(
        [
            Document("d1", "x", "", "en", ""),
            Document("d2", "y", "", "en", ""),
            Chunk("c1", "d1", "." * 30, 0, 30, 0),
            Chunk("c2", "d2", "." * 30, 0, 30, 0),
            Entity("e1", "A", "Person"),
            Entity("e2", "B", "Person"),
            Mention("c1", "e1", ("0:2", "5:7"), 0),
            Mention("c1", "e2", ("10:12",), 0),
            Mention("c2", "e1", ("0:2",), 0),
            Mention("c2", "e2", ("20:22",), 0, ambiguous=True),
        ]
    )


def test_pairs_and_b_cubed_are_those_of_the_papers() -> None:
    gold = [
        GoldMention("x", 0, 2, "Q1"),
        GoldMention("x", 5, 8, "Q1"),
        GoldMention("x", 10, 12, "Q1"),
        GoldMention("y", 0, 2, "Q2"),
        GoldMention("y", 20, 22, "Q2"),
        GoldMention("y", 25, 27, "Q2"),
    ]
    report = evaluate_resolution(graph(), gold)
    assert (report.mentions, report.things, report.found, report.undecided) == (6, 2, 4, 1)
    # entities: {1, 2, 4}, {3}, {5}, {6}; things: {1, 2, 3}, {4, 5, 6}; one pair in both
    assert report.pairs == Agreement.of(1 / 3, 1 / 6)
    assert report.across_pairs == Agreement.of(0.0, 1.0)
    precision = (2 / 3 + 2 / 3 + 1 + 1 / 3 + 1 + 1) / 6
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 / 3 + 1 / 3 + 1 / 3) / 6
    assert report.b_cubed == Agreement.of(precision, recall)
    assert report.found_pairs == Agreement.of(1 / 3, 1 / 3)
    assert (report.merged, report.split) == (1, 1)
    assert report.worst == ("'A' holds Q1, Q2", "Q1 is spread over 'A', 'B'")


def test_gold_that_does_not_fit_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no document 'z'"):
        evaluate_resolution(graph(), [GoldMention("z", 0, 1, "Q1")])
    file = tmp_path / "gold.jsonl"
    file.write_text(json.dumps({"uri": "x", "start": 0, "end": 2, "thing": "Q1"}) + "\n\n{}\n")
    with pytest.raises(InputError, match="line 3"):
        read_gold(file)
