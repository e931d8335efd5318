"""What pronouns stand for, by a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch

from kgtransfer.errors import InputError
from kgtransfer.extract.pronouns import resolve_pronouns
from kgtransfer.nn.coreference import AntecedentScorer
from kgtransfer.records import EntityMention, Span
from kgtransfer.train.antecedents import read_gap

TEXT = "Ann met Eve. Mr Lee saw them. She left early, and he stayed."


def person(name: str, cluster: int) -> EntityMention:
    start = TEXT.index(name)
    return EntityMention(start, start + len(name), "Person", 1.0, cluster)


NAMES = [person("Ann", 0), person("Eve", 1), person("Lee", 2)]


def resolved(best: str, known: bool = True) -> dict[str, int]:
    """The clusters of the pronouns where a scorer likes one name best, or knows of none."""

    def score(pronoun: Span, names: Sequence[Span]) -> list[float | None]:
        return [float(TEXT[a:b] == best) if known else None for a, b in names]

    sentences = [(0, 12), (13, 29), (30, len(TEXT))]
    found = resolve_pronouns(TEXT, NAMES, sentences, score)
    return {TEXT[m.start : m.end]: m.cluster for m in found}


@pytest.mark.parametrize(("best", "cluster"), [("Ann", 0), ("Eve", 1)])
def test_the_best_name_is_chosen(best: str, cluster: int) -> None:
    assert resolved(best)["She"] == cluster


def test_a_title_says_more_than_the_scorer() -> None:
    assert resolved("Lee")["She"] != 2


def test_where_no_name_can_be_scored_the_rules_decide() -> None:
    without = {
        TEXT[m.start : m.end]: m.cluster
        for m in resolve_pronouns(TEXT, NAMES, [(0, 12), (13, 29), (30, len(TEXT))])
    }
    assert resolved("Ann", known=False) == without


def test_scores_do_not_depend_on_the_other_candidates() -> None:
    torch.manual_seed(0)
    scorer = AntecedentScorer(5).eval()
    x = torch.randn(3, 5)
    assert torch.allclose(scorer(x)[:2], scorer(x[:2])[:2])
    assert scorer(x).shape == (4,)


def test_a_file_that_is_not_gap_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gap.tsv"
    file.write_text("ID\tText\n1\tx\n")
    with pytest.raises(InputError, match=r"gap\.tsv: no file of GAP"):
        read_gap(file)
