"""From two ends and the words between them to a statement, where these say something of both."""

from __future__ import annotations

import re

from kgtransfer.extract.agreement import agrees
from kgtransfer.extract.ends import End, extent
from kgtransfer.extract.objects import PARTLY
from kgtransfer.extract.predicates import Phrase, normalised, takes_time
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.verbs import is_participle
from kgtransfer.names.fold import words_of
from kgtransfer.records import Span, Statement

_CONFIDENCE = 0.7
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
_INFORMING = frozenset(
    {"tell", "inform", "remind", "warn", "assure", "notify", "persuade", "convince"}
)
"""Verbs that say what of whom: the clause after their object is what matters."""
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


def statement_of(
    text: str, reading: Reading, letters: str, parts: tuple[End, Span, End], number: int
) -> Statement | None:
    """The statement of a subject, a phrase and an object in a sentence; None where none is made."""
    subject, place, target = parts
    words = [text[slice(*reading.words[i])].lower() for i in range(*place)]
    gap = {text[slice(*reading.words[i])].lower() for i in range(place[1], target.first)}
    at = place[0]
    while letters[at - 1] == "R":
        at -= 1
    early = {text[slice(*reading.words[i])].lower() for i in range(at, place[0])}  # "never met"
    if not words or _INFINITE.match(words[0]) or (words[-1] == "of" and PARTLY & set(words)):
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
    if phrase.predicate.startswith("use to ") and subject.kind != "Person":
        return False  # "the system used to generate files"
    after = reading.words[target.last : target.last + 1]
    follows = text[slice(*after[0])].lower() if after else ""
    if phrase.verb in _CATENATIVE and not phrase.swapped and follows in ("to", "from"):
        return False
    giving = phrase.predicate.rpartition(" ")[2] in _GIVING
    if giving and letters[target.last : target.last + 1] in ("D", "M"):
        return False  # "gave Ann the book", "refused to grant Ann any rest"
    if phrase.verb in _INFORMING and not phrase.swapped and follows == "that":
        return False  # "tells Cargo that the file has changed"
    if phrase.verb in ("see", "hear", "feel", "watch", "make", "let") and target.term is not None:
        return False  # "saw the weapon flash"
    if target.is_value and target.kind == "date" and not takes_time(phrase.predicate):
        return False
    empty = text[slice(*extent(reading, subject))].lower() == "it" and phrase.verb == "be"
    return not (empty and phrase.predicate.endswith((" for", " that", " to")))
