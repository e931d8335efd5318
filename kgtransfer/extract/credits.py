"""Component `kgtransfer_credits`: who did what for a work, from the words before the name.

"directed by Ann Lee and produced by Bob Ray", "with music composed by Eve Ray", "based on the play
by Max Ray". What stands directly before a name, or before a list of names that holds it, says its
part; of the model's other parts for the same person and work it leaves none. The work is the one
that the phrase stands beside ("Kes (1969), directed by Ann Lee"), else the sentence's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import EntityMention, Span, Statement

_VERBS = {
    "directed": "director",
    "helmed": "director",
    "produced": "producer",
    "written": "",  # see `_writer`
    "scripted": "screenwriter",
    "screenplay": "screenwriter",
    "composed": "composer",
    "scored": "composer",
    "recorded": "performer",
    "performed": "performer",
    "sung": "performer",
}
_VERB = "|".join(_VERBS)
_PERFORMING = frozenset({"recorded", "performed"})
_MUSIC = r"(?:music|score|soundtrack|songs?|melod(?:y|ies)|tunes?)"
_TITLES = (  # "by the British director"
    r"(?:(?!(?:and|with|from|for|in|at|to|who|after|as|about|of|on|against)\b)"
    r"[a-z]+(?:-[a-z]+)?\s+){0,3}$"
)
_BY = re.compile(
    rf"(?:(?P<music>\b{_MUSIC}\b[^.;]{{0,40}}?)"
    r"|(?P<lyrics>\blyrics\b[^.;]{0,40}?)"
    r"|(?P<other>\b(?:based (?:up)?on|adapted from|remake of|sequel to|version of)\b[^.;]{0,80}?))?"
    rf"(?P<verbs>(?:\b(?:co-)?(?:{_VERB})\b(?:,? and |, | )?)*)"
    rf"(?P<passive>\b[a-z-]+(?:ed|wn|en|ot)\s+)?\bby\s+{_TITLES}",
    re.IGNORECASE,
)
_PART_OF_WORK = re.compile(
    r"\b(?:[Tt]he|[Ii]ts)\s+(?:[a-z]+\s+)?(?!(?:film|movie|song|single|album|track|cover|version|piece"
    r"|opera|play|show|vocals?|role|lead|duet|theme|record|music|score|soundtrack|melody|tune)\b)"
    r"[a-z]+\s+(?:was|were|is|are)\s+$"
)
"""What is performed or recorded here is not the work: "the cinematography was performed by"."""
_NOT_IN_CHARGE = re.compile(rf"\b(?:executive|associate|line)\s+producers?\s+{_TITLES}")
_OF_THEIRS = re.compile(r"\s(?:regulars?|veterans?|players|members|alumni|protégés?)\s[A-Z]")
"""What follows a name that others are called after: "Bergman regulars Ann Lee and Bob Ray"."""
_STARRING = re.compile(
    rf"\b(?:starring|stars|starred|co-stars|featuring|features)\s+{_TITLES}", re.IGNORECASE
)
_BETWEEN = re.compile(
    r"(?:\s*\([^()]*\))?(?:,?\s+(?:and|&)\s+|,\s+)"
    r"(?:(?:the|his|her|brothers?|actors?|actress|director|writer|singer|composer)\s+){0,2}"
)
_THE_WORK = re.compile(
    r"\W*(?:It|Its|The (?:[a-z]+ )?(?:film|movie|song|single|album|novel|book|play|opera|series|"
    rf"show|episode|{_MUSIC}))\b"
)
_KINDS = {
    "screenwriter": re.compile(r"\b(?:film|movie|series|sitcom|episode|telefilm)\b"),
    "composer": re.compile(r"\b(?:song|single|track|album|hymn|ballad)\b"),
}
"""What the text calls the work tells who wrote it; else it is the author."""
_PARTS = {
    *("director", "producer", "screenwriter", "composer", "author", "lyrics_by", "creator"),
    *("cast_member", "performer"),
}
"""Parts that one phrase tells from each other."""
_SOURCE = re.compile(r"\b(?:book|novel|novella|play|story|poem|memoir|comic|manga)\W*$")
"""What stands before the name of a work that another is made of, not directed itself."""
_CLOSE = re.compile(r"[\"”’']?(?:\s*\([^()]*\))?[\"”’']?,?\s+(?:(?:which|that)\s+was\s+)?")
_BEFORE = 130
_CONFIDENCE = 0.9
_Place = tuple[int, Span]
"""A person in a sentence."""


@Language.component("kgtransfer_credits")
def add_credits(doc: Any) -> Any:
    """Say by the phrase before a name what the person did for the work of the sentence."""
    reading, text = reading_of(doc), doc.text
    parts: dict[int, tuple[str, ...]] = {}
    for span in reading.sentences:
        parts.update(_parts(text, span, reading.named_in(span, "Person")))
    if parts:
        writer = _writer(text)
        named = {i: tuple(part or writer for part in read) for i, read in parts.items()}
        _rewrite(reading, text, named)
    return doc


def _writer(text: str) -> str:
    """What "written by" means here, from the first word that says what the work is."""
    first = {part: kind.search(text) for part, kind in _KINDS.items()}
    places = {part: match.start() for part, match in first.items() if match}
    return min(places, key=places.__getitem__) if places else "author"


def _parts(
    text: str, span: Span, people: Sequence[tuple[int, EntityMention]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(mention, the parts that the phrase before it names, none where it is about another work)."""
    last: tuple[int, tuple[str, ...]] | None = None  # where a list of names goes on, and its parts
    for index, person in people:
        if person.pronoun:
            last = None
            continue
        found = _phrase(text[max(span[0], person.start - _BEFORE) : person.start])
        if found and _OF_THEIRS.match(text, person.end):
            last = (person.end, found)
            yield index, ()
            continue
        follows = last and (
            _BETWEEN.fullmatch(text, last[0], person.start)
            or _OF_THEIRS.match(text, last[0], person.start + 1)
        )
        if found is None and last and follows:
            found = last[1]
        last = None if found is None else (person.end, found)
        if found is not None:
            yield index, found


