"""Questions whose text is given: SQuAD's format, and PubMedQA's.

Rajpurkar et al., 2016 (arXiv:1606.05250; an empty list of answers is a question without one), and
Jin et al., 2019 (arXiv:1909.06146), whose questions are answered by yes, no or maybe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgtransfer.errors import InputError


@dataclass(frozen=True, slots=True)
class PageQuestion:
    """A question about one text; `golds` is empty where the text does not answer it."""

    question: str
    title: str
    text: str
    golds: tuple[str, ...]
    kind: str


def read_questions(file: Path) -> list[PageQuestion]:
    """The questions of a file, in its order.

    Raises:
        InputError: it can't be read, or has another format.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"can't be read ({error})", where=str(file)) from error
    try:
        return list(_squad(content["data"]) if "data" in content else _pubmedqa(content))
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"neither SQuAD's format nor PubMedQA's ({error!r})",
            where=str(file),
            hint='{"data": [{"title", "paragraphs": [{"context", "qas": [{"question", "answers": '
            '[{"text"}]}]}]}]}, or {ID: {"QUESTION", "CONTEXTS", "final_decision"}}.',
        ) from error


def _squad(articles: list[dict[str, Any]]) -> Iterator[PageQuestion]:
    for article in articles:
        title = str(article.get("title", "")).replace("_", " ")
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                golds = dict.fromkeys(answer["text"] for answer in asked["answers"])
                question = asked["question"].strip()
                kind = "span" if golds else "none"
                yield PageQuestion(question, title, paragraph["context"], tuple(golds), kind)


def _pubmedqa(items: dict[str, dict[str, Any]]) -> Iterator[PageQuestion]:
    for item in items.values():
        right = str(item["final_decision"])
        yield PageQuestion(item["QUESTION"], "", " ".join(item["CONTEXTS"]), (right,), right)
