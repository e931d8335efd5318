"""Where an answer begins and ends: whole words of one sentence, no punctuation around them."""

from __future__ import annotations

import re

_CROSSES = re.compile(r"(?:[\w)\]\"”]{3}|\s\d\d?)[.!?]\s+[A-Z]|;|\n")
_TRIM = " \t\n,;:.\"“”'’()[]"
_JOINT = r"(?:(?<=\d)\.(?=\d)|\.(?=[a-z])|[/\\_](?=\w)|::(?=\w))"
_BEFORE = re.compile(
    rf"(?:(?<!\S)--?)?(?:\w[\w-]*{_JOINT})+(?=\w$)|(?<!\S)--?(?=\w$)|(?<!\w)(?:[a-z]+-)+(?=\w$)"
)
_AFTER = re.compile(rf"(?:{_JOINT}\w[\w-]*)+")
_TITLE = (
    r"(?:Duke|Duchess|Count|Countess|Prince|Princess|Earl|King|Queen|Marquess|Marquis|Margrave|"
    r"Landgrave|Burgrave|Elector|Baron|Baroness|Viscount|Viscountess|Bishop)"
)
_RANK = re.compile(
    rf",\s(?:\d+\w\w\s{_TITLE}|{_TITLE}\sof)(?:\sof)?(?:\sthe)?"
    r"(?:\s(?:[Dd]e\s|[Vv]on\s)?[A-Z][\w'’-]*)+"
)
_NAME = re.compile(r"[A-Z][^\W\d_]+(?:\s(?:[A-Z][\w'’.-]*|of|the|de|von|van|al|bin|ibn))*")


def is_phrase(span: str) -> bool:
    """Whether the span stays within a sentence and holds its brackets in pairs."""
    balanced = span.count("(") == span.count(")") and not re.match(r"[^(]*\)", span)
    return balanced and not _CROSSES.search(span)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop punctuation and unmatched brackets at the ends, but not an abbreviation's full stop."""
    while start < end and text[start] in _TRIM and not _closes(text, start, end):
        start += 1
    while start < end and text[end - 1] in _TRIM and not _closes(text, start, end):
        if text[end - 1] == "." and _is_abbreviated(text[start:end]):
            break
        end -= 1
    if start < end and text[end - 1] == "-":
        while text[end : end + 1].isalpha():  # "Anhalt-", of Anhalt-Bernburg
            end += 1
    return _whole(text, start, end)


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """All of a file's name, an option, a compound, or of a name with its rank.

    "mod.rs", "--lib", "bi-weekly", "Henri, Count of Paris".
    """
    if start < end and text[start].isalnum():
        word = max(text.rfind(" ", 0, start), text.rfind("\n", 0, start)) + 1
        if (before := _BEFORE.search(text[word : start + 1])) is not None:
            start = word + before.start()
    if start < end and (after := _AFTER.match(text, end)) is not None:
        end = after.end()
    if (rank := _RANK.match(text, end)) is not None and _NAME.fullmatch(text, start, end):
        end = rank.end()
    return start, end


def _closes(text: str, start: int, end: int) -> bool:
    """Whether the span holds its brackets in pairs, and so should keep them."""
    span = text[start:end]
    return span.endswith(")") and span.count("(") == span.count(")") and not span.startswith("(")


def _is_abbreviated(span: str) -> bool:
    last = span.rsplit(" ", 1)[-1]
    return last.count(".") > 1 or last in ("Jr.", "Sr.", "Inc.", "Ltd.", "Co.")
