"""Questions that compare two things: which is first, older, longer; are both the same.

The two sides are the names in the question; a relation noun ("the directors of") is followed one
link by asking the reader; then dates, countries or numbers are read from the pages and compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kgtransfer.names import STOPWORDS, fold
from kgtransfer.read import measure
from kgtransfer.read.countries import countries_in
from kgtransfer.read.network import Found
from kgtransfer.read.pages import Evidence, Page, PageNames

Kind = Literal["choice", "same", "both"]
Asker = Callable[[str, Page], Sequence[Found]]
"""Asks a question of a page: spans, best first."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things: as the question writes it, and its page."""

    name: str
    page: Page


@dataclass(frozen=True, slots=True)
class Comparison:
    """A parsed question.

    `attribute` is what is compared: a kind of date, "lifespan", "country", a question with a gap
    ("How long is {}?"), or a predicate's words. `follow` is a relation noun that leads from each
    side to what is compared.
    """

    kind: Kind
    sides: tuple[Side, Side]
    attribute: str
    largest: bool = False
    follow: str = ""

    @property
    def measured(self) -> bool:
        """Whether dates, numbers or countries are compared, not the words of a predicate."""
        known = self.attribute in ("country", *dict(_DATES)) or "{}" in self.attribute
        return known and self.kind != "both"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, what it rests on, and whether both sides were read for certain."""

    text: str
    evidence: tuple[Evidence, ...]
    certain: bool


_YES_NO = re.compile(r"^\s*(?:are|were|is|was|do|did|does|have|has|had|can|could)\b", re.IGNORECASE)
_DATES = (
    ("lifespan", r"\b(?:lived?|lives)\s+(?:a\s+)?longer\b|\blonger\s+(?:life|lived|lifespan)\b"),
    ("death", r"\b(?:died?|dies|death|dead|passed away)\b"),
    ("birth", r"\b(?:born|birth|birthday|older|oldest|younger|youngest|elder|eldest)\b"),
    (
        "release",
        r"\b(?:releas\w*|c[ao]mes? out|publish\w*|premier\w*|aired?|launch\w*|issued|debut\w*|"
        r"recorded|produced|made)\b",
    ),
    (
        "founding",
        r"\b(?:found\w*|establish\w*|form(?:ed|ing)|creat\w+|open\w*|built|start\w*|began|begun|"
        r"introduced|incorporated|newer|first|earlier|came)\b",
    ),
)
_EARLIEST = re.compile(r"\b(?:first|earlier|earliest|before|older|oldest|elder|eldest|sooner)\b")
_LATEST = re.compile(
    r"\b(?:later|latest|last|after|younger|youngest|newer|newest|recent|recently|second)\b"
)
_LESS = re.compile(r"\b(?:shorter|smaller|lower|fewer|less|least|fewest|smallest|lowest|shortest|"
                   r"lighter|slower|shallower)\b")  # fmt: skip
_MEASURES = (
    (r"\b(?:longer|longest|shorter|shortest)\b", "How long is {}?"),
    (r"\b(?:taller|tallest|higher|highest|lower|lowest)\b", "How high is {}?"),
    (r"\b(?:larger|largest|bigger|biggest|smaller|smallest)\b", "How large is {}?"),
    (r"\b(?:deeper|deepest|shallower)\b", "How deep is {}?"),
    (r"\b(?:heavier|heaviest|lighter)\b", "How heavy is {}?"),
    (r"\b(?:faster|fastest|slower)\b", "How fast is {}?"),
    (
        r"\b(?:more|most|fewer|fewest|less|greater)\s+(?P<noun>[a-z]+)",
        "How many {noun} does {} have?",
    ),
)  # fmt: skip
_COUNTRY = re.compile(r"\b(?:country|countries|nation|nationality|nationalities|origin)\b")
_SAME = re.compile(r"\bsame\s+(?P<what>(?:[a-z]+\s*){1,3}?)(?:\?|$|,| as | and | or )")
_NO_LINK = frozenset(
    re.findall(
        r"[a-z]+",
        "country countries nation nationality nationalities origin same place places city year "
        "time date birth death age release one out both either kind type part name names",
    )
)
_FOLLOW = (
    re.compile(r"\bwhose\s+(?P<noun>[a-z]+)\b"),
    re.compile(r"\b(?:has|have|had|with)\s+(?:the\s+|a\s+|an\s+)?(?P<noun>[a-z]+)\s+"
               r"(?:who|that|which|born|died|from|is|are|share|of|older|younger)\b"),
    re.compile(r"\b(?P<noun>[a-z]+)\s+of\s+(?:the\s+|both\s+)*(?:[a-z]+,?:?\s+){0,2}\ue000"),
    re.compile(r"\ue000['’]s?\s+(?P<noun>[a-z]+)\b"),
)  # fmt: skip


def parse(question: str, names: PageNames) -> Comparison | None:
    """Understand a comparison; None where the question is none, or a side has no page."""
    pair = _pair(question, names)
    if pair is None:
        return None
    (first, second), spans = pair
    between = question[spans[0][1] : spans[1][0]]
    frame = question[: spans[0][0]] + "\ue000" + between + "\ue000" + question[spans[1][1] :]
    lowered = frame.lower()
    follow = _follow(lowered)
    sides = (first, second)
    alternative = re.search(r"\bor\b", between) is not None
    if _YES_NO.match(question) and not alternative:
        if same := _SAME.search(lowered):
            what = "country" if _COUNTRY.search(same["what"]) else _asking(same["what"], lowered)
            return Comparison("same", sides, what, follow=follow)
        if " and " in between or "both" in lowered:
            return Comparison("both", sides, _predicate(question, spans), follow=follow)
        return None
    if not alternative and not re.search(r"\b(?:between|out of|of)\s*\ue000", lowered):
        return None
    for attribute, pattern in _DATES[:3]:
        if re.search(pattern, lowered):
            return Comparison(
                "choice", sides, attribute, _wants_largest(lowered, attribute), follow
            )
    for pattern, asked in _MEASURES:
        if match := re.search(pattern, lowered):
            wording = asked.replace("{noun}", match.groupdict().get("noun") or "")
            if match.groupdict().get("noun") not in ("recent", "recently"):
                return Comparison("choice", sides, wording, not _LESS.search(lowered), follow)
    for attribute, pattern in _DATES[3:]:
        if re.search(pattern, lowered):
            return Comparison(
                "choice", sides, attribute, _wants_largest(lowered, attribute), follow
            )
    return Comparison("both" if not alternative else "choice", sides, _predicate(question, spans))


def decide(comparison: Comparison, names: PageNames, ask: Asker) -> Verdict | None:
    """Follow, read and compare; None where neither side can be read."""
    reached: list[Page] = []
    evidence: list[Evidence] = []
    certain = True
    for side in comparison.sides:
        page: Page | None = side.page
        if comparison.follow:
            page, link = _step(side, comparison.follow, names, ask)
            evidence += [link] if link is not None else []
        certain &= page is not None
        reached.append(page or side.page)
    if comparison.kind == "same":
        verdict = _same(comparison, reached, ask)
    elif comparison.attribute in dict(_DATES):
        verdict = _by_date(comparison, reached, ask)
    elif "{}" in comparison.attribute:
        verdict = _by_number(comparison, reached, ask)
    else:
        verdict = _by_predicate(comparison, reached)
    if verdict is None:
        return None
    return Verdict(verdict.text, (*evidence, *verdict.evidence), certain and verdict.certain)


def _pair(
    question: str, names: PageNames
) -> tuple[tuple[Side, Side], tuple[tuple[int, int], tuple[int, int]]] | None:
    found = [(s, _closed(question, s, e), pages[0]) for s, e, pages in names.find(question)]
    for i in range(len(found) - 1, 0, -1):
        (s2, e2, page2), (s1, e1, page1) = found[i], found[i - 1]
        if page1.document != page2.document and re.search(
            r"\b(?:or|and|than|as|with)\b", question[e1:s2]
        ):
            sides = Side(question[s1:e1], page1), Side(question[s2:e2], page2)
            return sides, ((s1, e1), (s2, e2))
    return _by_words(question, names, found)


def _by_words(
    question: str, names: PageNames, found: list[tuple[int, int, Page]]
) -> tuple[tuple[Side, Side], tuple[tuple[int, int], tuple[int, int]]] | None:
    """Sides that no name matches exactly: the page whose title shares most words with the text."""
    for match in re.finditer(r",?\s+(?:or|and)\s+", question):
        left = re.split(
            r"[,:?]\s|\b(?:of|between|both|film|films|was|were|are)\s", question[: match.start()]
        )[-1]
        right = re.split(r"\?|,\s", question[match.end() :])[0]
        pages = [_similar(text, names) for text in (left, right)]
        if pages[0] and pages[1] and pages[0].document != pages[1].document:
            s1 = question.rindex(left, 0, match.start() + 1) if left else 0
            spans = (s1, s1 + len(left)), (match.end(), match.end() + len(right))
            return (Side(left.strip(), pages[0]), Side(right.strip(), pages[1])), spans
    return None


def _similar(text: str, names: PageNames) -> Page | None:
    words = set(fold(text).split()) - STOPWORDS

    def shared(page: Page) -> float:
        own = set(fold(page.title).split()) - STOPWORDS
        return len(words & own) / max(1, len(words | own))

    best = max(names.pages, key=shared, default=None)
    return best if best is not None and shared(best) >= 0.5 else None


def _closed(question: str, start: int, end: int) -> int:
    while question[start:end].count("(") > question[start:end].count(")") and question[end:][:1]:
        end += 1
    return end


def _follow(lowered: str) -> str:
    for pattern in _FOLLOW:
        for match in pattern.finditer(lowered):
            noun = match["noun"]
            if noun not in _NO_LINK and noun not in STOPWORDS:
                return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun
    return ""


def _wants_largest(lowered: str, attribute: str) -> bool:
    if attribute == "lifespan":
        return True
    late, early = _LATEST.search(lowered), _EARLIEST.search(lowered)
    return late is not None and (early is None or late.start() > early.start())


def _asking(what: str, lowered: str) -> str:
    """A question with a gap for an attribute that both sides may share."""
    if re.search(r"\bborn\b", lowered):
        return "Where was {} born?"
    if re.search(r"\bdied?\b", lowered):
        return "Where did {} die?"
    return f"What is the {what.strip()} of {{}}?"


def _predicate(question: str, spans: tuple[tuple[int, int], tuple[int, int]]) -> str:
    """The words that are said of both sides: what is left of the question without them."""
    after = question[spans[1][1] :].strip(" ,?")
    return after if len(after) > 2 else question[: spans[0][0]].strip(" ,?:")


def _step(
    side: Side, noun: str, names: PageNames, ask: Asker
) -> tuple[Page | None, Evidence | None]:
    """The page of the side's director, author, ..., and where that is said."""
    spans = ask(f"Who is the {noun} of {side.page.title or side.name}?", side.page)
    for found in spans:
        passage = found.evidence.passage
        for start, end, pages in names.find(passage.text):
            others = [p for p in pages if p.document != side.page.document]
            if others and start < found.evidence.end and end > found.evidence.start:
                return others[0], Evidence(passage, start, end)
    for found in spans:
        for _, _, pages in names.find(found.text):
            return pages[0], found.evidence
    return _only_other(side, names), spans[0].evidence if spans else None