def _phrase(before: str) -> tuple[str, ...] | None:
    """The parts that the words before a name give it; None where they say nothing of the kind."""
    if _STARRING.search(before):
        return ("cast_member",)
    if _NOT_IN_CHARGE.search(before):
        return ()
    match = _BY.search(before)
    if match is None:
        return None
    if match["verbs"].strip().lower() in _PERFORMING and (
        _PART_OF_WORK.search(before[: match.start("verbs")])
    ):
        return ()
    if match["other"] or match["lyrics"]:
        return ("lyrics_by",) if match["lyrics"] else ()
    said = [_VERBS[verb] for verb in re.findall(_VERB, match[0].lower())]
    if match["music"]:
        said = [part or "composer" for part in said]
        if not said and not match["passive"]:
            said = ["performer" if match["music"].lower().startswith("song") else "composer"]
    if said or match["passive"] or match["music"]:
        return tuple(dict.fromkeys(said))
    return None


def _rewrite(reading: Reading, text: str, parts: dict[int, tuple[str, ...]]) -> None:
    """Put the parts that were read in place of the model's of the same sentence."""
    said: dict[_Place, set[str]] = {}
    works: dict[_Place, set[int]] = {}
    beside: dict[int, int | None] = {}
    for index, read in parts.items():
        mention = reading.mentions[index]
        sentence = reading.sentences[reading.sentence_at(mention.start)]
        place = mention.cluster, sentence
        said.setdefault(place, set()).update(read)
        work = beside[index] = _beside(reading, text, mention.start, sentence[0])
        if work is not None:
            works.setdefault(place, set()).add(reading.mentions[work].cluster)
    kept = [s for s in reading.statements if not _is_denied(reading, s, said, works)]
    known = {_key(reading, s) for s in kept}
    for index, read in parts.items():
        work = beside[index]
        if work is None:
            work = _work_of(reading, text, index)
        if work is None:
            continue
        for predicate in read:
            sentence = reading.sentences[reading.sentence_at(reading.mentions[index].start)]
            statement = Statement(work, predicate, index, False, _CONFIDENCE, sentence)
            if _key(reading, statement) not in known:
                known.add(_key(reading, statement))
                kept.append(statement)
    reading.statements = kept


def _is_denied(
    reading: Reading,
    statement: Statement,
    said: dict[_Place, set[str]],
    works: dict[_Place, set[int]],
) -> bool:
    """Whether the sentence names another part of that person, or another work."""
    if statement.predicate not in _PARTS or statement.object_is_value or not statement.sentence:
        return False
    place = reading.mentions[statement.object].cluster, statement.sentence
    if place not in said:
        return False
    work = reading.mentions[statement.subject].cluster
    return statement.predicate not in said[place] or work not in works.get(place, {work})


def _key(reading: Reading, statement: Statement) -> tuple[int, str, int]:
    mentions = reading.mentions
    subject, object_ = mentions[statement.subject], mentions[statement.object]
    return subject.cluster, statement.predicate, object_.cluster


def _work_of(reading: Reading, text: str, person: int) -> int | None:
    """The work that the model ties to the person, else to others of the sentence, else the text's.

    The text's is the first one that it names, where the sentence speaks of "the film" or "it".
    """
    cluster = reading.mentions[person].cluster
    number = reading.sentence_at(reading.mentions[person].start)
    start, end = reading.sentences[number]
    tied = [
        s
        for s in reading.statements
        if s.predicate in _PARTS
        and not s.object_is_value
        and start <= reading.mentions[s.object].start < end
    ]
    own = [s for s in tied if reading.mentions[s.object].cluster == cluster]
    if own or tied:
        return (own or tied)[0].subject
    works = [i for i, m in enumerate(reading.mentions) if m.type == "Work" and not m.pronoun]
    inside = [
        i for i in works if start <= reading.mentions[i].start < reading.mentions[person].start
    ]
    if inside:
        return inside[0]
    return works[0] if works and _THE_WORK.match(text, start, end) else None


def _beside(reading: Reading, text: str, until: int, start: int) -> int | None:
    """The work directly before "directed by" and a name, with a year in brackets at most."""
    before = text[max(start, until - _BEFORE) : until]
    match = _BY.search(before)
    if match is None or not match["verbs"] or match["music"]:
        return None
    at = until - len(before) + match.start("verbs")
    for number, mention in reversed(reading.named_in((start, at), "Work")):
        if not mention.pronoun:
            close = _CLOSE.fullmatch(text, mention.end, at)
            return number if close and not _SOURCE.search(text[start : mention.start]) else None
    return None
