"""Make data/samples/ out of 2WikiMultihopQA: a small corpus, its questions, two longer pages.

    python experiments/make_samples.py DATA [--out data/samples] [--seed 9]

DATA is a folder with corpus.json ([{title, text}]) and questions.json (or questions.dev.json) in
the form in which HippoRAG evaluates 2WikiMultihopQA.
"""

from __future__ import annotations

import argparse
import html
import json
import random
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

PER_TYPE = {"compositional": 8, "comparison": 8, "bridge_comparison": 7, "inference": 7}
PASSAGES = 150
DEMO = ("Billy Elliot", "Karl Von Habsburg", "Fat Man And Little Boy")
"""What the questions that stand first, and that the demo asks, are about."""

CLEAR = frozenset(
    {"director", "performer", "composer", "father", "mother", "spouse", "publication date"}
    | {f"{what} of {event}" for what in ("date", "place") for event in ("birth", "death")}
    | {"country"}
)
"""Predicates of which a page states one object."""

GOOPY_AND_BAGHA = (
    ("The films", "Goopy Gyne Bagha Byne", "Hirak Rajar Deshe", "Goopy Bagha Phire Elo",
     "Goopi Gawaiya Bagha Bajaiya"),
    ("The people", "Satyajit Ray", "Tapen Chatterjee", "Nemai Ghosh (photographer)"),
)  # fmt: skip
CAROLINGIANS = (
    ("Emperors and kings", "Charlemagne", "Charles the Younger", "Carloman of Bavaria",
     "Lothair II"),
    ("Their queens", "Ermengarde of Hesbaye", "Ermengarde of Tours", "Teutberga",
     "Waldrada of Lotharingia"),
    ("Kinsmen in Arles", "Bertha, daughter of Lothair II", "Theobald of Arles"),
)  # fmt: skip
LICENCE = "CC BY-SA 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by-sa/4.0/"

Question = dict[str, Any]
Topic = tuple[tuple[str, ...], ...]


def words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))


def stands_in(name: str, text: str) -> bool:
    """Whether the text has the name's words, or a date's year."""
    year = re.search(r"\b\d{3,4}\b", name)
    if year:
        return year.group() in text
    return set(words(name)) <= set(words(text))


def is_clear(question: Question, texts: dict[str, str]) -> bool:
    """Whether the pages state all of the question's evidence, each part of it once."""
    objects: dict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, predicate, value in question["evidence"]:
        objects[subject, predicate].add(value)
        if predicate not in CLEAR or not stands_in(value, texts.get(subject, "")):
            return False
    if len({subject for subject, _ in objects}) < 2 or any(len(v) > 1 for v in objects.values()):
        return False
    final = [next(iter(values)) for values in objects.values()]
    if question["question_type"] in ("compositional", "inference"):
        (first, *_), *_, (last, *_) = question["evidence"]
        answer = question["answer"]
        needs_both = not stands_in(answer, texts[first])  # else one page would do
        return answer == final[-1] and answer in texts[last] and needs_both
    if question["answer"].casefold() in ("yes", "no"):
        return (final[-1] == final[-2]) == (question["answer"].casefold() == "yes")
    years = [re.search(r"\b\d{3,4}\b", value) for value in final[-2:]]
    return all(years) and len({year.group() for year in years if year}) == 2


def pages_of(question: Question) -> list[str]:
    return list(dict.fromkeys(subject for subject, _, _ in question["evidence"]))


def choose_questions(
    questions: list[Question], texts: dict[str, str], taken: set[str], rng: random.Random
) -> list[Question]:
    """Draw each type's share of clear questions; every page serves one question alone."""
    chosen = []
    used = set(taken)
    pool = [q for q in questions if is_clear(q, texts)]
    rng.shuffle(pool)
    for kind, share in PER_TYPE.items():
        for question in [q for q in pool if q["question_type"] == kind]:
            if share and not used & set(pages_of(question)):
                chosen.append(question)
                used |= set(pages_of(question))
                share -= 1
    first = [q for name in DEMO for q in chosen if name in q["question"]]
    return first + [q for q in chosen if q not in first]


def without_bracket(title: str) -> str:
    return re.sub(r" \(.*\)$", "", title)