def _only_other(side: Side, names: PageNames) -> Page | None:
    """The one page that the side's page names, if it is one."""
    others = {
        page.document: page
        for passage in side.page.passages
        for _, _, pages in names.find(passage.text)
        for page in pages
        if page.document != side.page.document
    }
    return next(iter(others.values())) if len(others) == 1 else None


_ASKED = {
    "birth": "When was {} born?",
    "death": "When did {} die?",
    "release": "When was {} released?",
    "founding": "When was {} founded?",
}


def _dated(page: Page, what: str, ask: Asker) -> measure.Dated | None:
    found = measure.date_of(page, what)
    if found is None:
        spans = ask(_ASKED[what].format(page.title), page)
        found = next((d for s in spans if (d := measure.date_in(s.evidence))), None)
    if found is None and what == "birth":
        return measure.date_of(page, "founding")
    return found


def _by_date(comparison: Comparison, pages: Sequence[Page], ask: Asker) -> Verdict | None:
    if comparison.attribute == "lifespan":
        return _by_lifespan(comparison, pages, ask)
    dates = [_dated(page, comparison.attribute, ask) for page in pages]
    known = [d for d in dates if d is not None]
    if len(known) < 2:
        # Who is not said to have died lived on.
        if comparison.attribute == "death" and len(known) == 1:
            dead = 0 if dates[0] is not None else 1
            side = comparison.sides[1 - dead if comparison.largest else dead]
            return Verdict(side.name, (known[0].evidence,), False)
        return None
    later = known[1].moment > known[0].moment
    side = comparison.sides[1 if later == comparison.largest else 0]
    certain = known[0].moment != known[1].moment
    return Verdict(side.name, tuple(d.evidence for d in known), certain)


