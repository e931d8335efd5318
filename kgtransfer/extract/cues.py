"""Words by which a sentence states a relation, for each kind of predicate.

A place is in another one where the text joins the two directly ("Bonn, Germany", "a town in
Ontario"), a person is of a country where an adjective or "of" says so, a kinship needs a word of
kin. What stands between the two ends is looked at, and for kin and languages the sentence.
"""

from __future__ import annotations

import re

KINDS = {
    "date": "date_of_birth date_of_death publication_date inception dissolved point_in_time"
    " start_time end_time",
    "place": "country located_in contains location is_part_of has_part continent capital capital_of"
    " headquarters_location location_of_formation located_on_terrain next_to_body_of_water"
    " narrative_location territory_claimed_by",
    "people": "country_of_citizenship residence work_location ethnic_group religion"
    " country_of_origin applies_to_jurisdiction head_of_government head_of_state legislative_body",
    "language": "original_language languages_spoken official_language",
    "kin": "child father mother sibling spouse",
    "work": "notable_work author director screenwriter producer production_company cast_member"
    " composer lyrics_by performer record_label creator publisher original_network characters"
    " present_in_work part_of_the_series developer manufacturer product_produced",
    "group": "member_of member_of_political_party member_of_sports_team employer educated_at league"
    " military_branch founded_by position_held chairperson",
    "award": "award_received",
    "event": "participant participant_of conflict",
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names.split()}
"""The kind of each predicate that has one."""

