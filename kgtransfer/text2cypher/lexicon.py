"""Words and what they mean in a graph: verbs, nouns of relations, nouns of types, small words.

A relation is a predicate's name with a sign: "director>" reads from the subject on (X has the
director Y), "director<" the other way round, so that "X directed Y" is "director<" of X and Y.
"""

from __future__ import annotations

from functools import lru_cache

from kgtransfer.names.fold import words_of

Senses = tuple[str, ...]

_VERBS = """
directed direct directs directing helmed = director<
wrote write writes written penned authored = author< screenwriter< lyrics_by<
produced produce produces = producer< production_company<
composed compose composes scored = composer<
performed perform performs sang sing sings sung recorded record = performer<
starred in|acted in|appeared in|played in|star in|act in|appear in|stars in = cast_member<
acted|act|acts|appeared|appear|appears|starred|played = cast_member<
starring|stars|star|featuring|features = cast_member> cast_member<
released on|released in|released|came out in|came out on|came out = publication_date>
published = publisher< publication_date>
born in|born on|born at|born = place_of_birth> date_of_birth>
died in|died on|died at|died|die in|die = place_of_death> date_of_death>
married to|married|marry|wed = spouse>
studied at|studied in|study at|study|studied|graduated from|attended|attend = educated_at>
educated at|educated in|educated = educated_at>
worked for|worked at|works for|work for = employer>
employed|employs = employer<
lived in|lives in|live in|resided in|live|lived = residence>
founded|established|found|co-founded = founded_by< inception>
located in|lies in|situated in|located = located_in> country> location>
won|win|wins|received|receive|awarded = award_received>
created|create|creates = creator< author<
developed|develops|develop = developer<
manufactured|manufactures = manufacturer<
owned|owns|own = owned_by<
influenced = influenced_by<
belonged to|belong to|belongs to = member_of> member_of_political_party> member_of_sports_team>
member of| = member_of> member_of_political_party> member_of_sports_team>
played for|plays for|play for = member_of_sports_team>
buried in|buried at = place_of_burial>
"""
_NOUNS = """
director|directors|filmmaker|filmmakers = director>
member|members = member_of< has_part> member_of_sports_team< member_of_political_party<
author|authors|writer|writers|novelist|novelists = author> screenwriter>
screenwriter|screenwriters = screenwriter>
producer|producers = producer>
composer|composers = composer>
performer|performers|singer|singers|musician|musicians = performer>
actor|actors|actress|actresses|cast|cast member|cast members = cast_member>
wife|wives|husband|husbands|spouse|spouses = spouse>
father|fathers = father>
mother|mothers = mother>
parent|parents = father> mother> child<
child|children|kid|kids = child> father< mother<
son|sons|daughter|daughters = child> father< mother<
brother|brothers|sister|sisters|sibling|siblings = sibling>
birthplace|place of birth|birth place = place_of_birth>
birth date|birthdate|date of birth|birthday|year of birth = date_of_birth>
place of death|death place = place_of_death>
date of death|death date|year of death = date_of_death>
nationality|citizenship|country of citizenship = country_of_citizenship>
country of origin| = country_of_origin>
release date|publication date|year of release|release year = publication_date>
publisher|publishers = publisher>
record label|label|labels = record_label>
employer|employers = employer>
alma mater|university|school = educated_at>
award|awards|prize|prizes = award_received>
founder|founders = founded_by>
capital = capital>
genre|genres = genre>
language|original language = original_language>
owner|owners = owned_by>
production company| = production_company>
"""
_TYPES = """
film|films|movie|movies|song|songs|album|albums|book|books|novel|novels|series|work|works|track|tracks|picture|pictures = Work
person|people|persons|man|men|woman|women|everyone|everybody|anyone|someone|politician|politicians|human|humans = Person
city|cities|town|towns|place|places|country|countries|location|locations|village|villages|state|states = Location
company|companies|organization|organizations|organisation|organisations|band|bands|university|universities|school|schools|team|teams = Organization
event|events|war|wars|battle|battles|festival|festivals = Event
product|products = Product
"""  # noqa: E501
NARROW = words_of(
    "film films movie movies song songs album albums book books novel novels series "
    "track tracks man men woman women politician politicians city cities town towns "
    "country countries village villages state states company companies band bands "
    "university universities school schools team teams war wars battle battles "
    "festival festivals son sons daughter daughters brother brothers sister sisters "
    "wife wives husband husbands actress actresses singer singers musician musicians "
    "picture pictures"
)
"""Nouns that say more than the graph's types and predicates keep."""

FIRST = ("oldest", "first", "earliest", "eldest")
LAST = ("youngest", "latest", "newest", "last", "most recent")
BE = words_of("is was are were be been being")
DO = words_of("did does do")
HAVE = words_of("has have had")
RELATIVE = words_of("that who which whom")
ARTICLES = words_of("the a an all any every each some of")
POLITE = ("please", "can you", "could you", "do you know", "tell me", "i want to know")
BY = ("director>", "author>", "performer>", "composer>", "screenwriter>", "creator>")
FROM = ("country_of_citizenship>", "country_of_origin>", "place_of_birth>")
IN = ("located_in>", "country>", "location>")
DATE_OF = {
    "Work": "publication_date>",
    "Product": "publication_date>",
    "Organization": "inception>",
    "Event": "point_in_time>",
    "Person": "date_of_birth>",
}
"""What the oldest or latest of a type is judged by."""


@lru_cache(maxsize=1)
def verbs() -> dict[str, Senses]:
    """Phrases to the relations that they may mean."""
    return _table(_VERBS)


@lru_cache(maxsize=1)
def nouns() -> dict[str, Senses]:
    """Nouns of relations ("wife", "place of birth")."""
    return _table(_NOUNS)


@lru_cache(maxsize=1)
def types() -> dict[str, Senses]:
    """Nouns of types."""
    return _table(_TYPES)


def _table(listed: str) -> dict[str, Senses]:
    table = {}
    for line in listed.strip().splitlines():
        words, _, meant = line.partition(" = ")
        for word in words.split("|") if "|" in words else words.split():
            if word.strip():
                table[word.strip()] = tuple(meant.split())
    return table
