"""Dates against marked ones: where they stand, and whether the normalised value is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from kgtransfer.evaluate.gold.records import GoldDate, GoldText
from kgtransfer.records import Extraction, ValueMention
from kgtransfer.relative_dates import dated, document_date, is_relative


def score_dates(texts: Sequence[GoldText], extractions: Sequence[Extraction]) -> dict[str, Any]:
    """How many marked dates are found with the right value.

    `written` are those whose text has the value's year; others ("this week", "72") need the
    document's date or the sentence before; it is known from the text's metadata or first lines.
    Values are the same if they say the same days: "18XX" and "1800-01-01/1899-12-31". Unmarked
    dates are not counted: not all are marked.
    """
    counts: Counter[str] = Counter()
    for text, extraction in zip(texts, extractions, strict=True):
        written = document_date(text.text, {"date": text.written})
        known = dated(extraction, written)
        dates = [v for v in known.values if v.kind == "date" and not is_relative(v)]
        for gold in text.dates:
            kind = "written" if _year(gold) in text.text[gold.start : gold.end] else "relative"
            here = [v for v in dates if v.start < gold.end and gold.start < v.end]
            counts[kind] += 1
            counts[f"{kind}_found"] += bool(here)
            counts[f"{kind}_right"] += _is_right(gold, here)
    return {
        kind: {
            "gold": counts[kind],
            "found": counts[f"{kind}_found"],
            "right": counts[f"{kind}_right"],
        }
        for kind in ("written", "relative")
    }


def _year(gold: GoldDate) -> str:
    year = gold.value.lstrip("-")[:4]
    number = int(year) + 1 if gold.value.startswith("-") else int(year)  # -0043 is 44 BC
    return str(number)


def _is_right(gold: GoldDate, here: Iterable[ValueMention]) -> bool:
    return any(_days(str(value.value)) == _days(gold.value) for value in here)


def _days(value: str) -> tuple[str, str]:
    """The first and the last day of what a value covers, as far as it is not left open."""
    first, _, last = value.partition("/")
    last = last or first
    first, last = first.replace("X", "0"), last.replace("X", "9")
    if first == last:
        return first, last
    return first.removesuffix("-01").removesuffix("-01"), last.removesuffix("-31").removesuffix(
        "-12"
    )
