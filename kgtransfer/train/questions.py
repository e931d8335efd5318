"""Public question sets and relation sets as examples for the reader.

Every reader yields `ReadingExample`s: a question, one page (or a crop of it), and where the answer
stands in it. Relation sets become one-hop questions ("Who directed X?"), because that is what a
reader is asked at each page on the way through a graph.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kgtransfer.errors import InputError
from kgtransfer.names import fold
from kgtransfer.records import Span
from kgtransfer.train.wordings import NATURAL, ask

Label = Literal["span", "yes", "no", "none"]


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question, one page, and what a reader should find there.

    `spans` are character spans of the text, any of which is right; empty unless `label` is "span".
    """

    question: str
    title: str
    text: str
    spans: tuple[Span, ...]
    label: Label


Hops = Iterator[tuple[str, ReadingExample]]
"""Examples with what they have in common: their relation, "multihop" for a set's own question at
one page, the title of their article."""


KNOWLEDGENET = {
    "PLACE_OF_RESIDENCE": "residence",
    "EMPLOYEE_OR_MEMBER_OF": "employer",
    "HEADQUARTERS": "headquarters location",
    "CEO": "chief executive",
    "NATIONALITY": "country of citizenship",
    "POLITICAL_AFFILIATION": "member of political party",
    "DATE_FOUNDED": "inception",
    "SUBSIDIARY_OF": "subsidiary of",
    "CHILD_OF": "parent",
}


def squad(path: Path, rng: random.Random, stretch: tuple[int, int] | None = (280, 620)) -> Hops:
    """A file in SQuAD's format by its articles' titles, contexts cut to a stretch, if any."""
    for article in _load(path)["data"]:
        for paragraph in article["paragraphs"]:
            for item in paragraph["qas"]:
                text = paragraph["context"]
                spans = {
                    (a["answer_start"], a["answer_start"] + len(a["text"])) for a in item["answers"]
                }
                label: Label = "span" if spans else "none"
                example = ReadingExample(
                    item["question"].strip(), "", text, tuple(sorted(spans)), label
                )
                yield article["title"], crop(example, rng, *stretch) if stretch else example


def squad_article(path: Path, title: str, rng: random.Random) -> Iterator[ReadingExample]:
    """The questions of the articles of a title (or of all) in a file of SQuAD's format.

    Raises:
        InputError: it is none.
    """
    stored = _load(path)
    try:
        articles = [a for a in stored["data"] if title in ("", a.get("title", ""))]
        for paragraph in (p for article in articles for p in article["paragraphs"]):
            for item in paragraph["qas"]:
                spans = {
                    (a["answer_start"], a["answer_start"] + len(a["text"])) for a in item["answers"]
                }
                question, text = item["question"].strip(), paragraph["context"]
                if spans:
                    yield crop(
                        ReadingExample(question, "", text, tuple(sorted(spans)), "span"), rng
                    )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"not in SQuAD's format ({error!r})", where=str(path)) from error


def crop(
    example: ReadingExample, rng: random.Random, low: int = 280, high: int = 620
) -> ReadingExample:
    """A stretch of `low` to `high` characters that holds a gold span, cut at spaces."""
    size = rng.randint(low, high)
    if len(example.text) <= size:
        return example
    first, last = rng.choice(example.spans) if example.spans else (0, 0)
    spare = max(0, size - (last - first))
    begin = max(0, min(first - rng.randint(0, spare), len(example.text) - size))
    end = max(last, begin + size)
    while 0 < begin < first and not example.text[begin - 1].isspace():
        begin += 1
    while last < end < len(example.text) and not example.text[end].isspace():
        end -= 1
    inside = tuple((a - begin, b - begin) for a, b in example.spans if begin <= a and b <= end)
    return ReadingExample(
        example.question, example.title, example.text[begin:end], inside, example.label
    )


def items(kind: str, path: Path, rng: random.Random) -> Iterator[tuple[dict[str, Any], Hops]]:
    """Each question of a multi-hop set ("2wiki", "hotpot", "musique") with its examples."""
    for item in _load(path):
        yield item, _ITEMS[kind](item, rng)


