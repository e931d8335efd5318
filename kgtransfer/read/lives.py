"""The fixed forms of biographies: dates and places of birth and death, and parents.

A page about a person says these in a few ways of English prose, "(born 17 June 1936 in Nuneaton)",
"(22 September 1869, Évreux – 9 December 1925, Paris)", "the son of A and B". Where a question asks
for one of them, what stands there is proposed beside what the network reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kgtransfer.names import capitalised_spans
from kgtransfer.read.countries import countries_in
from kgtransfer.read.measure import countries_of, date_of
from kgtransfer.read.network import Found
from kgtransfer.read.pages import Evidence, Page
from kgtransfer.records import Passage, Span
from kgtransfer.values import dates_in

DATE, PLACE, NATIONALITY, PARENT = -0.2, -0.4, -0.4, -0.8
"""Log-probabilities that what stands in such a form is meant."""

_BRACKET = re.compile(r"[(（]([^()（）]*(?:\([^()]*\)[^()]*)*)[)）]")
_PLACED = {
    "birth": re.compile(r"\b(?:was |were )?born\b|\b(?:a )?native of\b", re.IGNORECASE),
    "death": re.compile(r"\b(?:died|dies|death|passed away)\b", re.IGNORECASE),
}
_BORN_AS = re.compile(r"\b(?:born|née|né)\s+(?:as\s+)?$")
_LANGUAGES = frozenset(
    re.findall(
        r"[\w.]+",
        "English Latin Russian German French Chinese Japanese Greek Hebrew Arabic Persian Korean "
        "Ukrainian Polish Bulgarian Serbian Armenian Georgian Hindi Tamil Bengali Spanish Italian "
        "Turkish O.S O.S. OS",
    )
)
_AT = re.compile(r"\b(?:in|at|near|of)\s+(?:the\s+)?(?:[a-z]+\s+){0,3}?(?=[A-ZÀ-Þ])")
_REACH = 90
_QUOTES = frozenset("\"“„«'‘")
_CHILD = re.compile(
    r"\b(?:son|daughter|child|children|born|heir|offspring)\s+(?:of|to)\s+|\bparents?\s*(?:were|are|,)\s+"
    r"|\b(?:his|her|their)\s+(?P<one>father|mother)\s*(?:was|is|,)\s+",
)
_FEMALE = re.compile(
    r"\b(?:wife|consort|mistress|queen|princess|lady|countess|duchess|empress|mrs|infanta|"
    r"baroness|archduchess|marchioness|mother|actress|née)\b",
    re.IGNORECASE,
)
_RANK = re.compile(
    r",\s(?:\d+\w\w\s[A-Z]\w+\s(?:of\s)?|[A-Z]\w+\sof\s|Holy Roman\s)(?:the\s)?[A-Z][\w-]+"
)


def stated(question: str, passage: Passage) -> list[Found]:
    """What the passage gives in a fixed form for a question about the thing it is about."""
    for wording, read, sure in _FORMS:
        if wording.search(question):
            spans = read(passage)
            return [
                Found(Evidence(passage, *_whole(passage.text, *span)), sure) for span in spans[:1]
            ]
    return []


def _whole(text: str, start: int, end: int) -> Span:
    """With the "St." and the 's that a name of a place may have: "St. John's"."""
    saint = re.search(r"(?:Ste?|Mt)\. $", text[:start])
    if saint is not None:
        start = saint.start()
        end += 2 if text[end : end + 2] in ("'s", "’s") else 0
    return start, end


def _nationality(passage: Passage) -> list[Span]:
    page = Page(passage.document, passage.title, (passage,), (0.0,))
    countries = countries_of(page)
    if countries is None:
        return []
    start, end = countries.evidence.start, countries.evidence.end
    (_, length), _ = countries_in(passage.text[start:end])[0]
    return [(start, start + length)]


def _date(what: str) -> Callable[[Passage], list[Span]]:
    def read(passage: Passage) -> list[Span]:
        dated = date_of(Page(passage.document, passage.title, (passage,), (0.0,)), what)
        return [(dated.evidence.start, dated.evidence.end)] if dated is not None else []

    return read


def _place(what: str) -> Callable[[Passage], list[Span]]:
    def read(passage: Passage) -> list[Span]:
        return [*_in_bracket(passage.text, what), *_after_cue(passage.text, _PLACED[what])]

    return read


def _in_bracket(text: str, what: str) -> Iterator[Span]:
    """The name beside the date, in the half of the first bracket that holds dates of life."""
    for bracket in _BRACKET.finditer(text[:700]):
        begin, end = bracket.span(1)
        dates = dates_in(text[begin:end])
        if not dates:
            continue
        half = _half(text[begin:end], [(d.start, d.end) for d in dates], what)
        if half is not None:
            said = text[begin + half[0] : begin + half[1]]
            after = max((d.end - half[0] for d in dates if half[0] <= d.start < half[1]), default=0)
            names = [
                name
                for name in capitalised_spans(said)
                # "(born John Winston Lennon, 9 October 1940" gives a name, not a place.
                if _is_place(said[slice(*name)])
                and not _BORN_AS.search(said[: name[0]])
                # ("Ruslana Lyžyčko"; born 24 May 1973): what stands in quotes is a name, too.
                and said[name[0] - 1 : name[0]] not in _QUOTES
            ]
            for start, stop in sorted(names, key=lambda name: (name[0] < after, name)):
                yield begin + half[0] + start, begin + half[0] + stop
        return


