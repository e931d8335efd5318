"""Component `kgtransfer_definitions`: "Dark River is a film" settles what Dark River is.

A tagger without a language model takes a film named after a river for a river. Where the text
defines a name, the noun of the definition gives its type, here and wherever the name comes again.
"""

from __future__ import annotations

import re
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import reading_of
from kgtransfer.names import fold

_NOUNS = {
    "Work": "film movie album song single novel book series sitcom episode play opera poem musical"
    " documentary soundtrack magazine newspaper painting sculpture ballad comedy drama thriller"
    " western remake telefilm miniseries manga ep",
    "Organization": "band group company university college school club team party organization"
    " organisation agency label duo trio firm studio institute association airline bank church",
    "Location": "city town village river island country municipality lake district region county"
    " commune suburb mountain hamlet parish province locality neighborhood neighbourhood",
    "Event": "battle war tournament festival championship election competition race season",
    "Person": "actor actress singer director politician writer author player footballer painter"
    " composer musician producer screenwriter poet novelist journalist cricketer wrestler boxer"
    " nobleman king queen prince princess duke bishop cardinal general lawyer scientist historian"
    " philosopher mathematician physicist chemist engineer architect cinematographer swimmer",
}
_OF_NOUN = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}
_DEFINED = re.compile(
    r"[\"”’]?(?:\s*\([^()]{0,120}\))?,?\s+(?:is|was|are|were)\s+(?:an?|the|one of the)\s+"
    r"((?:[\w'’-]+,?\s+){0,6}?)(" + "|".join(sorted(_OF_NOUN, key=len, reverse=True)) + r")s?\b"
    r"(?!\s*(?:director|producer|actor|actress|writer|player|maker|member|manager|critic|star))"
)
_BORN = re.compile(r"\s*\(\s*(?:born|b\.|née)\b")


@Language.component("kgtransfer_definitions", requires=["doc.ents"])
def settle_types(doc: Any) -> Any:
    """Give names the type that the text says."""
    text = doc.text
    said: dict[str, str] = {}
    for entity in doc.ents:
        kind = defined_type(text, entity.end_char)
        if kind:
            said.setdefault(fold(entity.text), kind)
    if said:
        scores = reading_of(doc).scores
        spans = []
        for entity in doc.ents:
            kind = said.get(fold(entity.text), entity.label_)
            if kind != entity.label_:
                scores[entity.start_char, entity.end_char] = 0.9
            spans.append(doc.char_span(entity.start_char, entity.end_char, label=kind))
        doc.ents = spans
    return doc


def defined_type(text: str, end: int) -> str:
    """The type that the words after a name give it; empty where they define nothing."""
    if _BORN.match(text, end):
        return "Person"
    found = _DEFINED.match(text, end)
    return _OF_NOUN[found.group(2)] if found else ""