def two_wiki(path: Path, rng: random.Random) -> Hops:
    """One-hop questions from 2WikiMultihopQA's evidence, then its own questions page by page."""
    for _, hops in items("2wiki", path, rng):
        yield from hops


def hotpot(path: Path, rng: random.Random) -> Hops:
    """HotpotQA's own format, page by page."""
    for _, hops in items("hotpot", path, rng):
        yield from hops


def musique(path: Path, rng: random.Random) -> Hops:
    """MuSiQue: each step of a question's decomposition, then the question page by page."""
    for _, hops in items("musique", path, rng):
        yield from hops


def _two_wiki(item: dict[str, Any], rng: random.Random) -> Hops:
    pages = {title: " ".join(s.strip() for s in sentences) for title, sentences in item["context"]}
    supports = list(dict.fromkeys(title for title, _ in item["supporting_facts"]))
    for subject, relation, answer in item["evidences"]:
        title = _page_of(subject, supports)
        if title and (spans := occurrences(answer, pages[title])):
            # The page's title is the name that a question will use.
            question = ask(relation, rng.choice((subject, title)), rng)
            yield relation, ReadingExample(question, title, pages[title], spans[:2], "span")
    if item["type"] in ("compositional", "inference"):
        yield from page_by_page(item["question"], item["answer"], pages, supports, rng)


def _hotpot(item: dict[str, Any], rng: random.Random) -> Hops:
    pages = {title: "".join(sentences).strip() for title, sentences in item["context"]}
    supports = list(dict.fromkeys(title for title, _ in item["supporting_facts"]))
    yield from page_by_page(item["question"], item["answer"], pages, supports, rng)


