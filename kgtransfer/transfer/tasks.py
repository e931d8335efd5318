"""Question sets as tasks: source examples to learn from, target questions to adapt and to test."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgtransfer.errors import ConfigError, InputError
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.train import questions as sets
from kgtransfer.train.questions import ReadingExample
from kgtransfer.transfer.config import Format, SourceConfig, TargetConfig

log = logging.getLogger(__name__)

SPLIT_SEED = 20
"""Draws the test questions, so that every experiment on a set holds out the same ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its pages as (title, text); any of `answers` is right."""

    id: str
    text: str
    answers: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Questions that may be labelled, and the held-out ones."""

    pool: tuple[Question, ...]
    test: tuple[Question, ...]


def source_examples(sources: Sequence[SourceConfig], data: Path, seed: int) -> list[ReadingExample]:
    """Reading examples of all sources, shuffled.

    Raises:
        InputError: a file is missing or of another format.
    """
    rng = random.Random(seed)
    everything: list[ReadingExample] = []
    for source in sources:
        path = data / source.questions
        try:
            examples = list(_examples(source.format, path, rng))
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise _other_format(path, source.format) from error
        rng.shuffle(examples)
        everything += examples[: source.limit]
        log.info("source %s: %d examples", path.name, len(examples[: source.limit]))
    rng.shuffle(everything)
    return everything


def read_target(config: TargetConfig, data: Path) -> Target:
    """Split a question set into test questions and the pool that labels are drawn from.

    Questions that are answered yes or no are left out: they have no span to point at.

    Raises:
        InputError: the file is missing or of another format.
        ConfigError: it has no more questions than are to be held out.
    """
    path = data / config.questions
    questions = [q for q in read_questions(config.format, path) if not _is_verdict(q)]
    random.Random(SPLIT_SEED).shuffle(questions)
    if len(questions) <= config.test:
        raise ConfigError(
            f"target.test: {config.test} questions are to be held out of {len(questions)}",
            where=str(path),
        )
    return Target(tuple(questions[config.test :]), tuple(questions[: config.test]))


def labelled(pool: Sequence[Question], budget: int, seed: int) -> list[ReadingExample]:
    """What `budget` labelled questions teach, page by page.

    Under one seed a smaller budget is a part of every larger one.
    """
    chosen = list(pool)
    random.Random(seed).shuffle(chosen)
    rng = random.Random(seed)
    return [
        example
        for question in chosen[:budget]
        for _, example in sets.page_by_page(
            question.text, question.answers[0], dict(question.pages), list(question.supports), rng
        )
    ]


def nearest_pages(
    questions: Sequence[Question], encoder: TextEncoder, count: int
) -> tuple[Question, ...]:
    """The questions with only their `count` nearest pages, by the cosine of the embeddings."""
    chosen: list[Question] = []
    for question in questions:
        if len(question.pages) > count:
            texts = [f"{title}: {text}" for title, text in question.pages]
            vectors = encoder.encode([question.text, *texts])
            order = (-(vectors[1:] @ vectors[0])).argsort(kind="stable")[:count]
            question = replace(question, pages=tuple(question.pages[i] for i in sorted(order)))
        chosen.append(question)
    return tuple(chosen)


def reachable(questions: Sequence[Question]) -> float:
    """The share of questions with an answer that stands on one of their pages: the ceiling."""
    found = [
        any(sets.occurrences(answer, text) for answer in q.answers for _, text in q.pages)
        for q in questions
    ]
    return sum(found) / max(1, len(found))


def read_questions(kind: Format, path: Path) -> list[Question]:
    """The questions of a file with their pages, in the file's order.

    Raises:
        InputError: the file is missing or of another format.
    """
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            "there is no such question file",
            where=str(path),
            hint="Name the folder that it is in with --data DIR.",
        ) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"can't be read as JSON ({error})", where=str(path)) from error
    parse = {"2wiki": _context, "hotpotqa": _context, "musique": _paragraphs, "squad": _squad}
    try:
        return list(parse[kind](items))
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise _other_format(path, kind) from error


def _examples(kind: Format, path: Path, rng: random.Random) -> Iterator[ReadingExample]:
    if kind == "squad":
        yield from sets.squad(path, rng)
        return
    pairs = {"2wiki": sets.two_wiki, "hotpotqa": sets.hotpot, "musique": sets.musique}[kind]
    for _, example in pairs(path, rng):
        yield sets.crop(example, rng)


def _context(items: Any) -> Iterator[Question]:
    for item in items:
        pages = tuple(
            (title, " ".join(sentence.strip() for sentence in sentences))
            for title, sentences in item["context"]
        )
        supports = tuple(dict.fromkeys(title for title, _ in item["supporting_facts"]))
        yield Question(item["_id"], item["question"], (item["answer"],), pages, supports)


def _paragraphs(items: Any) -> Iterator[Question]:
    for item in items:
        pages = tuple((p["title"], p["paragraph_text"]) for p in item["paragraphs"])
        supports = tuple(p["title"] for p in item["paragraphs"] if p["is_supporting"])
        answers = (item["answer"], *item.get("answer_aliases", ()))
        yield Question(item["id"], item["question"], answers, pages, supports)


def _squad(items: Any) -> Iterator[Question]:
    for article in items["data"]:
        for paragraph in article["paragraphs"]:
            title = str(article.get("title", ""))
            for item in paragraph["qas"]:
                answers = tuple(dict.fromkeys(a["text"] for a in item["answers"]))
                if answers:
                    page = (title, paragraph["context"])
                    yield Question(str(item["id"]), item["question"], answers, (page,), (title,))


def _is_verdict(question: Question) -> bool:
    return question.answers[0].strip().lower() in ("yes", "no")


def _other_format(path: Path, kind: str) -> InputError:
    return InputError(
        f"not in the format {kind!r}",
        where=str(path),
        hint="Formats: 2wiki, hotpotqa, musique, squad; each as its authors publish it.",
    )
