"""What the words between two neighbouring ends say of them: the phrases of open relations.

After ReVerb (Fader et al. 2011): a relation phrase is a verb with its auxiliaries and particles, or
a verb with a noun phrase, up to a preposition ("moved to", "is the capital of", "was promoted to
the rank of"). It is read off parts of speech, between the nearest end before it and the one after
it; further ends of a list get the same phrase, and a verb after "and" keeps the subject of the one
before. An end is a name, a value, or a noun phrase (see `concepts`). The phrase becomes a predicate
in one form (see `predicates`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kgtransfer.extract.agreement import agrees
from kgtransfer.extract.concepts import NounPhrase
from kgtransfer.extract.predicates import Phrase, normalised, takes_time
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.verbs import is_participle
from kgtransfer.names.fold import words_of
from kgtransfer.names.terms import is_everyday
from kgtransfer.records import Span, Statement

_CONFIDENCE = 0.7
_LETTER = {
    "VERB": "V", "AUX": "A", "PART": "T", "ADV": "R", "ADP": "P", "SCONJ": "S", "NOUN": "N",
    "ADJ": "J", "DET": "D", "PRON": "O", "CCONJ": "C", "NUM": "M", "PROPN": "X", "PUNCT": ",",
}  # fmt: skip
# What stands between a subject and an object, one letter a word. Group 1 is the phrase.
_PHRASE = (
    r"((?:[ATR]{0,4}V[TR]?|A[TR]*)"  # "has not moved", "is also"
    r"(?:[DJNR]{0,5}P{1,2}|[TR]?P{0,2}|T[VA]P{0,2}))"  # "... the capital of", "in", "to join"
    r"[DJNMR]{0,4}"  # "the British director" before the name
)
_BETWEEN = re.compile(  # after "(1990)", ", a poet,", ", who"
    rf"(?:\([^()]*\))?(?:,[^,AV]{{1,12}},|,)?(?:W(?=[AVR])|R)*{_PHRASE}"
)
_AGAIN = re.compile(rf",?CR?{_PHRASE}")
_LIST = re.compile(r"(?:,C?|C)D?")
_VERB = re.compile(r"[AV]")
_RELATIVE = re.compile(r",W[RAV]")
_RELATIVES = frozenset({"who", "which", "that"})
_STOPS = frozenset(";:.!?—–")
"""Where no phrase or list goes on."""
_CODE = re.compile(r"[=<>{}()\[\]#@$`;|\\_]")
"""What no name in prose holds."""
_PROGRAM = re.compile(
    r"[{}]|\w\*\s|\*\w+[,)]|;\s*$|==|->\s?\w|\w\(\)|\w\(\s*(?:const|char|int|void|self)\b"
)
"""What only stands in code, of which no clause is read."""
_OBLIQUE = re.compile(r"P[DJNMR]{0,3}$")
_ALSO_OBLIQUE = re.compile(r"[NVX]P[DJNMRX]{1,6}C[DJ]{0,2}$")  # "credit to the authors and"
_INFINITE = re.compile(r"to\b|\w+ing\b")
_TELLING = frozenset(
    {
        "say", "state", "claim", "think", "believe", "suppose", "argue", "explain", "insist",
        "note", "report", "announce", "know", "feel", "hope", "mean", "suggest", "imagine", "reply",
        "answer", "remark", "exclaim", "cry",
    }
)  # fmt: skip
"""Verbs of which a clause, not a name, is the object."""
_NAMING = re.compile(
    r"(?:\b|^)(?:such as|including|like|as well as|call|name|be (?:call|nam)ed|^know as"
    r"|^(?!be ).* than)$"
)
_LOOSE = frozenset({"they", "them", "their", "his", "her", "its", "him", "hers"})
"""Pronouns that name no subject, or one that is seldom found."""
_SUPPOSING = frozenset(
    {"when", "whenever", "once", "until", "where", "wherever", "while", "that", "so", "as", "than"}
)
"""After these a clause about a kind of thing is no plain assertion."""
_IS_A = re.compile(r"[\"”’']?(?:\s*\([^()]{0,200}\))?(?:,[^,.]{0,80},)*,?\s+(?:is|was|are|were)\b")
"""What follows the name of what an article is about."""
_CATENATIVE = frozenset(
    {
        "allow", "enable", "cause", "require", "force", "permit", "let", "make", "expect", "want",
        "ask", "tell", "order", "persuade", "get", "need", "invite", "urge", "advise", "encourage",
        "convince", "help", "lead", "prompt", "hear", "see", "feel", "watch", "keep",
    }
)  # fmt: skip
"""Verbs whose object may only be the subject of what follows ("allows functions to be loaded")."""
_CLAUSAL = frozenset(
    {
        "when", "whenever", "where", "wherever", "while", "if", "as", "than", "because", "how",
        "why", "until", "unless", "since", "although", "though", "after", "before", "once",
    }
)  # fmt: skip
"""Words that begin a clause of their own where they are taken for adverbs."""
_GIVING = words_of(
    "give offer send show award grant earn cost teach lend hand owe deny name call make elect "
    "appoint rate consider rank bring buy pay promise wish allow"
)
"""Verbs with two objects, of which the first is a name and the second is left out."""
_BECOMING = words_of(
    "become becomes became remain remains remained stay stays stayed seem seems seemed"
)
_POINTING = frozenset({"this", "these", "those"})
_BE = frozenset(
    {"is", "are", "was", "were", "be", "been", "being", "has", "have", "had", "'s", "’s"}
)
_COMPOUNDING = frozenset(
    {
        "based", "related", "oriented", "driven", "shared", "enabled", "derived", "powered",
        "hosted", "written", "managed", "owned", "controlled", "generated", "specified", "defined",
    }
)  # fmt: skip
"""Participles that make an adjective of the noun before them."""
_NONE = frozenset({"no", "neither", "not", "never", "hardly", "scarcely", "rarely", "seldom"})
_PARTLY = frozenset({"all", "some", "most", "many", "none", "each", "both", "half", "any", "much"})
_SURE = 0.5
_LEAD = 3
"""Sentences in which an article says what it is about."""
_LONGEST = 14
"""Words between two names."""


@dataclass(frozen=True, slots=True)
class End:
    """A mention or value by its words; `number` counts in its own list."""

    first: int
    last: int
    number: int
    is_value: bool
    cluster: int
    kind: str
    pronoun: bool = False
    sure: float = 1.0
    term: NounPhrase | None = None


class Joined(NamedTuple):
    """Two ends and the words that join them."""

    subject: End
    phrase: Span
    target: End
    statement: Statement


def joined(text: str, reading: Reading, letters: str, ends: Iterable[End]) -> Iterator[Joined]:
    """What the words between neighbouring ends say of them, in every sentence, in order."""
    by_sentence: dict[int, list[End]] = {}
    for end in ends:
        by_sentence.setdefault(reading.sentence_of[end.first], []).append(end)
    for number, inside in sorted(by_sentence.items()):
        if _PROGRAM.search(text, *reading.sentences[number]):
            continue
        subject: End | None = None
        phrase: Span | None = None
        kind, passive = "", False  # of what a list goes on with; the voice of the last verb
        for left, right in pairwise(inside):
            if right.first - left.last > _LONGEST or right.first < left.last:
                subject = phrase = None
                continue
            between = letters[left.last : right.first]
            start = left.last
            found = None
            if _can_act(text, reading, letters, left, between):
                found = _BETWEEN.fullmatch(between)
            if found:
                subject = left
            elif subject is not None:
                found = _AGAIN.fullmatch(between)
                where = (start + found.start(1), start + found.end(1)) if found else (0, 1)
                if found and passive and _is_bare(text, reading, letters, where):
                    found = None  # "was reduced in rank and put under arrest"
            if found:
                passive = "AV" in found.group(1).replace("R", "")
                phrase = (start + found.start(1), start + found.end(1))
                kind = right.kind
            elif letters[right.last : right.last + 1] in ("V", "A") or not (
                subject and phrase and right.kind == kind and _LIST.fullmatch(between)
            ):
                phrase = None  # the list ends here
                if _VERB.search(between):
                    subject = None
                continue
            if subject and phrase and subject.cluster != right.cluster:
                if not _is_object(text, reading, letters, right, phrase):
                    phrase = None
                    continue
                statement = _statement(text, reading, letters, (subject, phrase, right), number)
                if statement is not None:
                    yield Joined(subject, phrase, right, statement)


def _can_act(text: str, reading: Reading, letters: str, end: End, after: str) -> bool:
    """Whether a verb after this end can be its own: not in "the director of Dark River moved"."""
    if end.is_value or end.sure < _SURE or _is_part(text, reading, end):
        return False
    if end.term is not None and not _opens_clause(text, reading, letters, end, after):
        return False
    previous = text[slice(*reading.words[end.first - 1])].lower() if end.first else ""
    if previous in _PARTLY or (previous.endswith("ing") and letters[end.first - 1] == "V"):
        return False  # "most Parisians", "an exception entering Rust"
    if after[:1] == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's alleged tomb at"
        return False
    if end.pronoun:
        said = text[slice(*extent(reading, end))].lower()
        if said in _LOOSE or end.cluster in reading.unclear:
            return False
        if end.kind == "Person" and not _is_clear(text, reading, end):
            return False
        if end.kind != "Person" and not _is_topic(text, reading, end):
            return False
    relative = _RELATIVE.match(after)
    if relative and end.last + 1 < len(reading.words):
        pronoun = text[slice(*reading.words[end.last + after.index("W")])].lower()
        if pronoun == ("which" if end.kind == "Person" else "who"):
            return False
    before = letters[max(0, end.first - 9) : end.first]
    if before.endswith("W") or (
        before[-2:-1] in ("N", "X")
        and text[slice(*reading.words[end.first - 1])].lower() in _RELATIVES
    ):  # "the library that Cargo uses"
        return False
    if _ALSO_OBLIQUE.search(before):
        return False
    return not _OBLIQUE.search(before[-4:]) or bool(end.kind == "Person" and relative)


def _is_bare(text: str, reading: Reading, letters: str, phrase: Span) -> bool:
    """Whether a phrase is a participle without an auxiliary, and names no agent."""
    words = [text[slice(*reading.words[i])].lower() for i in range(*phrase)]
    first = next((i for i, x in enumerate(letters[slice(*phrase)]) if x not in "RT"), 0)
    return letters[phrase[0] + first] == "V" and is_participle(words[first]) and "by" not in words


def _opens_clause(text: str, reading: Reading, letters: str, end: End, after: str) -> bool:
    """Whether a noun phrase is the subject of a clause that is asserted, for all of its kind.

    Not "when the lexer reads", "the file the server reads", "a process that writes".
    """
    following = {text[slice(*span)].lower() for span in reading.words[end.last : end.last + 2]}
    if "W" in after[:2] or following & {"that", "which", "who", "whose"}:
        return False
    before = letters[: end.first].rstrip("DJMR")
    inside = (
        len(before) > 0 and reading.sentence_of[len(before) - 1] == reading.sentence_of[end.first]
    )
    if inside and (
        before[-1] not in ",C#)S" or text[slice(*reading.words[len(before) - 1])] == "for"
    ):
        return False
    started = reading.sentences[reading.sentence_of[end.first]][0]
    near = [text[slice(*span)].lower() for span in reading.words[max(0, end.first - 3) : end.first]
            if span[0] >= started]  # fmt: skip
    return not _SUPPOSING & set(near)


def _is_topic(text: str, reading: Reading, end: End) -> bool:
    """Whether the text opens with what this stands for, as an article of an encyclopaedia does."""
    first = reading.mentions[0]
    if end.cluster != first.cluster or first.start > reading.words[min(2, end.first)][0]:
        return False
    lead = reading.sentences[min(_LEAD, len(reading.sentences)) - 1][1]
    starts = {text.find(text[a:b].lstrip(" \"“‘'"), a) for a, b in reading.sentences[:_LEAD]}
    return any(
        m.cluster == end.cluster and m.start in starts and _IS_A.match(text, m.end)
        for m in reading.mentions
        if m.end < lead
    )


def _is_clear(text: str, reading: Reading, end: End) -> bool:
    """Whether "he" can be nobody else: the text's topic, the only person named so far, or the
    only one named of late and a sentence's subject."""
    if _is_topic(text, reading, end):
        return True
    at, number = reading.words[end.first][0], reading.sentence_of[end.first]
    since = reading.sentences[max(0, number - 1)][0]
    people = [m for m in reading.mentions if m.type == "Person" and not m.pronoun and m.start < at]
    if {m.cluster for m in people} == {end.cluster}:
        return True
    near = [m for m in people if m.start >= since]
    starts = {start for start, _ in reading.sentences[max(0, number - 1) : number + 1]}
    return {m.cluster for m in near} == {end.cluster} and any(m.start in starts for m in near)


