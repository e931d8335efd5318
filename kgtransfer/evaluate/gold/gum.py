"""GUM (Zeldes 2017) in CoNLL-U: names, what names and pronouns stand for, and dates.

GUM marks whole noun phrases: a name is what is left of one around its head when only proper nouns
(NNP) stay, with small words between them, and no title before them ("the former president Ann Lee"
and "President Lee" give "Ann Lee" and "Lee"). A title for a person ("the President of France") and
the people of a country ("Americans") are neither names nor mistakes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from kgtransfer.errors import InputError
from kgtransfer.evaluate.gold.records import GoldDate, GoldName, GoldText
from kgtransfer.evaluate.names import is_people
from kgtransfer.names.fold import words_of
from kgtransfer.records import Span

TYPES: dict[str, frozenset[str]] = {
    "person": frozenset({"Person"}),
    "place": frozenset({"Location"}),
    "organization": frozenset({"Organization"}),
    "event": frozenset({"Event"}),
    "object": frozenset({"Work", "Product"}),
}
"""Our types for GUM's; of abstract things, substances, animals, plants and times it has none."""
PRONOUNS = frozenset(
    [
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
    ]
)
"""Those that a name is looked for."""
_ENTITY = re.compile(r"\(([^()]+)(\))?|([^()]+)\)")
_DATE = re.compile(r"<date([^>]*)>|(</date>)")
_WRITTEN = re.compile(r"^# meta::dateCreated = (\d{4}-\d\d-\d\d)$", re.MULTILINE)
_ATTRIBUTE = re.compile(r'(\w+):::"([^"]*)"')
_NUMERAL = re.compile(r"[IVX]+|\d{1,3}")
_PROPER = frozenset({"NNP", "NNPS"})
_TITLES = words_of(
    "mr mrs ms miss madam dr prof professor rev reverend sir lord lady dame king queen prince "
    "princess emperor empress duke duchess earl count countess baron pope saint st president vice "
    "chairman chairwoman chair director secretary senator senators sen representative rep speaker "
    "governor gov mayor minister chancellor ambassador judge justice general gen major colonel col "
    "captain capt lieutenant lt sergeant sgt admiral officer chief doctor father mother brother "
    "sister uncle aunt protector whip coach fellow administrator undersecretary congressman"
)
_LINKS = words_of("of the and & for de la von van - 's ’s ' ’")


@dataclass(slots=True)
class _Token:
    start: int
    end: int
    word: str
    part: str
    misc: str


@dataclass(slots=True)
class _Phrase:
    """An entity's mention: tokens `first` to `last`, `head` those that carry it."""

    thing: str
    kind: str
    first: int
    last: int
    head: tuple[int, ...]


@dataclass(slots=True)
class _Reader:
    """A document while its lines are read."""

    text: str = ""
    tokens: list[_Token] = field(default_factory=list)

    def line(self, line: str) -> None:
        """One line of the file."""
        if line.startswith("# newpar") and not line.startswith("# newpar_"):
            self.text = self.text.rstrip() + ("\n\n" if self.text else "")
        columns = line.split("\t")
        if len(columns) == 10 and columns[0].isdigit():
            start = len(self.text)
            word, part, misc = columns[1], columns[4], columns[9]
            self.text += word + ("" if "SpaceAfter=No" in misc else " ")
            self.tokens.append(_Token(start, start + len(word), word, part, misc))


def read_gum(folder: Path) -> list[GoldText]:
    """The documents of a folder, paragraphs parted by blank lines.

    Raises:
        InputError: the folder holds no .conllu file.
    """
    files = sorted(folder.glob("*.conllu"))
    if not files:
        raise InputError("no .conllu file here", where=str(folder))
    return [_document(file.stem, file.read_text(encoding="utf-8")) for file in files]


def _document(title: str, content: str) -> GoldText:
    reader = _Reader()
    for line in _with_joined_words(content.splitlines()):
        reader.line(line)
    tokens = reader.tokens
    phrases = list(_phrases(tokens))
    joined = _joints(tokens, phrases)
    names = [name for phrase in phrases if (name := _name(reader.text, tokens, phrase, joined))]
    whole: dict[str, set[Span]] = defaultdict(set)
    known: dict[str, set[Span]] = defaultdict(set)
    for phrase in phrases:
        whole[phrase.thing].add((tokens[phrase.first].start, tokens[phrase.last - 1].end))
        span = name_span(tokens, phrase, joined) or _pronoun(tokens, phrase)
        if span:
            known[phrase.thing].add(span)
    written = _WRITTEN.search(content)
    return GoldText(
        title,
        reader.text.rstrip(),
        _outermost(names),
        tuple(tuple(sorted(spans)) for spans in known.values()),
        tuple(tuple(sorted(spans)) for spans in whole.values()),
        tuple(_dates(tokens)),
        written[1] if written else "",
    )


def _with_joined_words(lines: Sequence[str]) -> Iterator[str]:
    """The lines, where the words of one written word ("don't") say that no blank stands between."""
    until, spaced = 0, True
    for line in lines:
        columns = line.split("\t")
        if len(columns) == 10 and re.fullmatch(r"\d+-\d+", columns[0]):
            until, spaced = int(columns[0].split("-")[1]), "SpaceAfter=No" not in columns[9]
        elif len(columns) == 10 and columns[0].isdigit() and int(columns[0]) <= until:
            last = int(columns[0]) == until
            until = 0 if last else until
            joined = not last or not spaced
            yield line + ("|SpaceAfter=No" if joined else "")
            continue
        elif not line:
            until = 0
        yield line


