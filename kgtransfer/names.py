"""Names: how a title, a text and a question are made to meet on one key.

Pure functions of text. `fold` makes the key; `document_names` says which names a document
contributes and how strong each is; `find_names` finds the longest names in running text;
`capitalised_spans` finds what looks like a name although no document bears it.

A key is built word by word, so that `find_names` folds each word of a text once: words in lower
case without accents or apostrophes, joined by one space (none between Chinese or Japanese
characters, where each character is a word).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

BRACKETED, TITLE, WEAK = 3, 2, 1
"""Strengths: a title with its bracket, a title without, any weaker name."""

_APOSTROPHES = "'’ʼʻ`´′"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff"
_CJK = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_LETTER = rf"(?:(?![{_CJK}])[^\W_]|[{_MARKS}])"
# One word: a Chinese or Japanese character, or letters and digits with inner apostrophes. A
# space before 's is tolerated, because tokenised corpora write "children 's".
_WORD = re.compile(
    rf"[{_CJK}]|{_LETTER}+(?:[{_APOSTROPHES}]{_LETTER}+|\s[{_APOSTROPHES}][sS]\b)*", re.UNICODE
)
_POSSESSIVE = re.compile(rf"(?:\s?[{_APOSTROPHES}][sS])+$")
_DROP = re.compile(rf"(?![{_MARKS}])[\W_]|[\u0300-\u036f]")
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_BRACKET = re.compile(r"^(.*\S)\s*\(([^()]+)\)\s*$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n。！？])[\s\"“”‘(\[»«]*$")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


ARTICLES = frozenset({"the", "a", "an"})
_CONNECTORS = _words(
    "of the de del della dell di da do dos das du des la le les van von der den zu af av bin "
    "ibn al el ad"
)
STOPWORDS = _words(
    "a about after again all also although an and another any are as at be because been "
    "before being between both but by can could did do does during each either even every few "
    "first following for from had has have he her here hers him his how however i if in into "
    "is it its later many may me more most much my neither no nor not of on once one only or "
    "other our out over she since so some soon such than that the their them then there these "
    "they this those though through to two under until up upon was we were what when where "
    "whether which while who whom whose why will with within without would you your according "
    "despite unlike"
)
_MONTHS = _words(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
_GENERIC = _words(
    "actor album article author band book chapter character city club company country episode "
    "family film game group list man movie name novel page part people person place play "
    "school season section series show song story team text title town university village "
    "woman work year"
)
_HONORIFICS = _words(
    "admiral archduchess archduke baron baroness bishop brigadier captain cardinal chief "
    "colonel count countess dame doctor dom don dr duchess duke earl emperor empress general "
    "governor hon infanta infante judge king lady lieutenant lord major marquess marquis mr "
    "mrs ms pope president prince princess prof professor queen rear reverend rev saint "
    "senator sergeant sheikh sir st sultan the vice"
)
_DIMINUTIVES = {
    "alexander": ("alex",), "andrew": ("andy",), "anthony": ("tony",), "benjamin": ("ben",),
    "charles": ("charlie",), "christopher": ("chris",), "daniel": ("dan",), "david": ("dave",),
    "donald": ("don",), "edgar": ("eddie",), "edward": ("ed", "eddie"), "elizabeth": ("liz",),
    "frederick": ("fred",), "gerald": ("gerry",), "james": ("jim", "jimmy"), "joseph": ("joe",),
    "katherine": ("kate",), "lawrence": ("larry",), "leonard": ("leo",), "margaret": ("peggy",),
    "matthew": ("matt",), "michael": ("mike",), "nicholas": ("nick",), "patricia": ("pat",),
    "peter": ("pete",), "philip": ("phil",), "raymond": ("ray",), "richard": ("dick", "rick"),
    "robert": ("bob", "rob", "bobby"), "ronald": ("ron",), "samuel": ("sam",),
    "stephen": ("steve",), "steven": ("steve",), "susan": ("sue",), "theodore": ("ted",),
    "thomas": ("tom",),
    "timothy": ("tim",), "vincent": ("vince",), "walter": ("walt",), "william": ("bill", "will"),
}  # fmt: skip
_COPULA = re.compile(
    r"\b(?:is|was|are|were|refers|ist|war|sind|est|était|sont|es|fue|son|è|era|sono|é|foi)\b|是"
)
_KNOWN_AS = re.compile(
    r"(?<![\w-])(?:known\s+(?:simply\s+|professionally\s+|mononymously\s+)?as|also\s+called|born|née|né|"
    r"formerly|nicknamed|stage\s+name|abbreviated(?:\s+as)?)(?:\s+the)?[\s\"“”]+"
)
_DATES_OF_LIFE = re.compile(
    r"(?:\s+or\s+[^(,]*|,\s*(?:Jr|Sr)\b\.?|,)?\s*[(（]\s*(?:born|b\.|c\.|ca\.|died|d\.|–|[^)]*\d{3,4})"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a document: as written, its key, and its strength (3, 2 or 1)."""

    form: str
    key: str
    strength: int