def _is_object(text: str, reading: Reading, letters: str, end: End, phrase: Span) -> bool:
    """Whether the phrase is about what this end names, not about the words that follow."""
    if end.pronoun or end.sure < _SURE or _is_part(text, reading, end):
        return False
    after = letters[end.last : end.last + 1]
    if after in ("N", "X", "A"):  # "the Italian team", "calls to the server are"
        return False
    if (
        end.term is not None
        and after == "V"
        and not text[slice(*reading.words[end.last])].endswith(("ed", "ing"))
    ):
        return False  # a noun that was taken for a verb
    if end.term is not None and (
        after in ("D", "O") or (after == "V" and _ends_with(text, reading, phrase))
    ):
        return False  # "at startup the size", "with the mode switched off"
    if after == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's name"
        return False
    if end.is_value and not _is_own_value(text, reading, letters, end, phrase):
        return False
    ends_open = letters[phrase[1] - 1] != "P"
    return not (ends_open and after in ("V", "A"))  # "said Ann left"


def _ends_with(text: str, reading: Reading, phrase: Span) -> bool:
    return text[slice(*reading.words[phrase[1] - 1])].lower() == "with"


def _is_own_value(text: str, reading: Reading, letters: str, end: End, phrase: Span) -> bool:
    """Not a part of a longer phrase: "2,000 year old", "to this area 5,000 years ago"."""
    if end.kind == "number" or "N" in letters[phrase[1] : end.first]:
        return False
    follows = reading.words[end.last] if end.last < len(reading.words) else (0, 0)
    if end.kind == "percent" and text[slice(*follows)] == "of":
        return False
    return letters[end.last : end.last + 1] not in ("J", "M") and (
        text[slice(*follows)] not in ("ago", "later", "earlier", "before", "after")
    )