def _by_lifespan(comparison: Comparison, pages: Sequence[Page], ask: Asker) -> Verdict | None:
    ages, evidence = [], []
    for page in pages:
        born, died = _dated(page, "birth", ask), _dated(page, "death", ask)
        if born is None or died is None:
            return None
        ages.append(tuple(d - b for d, b in zip(died.moment, born.moment, strict=True)))
        evidence += [born.evidence, died.evidence]
    longer = 1 if ages[1] > ages[0] else 0
    return Verdict(comparison.sides[longer].name, tuple(evidence), ages[0] != ages[1])


def _by_number(comparison: Comparison, pages: Sequence[Page], ask: Asker) -> Verdict | None:
    numbers, evidence = [], []
    for page in pages:
        for found in ask(comparison.attribute.format(page.title), page):
            number = measure.number_in(found.text)
            if number is not None:
                numbers.append(number)
                evidence.append(found.evidence)
                break
    if len(numbers) < 2:
        return None
    larger = 1 if numbers[1] > numbers[0] else 0
    side = comparison.sides[larger if comparison.largest else 1 - larger]
    return Verdict(side.name, tuple(evidence), numbers[0] != numbers[1])


def _same(comparison: Comparison, pages: Sequence[Page], ask: Asker) -> Verdict | None:
    if comparison.attribute == "country":
        found = [measure.countries_of(page) for page in pages]
        read = [c for c in found if c is not None]
        if len(read) < 2:
            # A page that never says where its subject is from: not the same is the safer guess.
            return Verdict("no", tuple(c.evidence for c in read), False)
        same = bool(read[0].closest & read[1].closest)
        crossed = bool(read[0].every & read[1].every)
        text = "yes" if same else "no"
        return Verdict(text, tuple(c.evidence for c in read), same == crossed)
    answers = [ask(comparison.attribute.format(page.title), page) for page in pages]
    if not all(answers):
        return None
    keys = [fold(spans[0].text) for spans in answers]
    same = keys[0] == keys[1] or keys[0] in keys[1] or keys[1] in keys[0]
    evidence = tuple(spans[0].evidence for spans in answers)
    return Verdict("yes" if same else "no", evidence, False)


def _by_predicate(comparison: Comparison, pages: Sequence[Page]) -> Verdict | None:
    scores = [_fits(comparison.attribute, page) for page in pages]
    evidence = tuple(measure.passage_evidence(page.lead) for page in pages)
    if comparison.kind == "both":
        return Verdict("yes" if min(scores) >= 0.99 else "no", evidence, False)
    if scores[0] == scores[1]:
        return None
    return Verdict(comparison.sides[int(scores[1] > scores[0])].name, evidence, False)


def _fits(predicate: str, page: Page) -> float:
    """The share of the predicate's words (by their beginnings) in the lead."""
    lead = page.lead.text[:500]
    stems = {word[:5] for word in fold(lead).split()}
    countries = {country for _, country in countries_in(lead)}
    wanted = [w for w in fold(predicate).split() if w not in STOPWORDS | {"both", "same"}]
    hits = 0
    for word in wanted:
        named = countries_in(word.capitalize())
        hits += bool(named and named[0][1] in countries) or word.rstrip("s")[:5] in stems
    return hits / len(wanted) if wanted else 0.0