def fold(text: str) -> str:
    """The key of a name: equal for spellings that differ in case, accents or punctuation.

    Apostrophes join ("O'Brien" is "obrien"), a possessive at the very end is dropped, and a
    leading article stays (dropping it makes another, weaker name).
    """
    words = _WORD.findall(text)
    if not words:
        return ""
    return _join([_fold_word(word) for word in words[:-1]], _fold_last(words[-1]))


def split_bracket(title: str) -> tuple[str, str]:
    """A title and its disambiguator: "Kes (film)" is ("Kes", "film"); without one, ("Kes", "")."""
    found = _BRACKET.match(title.strip())
    return (found[1], found[2].strip()) if found else (title.strip(), "")


def document_names(title: str, lead: str) -> tuple[Name, ...]:
    """The names that a document contributes, the strongest first, one for each key.

    Args:
        title: the document's title; may be empty, then the lead's name stands for it.
        lead: the beginning of the text (two or three sentences are enough).
    """
    bare, bracket = split_bracket(title)
    sentence = _first_sentence(lead)
    lead_name, is_person = _lead_name(sentence, bare)
    forms: list[tuple[str, int]] = []
    if bracket:
        forms.append((title.strip(), BRACKETED))
    if bare:
        forms.append((bare, TITLE))
    if lead_name:
        forms.append((lead_name, WEAK if bare else TITLE))
        forms += [(form, WEAK) for form in _known_as(sentence)]
    for form in (bare, lead_name):
        forms += [(weaker, WEAK) for weaker in _weaker(form)]
    if is_person:
        forms += [(weaker, WEAK) for weaker in _short_names(lead_name)]
        if not bare:  # nothing but the full name of the lead tells how others call the person
            forms += [(weaker, WEAK) for weaker in _everyday_names(lead_name)]
    return _distinct(forms)


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
    matches = list(_WORD.finditer(text))
    folded = [_fold_word(match.group()) for match in matches]
    found: list[tuple[int, int, str]] = []
    at = 0
    while at < len(matches):
        best = 0
        if not cased or _can_begin(matches[at].group()):
            best, key = _longest(matches, folded, at, max_words, is_key, begins)
        if best and _says_a_name(text, matches, at, best, key, cased):
            last = matches[at + best - 1]
            end = last.end() - _possessive_length(last.group())
            found.append((matches[at].start(), end, key))
            at += best
        else:
            at += 1
    return found


def capitalised_spans(text: str) -> list[tuple[int, int]]:
    """Runs of capitalised words, "of", "de la" and the like between them, as (start, end).

    Articles and function words in front are left out, and so are months and weekdays: what is
    left looks like a name. Punctuation other than a hyphen or an initial's full stop ends a run.
    """
    return [
        (run[0].start(), run[-1].end() - _possessive_length(run[-1].group()))
        for raw in _runs(text)
        if (run := _trim(text, raw))
    ]


# -- words ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 17)
def _fold_word(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = _DROP.sub("", decomposed).translate(_NO_DECOMPOSITION)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 17)
def _fold_last(word: str) -> str:
    return _fold_word(word[: len(word) - _possessive_length(word)])


def _possessive_length(word: str) -> int:
    if word[-1:] not in ("s", "S"):
        return 0
    found = _POSSESSIVE.search(word)
    return len(found[0]) if found and found.start() else 0


