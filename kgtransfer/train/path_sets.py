"""The sets that path questions come from.

2WikiMultihopQA's evidence, MuSiQue's decomposition, HotpotQA's supporting pages, and chains of
Re-DocRED's relations. Beside a set's own questions others are made of the relations that it knows.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kgtransfer.names import split_bracket
from kgtransfer.records import Span
from kgtransfer.train.path_questions import PathQuestion, Step, nested
from kgtransfer.train.questions import _load, _page_of, _place, detokenise, occurrences


def gather(data: Path, rng: random.Random) -> dict[str, list[PathQuestion]]:
    """The questions of every set."""
    multihop, documents = data / "multihop", data / "extraction/redocred"
    return {
        "2wiki": list(two_wiki(multihop / "2wiki_train/questions.json", rng)),
        "musique": list(musique(multihop / "musique_train/questions.json", rng)),
        "hotpot": list(hotpot(multihop / "hotpotqa_train/questions.json", rng)),
        "redocred": list(redocred(documents / "dev.json", documents / "pid2name.json", rng)),
    }


def two_wiki(path: Path, rng: random.Random) -> Iterator[PathQuestion]:
    """2WikiMultihopQA's own nested questions, then others made of all its evidence."""
    facts: dict[str, list[tuple[str, tuple[Span, ...]]]] = defaultdict(list)
    texts: dict[str, str] = {}
    made: list[tuple[str, str, str, tuple[Span, ...], dict[str, str]]] = []
    for item in _load(path):
        pages = {title: " ".join(s.strip() for s in parts) for title, parts in item["context"]}
        supports = list(dict.fromkeys(title for title, _ in item["supporting_facts"]))
        found = []
        for subject, relation, answer in item["evidences"]:
            title = _page_of(subject, supports)
            spans = occurrences(answer, pages[title])[:2] if title else ()
            target = _page_of(answer, [t for t in supports if t != title])
            if title and not spans and target:
                spans = occurrences(split_bracket(target)[0], pages[title])[:2]
            found.append((title, relation, spans))
            if title and spans:
                texts[title] = pages[title]
                if (relation, spans) not in facts[title]:
                    facts[title].append((relation, spans))
                if target:
                    made.append((title, relation, target, spans, pages))
        if item["type"] in ("compositional", "inference") and len(found) == 2:
            (first, _, one), (second, _, two) = found
            if first and second and first != second and one:
                steps = [Step(first, pages[first], one), Step(second, pages[second], two)]
                yield _with_pages("2wiki", item["question"], steps, pages, rng)
    for title, relation, target, spans, pages in made:
        for onward, answers in facts.get(target, ()):
            question, asked = nested((relation, onward), _cased(title, rng), rng)
            steps = [
                Step(title, texts[title], spans, asked[0]),
                Step(target, texts[target], answers, asked[1]),
            ]
            yield _with_pages("2wiki made", question, steps, pages, rng)
    for title, known in facts.items():
        for relation, answers in known:
            question, asked = nested((relation,), _cased(title, rng), rng)
            step = Step(title, texts[title], answers, asked[0])
            yield _with_pages("2wiki single", question, [step], {}, rng)


def musique(path: Path, rng: random.Random) -> Iterator[PathQuestion]:
    """MuSiQue's questions whose steps follow one another; each asks about the answer before."""
    for item in _load(path):
        steps: list[Step] = []
        for number, part in enumerate(item["question_decomposition"]):
            references = re.findall(r"#(\d)", part["question"])
            if references != ([str(number)] if number else []):
                break
            page = item["paragraphs"][part["paragraph_support_idx"]]
            text = page["paragraph_text"]
            steps.append(Step(page["title"], text, occurrences(part["answer"], text)[:3]))
        pages = {p["title"]: p["paragraph_text"] for p in item["paragraphs"]}
        whole = len(steps) == len(item["question_decomposition"])
        if whole and all(s.spans for s in steps[:-1]):
            yield _with_pages("musique", item["question"], steps, pages, rng)


def hotpot(path: Path, rng: random.Random) -> Iterator[PathQuestion]:
    """HotpotQA's questions where one supporting page names the other, which holds the answer."""
    for item in _load(path):
        pages = {title: "".join(sentences).strip() for title, sentences in item["context"]}
        supports = [t for t in dict.fromkeys(t for t, _ in item["supporting_facts"]) if t in pages]
        holding = [t for t in supports if occurrences(item["answer"], pages[t])]
        if item["type"] != "bridge" or len(supports) != 2 or not holding:
            continue
        last = holding[-1]
        first = next(t for t in supports if t != last)
        link = occurrences(split_bracket(last)[0], pages[first])[:2]
        if not link:
            continue
        answers = occurrences(item["answer"], pages[last])[:3]
        steps = [Step(first, pages[first], link), Step(last, pages[last], answers)]
        yield _with_pages("hotpot", item["question"], steps, pages, rng)


