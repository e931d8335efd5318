from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence, PageNames, pages_of
from kgtransfer.read.path_follow import follow_paths
from kgtransfer.read.path_network import PathReading
from kgtransfer.read.trails import Trail
from kgtransfer.read.windows import Window
from kgtransfer.records import Passage, Span, Subgraph

PAGES = {
    "Kes (film)": "Kes is a 1969 British film directed by Ken Loach and shot in Barnsley.",
    "Ken Loach": "Kenneth Loach was born in Nuneaton and married Lesley Ashton.",
    "Barnsley": "Barnsley is a town in England.",
    "Nuneaton": "Nuneaton is a town in Warwickshire.",
}
QUESTION = "Where was the director of Kes born?"


class Scripted:
    """Finds the given words on the given pages; `ends` says on which the path ends."""

    def __init__(self, finds: Mapping[str, Sequence[str]], ends: set[str]) -> None:
        self.finds, self.ends = finds, ends
        self.asked: list[tuple[str, Trail | None]] = []

    def read(
        self, question: str, asked: Sequence[tuple[Passage, Trail | None]]
    ) -> list[PathReading]:
        self.asked += [(passage.title, trail) for passage, trail in asked]
        return [self._reading(passage) for passage, _ in asked]

    def _reading(self, passage: Passage) -> PathReading:
        spans = []
        for rank, words in enumerate(self.finds.get(passage.title, ())):
            at = passage.text.index(words)
            spans.append(Found(Evidence(passage, at, at + len(words)), -0.1 - rank))
        offsets: tuple[Span, ...] = tuple((i, i + 1) for i in range(len(passage.text)))
        window = Window(0, (0,) * len(offsets), 0, 0, offsets)
        states = torch.arange(len(offsets)).float()[:, None].expand(-1, 4)
        ends = -0.05 if passage.title in self.ends else -3.0
        goes_on = -3.0 if passage.title in self.ends else -0.05
        page = PageReading(passage, tuple(spans), -9.0, -9.0, -9.0)
        return PathReading(page, ends, goes_on, ((window, states),))


def names(*titles: str) -> PageNames:
    passages = tuple(Passage(t, t, t, 1.0, PAGES[t], 0) for t in titles or PAGES)
    return PageNames(pages_of(Subgraph("", passages)))


def test_it_goes_from_the_name_in_the_question_to_the_page_where_the_path_ends() -> None:
    reader = Scripted({"Kes (film)": ["Ken Loach"], "Ken Loach": ["Nuneaton"]}, {"Ken Loach"})
    best = follow_paths(QUESTION, names(), reader, {})[0]
    assert (best.text, best.hops) == ("Nuneaton", 2)
    assert [(e.passage.title, e.text) for e in best.evidence] == [
        ("Kes (film)", "Ken Loach"),
        ("Ken Loach", "Nuneaton"),
    ]


def test_the_reader_is_told_the_name_and_the_mentions_on_the_way() -> None:
    reader = Scripted({"Kes (film)": ["Ken Loach"], "Ken Loach": ["Nuneaton"]}, {"Ken Loach"})
    vector = torch.ones(3)
    follow_paths(QUESTION, names(), reader, {"Ken Loach": vector})
    trails = {title: trail for title, trail in reader.asked if trail is not None}
    first, second = trails["Kes (film)"], trails["Ken Loach"]
    assert first.named is not None
    assert QUESTION[slice(*first.named)] == "Kes"
    assert (first.mentions, second.named) == ((), first.named)
    at = PAGES["Kes (film)"].index("Ken Loach")
    assert second.mentions[0].tolist() == [at + 4.0] * 4  # the mean over its nine characters
    assert second.nodes == (None, vector)


def test_untold_every_page_is_read_as_if_it_stood_alone() -> None:
    reader = Scripted({"Kes (film)": ["Ken Loach"]}, {"Ken Loach"})
    follow_paths(QUESTION, names(), reader, {}, fused=False)
    assert [trail for _, trail in reader.asked] == [None] * len(reader.asked)


def test_a_path_that_should_have_gone_on_loses_to_one_that_did() -> None:
    finds = {"Kes (film)": ["Barnsley", "Ken Loach"], "Ken Loach": ["Nuneaton"]}
    best = follow_paths(QUESTION, names(), Scripted(finds, {"Ken Loach"}), {})
    assert best[0].text == "Nuneaton"
    assert best[0].score > next(c.score for c in best if c.text == "Barnsley")


def test_no_page_is_come_to_twice() -> None:
    finds = {"Ken Loach": ["Nuneaton"], "Nuneaton": ["Nuneaton"], "Kes (film)": ["Ken Loach"]}
    reader = Scripted(finds, set())
    follow_paths(QUESTION, names(), reader, {})
    assert [title for title, _ in reader.asked] == ["Kes (film)", "Ken Loach", "Nuneaton"]


def test_where_no_page_is_named_the_best_ones_are_begun_with() -> None:
    reader = Scripted({"Barnsley": ["England"]}, {"Barnsley"})
    best = follow_paths("Which country?", names("Barnsley", "Nuneaton"), reader, {})
    assert best[0].text == "England"
    assert reader.asked[0][1] == Trail(None, (), (None,))
