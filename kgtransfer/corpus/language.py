"""Which language a text is in, said only when sure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "no",
    "fi",
    "hu",
    "ro",
    "tr",
    "ru",
    "uk",
    "el",
    "ar",
    "he",
    "fa",
    "hi",
    "bn",
    "ta",
    "th",
    "vi",
    "id",
    "zh",
    "ja",
    "ko",
]
"""ISO 639-1 codes that are told apart. Rarer ones mostly turn up as mistakes on short texts."""

_SAMPLE = 4000  # characters
_SHORT = 60  # words
_ENGLISH_ALONE = frozenset({"the", "and", "with", "which", "that", "from", "were"})
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "was",
        "were",
        "is",
        "by",
        "with",
        "from",
        "that",
        "his",
        "her",
        "which",
        "are",
        "has",
        "had",
        "to",
        "in",
        "for",
    ]
)
_LATIN = frozenset(
    [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "pl",
        "cs",
        "sv",
        "da",
        "no",
        "fi",
        "hu",
        "ro",
        "tr",
        "vi",
        "id",
    ]
)


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's language, or "" where it is too short to be sure."""
    sample = text[:_SAMPLE]
    letters = sum(map(str.isalpha, sample))
    if letters < 8:
        return ""
    words = sample.lower().split()
    known = sum(word in _ENGLISH for word in words)
    latin = sum(character.isascii() and character.isalpha() for character in sample)
    # Plain English, which most corpora are, needs no model.
    plain = known >= 0.2 * len(words) and {"the", "of", "and"} & set(words)
    if len(words) >= 8 and plain and latin > 0.8 * letters:
        return "en"
    language, probability = _identifier().classify(sample)
    if language == "en":
        return "en" if probability >= 0.7 and latin > 0.6 * letters else ""
    if language in _LATIN and len(words) < _SHORT and _may_be_english(words):
        return ""  # "Il Cielo is a 1951 film directed by Lino Lionello"
    sure = probability >= 0.99 and letters >= 20 if language in _LATIN else probability >= 0.8
    return str(language) if sure else ""


def _may_be_english(words: list[str]) -> bool:
    """Whether a few of the words are English ones, and such as no other language has."""
    known = [word for word in words if word in _ENGLISH]
    alone = {"is", "by"} <= set(known) or bool(_ENGLISH_ALONE & set(known))
    return len(known) >= max(2, 0.06 * len(words)) and alone


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # slow to load

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
