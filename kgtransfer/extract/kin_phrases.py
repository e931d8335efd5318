"""Set phrases that name somebody's parents or spouse, as patterns over the text between names.

Whose son or wife somebody is, is said of the name that the phrase stands beside, or of the
sentence's subject where the phrase goes on after its verb; of kin of kin ("the brother of Bob Ray's
wife") nothing is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from kgtransfer.names.given import given_names
from kgtransfer.records import EntityMention, Span, Statement

_CHILD_OF = re.compile(
    r"\b(?:son|daughter|child)\s+of\b|\bborn\b"
    r"(?:(?!\b(?:s?he|they|who|when|and|but)\b)[^.;()]){0,60}?\bto\b(?!\s+(?:be|the\s+care)\b)"
)
_OWN = re.compile(
    r"\b[Hh](?:is|er)\s+(?:(?:late|own|first|second|third|future|then)\s+)?"
    r"(?:(?P<parent>father|mother)|wife|husband)\b"
)
_SPOUSE_OF = re.compile(r"\b(?:wife|husband|widow|widower|consort|spouse)\s+of\b")
_MARRIED = re.compile(r"\b(?:(?:was|were|is|got)\s+)?married(?:\s+to)?\b")
_LEAD_IN = re.compile(r"(?:\s+(?!(?:and|with|by|who)\b)[\w'’-]+){0,10}\s*")
_BRIDE = re.compile(r"(?:\s+(?!(?:and|with|by|who|to|in|at|on|for)\b)[\w'’-]+){0,4},?\s*")
_SHORTLY = re.compile(r"(?:,[^,.;]{1,40},)?\s*(?:(?:later|then|first|also|had|has|secondly)\s+)*")
_TITLE = (  # in apposition: "Duke of Ray", "a baker in Rome", "the 3rd Earl"
    r"(?:an?\s|(?:born|also|or|known|called)\s|(?:the\s)?(?:\d+(?:st|nd|rd|th)\s|(?:[\w-]+\s)?[A-Z]|[\w-]+\s(?:of|from|in)\b))"
    r"[^,.;()]{1,60}"
)
_SECOND = re.compile(
    rf"(?:\s(?:the|of)\s[^,.;()]{{2,30}}?)?(?:\s*\([^()]*\))?(?:,\s{_TITLE})?,?\s+"
    r"(?:and|by|with)\s+(?:(?:his|her|the|of|first|second|third)\s+)*"
    r"(?:(?!(?:nephew|niece|brother|sister|cousin|uncle|aunt|grand\w+|friend|pupil)\b|[a-z]+\s+of\b"
    r"|(?:to|in|at|on|for|from|who|was|is)\b)[a-z]+,?\s+){0,4}"
)
_ORDER = (
    r"(?:(?:the|a|an|his|her|is|was)\s+)?(?:(?!(?:and|but|or|who|whose|of|to)\b)[\w-]+\s+){0,4}"
)
_BRACKETS = r"\((?:[^()]|\([^()]*\))*\)"
_OF_PLACE = r"(?:\s+of\s+(?:the\s+)?[A-Z][\w'’-]*)?"  # what a name cut short lacks
_ASIDE = rf"\.?{_OF_PLACE}(?:,?\s*{_BRACKETS}|,\s{_TITLE}(?=[,(]))*"
_APPOSITION = re.compile(
    rf"{_ASIDE}(?:,?\s*|\s*\(){_ORDER}|{_ASIDE},?\s+(?:was|is)\s[^,.;]{{1,60}},?\s+(?:and\s+)?{_ORDER}"
)
"""Between a name and whose son he is, in apposition or said of the name itself."""
_RANK = (
    r"(?:(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+)?(?:Lord|Lady|Baron(?:ess)?|Count(?:ess)?|Earl|Duke|Duchess"
    r"|Grand\s+Duke|Grand\s+Duchess|Prince(?:ss)?|Viscount(?:ess)?|Marquess|Marquis|King|Queen|Landgrave"
    r"|Landgravine|Margrave|Margravine|Elector|Archduke|Tsarevna|Tsarevich|Lordship)\b)"
)
_RANKED = re.compile(rf"(?:\s*\([^()]*\))*,\s+{_RANK}(?:[^,.;()]*\s)?|\s+of\s+")
_COMES_AFTER = re.compile(r"(?:\s*\([^()]*\))*,\s+(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+)?")
_RANK_OF = re.compile(rf"{_RANK}\s")
"""What stands before a name that is only part of another person's rank ("Bob Ray, Lord Stuart")."""
_GOES_ON = re.compile(rf".*\b(?:was|is|were|became)\b.*\band\s+{_ORDER}", re.DOTALL)
"""From a sentence's first person to what its verb goes on with."""
_BESIDE = re.compile(rf"(?:\s*\([^()]*\))*(?:,\s{_TITLE})*,?\s+(?:and|by|with)\s+")
"""Between a name and "his wife" where he is who is named, not whose son he is."""
_NAMING = re.compile(
    r",?(?:\s+(?!(?:and|but|or|to|with|who|whose|her|his|in|at|of|from|by|uncle|aunt|brother|sister)\b)"
    r"[a-z]+){0,5},?\s*"
)
_COMMA = re.compile(r",\s+")
_OPENS = re.compile(
    r"\W*(?:(?:As\s+)?(?:[Tt]he|[Aa]n?)\s+)?(?:(?!(?:[Ss]?[Hh]e|[Tt]hey|was|is|were|who)\b)[\w-]+\s+){0,3}"
)
_FEMALE = re.compile(
    r"(?i)\b(?:mrs|miss|lady|queen|princess|duchess|countess|empress|baroness|actress|wife|mother"
    r"|singer-actress|heiress)\b"
)
BOTH, ONE = 0.8, 0.7
"""How sure a statement is where both parents are named, and where one is."""
_FATHER_FIRST = 0.8
"""How often a first or only parent is the father, where nothing else is known."""


