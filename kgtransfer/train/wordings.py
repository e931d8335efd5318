"""How people ask for a relation: questions of one hop from the relation sets."""

from __future__ import annotations

import random

NATURAL: dict[str, tuple[str, ...]] = {
    "date of birth": ("When was {s} born?", "What is {s}'s date of birth?"),
    "place of birth": ("Where was {s} born?", "In which city was {s} born?"),
    "date of death": ("When did {s} die?", "What is the date of death of {s}?"),
    "place of death": ("Where did {s} die?", "Where was the place of death of {s}?"),
    "country of citizenship": (
        "What nationality is {s}?",
        "Which country is {s} from?",
        "Which country {s} is from?",
        "What is the nationality of {s}?",
    ),
    "country": ("In which country is {s}?", "Which country is {s} located in?"),
    "country of origin": ("Which country is {s} from?", "Where was {s} made?"),
    "director": ("Who directed {s}?", "Who is the director of {s}?"),
    "performer": ("Who performed {s}?", "Who sings {s}?", "Who recorded {s}?"),
    "composer": ("Who composed {s}?", "Who wrote the music of {s}?"),
    "author": ("Who wrote {s}?", "Who is the author of {s}?"),
    "screenwriter": ("Who wrote the script of {s}?",),
    "producer": ("Who produced {s}?",),
    "spouse": (
        "Who is {s} married to?",
        "Who did {s} marry?",
        "Who is {s}'s wife?",
        "Who is {s}'s husband?",
    ),
    "father": ("Who is {s}'s father?", "Who was the father of {s}?"),
    "mother": ("Who is {s}'s mother?", "Who was the mother of {s}?"),
    "child": ("Who is a child of {s}?", "Who is {s}'s son?", "Who is {s}'s daughter?"),
    "sibling": ("Who is {s}'s brother?", "Who is {s}'s sister?", "Who is a sibling of {s}?"),
    "educated at": (
        "Where did {s} study?",
        "Which university did {s} attend?",
        "Where did {s} graduate from?",
    ),
    "employer": ("Who does {s} work for?", "Where does {s} work?"),
    "founded by": ("Who founded {s}?", "Who is the founder of {s}?"),
    "inception": ("When was {s} founded?", "When was {s} established?"),
    "publication date": ("When was {s} released?", "When did {s} come out?"),
    "publisher": ("Who published {s}?",),
    "cause of death": ("Why did {s} die?", "What did {s} die of?"),
    "award received": ("What award did {s} receive?", "Which prize did {s} win?"),
    "headquarters location": ("Where is {s} based?", "Where are the headquarters of {s}?"),
    "member of sports team": ("Which team did {s} play for?",),
    "capital": ("What is the capital of {s}?",),
    "residence": ("Where does {s} live?", "Where did {s} live?"),
    "member of political party": ("Which party does {s} belong to?",),
    "subsidiary of": ("Which company owns {s}?", "What is the parent company of {s}?"),
    "chief executive": ("Who runs {s}?", "Who is the CEO of {s}?"),
    "developer": ("Who developed {s}?",),
    "owned by": ("Who owns {s}?",),
    "record label": ("Which label released {s}?",),
    "original network": ("Which network aired {s}?",),
    "position played on team / speciality": ("What position does {s} play?",),
    "sport": ("Which sport does {s} play?", "What sport is {s}?"),
    "original language of film or TV show": ("In which language is {s}?",),
    "characters": ("Who is a character in {s}?",),
    "cast member": ("Who stars in {s}?", "Who acted in {s}?"),
    "conflict": ("In which war did {s} fight?",),
    "mouth of the watercourse": ("Where does {s} flow into?",),
    "located in the administrative territorial entity": ("Where is {s}?", "Where is {s} located?"),
    "location": ("Where is {s}?", "Where did {s} take place?"),
    "genre": ("What genre is {s}?",),
    "religion": ("What is {s}'s religion?",),
    "head of government": ("Who governs {s}?",),
    "crosses": ("What does {s} cross?",),
    "voice type": ("What kind of voice does {s} have?",),
    "main subject": ("What is {s} about?",),
}
"""Everyday wordings of relation names; every relation also has the generic wordings."""

GENERIC = ("What is the {r} of {s}?", "What is {s}'s {r}?")
PERSONAL = ("Who is the {r} of {s}?", "Who is {s}'s {r}?")
_PERSONS = {"director", "performer", "composer", "father", "mother", "spouse", "author"}


def ask(relation: str, subject: str, rng: random.Random) -> str:
    """A wording of "what is the `relation` of `subject`"."""
    wordings = NATURAL.get(relation, ())
    if wordings and rng.random() < 0.6:
        return rng.choice(wordings).format(s=subject)
    generic = PERSONAL if relation in _PERSONS else GENERIC
    return rng.choice(generic).format(s=subject, r=relation)