def _join(words: list[str], last: str) -> str:
    key = ""
    for word in (*words, last):
        key = _append(key, word)
    return key


def _append(key: str, word: str) -> str:
    if not key or not word or (_is_cjk(key[-1]) and _is_cjk(word[0])):
        return key + word
    return f"{key} {word}"


def _is_cjk(character: str) -> bool:
    return character > "\u3040" and re.match(f"[{_CJK}]", character) is not None


# -- matching ------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 17)
def _can_begin(word: str) -> bool:
    return any(not c.islower() and c.isalnum() for c in word)


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
        joined = _append(prefix, word)
        key = joined if whole.isalnum() else _append(prefix, _fold_last(whole))
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
        if left < 0 or right >= len(matches) or not _is_capitalised(matches[beside].group()):
            continue
        gap = text[matches[left].end() : matches[right].start()]
        joined = not gap.strip(" -") or (gap.strip() == "." and len(matches[left].group()) == 1)
        if joined and _fold_word(matches[beside].group()) not in STOPWORDS | _MONTHS:
            return not _possessive_length(matches[left].group())
    return False


# -- names of a document -------------------------------------------------------------------------


def _first_sentence(lead: str) -> str:
    head = lead.strip()[:600]
    for stop in re.finditer(r"[.!?]\s+(?=[A-Z\"“])|[。\n]", head):
        word = re.search(r"(\w+)$", head[: stop.start()])
        if not _is_open(head[: stop.start()]) and (word is None or len(word[1]) > 3):
            return head[: stop.start() + 1]
    return head


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _lead_name(sentence: str, title: str) -> tuple[str, bool]:
    """The thing that a defining first sentence is about, and whether dates follow as for a person.

    With a title at hand, a lead that shares no word with it is trusted only where dates of life
    follow it ("Calvin Broadus (born 1971)"): otherwise a story's hero would name the chapter.
    """
    copula = _COPULA.search(sentence)
    if copula is None and title:
        return "", False
    head = sentence[: copula.start()] if copula else _first_run(sentence)
    stop = re.search(r"[(（,;:]|\s+or\s+", head)
    form = (head[: stop.start()] if stop else head).strip(" \t\"“”«»'*_#")
    rest = head[stop.start() :] if stop else ""
    is_person = _DATES_OF_LIFE.match(rest) is not None
    words = _WORD.findall(form)
    if not 1 <= len(words) <= 12 or not _can_begin(words[0]) or _is_junk(fold(form)):
        return "", False
    if title and not is_person:
        shared = set(fold(form).split()) & set(fold(title).split()) - STOPWORDS
        if not shared and fold(form) != fold(title):
            return "", False
    return form, is_person


def _first_run(sentence: str) -> str:
    """The capitalised words that a sentence without "is" begins with, if it does."""
    spans = capitalised_spans(sentence)
    if not spans or _WORD.search(sentence[: spans[0][0]]):
        return ""
    return sentence[: spans[0][1]]


def _known_as(sentence: str) -> Iterator[str]:
    for phrase in _KNOWN_AS.finditer(sentence):
        rest = sentence[phrase.end() :]
        spans = capitalised_spans(rest[:80])
        if not spans or rest[: spans[0][0]].strip(" \"“”‘'") or _is_date(rest):
            continue
        form = rest[spans[0][0] : spans[0][1]]
        if " " in form or phrase[0].lower().startswith(("known", "also", "nick", "stage", "abb")):
            yield form  # after "born" or "formerly" one word may be a place or a people


def _is_date(text: str) -> bool:
    return fold(text[:12]).split(" ")[0] in _MONTHS


def _weaker(form: str) -> Iterator[str]:
    if not form:
        return
    words = form.split()
    if words[0].lower() in ARTICLES and len(words) > 1:
        yield " ".join(words[1:])
    for mark in (",", ":"):
        head = form.split(mark)[0].strip()
        if head and head != form:
            yield head
            yield from _without_initials(head)
            yield from _without_honorific(head)
    yield from _without_initials(form)
    yield from _without_honorific(form)


def _without_initials(form: str) -> Iterator[str]:
    words = form.split()
    kept = [w for w in words if not re.fullmatch(r"(?:[A-Z]\.-?)+", w)]
    if 2 <= len(kept) < len(words):
        yield " ".join(kept)