def stated_kin(
    text: str,
    span: Span,
    people: list[tuple[int, EntityMention]],
    unclear: Set[int] = frozenset(),
) -> Iterator[Statement]:
    """What a sentence's set phrases say of the people that it names, given by mention number.

    `unclear` are the clusters of pronouns that may be anybody's.
    """
    for match in _CHILD_OF.finditer(text, *span):
        parents = _parents_after(text, match.end(), people)
        child = _person_before(text, match.start(), people)
        opens = _OPENS.fullmatch(text, span[0], match.start())
        if child is None and parents and opens:  # "The son of Bob Ray, Max Ray was a poet"
            last = max(i for i, _ in parents)
            child = _next(text, dict(people)[last].end, people, _COMMA)
        if child is None or not parents:
            continue
        score = BOTH if len(parents) > 1 else ONE
        for index, predicate in parents:
            yield Statement(child, predicate, index, False, score, span)
    for match in _SPOUSE_OF.finditer(text, *span):
        person = _person_before(text, match.start(), people)
        spouse = _next(text, match.end(), people, _LEAD_IN)
        if person is not None and spouse is not None:
            yield Statement(person, "spouse", spouse, False, BOTH, span)
    for match in _MARRIED.finditer(text, *span):
        before = [(i, m.end) for i, m in people if m.end <= match.start()]
        person = next(
            (i for i, end in reversed(before) if _SHORTLY.fullmatch(text, end, match.start())), None
        )
        spouse = _next(text, match.end(), people, _BRIDE)
        if person is not None and spouse is not None:
            yield Statement(person, "spouse", spouse, False, BOTH, span)
    for match in _OWN.finditer(text, *span):
        sure = [(i, m) for i, m in people if not (m.pronoun and m.cluster in unclear)]
        owner = _owner(text, match.start(), sure, is_parent=bool(match["parent"]))
        named = _next(text, match.end(), people, _NAMING)
        if owner is not None and named is not None:
            predicate = match["parent"] or "spouse"
            yield Statement(owner, predicate, named, False, BOTH, span)


