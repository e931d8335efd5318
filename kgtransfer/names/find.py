"""Names in running text: those that documents bear, and runs of capitalised words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kgtransfer.names.fold import (
    MONTHS,
    STOPWORDS,
    WORD,
    append,
    can_begin,
    fold_last,
    fold_word,
    is_capitalised,
    possessive_length,
    words_of,
)

_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n。！？])[\s\"“”‘(\[»«]*$")
_CONNECTORS = words_of(
    "of the de del della dell di da do dos das du des la le les van von der den zu af av bin "
    "ibn al el ad"
)


def find_names(
    text: str,
    is_key: Callable[[str], bool],
    *,
    max_words: int = 12,
    cased: bool = True,
    begins: Callable[[str], bool] | None = None,
) -> list[tuple[int, int, str]]:
    """The names in a text as (start, end, key), leftmost first, the longest from each start.

    A name begins with a word that has a capital or a digit, or in a script without case
    (`cased=False` lifts this). `end` leaves a possessive 's out. A lone word is no name where
    capitalised words stand beside it ("Chicago" in "Chicago Tribune"), and a lone function word
    ("It") only inside a sentence, where its capital means something.

    Args:
        text: running text.
        is_key: whether a key is a name, for example `names.__contains__`.
        max_words: the longest name to look for.
        cased: whether a name must begin with a capital.
        begins: whether any name may begin with these folded words; saves looking further.
    """
    matches = list(WORD.finditer(text))
    folded = [fold_word(match.group()) for match in matches]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(matches):
        best = 0
        if not cased or can_begin(matches[at].group()):
            best, key = _longest(matches, folded, at, max_words, is_key, begins)
        if best and _says_a_name(text, matches, at, best, key, cased):
            last = matches[at + best - 1]
            end = last.end() - possessive_length(last.group())
            found.append((matches[at].start(), end, key))
            at += best
        else:
            at += 1
    return found


def _longest(
    matches: list[re.Match[str]],
    folded: list[str],
    at: int,
    max_words: int,
    is_key: Callable[[str], bool],
    begins: Callable[[str], bool] | None = None,
) -> tuple[int, str]:
    prefix, best, best_key = "", 0, ""
    for n, word in enumerate(folded[at : at + max_words], start=1):
        whole = matches[at + n - 1].group()
        joined = append(prefix, word)
        key = joined if whole.isalnum() else append(prefix, fold_last(whole))
        if is_key(key):
            best, best_key = n, key
        prefix = joined
        if begins is not None and not begins(prefix):
            break
    return best, best_key


def _says_a_name(
    text: str, matches: list[re.Match[str]], at: int, n: int, key: str, cased: bool
) -> bool:
    if n > 1 or (not cased and key not in STOPWORDS):
        return True
    if len(key) == 1 or _is_flanked(text, matches, at):
        return False
    if key not in STOPWORDS:
        return True
    before = text[max(0, matches[at].start() - 20) : matches[at].start()]
    return cased and _SENTENCE_START.search(before) is None


def _is_flanked(text: str, matches: list[re.Match[str]], at: int) -> bool:
    """Whether a lone word is part of a longer name: "Chicago" of "Chicago Tribune"."""
    for left, right, beside in ((at - 1, at, at - 1), (at, at + 1, at + 1)):
        if left < 0 or right >= len(matches) or not is_capitalised(matches[beside].group()):
            continue
        gap = text[matches[left].end() : matches[right].start()]
        joined = not gap.strip(" -") or (gap.strip() == "." and len(matches[left].group()) == 1)
        if joined and fold_word(matches[beside].group()) not in STOPWORDS | MONTHS:
            return not possessive_length(matches[left].group())
    return False


def capitalised_spans(text: str) -> list[tuple[int, int]]:
    """Runs of capitalised words, "of", "de la" and the like between them, as (start, end).

    Articles and function words in front are left out, and so are months and weekdays: what is
    left looks like a name. Punctuation other than a hyphen or an initial's full stop ends a run.
    """
    return [
        (run[0].start(), run[-1].end() - possessive_length(run[-1].group()))
        for raw in _runs(text)
        if (run := _trim(text, raw))
    ]


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words and the connectors between them, unbroken by punctuation."""
    run: list[re.Match[str]] = []
    for word in WORD.finditer(text):
        if run and not _continues(text[run[-1].end() : word.start()], run[-1].group()):
            yield run
            run = []
        if is_capitalised(word.group()) or (run and _links(word.group())):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _continues(gap: str, previous: str) -> bool:
    if possessive_length(previous):
        return False
    return gap.strip() in ("", "-") or (gap.strip() in (".", ".-") and len(previous) == 1)


def _links(word: str) -> bool:
    return word in _CONNECTORS or (word.isdigit() and len(word) <= 4)


def _trim(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    words = list(run)
    while words and fold_word(words[0].group()) in STOPWORDS | _CONNECTORS:
        words.pop(0)
    while words and words[-1].group() in _CONNECTORS:
        words.pop()
    while len(words) > 1 and words[-1].group().isdigit() and _is_month(words[-2]):
        words = words[:-2]
    if len(words) == 1 and (_is_month(words[0]) or len(words[0].group()) == 1):
        return []
    return words


def _is_month(word: re.Match[str]) -> bool:
    return fold_word(word.group()) in MONTHS