def _is_part(text: str, reading: Reading, end: End) -> bool:
    """Whether a name is a piece of a longer word ("Oslo-based", "US$"), or code."""
    start, stop = extent(reading, end)
    if end.term is None and not end.is_value and not end.pronoun and is_everyday(text[start:stop]):
        return True  # "program", which no name is
    if text[stop : stop + 3].strip().startswith("$"):
        return True
    return text[stop : stop + 1] in ("-", "–", "/", "@") or bool(
        not end.is_value and _CODE.search(text, start, stop)
    )


def extent(reading: Reading, end: End) -> Span:
    """Where an end stands in the text."""
    return reading.words[end.first][0], reading.words[end.last - 1][1]


def _statement(
    text: str, reading: Reading, letters: str, parts: tuple[End, Span, End], number: int
) -> Statement | None:
    subject, place, target = parts
    words = [text[slice(*reading.words[i])].lower() for i in range(*place)]
    gap = {text[slice(*reading.words[i])].lower() for i in range(place[1], target.first)}
    at = place[0]
    while letters[at - 1] == "R":
        at -= 1
    early = {text[slice(*reading.words[i])].lower() for i in range(at, place[0])}  # "never met"
    if not words or _INFINITE.match(words[0]) or (words[-1] == "of" and _PARTLY & set(words)):
        return None
    reduced = text[reading.words[subject.last][0]] == "," and place[0] == subject.last + 1
    verb = next((i for i in range(*place) if letters[i] == "V"), None)
    if verb is not None and text[reading.words[verb][0]].isupper():
        return None  # part of a name or of a heading
    if any(w in _CLAUSAL and x == "R" for w, x in zip(words, letters[slice(*place)], strict=True)):
        return None
    if gap & (_CLAUSAL | _POINTING):
        return None
    if target.term is not None and place[1] == target.first and words[-1] in _BECOMING:
        return None  # "becomes obsolete"
    if verb is None and not _BE & set(words):
        return None  # "will by default check"
    bare = verb == place[0] and place[1] == verb + 1 == target.first
    if bare and words[0] in _COMPOUNDING:
        return None  # "a Qt based program"
    reduced = reduced and verb is not None and is_participle(words[verb - place[0]])
    if not reduced and not _agrees(text, reading, letters, parts):
        return None
    acts = not target.is_value and target.term is None  # things are done by people, by hand
    phrase = normalised(words, letters[slice(*place)], acts, reduced)
    if phrase is None or not _says_something(text, reading, letters, phrase, subject, target):
        return None
    if phrase.swapped:
        subject, target = target, subject
    return Statement(
        subject.number,
        phrase.predicate,
        target.number,
        target.is_value,
        _CONFIDENCE,
        reading.sentences[number],
        True if phrase.negated != bool((gap | early) & _NONE) else None,
    )


