"""Question sets as tasks: source examples to learn from, target questions to adapt and to test."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from kgtransfer.errors import ConfigError, InputError
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.train import questions as sets
from kgtransfer.train.questions import ReadingExample
from kgtransfer.transfer.config import Format, SourceConfig, TargetConfig

log = logging.getLogger(__name__)
Item = TypeVar("Item")

SPLIT_SEED = 20
"""Draws the test questions, so that every experiment on a set holds out the same ones."""
CROP = (240, 520)
"""Characters of a page that are learnt from: a stretch around the answer costs least."""
MULTIHOP = "multihop"
UNANSWERABLE = 0.15
"""How many of a single-page set's questions are also asked of another page."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its pages as (title, text); any of `answers` is right.

    Questions of one `group` share pages, so they are held out together or not at all.
    """

    group: str
    text: str
    answers: tuple[str, ...]
    pages: tuple[tuple[str, str], ...]
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """Questions that may be labelled, and the held-out ones."""

    pool: tuple[Question, ...]
    test: tuple[Question, ...]


def source_examples(
    sources: Sequence[SourceConfig], data: Path, seed: int
) -> tuple[list[ReadingExample], dict[str, str]]:
    """Reading examples of all sources, shuffled, and for each step the question it is a step of.

    Raises:
        InputError: a file is missing or of another format.
    """
    rng = random.Random(seed)
    everything: list[ReadingExample] = []
    asked: dict[str, str] = {}
    for source in sources:
        path = data / source.questions
        try:
            pairs = list(_examples(source, path, rng))
        except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
            raise _other_format(path, source.format) from error
        log.info("source %s: %d examples", path.name, len(pairs))
        asked |= {example.question: question for question, example in pairs}
        everything += [example for _, example in pairs]
    rng.shuffle(everything)
    return everything, asked


def source_pages(sources: Sequence[SourceConfig], data: Path) -> Iterator[tuple[str, str]]:
    """All pages (title, text) of those sources whose questions come with several pages."""
    for source in sources:
        if source.format != "squad":
            whole = source.model_copy(update={"steps": False})
            for question in _first(read_questions(whole, data), source.limit):
                yield from question.pages


def read_target(config: TargetConfig, data: Path) -> Target:
    """Split a question set into test questions and the pool that labels are drawn from.

    Questions that are answered yes or no are left out: they have no span to point at.

    Raises:
        InputError: the file is missing or of another format.
        ConfigError: it has no more questions than are to be held out.
    """
    path = data / config.questions
    groups: dict[str, list[Question]] = {}
    for question in read_questions(config, data):
        if question.answers[0].strip().lower() not in ("yes", "no"):
            groups.setdefault(question.group, []).append(question)
    order = list(groups)
    random.Random(SPLIT_SEED).shuffle(order)
    questions = [question for group in order for question in groups[group]]
    cut = min(config.test, len(questions))
    while 0 < cut < len(questions) and questions[cut].group == questions[cut - 1].group:
        cut += 1
    if cut == len(questions):
        raise ConfigError(
            f"target.test: {config.test} questions are to be held out of {cut}", where=str(path)
        )
    return Target(tuple(questions[cut:]), tuple(questions[:cut]))


def labelled(pool: Sequence[Question], budget: int, seed: int) -> list[ReadingExample]:
    """What `budget` labelled questions teach, page by page.

    Under one seed a smaller budget is a part of every larger one.
    """
    chosen = list(pool)
    random.Random(seed).shuffle(chosen)
    rng = random.Random(seed)
    return [
        sets.crop(example, rng, *CROP)
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


def read_questions(config: SourceConfig | TargetConfig, data: Path) -> list[Question]:
    """The questions of a file with their pages, in the file's order.

    Raises:
        InputError: the file is missing or of another format.
        ConfigError: steps are asked for, and the set has none.
    """
    path = data / config.questions
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
        if config.steps:
            return list(_steps(config.format, path))
        return list(parse[config.format](items))
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise _other_format(path, config.format) from error


def _examples(
    source: SourceConfig, path: Path, rng: random.Random
) -> Iterator[tuple[str, ReadingExample]]:
    """Pairs of a question and an example of how to read for it."""
    if source.format == "squad":
        found = _first([e for _, e in sets.squad(path, rng, None)], source.limit)
        whole = [("", example) for example in found]
        pairs = [(e.question, e) for e in (*found, *sets.refuse(whole, rng, UNANSWERABLE))]
    else:
        items = _first(_items(source.format, path, rng), source.limit)
        pairs = [
            (item["question"], example)
            for item, hops in items
            for kind, example in hops
            if not source.steps or kind != MULTIHOP
        ]
    for question, example in pairs:
        yield question, sets.crop(example, rng, *CROP)


def _items(kind: Format, path: Path, rng: random.Random) -> list[tuple[dict[str, Any], sets.Hops]]:
    return list(sets.items("hotpot" if kind == "hotpotqa" else kind, path, rng))


def _steps(kind: Format, path: Path) -> Iterator[Question]:
    """Each step as a question about its own page."""
    if kind not in ("2wiki", "musique"):
        raise ConfigError(f"steps: questions of the format {kind!r} have no steps", where=str(path))
    for number, (_, hops) in enumerate(_items(kind, path, random.Random(SPLIT_SEED))):
        for relation, example in hops:
            if relation != MULTIHOP:
                answers = tuple(dict.fromkeys(example.text[a:b] for a, b in example.spans))
                page = (example.title, example.text)
                yield Question(str(number), example.question, answers, (page,), (example.title,))


def _first(items: list[Item], limit: int | None) -> list[Item]:
    """The first of a fixed random order, the same for every seed."""
    order = list(items)
    random.Random(SPLIT_SEED).shuffle(order)
    return order[:limit]


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
            title, text = str(article.get("title", "")), paragraph["context"]
            for item in paragraph["qas"]:
                answers = tuple(dict.fromkeys(a["text"] for a in item["answers"]))
                if answers:
                    yield Question(text, item["question"], answers, ((title, text),), (title,))


def _other_format(path: Path, kind: str) -> InputError:
    return InputError(
        f"not in the format {kind!r}",
        where=str(path),
        hint="Formats: 2wiki, hotpotqa, musique, squad; each as its authors publish it.",
    )