_TRIVIAL = (
    "located in", "contains administrative", "country", "continent", "instance of", "has part",
    "part of", "participant", "present in work", "next to body",
)  # fmt: skip


def redocred(path: Path, names: Path, rng: random.Random) -> Iterator[PathQuestion]:
    """Two of Re-DocRED's relations in a row; a page is made of the sentences about each name."""
    relations = {pid: value[0] for pid, value in _load(names).items()}
    for document in _load(path):
        labels = [x for x in document["labels"] if x.get("evidence")]
        labels = [x for x in labels if not relations[x["r"]].startswith(_TRIVIAL)]
        by_subject: dict[int, list[Any]] = defaultdict(list)
        for label in labels:
            by_subject[label["h"]].append(label)
        chains = [
            (one, two)
            for one in labels
            for two in by_subject[one["t"]]
            if two["t"] != one["h"] and two["t"] != one["t"]
        ]
        for one, two in rng.sample(chains, min(6, len(chains))):
            pages = [_about(document, label, rng) for label in (one, two)]
            if pages[0] is None or pages[1] is None or pages[0].title == pages[1].title:
                continue
            subject = pages[0].title
            question, asked = nested((relations[one["r"]], relations[two["r"]]), subject, rng)
            steps = [replace(p, asked=a) for p, a in zip(pages, asked, strict=True) if p]
            steps[1] = replace(steps[1], linked=(subject,))
            yield PathQuestion("redocred", question, _named(question, subject), tuple(steps))


def _about(document: Any, label: Any, rng: random.Random) -> Step | None:
    """A page of the subject: the sentences that state the relation, and a few that name it."""
    head, tail = document["vertexSet"][label["h"]], document["vertexSet"][label["t"]]
    stated = set(label["evidence"])
    also = sorted({m["sent_id"] for m in head} - stated)
    chosen = sorted(stated | set(rng.sample(also, min(2, len(also)))))
    if len(chosen) > 6 or head[0]["type"] in ("TIME", "NUM"):
        return None
    text, places = detokenise([document["sents"][i] for i in chosen])
    spans = tuple(
        _place({**m, "sent_id": chosen.index(m["sent_id"])}, places)
        for m in tail
        if m["sent_id"] in stated
    )
    name = max((m["name"] for m in head), key=len)
    return Step(name, text, spans[:2]) if spans else None


def _with_pages(
    source: str, question: str, steps: list[Step], pages: dict[str, str], rng: random.Random
) -> PathQuestion:
    """With the links among the pages, and with a page beside the path that the first one names."""
    named = _named(question, steps[0].title)
    linked = {title: _naming(title, pages) for title in pages}
    own = [replace(s, linked=linked.get(s.title, ())) for s in steps]
    on_path = {s.title for s in steps}
    wrong = []
    for title in pages:
        if title not in on_path and (at := occurrences(split_bracket(title)[0], own[0].text)):
            wrong.append((Step(title, pages[title], (), linked=linked[title]), at[0]))
    others = [title for title in pages if title not in on_path]
    if not wrong and others and (places := _capitalised(own[0])):
        title = rng.choice(others)
        wrong.append((Step(title, pages[title], (), linked=linked[title]), rng.choice(places)))
    return PathQuestion(
        source, question, named, tuple(own), tuple(rng.sample(wrong, len(wrong[:1])))
    )


def _capitalised(step: Step) -> list[Span]:
    found = re.finditer(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+)*", step.text)
    return [
        m.span() for m in found if not any(m.start() < b and a < m.end() for a, b in step.spans)
    ]


def _naming(title: str, pages: dict[str, str]) -> tuple[str, ...]:
    name = split_bracket(title)[0]
    return tuple(t for t, text in pages.items() if t != title and occurrences(name, text))[:3]


def _named(question: str, title: str) -> Span | None:
    for name in (title, split_bracket(title)[0]):
        if found := occurrences(name, question):
            return found[0]
    return None


def _cased(title: str, rng: random.Random) -> str:
    """The title, or its name as 2Wiki's questions write names: Every Word With A Capital."""
    if rng.random() < 0.5:
        return split_bracket(title)[0]
    return re.sub(r"(?<![\w'])[a-z]", lambda m: m[0].upper(), title)