def steps(item: Mapping[str, Any], rng: random.Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each step of a MuSiQue question: what it asks, its answer, its paragraph."""
    answers: list[str] = []
    for step in item["question_decomposition"]:
        question = step["question"]
        for number, answer in enumerate(answers, 1):
            question = question.replace(f"#{number}", answer)
        if " >> " in question:
            subject, relation = question.split(" >> ", 1)
            question = ask(relation.strip(), subject.strip(), rng)
        answers.append(step["answer"])
        yield question, step["answer"], item["paragraphs"][step["paragraph_support_idx"]]


def _musique(item: dict[str, Any], rng: random.Random) -> Hops:
    for question, answer, page in steps(item, rng):
        if spans := occurrences(answer, page["paragraph_text"]):
            text = page["paragraph_text"]
            yield "step", ReadingExample(question, page["title"], text, spans[:3], "span")
    paragraphs = item["paragraphs"]
    pages = {p["title"]: p["paragraph_text"] for p in paragraphs}
    supports = [p["title"] for p in paragraphs if p["is_supporting"]]
    yield from page_by_page(item["question"], item["answer"], pages, supports, rng)


_ITEMS = {"2wiki": _two_wiki, "hotpot": _hotpot, "musique": _musique}


def redocred(path: Path, names: Path, rng: random.Random) -> Iterator[tuple[str, ReadingExample]]:
    """One-hop questions from Re-DocRED's evidenced triples."""
    relations = {pid: value[0] for pid, value in _load(names).items()}
    for document in _load(path):
        text, places = detokenise(document["sents"])
        for label in document["labels"]:
            if not label.get("evidence"):
                continue
            head, tail = document["vertexSet"][label["h"]], document["vertexSet"][label["t"]]
            spans = [_place(m, places) for m in tail if m["sent_id"] in label["evidence"]]
            if not spans or relations[label["r"]] in ("instance of", "has part", "part of"):
                continue
            name = max((m["name"] for m in head), key=len)
            yield (
                relations[label["r"]],
                ReadingExample(
                    ask(relations[label["r"]], name, rng),
                    document["title"],
                    text,
                    tuple(spans),
                    "span",
                ),
            )


def absent(path: Path, names: Path, rng: random.Random) -> Iterator[ReadingExample]:
    """Questions about what a Re-DocRED page does not say of the thing it is about."""
    relations = {pid: value[0] for pid, value in _load(names).items()}
    documents = _load(path)
    known: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for document in documents:
        for label in document["labels"]:
            known[document["vertexSet"][label["h"]][0]["type"]][label["r"]] += 1
    for document in documents:
        words = set(document["title"].lower().split())
        topic = max(
            range(len(document["vertexSet"])),
            key=lambda i: len(words & set(document["vertexSet"][i][0]["name"].lower().split())),
        )
        stated = {label["r"] for label in document["labels"] if label["h"] == topic}
        common = known[document["vertexSet"][topic][0]["type"]]
        usual = sorted(common, key=lambda r: -common[r])[:20]
        missing = [r for r in usual if r not in stated and relations[r] in NATURAL]
        text, _ = detokenise(document["sents"])
        for relation in rng.sample(missing, min(4, len(missing))):
            question = ask(relations[relation], document["title"], rng)
            yield ReadingExample(question, document["title"], text, (), "none")


def knowledgenet(path: Path, rng: random.Random) -> Iterator[tuple[str, ReadingExample]]:
    """One-hop questions from KnowledgeNet's facts whose both sides are names."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            fact = json.loads(line)
            if fact.get("obj_start") is None or fact.get("subj_start") is None:
                continue
            if fact["subj"].lower() in _PRONOUNS or fact["obj"].lower() in _PRONOUNS:
                continue
            start = fact["obj_start"] - fact["pass_start"]
            span = (start, start + len(fact["obj"]))
            if fact["passage"][slice(*span)] != fact["obj"]:
                continue
            relation = KNOWLEDGENET.get(
                fact["property"], fact["property"].lower().replace("_", " ")
            )
            yield (
                relation,
                ReadingExample(
                    ask(relation, fact["subj"], rng), "", fact["passage"], (span,), "span"
                ),
            )


def fewrel(path: Path, names: Path, rng: random.Random) -> Iterator[tuple[str, ReadingExample]]:
    """One-hop questions from FewRel's sentences."""
    relations = {pid: value[0] for pid, value in _load(names).items()}
    for pid, items in _load(path).items():
        for item in items:
            text, places = detokenise([item["tokens"]])
            tail = item["t"][2][0]
            span = (places[0][tail[0]][0], places[0][tail[-1]][1])
            head = item["h"][2][0]
            subject = text[places[0][head[0]][0] : places[0][head[-1]][1]]
            yield (
                relations[pid],
                ReadingExample(ask(relations[pid], subject, rng), "", text, (span,), "span"),
            )


def pubmedqa(path: Path) -> Iterator[ReadingExample]:
    """PubMedQA's yes and no questions with the end of their abstracts."""
    for item in _load(path).values():
        if item["final_decision"] in ("yes", "no"):
            text = " ".join(item["CONTEXTS"])[-700:]
            yield ReadingExample(item["QUESTION"], "", text, (), item["final_decision"])


def checks(
    hops: Iterable[tuple[str, ReadingExample]], rng: random.Random
) -> Iterator[ReadingExample]:
    """Yes and no questions from one-hop examples: is O (or another one's O) the R of S?"""
    by_relation: dict[str, list[ReadingExample]] = defaultdict(list)
    for relation, example in hops:
        if example.label == "span":
            by_relation[relation].append(example)
    for examples in by_relation.values():
        for example in examples:
            truth = rng.random() < 0.5
            donor = example if truth else rng.choice(examples)
            answer = donor.text[slice(*donor.spans[0])]
            if not truth and answer.lower() in example.text.lower():
                continue
            topic = example.question.rstrip("?")
            match = re.match(r"(?:What|Who) is (the .+)$", topic)
            if match:
                question = f"Is {answer} {match[1]}?"
                yield ReadingExample(
                    question, example.title, example.text, (), "yes" if truth else "no"
                )


def refuse(
    hops: list[tuple[str, ReadingExample]], rng: random.Random, share: float
) -> Iterator[ReadingExample]:
    """Unanswerable pairs: the question of one example with the page of another of its relation."""
    by_relation: dict[str, list[ReadingExample]] = defaultdict(list)
    for relation, example in hops:
        by_relation[relation].append(example)
    for relation, example in hops:
        if rng.random() < share:
            other = rng.choice(by_relation[relation])
            answer = example.text[slice(*example.spans[0])] if example.spans else ""
            if other.text != example.text and answer.lower() not in other.text.lower():
                yield ReadingExample(example.question, other.title, other.text, (), "none")


def elsewhere(hops: Iterable[tuple[str, ReadingExample]]) -> Iterator[ReadingExample]:
    """The right page's stretches without the answer: a long page has many windows, one answers."""
    for _, example in hops:
        if example.label != "span":
            continue
        answers = {example.text[a:b].lower() for a, b in example.spans}
        for start in range(0, len(example.text) - 150, 450):
            stretch = example.text[start : start + 450]
            if not any(answer in stretch.lower() for answer in answers):
                yield ReadingExample(example.question, example.title, stretch, (), "none")


def gold_titles(question: Mapping[str, Any]) -> frozenset[str]:
    """The folded titles of the pages that hold a question's evidence, as far as its file says."""
    if "paragraphs" in question:
        return frozenset(fold(p["title"]) for p in question["paragraphs"] if p["is_supporting"])
    if "supporting_facts" in question:
        return frozenset(fold(title) for title, _ in question["supporting_facts"])
    evidence = question.get("evidence") or question.get("evidences") or ()
    return frozenset(fold(subject) for subject, *_ in evidence)


def occurrences(answer: str, text: str) -> tuple[Span, ...]:
    """Where the answer stands in the text as whole words, whatever the case."""
    pattern = r"(?<!\w)" + re.escape(answer) + r"(?!\w)"
    return tuple((m.start(), m.end()) for m in re.finditer(pattern, text, re.IGNORECASE))


_PRONOUNS = {"he", "she", "it", "his", "her", "their", "they", "him", "its", "i", "we", "our"}
_PRONOUNS |= {"my", "who", "which", "whom", "that", "himself", "herself", "itself"}


def page_by_page(
    question: str, answer: str, pages: dict[str, str], supports: list[str], rng: random.Random
) -> Iterator[tuple[str, ReadingExample]]:
    """A question asked of each of its supporting pages, and of two that don't answer it."""
    if answer.lower() in ("yes", "no"):
        return
    others = [title for title in pages if title not in supports]
    for title in supports:
        if title not in pages:
            continue
        spans = occurrences(answer, pages[title])
        label: Label = "span" if spans else "none"
        yield "multihop", ReadingExample(question, title, pages[title], spans[:3], label)
    for title in rng.sample(others, min(2, len(others))):
        if not occurrences(answer, pages[title]):
            yield "multihop", ReadingExample(question, title, pages[title], (), "none")


def _page_of(subject: str, titles: list[str]) -> str | None:
    """The title that shares most words with the subject's name, if any does."""
    words = set(re.findall(r"\w+", subject.lower()))

    def shared(title: str) -> float:
        own = set(re.findall(r"\w+", title.lower()))
        return len(words & own) / max(1, len(words | own))

    best = max(titles, key=shared, default=None)
    return best if best is not None and shared(best) > 0.3 else None


_NO_SPACE_BEFORE = set(".,;:!?)]%'’") | {"'s", "’s", "n't", "''"}
_NO_SPACE_AFTER = set("([$") | {"``"}


def detokenise(sentences: list[list[str]]) -> tuple[str, list[list[Span]]]:
    """Tokens to text, and each token's character span by sentence."""
    text, places = "", []
    for sentence in sentences:
        row: list[Span] = []
        previous = ""
        for token in sentence:
            if text and token not in _NO_SPACE_BEFORE and previous not in _NO_SPACE_AFTER:
                text += " "
            row.append((len(text), len(text) + len(token)))
            text += token
            previous = token
        places.append(row)
    return text, places


def _place(mention: dict[str, Any], places: list[list[Span]]) -> Span:
    row = places[mention["sent_id"]]
    first, last = mention["pos"]
    return row[first][0], row[last - 1][1]


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("there is no such data file", where=str(path)) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError(f"not valid JSON ({error})", where=str(path)) from error
