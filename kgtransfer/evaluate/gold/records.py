"""What the corpora's formats are read into."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kgtransfer.records import Span


@dataclass(frozen=True, slots=True)
class GoldName:
    """A marked name and the types that are right for it; none where its label is no type of ours.

    Names found where such a label stands are neither right nor wrong.
    """

    start: int
    end: int
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class GoldDate:
    """A marked date and its normalised value (as `kgtransfer.values` writes it)."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class GoldText:
    """A text with its marks.

    `clusters` lists the names and pronouns of each thing that is spoken of, `phrases` all noun
    phrases for it, as they were marked.
    """

    title: str
    text: str
    names: tuple[GoldName, ...] = ()
    clusters: tuple[tuple[Span, ...], ...] = ()
    phrases: tuple[tuple[Span, ...], ...] = ()
    dates: tuple[GoldDate, ...] = ()
    written: str = ""
    """The day that its metadata say it was written, in ISO 8601."""

    def cased(self, casing: str) -> GoldText:
        """A copy in lower or upper case (`as is` for none); offsets stay."""
        if casing == "as is":
            return self
        change = str.lower if casing == "lower" else str.upper
        letters = [change(letter) for letter in self.text]
        same = zip(self.text, letters, strict=True)
        return replace(self, text="".join(new if len(new) == 1 else old for old, new in same))


@dataclass(frozen=True, slots=True)
class NameCorpus:
    """Texts of a corpus of names.

    `counted` are our types that its annotation covers: others are not counted where they are
    found. `whole` says how many texts there are before those that were trained on were left out.
    """

    name: str
    texts: tuple[GoldText, ...]
    counted: frozenset[str]
    whole: int
