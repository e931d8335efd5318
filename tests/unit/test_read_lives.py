from __future__ import annotations

import pytest

from kgtransfer.read.lives import stated
from kgtransfer.records import Passage

LOACH = "Kenneth Loach (born 17 June 1936) is an English film director. He was born in Nuneaton."
BEAUNIER = "André Beaunier (22 September 1869, Évreux – 9 December 1925, Paris) was a novelist."
LUNA = "José Luna (Barcelona, 19 March 1946 - Gaià, Catalonia, 5 April 2013) was a director."
SAXE = "Olav was the son of King Magnus Barefoot and Sigrid, daughter of Saxe of Vik."
AZTEC = "She was a daughter of the Aztec ruler Moctezuma II. She was the consort of Cuauhtémoc."
ULMER = "Georges Ulmer was a Danish-born French composer."
ALIAS = "Elton John (born Reginald Dwight; 25 March 1947) is a British singer."

QUOTED = 'Ana ("Anna Lyžyčko"; born 24 May 1973) sings. She was born in Lviv.'
ABROAD = "Ana (born 1953) is an English film director known for her work in Rome."
HEIR = "Leo took the throne after the death of his father Arcadius. He died in Ravenna."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("When was Ken Loach born?", LOACH, "17 June 1936"),
        ("Where was Ken Loach born?", LOACH, "Nuneaton"),
        ("What nationality is Ken Loach?", LOACH, "English"),
        ("When did Ken Loach die?", LOACH, None),
        ("Where was André Beaunier born?", BEAUNIER, "Évreux"),
        ("Where did André Beaunier die?", BEAUNIER, "Paris"),
        ("What is the date of death of André Beaunier?", BEAUNIER, "9 December 1925"),
        ("What is the place of birth of José Luna?", LUNA, "Barcelona"),
        ("Where did José Luna die?", LUNA, "Gaià"),
        ("Who is the father of Olav?", SAXE, "King Magnus Barefoot"),
        ("Who is Olav's mother?", SAXE, "Sigrid"),
        ("Who is the father of Isabel?", AZTEC, "Moctezuma II"),
        ("Which country is Georges Ulmer from?", ULMER, "French"),
        ("Where was Elton John born?", ALIAS, None),
        (
            "When did Ermengarde die?",
            "Ermengarde of Tours (d. 20 March 851) was a queen.",
            "20 March 851",
        ),
        (
            "Where was William born?",
            "William (born 1946 in St. John's, Newfoundland) acts.",
            "St. John's",
        ),
        ("Where was Ana born?", QUOTED, "Lviv"),
        ("Where was Ana born?", ABROAD, None),
        ("Where did Leo die?", HEIR, "Ravenna"),
        ("Who directed Kes?", LOACH, None),
    ],
)
def test_fixed_forms_of_a_life(question: str, text: str, answer: str | None) -> None:
    found = stated(question, Passage("d", "T", "c", 1.0, text, 0))
    assert next((f.text for f in found), None) == answer