def _phrases(tokens: Sequence[_Token]) -> Iterator[_Phrase]:
    open_: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    for i, token in enumerate(tokens):
        marked = re.search(r"(?:^|\|)Entity=([^|]*)", token.misc)
        for opened, closed, ended in _ENTITY.findall(marked[1] if marked else ""):
            if opened:
                fields = opened.split("-")
                open_[fields[0]].append((i, fields))
            if ended or closed:
                thing = ended or opened.split("-")[0]
                if open_[thing]:
                    first, fields = open_[thing].pop()
                    yield _phrase(thing, fields, first, i + 1)


def _phrase(thing: str, fields: Sequence[str], first: int, last: int) -> _Phrase:
    numbers = fields[5].split(",") if len(fields) > 5 else []
    head = tuple(first + int(n) - 1 for n in numbers if n.isdigit()) or (last - 1,)
    return _Phrase(thing, fields[1] if len(fields) > 1 else "", first, last, head)


def name_span(tokens: Sequence[_Token], phrase: _Phrase, joined: Set[int]) -> Span | None:
    """The proper nouns around a phrase's head as a span of characters; None where it has none."""
    heads = [i for i in phrase.head if i < phrase.last and tokens[i].part in _PROPER]
    if not heads:
        return None
    first, last = heads[0], heads[0] + 1
    while (before := _next_name(tokens, range(first - 1, phrase.first - 1, -1))) is not None:
        first = before
    while (after := _next_name(tokens, range(last, phrase.last), joined)) is not None:
        last = after + 1
    while first + 1 < last and tokens[first].word.strip(".").lower() in _TITLES:
        if tokens[first + 1].part not in _PROPER:
            break
        first += 1
    return tokens[first].start, tokens[last - 1].end


def _next_name(
    tokens: Sequence[_Token], places: range, joined: Set[int] = frozenset()
) -> int | None:
    """The next proper noun, at most two small words away, and none of two things joined by "and".

    A numeral goes with the name before it ("Norton II", "COVID-19").
    """
    for i in places[:3]:
        numeral = tokens[i].part == "CD" and _NUMERAL.fullmatch(tokens[i].word)
        if tokens[i].part in _PROPER or (numeral and places.step > 0):
            return i
        if tokens[i].word not in _LINKS or (i in joined and tokens[i].word in ("and", "&")):
            return None
    return None


def _pronoun(tokens: Sequence[_Token], phrase: _Phrase) -> Span | None:
    token = tokens[phrase.first]
    single = phrase.last == phrase.first + 1 and token.word.lower() in PRONOUNS
    return (token.start, token.end) if single else None


def _joints(tokens: Sequence[_Token], phrases: Sequence[_Phrase]) -> set[int]:
    """The words after which a phrase of its own begins."""
    starts = {phrase.first for phrase in phrases}
    return {start - 1 for start in starts if start}


def _name(
    text: str, tokens: Sequence[_Token], phrase: _Phrase, joined: Set[int]
) -> GoldName | None:
    span = name_span(tokens, phrase, joined)
    if span is None:
        return None
    types = TYPES.get(phrase.kind, frozenset())
    role = text[span[0] : span[1]].split()[0].strip(".").lower() in _TITLES
    return GoldName(*span, frozenset() if role or is_people(text[span[0] : span[1]]) else types)


def _outermost(names: Sequence[GoldName]) -> tuple[GoldName, ...]:
    """Without names in other names ("Chicago" in "University of Chicago"), and each once."""
    kept: dict[Span, GoldName] = {}
    ends = 0
    for name in sorted(names, key=lambda n: (n.start, -n.end, not n.types)):
        if name.start >= ends or not name.types:
            kept.setdefault((name.start, name.end), name)
            ends = name.end if name.types else ends
    return tuple(kept.values())


def _dates(tokens: Sequence[_Token]) -> Iterator[GoldDate]:
    """Dates with a year that are given as a day, a month, a year or years from and to."""
    first, value = 0, ""
    for i, token in enumerate(tokens):
        for attributes, closed in _DATE.findall(token.misc):
            if closed and value:
                yield GoldDate(tokens[first].start, token.end, value)
            first, value = i, "" if closed else _value(dict(_ATTRIBUTE.findall(attributes)))


def _value(attributes: dict[str, str]) -> str:
    given = [attributes.get(key, "") for key in ("when", "from", "to")]
    if not all(re.fullmatch(r"-?\d{4}(-\d\d){0,2}|", part) for part in given):
        return ""
    if given[0]:
        return _astronomical(given[0])
    return "/".join(map(_astronomical, given[1:])) if all(given[1:]) else ""


def _astronomical(date: str) -> str:
    """GUM writes 44 BC as -0044, which is the year -0043."""
    if not date.startswith("-"):
        return date
    year = int(date[1:5]) - 1
    return f"-{year:04d}{date[5:]}" if year else f"0000{date[5:]}"
