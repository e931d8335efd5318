"""Countries in a question or a passage: which one a name, an adjective or a region stands for."""

from __future__ import annotations

import re
from functools import cache

from kgtransfer.names.countries import country_names
from kgtransfer.records import Span

_REGIONS = """
Australia: New South Wales, Queensland, Tasmania, Western Australia, South Australia
Canada: Ontario, Quebec, Québec, British Columbia, Alberta, Manitoba, Saskatchewan, Nova Scotia, New Brunswick, Newfoundland
India: Tamil Nadu, Kerala, Karnataka, Maharashtra, West Bengal, Uttar Pradesh, Andhra Pradesh, Gujarat, Rajasthan, Bihar, Bollywood, Odisha, Assam
United Arab Emirates: Dubai
United Kingdom: England, English, Scotland, Scottish, Wales, Welsh, Northern Ireland, Englishman, Scotsman
Spain: Catalan
United States: Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts, Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New Mexico, New York, North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island, South Carolina, South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, Washington, West Virginia, Wisconsin, Wyoming
"""  # noqa: E501 - one country a line


@cache
def _lexicon() -> tuple[dict[str, str], re.Pattern[str]]:
    names: dict[str, str] = {}
    for name, country in country_names():
        names.setdefault(name, country)
    for line in _REGIONS.strip().splitlines():
        country, _, regions = line.partition(":")
        for region in regions.split(","):
            names.setdefault(region.strip(), country)
    longest_first = sorted(names, key=len, reverse=True)
    # "East Azerbaijan Province" and "Indian Ocean" are not the country.
    pattern = (
        rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?![\w])"
        r"(?!\s+(?:Province|County|District|Oblast|Ocean|Sea|Gulf|River)\b)"
    )
    return names, re.compile(pattern)


def countries_in(text: str) -> list[tuple[Span, str]]:
    """Each mention of a country or its people, in order: where it stands and which it is."""
    names, pattern = _lexicon()
    return [((m.start(), m.end()), names[m.group()]) for m in pattern.finditer(text)]