def _without_honorific(form: str) -> Iterator[str]:
    words = form.replace("- ", "-").split()
    kept = list(words)
    while kept and set(fold(kept[0]).split()) <= _HONORIFICS:
        kept.pop(0)
    if 0 < len(kept) < len(words) and (len(kept) > 1 or len(kept[0]) > 3) and kept[0][0].isupper():
        yield " ".join(kept)


def _short_names(form: str) -> Iterator[str]:
    """A person's first and last name, and the quoted nickname with the last name."""
    plain = re.sub(r"\s*[\"“][^\"”]*[\"”]\s*", " ", form)
    plain = next(_without_honorific(plain), plain)
    words = [w for w in plain.replace("- ", "-").split() if fold(w) not in ("jr", "sr")]
    if not 2 <= len(words) <= 5 or not all(w[0].isupper() for w in words):
        return
    if len(words) > 2 or plain != form:
        yield f"{words[0]} {words[-1]}"
    for nickname in re.findall(r"[\"“]\s*([^\"”]+?)\s*[\"”]", form):
        yield f"{nickname} {words[-1]}"


def _everyday_names(form: str) -> Iterator[str]:
    """How a person with two given names or two family names may be called.

    "Robert Francis Boyle" is also Robert F. Boyle, R. Francis Boyle, Francis Boyle, Robert Francis
    and Bob Boyle.
    """
    plain = re.sub(r"\s*[\"“][^\"”]*[\"”]\s*", " ", form)
    words = next(_without_honorific(plain), plain).split()
    if not 2 <= len(words) <= 4 or not all(w[0].isupper() and len(w) > 1 for w in words):
        return
    first, last = words[0], words[-1]
    for short in _DIMINUTIVES.get(first.lower(), ()):
        yield f"{short.title()} {last}"
    if len(words) == 3:
        middle = words[1]
        yield from (f"{first} {middle[0]}. {last}", f"{first[0]}. {middle} {last}")
        yield from (f"{middle} {last}", f"{first} {middle}")
    if len(words) == 4:
        yield from (f"{first} {words[1]}", f"{first} {words[2]}")


def _is_junk(key: str) -> bool:
    words = [w for w in key.split() if w not in STOPWORDS]
    return not words or len(key) < 2 or all(w in _GENERIC or w in _MONTHS for w in words)


def _distinct(forms: list[tuple[str, int]]) -> tuple[Name, ...]:
    names: dict[str, Name] = {}
    for form, strength in sorted(forms, key=lambda pair: -pair[1]):
        key = fold(form)
        bare_number = key.replace(" ", "").isdigit() and (strength < TITLE or len(forms) > 1)
        junk = bare_number or (strength < TITLE and (_is_junk(key) or len(key) < 3))
        if key and not junk:
            names.setdefault(key, Name(form, key, strength))
    return tuple(names.values())


# -- capitalised runs ----------------------------------------------------------------------------


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words and the connectors between them, unbroken by punctuation."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and not _continues(text[run[-1].end() : word.start()], run[-1].group()):
            yield run
            run = []
        if _is_capitalised(word.group()) or (run and _links(word.group())):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _continues(gap: str, previous: str) -> bool:
    if _possessive_length(previous):
        return False
    return gap.strip() in ("", "-") or (gap.strip() in (".", ".-") and len(previous) == 1)


@lru_cache(maxsize=1 << 16)
def _is_capitalised(word: str) -> bool:
    return any(c.isupper() for c in word)


def _links(word: str) -> bool:
    return word in _CONNECTORS or (word.isdigit() and len(word) <= 4)


def _trim(text: str, run: list[re.Match[str]]) -> list[re.Match[str]]:
    words = list(run)
    while words and _fold_word(words[0].group()) in STOPWORDS | _CONNECTORS:
        words.pop(0)
    while words and words[-1].group() in _CONNECTORS:
        words.pop()
    while len(words) > 1 and words[-1].group().isdigit() and _is_month(words[-2]):
        words = words[:-2]
    if len(words) == 1 and (_is_month(words[0]) or len(words[0].group()) == 1):
        return []
    return words


def _is_month(word: re.Match[str]) -> bool:
    return _fold_word(word.group()) in _MONTHS
