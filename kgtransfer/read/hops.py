"""Take a nested question apart at a name: the inner question, and the outer one with a gap.

"Where was the director of film Kes born?" asks two things: who the director of Kes is, and where
that person was born. The syntax says so: the noun phrase around the name is the inner question, and
what is left, with the phrase replaced by its answer, is the outer one. No list of relations is
needed; of kinship, English has words that are compositions by themselves ("grandfather").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GAP = "\ue000"


@dataclass(frozen=True, slots=True)
class Nested:
    """`inner` is a question about the name; `outer` has the gap where its answer goes."""

    inner: str
    outer: str

    def fill(self, answer: str) -> str:
        """The outer question about `answer`."""
        return self.outer.replace(GAP, answer)


_ENDS_PHRASE = frozenset(
    re.findall(
        r"[a-z]+",
        "is was are were be been did do does has have had will would can could that who which "
        "whose where when from in at on by to for with of and or as die live work study attend "
        "marry win come go play graduate receive begin start end write direct belong hold share "
        "if than",
    )
)
_OF = re.compile(
    r"\b(?:the\s+)?(?P<noun>(?:[\w'-]+\s+){1,3}?)(?:of|for|by|in|on|behind|to)\s+"
    r"(?P<kind>(?:the\s+|a\s+|an\s+)?(?:(?!of\b)[a-z][\w-]*\s+){0,3})$"
)
_CLAUSE = re.compile(
    r"\b(?P<clause>the\s+(?:[\w'-]+\s+){1,4}?(?:(?P<relative>that|which|who|whom|whose|where|"
    r"in which|on which|from which)\s.*|" + GAP + r"))$"
)
_TRIVIAL = re.compile(
    rf"^(?:who|what|which|when)\s+(?:is|was|are|were)\s+(?:the\s+(?:name\s+of\s+)?)?{GAP}\s*\??$",
    re.IGNORECASE,
)
"""What is left where nothing more is asked: "When is X's birthday?" asks one thing."""
_TRIVIAL_PLACE = re.compile(
    rf"^where\s+(?:is|was|are|were)\s+(?:the\s+)?{GAP}\s*\??$", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:place|location|site|birthplace|home|seat|grave|residence)\b", re.IGNORECASE
)
_HUMAN = re.compile(
    r"(?:or|er|ist|ian|man|wife|husband|spouse|child|son|parent|king|queen|chief|president|ceo|"
    r"author|star|lead|heir|host|nephew|niece|cousin|aunt|uncle|consort)s?$"
)
_KIN = {
    "paternal grandfather": ("father", "father"),
    "maternal grandfather": ("mother", "father"),
    "paternal grandmother": ("father", "mother"),
    "maternal grandmother": ("mother", "mother"),
    "grandfather": ("parent", "father"),
    "grandmother": ("parent", "mother"),
    "grandparent": ("parent", "parent"),
    "grandchild": ("child", "child"),
    "grandson": ("child", "son"),
    "granddaughter": ("child", "daughter"),
    "father-in-law": ("spouse", "father"),
    "mother-in-law": ("spouse", "mother"),
    "sibling-in-law": ("spouse", "sibling"),
    "brother-in-law": ("spouse", "brother"),
    "sister-in-law": ("spouse", "sister"),
    "son-in-law": ("daughter", "husband"),
    "daughter-in-law": ("son", "wife"),
    "child-in-law": ("child", "spouse"),
    "stepmother": ("father", "wife"),
    "stepfather": ("mother", "husband"),
    "uncle": ("father", "brother"),
    "aunt": ("mother", "sister"),
    "paternal uncle": ("father", "brother"),
    "maternal uncle": ("mother", "brother"),
    "paternal aunt": ("father", "sister"),
    "maternal aunt": ("mother", "sister"),
    "nephew": ("sibling", "son"),
    "niece": ("sibling", "daughter"),
    "cousin": ("uncle", "child"),
}


def split(question: str, start: int, end: int) -> Nested | None:
    """Take the question apart at the name that stands at `[start, end)`, if it is nested."""
    while question[start:end].count("(") > question[start:end].count(")") and question[end:][:1]:
        end += 1
    if question[end : end + 1] == "." and question[end + 1 : end + 2] in ("'", "’"):  # "Jr.'s"
        end += 1
    name, left, right = question[start:end], question[:start], question[end:]
    # "the director of film Kes 's birthday": the possessor is the whole phrase, not the name.
    whole = re.match(r"\s['’]s\b", right) and _of_phrase(left, right)
    phrase = whole or _possessive(left, right) or _of_phrase(left, right)
    if phrase is not None:
        noun, kind, before, after = phrase
        outer = before + GAP + after
        kin = _kin(noun)
        if kin is not None:
            return Nested(_who(kin[0], kind + name), before + f"the {kin[1]} of {GAP}" + after)
        if not _is_trivial(noun, outer) and _asks(outer):
            return Nested(_who(noun, kind + name), outer)
    return _clause(left, name, right)


def _possessive(left: str, right: str) -> tuple[str, str, str, str] | None:
    """(noun, kind, before, after) of "NAME's noun"."""
    match = re.match(r"\s?['’][sS]?\s+", right)
    if match is None:
        return None
    words: list[str] = []
    rest = right[match.end() :]
    at = 0
    for word in re.finditer(r"[\w-]+", rest):
        gap = rest[at : word.start()]
        if gap.strip() or word[0].lower() in _ENDS_PHRASE or (words and _is_verb(word[0])):
            break
        words.append(word[0])
        at = word.end()
        if len(words) == 3:
            break
    return (" ".join(words), "", left, rest[at:]) if words else None


def _of_phrase(left: str, right: str) -> tuple[str, str, str, str] | None:
    """(noun, kind, before, after) of "the noun of [film] NAME"."""
    best = None
    for the in re.finditer(r"\b(?:[Tt]he|both|an?)\s", left):
        match = _OF.match(left, the.start())
        words = set((match["noun"] + match["kind"]).lower().split()) if match else set()
        if match and "of" in words and match["noun"].islower():
            words.remove("of")  # "the date of birth" is one noun
        if match and not _ENDS_PHRASE & words:
            best = (match["noun"].strip(), match["kind"], left[: the.start()], right)
    if best is None:
        bare = re.search(
            r"(?:^|\s)(?P<noun>[a-z-]+)\s+of\s+(?P<kind>(?:(?!of\b)[a-z-]+\s+){0,2})$", left
        )
        if bare and bare["noun"] not in _ENDS_PHRASE:
            start = bare.start("noun")
            best = (bare["noun"], bare["kind"], left[:start], right)
    return best


def _clause(left: str, name: str, right: str) -> Nested | None:
    """A relative clause around the name: "the country where NAME was born"."""
    text = left + GAP
    starts = [m.start() for m in re.finditer(r"\bthe\s", text) if m.start() >= 4]
    found = next((m for at in reversed(starts) if (m := _CLAUSE.match(text, at))), None)
    if found is None:
        return None
    if not found["relative"] and not re.match(r"\s+(?:is|was|\w+[sd])\b", right):
        return None
    clause = found["clause"].replace(GAP, name) + right.rstrip(" ?")
    outer = left[: found.start()] + GAP + "?"
    if _TRIVIAL.match(outer.strip()) or not _asks(outer):
        return None
    return Nested(f"What is {clause}?", outer)


def _kin(noun: str) -> tuple[str, str] | None:
    return _KIN.get(noun.lower().strip())


def _who(noun: str, about: str) -> str:
    wh = "Who" if is_human(noun) else "What"
    return f"{wh} is the {noun} of {about}?"


def is_human(noun: str) -> bool:
    """Whether a noun means a person: "director", "wife"."""
    return _HUMAN.search(noun.lower()) is not None


def is_place(noun: str) -> bool:
    """Whether a noun means a place: "birthplace", "seat"."""
    return _PLACE.search(noun) is not None


def _is_verb(word: str) -> bool:
    return word.endswith("ed") or word.lower() in ("born", "known", "made", "won", "wrote")


def _is_trivial(noun: str, outer: str) -> bool:
    asked = outer.strip()
    place = _TRIVIAL_PLACE.match(asked) is not None and is_place(noun)
    return _TRIVIAL.match(asked) is not None or place


def _asks(outer: str) -> bool:
    """Whether something is still asked when the gap is left out."""
    return len(re.findall(r"\w+", outer.replace(GAP, " "))) >= 2