_NOUN_OF_PLACE = (
    r"(?:city|town|village|state|province|region|district|county|island|capital|municipality|suburb"
    r"|commune|port|parish|department|prefecture|area|neighbou?rhood|university|museum|company)"
)
_PLACE = re.compile(  # from the smaller to the larger
    r"\W*(?:\([^()]*\)\W*)?(?:,\s+(?:[A-Z][\w.'’-]*(?:\s[A-Z][\w.'’-]*)*,\s+)*"
    r"(?:in\s+|and\s+)?(?:the\s+)?$"
    r"|(?:(?:is|was|are|were|lies)\s+)?(?:(?:an?|the|located|situated|based|[\w-]+ed)\s+[^,;]{0,40}?)?"
    r"\b(?:in|of|at|near|on|within|from)\s+(?:the\s+)?(?:[a-z'’-]+\s+){0,3}$"
    rf"|\s+\($|,?\s+(?:a|the)\s+{_NOUN_OF_PLACE}\s+(?:in|of)\s+$)"
)
_PLACE_BACK = re.compile(  # from the larger to the smaller
    rf"\s*['’]s\s+(?:[\w-]+\s+){{0,3}}$|\s+(?:[\w-]+\s+)?{_NOUN_OF_PLACE}\s+(?:of\s+)?(?:the\s+)?$"
    r"|\s*[-:]\s*$|,?\s+(?:whose\s+)?capital,?\s+$"
)
_ELSEWHERE = r"\b(?:in|at|to|with|on|by|over|against|than)\b"
_PEOPLE = re.compile(
    r"\W*(?:\([^()]*\)\W*)?,?\s*(?:(?:is|was|are|were|became|becoming)\s+)?"
    rf"(?:(?:an?|the|one of the)\s)(?:(?!{_ELSEWHERE})[^,;]){{0,40}}$"
    r"|.{0,60}\b(?:from|of|for|citizen of|native of)\s+(?:the\s+)?$"
    r"|\W*,?\s*(?:an?\s+)?$"
)
_PEOPLE_BACK = re.compile(r"(?:\s*['’]s)?(?:[\s-]+[\w'’-]+){0,7}\W*$")
_SENTENCE = {
    "kin": r"(?i)\b(?:sons?|daughters?|child|children|father|mother|parents?|brothers?|sisters?"
    r"|siblings?|twins?|wife|wives|husband|marri\w+|widow\w*|spouse|consort|née|born to"
    r"|heir\w*|bore|bride|grand\w+|cousins?|uncle|aunt|nephew|niece|wed|divorc\w+)\b",
    "language": r"(?i)\b(?:languages?|speaks?|spoke|spoken|speaking|dialects?|translat\w+|fluent)\b"
    r"|-language",
}
_BETWEEN = {
    "work": r"(?i)\b(?:direct\w*|writ\w+|wrote|author\w*|compos\w+|creat\w+|produc\w+|perform\w*"
    r"|record\w*|sing\w*|sang|sung|releas\w+|paint\w*|starr\w*|stars|play\w*|appear\w*|cast"
    r"|known for|films?|movies?|novels?|books?|songs?|albums?|singles?|roles?|series|by|develop\w*"
    r"|publish\w*|made|label|voice\w*|host\w*|poem\w*|essay\w*|operas?|sitcom|features?|featuring)\b|['’]s\b",
    "group": r"(?i)\b(?:members?|party|join\w*|play\w*|sign\w*|work\w*|employ\w*|found\w*|attend\w*"
    r"|graduat\w+|stud\w+|educat\w+|degree|taught|teach\w*|professor|coach\w*|captain|chair\w*|ceo"
    r"|president|director|officer|serv\w+|led|leader|of|for|from|at)\b|['’]s\b|\($",
    "award": r"(?i)\b(?:won|win\w*|award\w*|receiv\w+|recipient|honou?r\w*|laureate|earn\w*)\b",
    "event": r"(?i)\b(?:fought|fight\w*|serv\w+|compet\w+|particip\w+|won|win\w*|play\w*|command\w*"
    r"|defeat\w*|led|killed|wounded|champion\w*|battle|veteran|took part|row\w*|rac(?:e[ds]?|ing)"
    r"|medal\w*|army|navy|forces|troops|admiral|officer|soldier|pilot|commander\S*|titles?)\b",
    "date": r"(?i)\b(?:born|died|death|birth|killed|executed|released|published|premiered|founded"
    r"|established|formed|created|built|opened|dissolved|held|started|began|ended|is an?|was an?|in"
    r"|on)\b|\($|†",
}
_OWN = {
    "founded_by": r"(?:co-?)?found\w*|establish\w*|creat\w*|form\w*|start\w*|launch\w*|began"
    r"|beg[iu]n|organi[sz]\w*|built|set up",
    "educated_at": r"stud\w+|graduat\w+|attend\w*|educat\w+|degrees?|alum\w+|ph\.?\s?d|b\.?a|m\.?a"
    r"|b\.?sc?|m\.?sc?|mba|doctor\w*|school(?:ed|ing)|(?:school|college|went) (?:at|to)|enrol\w*"
    r"|train\w*|matriculat\w*|law"
    r"|bachelor\w*|master\w*|scholar\w*",
    "member_of": r"members?|join\w*|belong\w*|elected|fellow|part of|formed|founded|band|group"
    r"|lead\w*|left|singer|guitarist|drummer|bassist|vocalist|with",
    "religion": r"convert\w*|bishop|priest|cardinal|pope|saint|monk|nun|rabbi"
    r"|church|faith|baptis\w*|baptiz\w*|minister|missionary|raised|born|catholic|muslim|jewish"
    r"|buddhis\w*",
    "director": r"direct\w*|helm\w*|filmmaker|film(?:ed)? by|films?|movies?",
    "continent": r"africa\w*|america\w*|asia\w*|europe\w*|australia\w*|oceania|antarctic\w*",
}
"""Words that the sentence needs for single predicates."""
_OWN_WORDS = {name: re.compile(rf"(?i)\b(?:{words})\b") for name, words in _OWN.items()}
_IN_SENTENCE = {kind: re.compile(pattern) for kind, pattern in _SENTENCE.items()}
_IN_BETWEEN = {kind: re.compile(pattern) for kind, pattern in _BETWEEN.items()}
_WITHIN_OF = frozenset({"contains", "has_part", "capital"})
"""Predicates that lead from the larger place to the smaller."""


def has_cue(predicate: str, sentence: str, between: str, forward: bool) -> bool:
    """Whether the words of a sentence say such a thing of its two ends.

    Args:
        predicate: the schema's name; one of no kind needs no words.
        sentence: the whole sentence.
        between: what stands between the two ends.
        forward: whether the subject stands first.
    """
    kind = KIND_OF.get(predicate, "")
    if kind in _IN_SENTENCE:
        return bool(_IN_SENTENCE[kind].search(sentence))
    if kind in _IN_BETWEEN:
        return bool(_IN_BETWEEN[kind].search(between))
    if kind == "place":
        inwards = forward != (predicate in _WITHIN_OF)
        return bool((_PLACE if inwards else _PLACE_BACK).match(between))
    if kind == "people":
        return bool((_PEOPLE if forward else _PEOPLE_BACK).match(between))
    return True


def lacks_word(predicate: str, sentence: str) -> bool:
    """Whether a sentence has none of the words that a predicate of its own kind needs."""
    own = _OWN_WORDS.get(predicate)
    return own is not None and not own.search(sentence)