def choose_distractors(
    gold: list[str], titles: list[str], texts: dict[str, str], count: int, rng: random.Random
) -> list[str]:
    """Draw pages that are easily taken for gold ones: they share a rare name, or mention one."""
    often = Counter(word for title in texts for word in set(words(title)))
    bare = {without_bracket(title) for title in gold}
    gold_words = {word for title in bare for word in words(title) if len(word) > 3}
    nearness: dict[str, float] = {}
    for title in titles:
        shared = max((1 / often[word] for word in gold_words & set(words(title))), default=0.0)
        same = without_bracket(title) in bare
        mentions = any(name in texts[title] for name in bare if len(words(name)) > 1)
        nearness[title] = 2 * same + mentions + 3 * shared + 0.2 * rng.random()
    short = [title for title in titles if 12 <= len(texts[title].split()) <= 250]
    return sorted(short, key=lambda title: -nearness[title])[:count]


def address(title: str) -> str:
    return f"https://en.wikipedia.org/wiki/{quote(title.replace(' ', '_'))}"


def headed(topic: Topic) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ((heading, tuple(pages)) for heading, *pages in topic)


def as_markdown(title: str, topic: Topic, texts: dict[str, str]) -> str:
    sources = "; ".join(address(page) for _, pages in headed(topic) for page in pages)
    lines = ["---", f"title: {title}", f"license: {LICENCE}", f"source: Wikipedia ({sources})"]
    lines += ["---", f"# {title}", ""]
    for heading, pages in headed(topic):
        lines += [f"## {heading}", ""]
        for page in pages:
            text = re.sub(r"([*_`<>\[\]#])", r"\\\1", texts[page])
            lines += [f"### [{page}]({address(page).replace('(', '%28').replace(')', '%29')})", ""]
            lines += [re.sub(rf"^{re.escape(page)}\b", rf"**{page}**", text), ""]
    return "\n".join(lines).rstrip() + "\n"


def as_html(title: str, topic: Topic, texts: dict[str, str]) -> str:
    body = []
    for heading, pages in headed(topic):
        body.append(f"<h2>{html.escape(heading)}</h2>")
        for page in pages:
            link = f'<a href="{address(page)}">{html.escape(page)}</a>'
            paragraphs = html.escape(texts[page], quote=False).replace("\n", "</p>\n<p>")
            body.append(f"<h3>{link}</h3>\n<p>{paragraphs}</p>")
    menu = "".join(f"<li>{html.escape(heading)}</li>" for heading, _ in headed(topic))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} - kgtransfer samples</title>
<style>body {{ max-width: 40em; margin: auto }}</style>
</head>
<body>
<nav><ul>{menu}</ul></nav>
<main>
<h1>{title}</h1>
{chr(10).join(body)}
</main>
<footer>From the Wikipedia articles linked above, by their authors.
<a href="{LICENCE_URL}">{LICENCE}</a></footer>
</body>
</html>
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("data/samples"))
    parser.add_argument("--seed", type=int, default=9)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    named = [options.data / name for name in ("questions.json", "questions.dev.json")]
    questions = json.loads(next(path for path in named if path.exists()).read_text("utf-8"))
    corpus = json.loads((options.data / "corpus.json").read_text("utf-8"))
    texts = {record["title"]: record["text"] for record in corpus}

    both = (*headed(GOOPY_AND_BAGHA), *headed(CAROLINGIANS))
    topics = {page for _, pages in both for page in pages}
    chosen = choose_questions(questions, texts, topics, rng)
    gold = [page for question in chosen for page in pages_of(question)]
    others = [title for title in texts if title not in topics and title not in gold]
    distractors = choose_distractors(gold, others, texts, PASSAGES - len(gold), rng)
    kept = set(gold) | set(distractors)

    options.out.mkdir(parents=True, exist_ok=True)
    passages = [record for record in corpus if record["title"] in kept]
    for name, content in (("corpus.json", passages), ("questions.json", chosen)):
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (options.out / name).write_text(text + "\n", "utf-8")
    (options.out / "goopy-and-bagha.md").write_text(
        as_markdown("Goopy and Bagha", GOOPY_AND_BAGHA, texts), "utf-8"
    )
    (options.out / "carolingians.html").write_text(
        as_html("The Carolingians", CAROLINGIANS, texts), "utf-8"
    )
    print(f"{len(passages)} passages, {len(gold)} of them gold, {len(chosen)} questions")


if __name__ == "__main__":
    main()