def _owner(
    text: str, start: int, people: list[tuple[int, EntityMention]], *, is_parent: bool
) -> int | None:
    """Whose wife "his wife" is: of "the son of Bob Ray and his wife" Bob Ray's."""
    if not is_parent:
        for _, person in reversed(people):
            if person.end <= start and not person.pronoun:
                if _BESIDE.fullmatch(text, person.end, start):
                    return _head(text, [(i, m) for i, m in people if m.end <= person.end])
                break
    return next((i for i, m in people if m.start == start), None)


def _parents_after(
    text: str, start: int, people: list[tuple[int, EntityMention]]
) -> list[tuple[int, str]]:
    """The parents named after "son of", each as father or mother."""
    first = _next(text, start, people, _LEAD_IN)
    if first is None:
        return []
    second = _next(text, dict(people)[first].end, people, _SECOND)
    other = None if second is None else dict(people)[second]
    if _is_mother(text, start, dict(people)[first], other):
        named = ("mother", "father")
    else:
        named = ("father", "mother")
    return [(i, p) for i, p in zip((first, second), named, strict=True) if i is not None]


def _is_mother(text: str, start: int, first: EntityMention, second: EntityMention | None) -> bool:
    """Whether the first of one or two parents, who are named from `start` on, is the mother."""
    if _FEMALE.search(text, start, first.end):
        return True
    odds = (1 - _FATHER_FIRST) / _FATHER_FIRST * _odds_of_woman(text[first.start : first.end])
    if second is not None:
        odds /= _odds_of_woman(text[second.start : second.end])
    return odds > 1


def _odds_of_woman(name: str) -> float:
    female = given_names().female(name)
    return female / (1 - female)


def _next(
    text: str, start: int, people: list[tuple[int, EntityMention]], between: re.Pattern[str]
) -> int | None:
    """The name that follows, with only such words between."""
    after = [(m.start, i) for i, m in people if m.start >= start and not m.pronoun]
    if not after or not between.fullmatch(text, start, min(after)[0]):
        return None
    return min(after)[1]


def _person_before(text: str, start: int, people: list[tuple[int, EntityMention]]) -> int | None:
    """Who is the son or the wife: the name beside the phrase, or the subject that it goes on about.

    Of "Ann Lee was the wife of Bob Ray, the son of" it is Bob Ray, of "Ann Lee was the sister of
    Bob Ray and the daughter of" Ann Lee; where it is neither, nobody.
    """
    before = [(i, m) for i, m in people if m.end <= start]
    before = [(i, m) for i, m in before if not _is_aside(text, m.start, start)]
    if not before:
        return None
    head = _head(text, before)
    if _APPOSITION.fullmatch(text, before[-1][1].end, start):
        return head
    alone = {m.cluster for _, m in before} == {before[0][1].cluster}
    if alone or head == before[0][0] or _GOES_ON.fullmatch(text, before[0][1].end, start):
        return before[0][0]
    return None


def _head(text: str, people: list[tuple[int, EntityMention]]) -> int:
    """The last of the people, or whose rank or place is taken for one."""
    at = len(people) - 1
    while at and _is_title_of(text, people[at - 1][1], people[at][1]):
        at -= 1
    return people[at][0]


def _is_aside(text: str, start: int, until: int) -> bool:
    """Whether a name stands in brackets that are closed again."""
    opened, closed = text.find("(", start, until), text.find(")", start, until)
    return closed >= 0 and not 0 <= opened < closed


def _is_title_of(text: str, person: EntityMention, name: EntityMention) -> bool:
    """Whether a name belongs to the person before: "Bob Ray, Lord Stuart", "Sue of Lee and Ray"."""
    if _RANKED.fullmatch(text, person.end, name.start):
        return True
    if _RANK_OF.match(text, name.start) and _COMES_AFTER.fullmatch(text, person.end, name.start):
        return True
    placed = " of " in text[person.start : person.end]
    one_word = " " not in text[name.start : name.end]
    return placed and one_word and text[person.end : name.start] == " and "