def _agrees(text: str, reading: Reading, letters: str, parts: tuple[End, Span, End]) -> bool:
    """Whether the phrase's verb can be the subject's own, told from its form."""
    subject, place, target = parts
    words = [text[slice(*reading.words[i])].lower() for i in range(*place)]
    plural: bool | None = None
    if subject.term is not None:
        plural = subject.term.plural
    elif not subject.pronoun:
        name = text[reading.words[subject.last - 1][0] : reading.words[subject.last - 1][1]]
        listed = letters[max(0, subject.first - 2) : subject.first].rstrip("D")[-1:] == "C"
        plural = None if listed or name.endswith(("s", "S")) else False
    first = reading.sentences[reading.sentence_of[subject.first]][0]
    lead = text[first : reading.words[subject.first][0]]
    if lead[:3].lower() == "to " and "," not in lead:  # "To list all functions use"
        plural = False
    after = letters[target.last : target.last + 1]
    loose = subject.term is not None and (letters[place[1] - 1] == "P" or after in ("A", "V"))
    return agrees(words, letters[slice(*place)], plural, loose)


def _says_something(
    text: str, reading: Reading, letters: str, phrase: Phrase, subject: End, target: End
) -> bool:
    """Whether the phrase ties its ends: no clause, list or empty "it" stands in the way."""
    if phrase.verb in _TELLING and " " not in phrase.predicate:
        return False
    if _NAMING.search(phrase.predicate):
        return False
    after = reading.words[target.last : target.last + 1]
    follows = text[slice(*after[0])].lower() if after else ""
    if phrase.verb in _CATENATIVE and not phrase.swapped and follows in ("to", "from"):
        return False
    if phrase.predicate in _GIVING and letters[target.last : target.last + 1] in ("D", "M"):
        return False  # "gave Ann the book"
    if phrase.verb in ("see", "hear", "feel", "watch", "make", "let") and target.term is not None:
        return False  # "saw the weapon flash"
    if target.is_value and target.kind == "date" and not takes_time(phrase.predicate):
        return False
    empty = text[slice(*extent(reading, subject))].lower() == "it" and phrase.verb == "be"
    return not (empty and phrase.predicate.endswith((" for", " that", " to")))


def letters_of(text: str, reading: Reading) -> str:
    """One letter for each word; brackets and commas for themselves, W for relative pronouns."""
    found = []
    for (start, end), part in zip(reading.words, reading.parts, strict=True):
        mark = text[start] if end - start == 1 else ""
        if mark in _STOPS:
            found.append("#")
            continue
        if part == "PRON" and text[start:end].lower() in _RELATIVES:
            found.append("W")
            continue
        found.append(mark if mark in ("(", ")", ",") and mark else _LETTER.get(part, "#"))
    return "".join(found)


def ends_of(reading: Reading) -> list[End]:
    """The names, pronouns and values of a text by their words, in order."""
    starts = [start for start, _ in reading.words]
    found = []
    for i, m in enumerate(reading.mentions):
        first, last = bisect_left(starts, m.start), bisect_left(starts, m.end)
        if first < last:
            found.append(End(first, last, i, False, m.cluster, m.type, m.pronoun, m.confidence))
    for i, v in enumerate(reading.values):
        first, last = bisect_left(starts, v.start), bisect_left(starts, v.end)
        if first < last:
            found.append(End(first, last, i, True, -1 - i, v.kind))
    return sorted(found, key=lambda e: (e.first, e.last))