def _is_place(name: str) -> bool:
    return len(name) > 2 and not any(c.isdigit() for c in name) and name not in _LANGUAGES


def _half(inside: str, dates: list[Span], what: str) -> Span | None:
    dash = next(
        (m for m in re.finditer(r"\s*[–—]\s*|\s-\s|;\s*", inside) if _parts(m, dates)), None
    )
    if dash is None:
        died = re.search(r"\b(?:died\b|d\.)", inside[: dates[0][0]]) is not None
        return (0, len(inside)) if died == (what == "death") else None
    return (0, dash.start()) if what == "birth" else (dash.end(), len(inside))


def _parts(dash: re.Match[str], dates: list[Span]) -> bool:
    """Whether a date stands before the dash, and the dash in none of them."""
    return dates[0][1] <= dash.start() and not any(
        a < dash.end() and b > dash.start() for a, b in dates
    )


def _after_cue(text: str, cue: re.Pattern[str]) -> Iterator[Span]:
    """The capitalised name after "in" that follows the cue in its sentence."""
    for match in cue.finditer(text):
        begin = match.end() - (3 if match.group().endswith("of") else 0)
        # A bracket that ends after "born" ends what is said of the birth.
        stop = re.search(r"[;.]\s+[A-Z]|[;\n)]", text[begin : begin + _REACH + 40])
        reach = text[begin : begin + (stop.start() if stop else _REACH)]
        for at in _AT.finditer(reach):
            if at.group().startswith("of") and not match.group().endswith("of"):
                continue  # "a native of Kent", not "the death of his father Arcadius"
            names = capitalised_spans(reach[at.end() :])
            if names and names[0][0] == 0 and _is_place(reach[at.end() :][: names[0][1]]):
                yield begin + at.end(), begin + at.end() + names[0][1]
                break


def _parent(which: str) -> Callable[[Passage], list[Span]]:
    def read(passage: Passage) -> list[Span]:
        return list(_parents(passage.text, which))

    return read


def _parents(text: str, which: str) -> Iterator[Span]:
    for match in _CHILD.finditer(text):
        if match["one"] not in (None, which):
            continue
        stop = re.search(r"[;\n]|\.\s+[A-Z]|\)", text[match.end() : match.end() + 160])
        reach = text[match.end() : match.end() + (stop.start() if stop else 160)]
        people = _people(reach)
        if not people:
            continue
        first_is_she = bool(_FEMALE.search(reach[: people[0][1]]))
        if match["one"] is not None or first_is_she == (which == "mother"):
            chosen = people[0]
        elif len(people) > 1:
            chosen = people[1]
        else:
            continue
        yield match.end() + chosen[0], match.end() + chosen[1]


def _people(reach: str) -> list[Span]:
    """The two that "A and B" names; a title after a comma belongs to the name before it."""
    people: list[Span] = []
    for start, end in capitalised_spans(reach):
        if re.match(r"\s+(?!and\b|of\b|by\b|in\b|who\b|was\b|with\b|from\b)[a-z]+\b", reach[end:]):
            continue  # "the Aztec ruler Moctezuma": what a person is, not who
        rank = _RANK.match(reach, end)
        end = rank.end() if rank else end
        if people and start < people[-1][1]:
            continue
        if people and " and " not in reach[people[-1][1] : start]:
            continue
        people.append((start, end))
        if len(people) == 2:
            break
    return people


_WHEN = r"\b(?:when|what (?:year|date|day))\b.*"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[Passage], list[Span]], float], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read, sure)
    for pattern, read, sure in (
        (_WHEN + r"\bborn\b|\bdate of birth\b|\bbirth(?: ?date|day)\b", _date("birth"), DATE),
        (_WHEN + r"\b(?:die|died|death)\b|\bdate of death\b", _date("death"), DATE),
        (r"\bwhere\b.*\bborn\b|\bplace of birth\b|\bbirth ?place\b", _place("birth"), PLACE),
        (r"\bwhere\b.*\bdied?\b|\bplace of death\b", _place("death"), PLACE),
        (r"\bnationality\b|\bcountry\b.*\bfrom\b", _nationality, NATIONALITY),
        (r"^who (?:is|was) (?:the father of |.*['’]s? father\W*$)", _parent("father"), PARENT),
        (r"^who (?:is|was) (?:the mother of |.*['’]s? mother\W*$)", _parent("mother"), PARENT),
    )
)
