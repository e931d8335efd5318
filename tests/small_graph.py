"""A graph of a few pages, made by the names in them, for tests of what reads a graph."""

from __future__ import annotations

import hashlib
from collections import defaultdict

from graph_store.records import Record
from kgtransfer.names import capitalised_spans, document_names, find_names, fold
from kgtransfer.records import (
    About,
    Chunk,
    Document,
    Entity,
    Fact,
    GraphContent,
    Mention,
    Span,
    Value,
)

PAGES = {
    "Dark River (1990 film)": "Dark River is a 1990 film directed by Ken Loach. Ann Lee starred.",
    "Dark River (2017 film)": "Dark River is a 2017 film directed by Clio Barnard.",
    "Ken Loach": "Ken Loach (born 17 June 1936) is a director. He was born in Nuneaton.",
    "Clio Barnard": "Clio Barnard (born 1965) is a director. She was born in Santa Barbara.",
    "Nuneaton": "Nuneaton is a market town in Warwickshire. It lies near Coventry.",
    "Kes (film)": "Kes is a 1969 film by Ken Loach. It was shot in Barnsley with Ann Lee.",
    "Bridges": "A bridge spans a river. Engineers build it of steel or stone.",
}


def small_graph(pages: dict[str, str] | None = None, sentences_per_chunk: int = 99) -> GraphContent:
    """Pages to records: page entities, their names in all texts, and other capitalised spans."""
    pages = PAGES if pages is None else pages
    documents = [
        Document(number("d", title), f"small/{title}", title, "en", number("", text))
        for title, text in pages.items()
    ]
    chunks = [c for title, text in pages.items() for c in _chunks(title, text, sentences_per_chunk)]
    entities = {title: Entity(number("e", title), title, "Misc") for title in pages}
    bearers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for title, text in pages.items():
        for name in document_names(title, text):
            bearers[name.key].append((title, name.strength))
    others: dict[str, Entity] = {}
    mentions = []
    for chunk in chunks:
        spans: dict[tuple[str, int, bool], list[Span]] = defaultdict(list)
        taken = set()
        for start, end, key in find_names(chunk.text, bearers.__contains__):
            taken.add(start)
            own = [b for b in bearers[key] if number("d", b[0]) == chunk.document]
            for title, strength in own or bearers[key]:
                ambiguous = not own and len(bearers[key]) > 1
                spans[entities[title].id, strength, ambiguous].append((start, end))
        for start, end in capitalised_spans(chunk.text):
            if start not in taken:
                key = fold(chunk.text[start:end])
                others.setdefault(key, Entity(number("e", key), chunk.text[start:end], "Misc"))
                spans[others[key].id, 0, False].append((start, end))
        for (entity, strength, ambiguous), places in spans.items():
            texts = tuple(f"{a + chunk.start}:{b + chunk.start}" for a, b in places)
            mentions.append(Mention(chunk.id, entity, texts, strength, 1.0, ambiguous))
    unique = {mention.id: mention for mention in mentions}
    about = [About(number("d", title), entities[title].id) for title in pages]
    facts, values = _facts(pages, chunks, entities)
    records: list[Record] = [*documents, *chunks, *entities.values(), *others.values(), *values]
    records += [*about, *unique.values(), *facts]
    return GraphContent.of(records)


def number(kind: str, text: str) -> str:
    """An id."""
    return kind + hashlib.sha256(text.encode()).hexdigest()[:12]


def _chunks(title: str, text: str, size: int) -> list[Chunk]:
    sentences = [s + " " for s in text.split(". ")]
    sentences = [s.rstrip() + ". " for s in sentences[:-1]] + [sentences[-1].rstrip()]
    chunks, start = [], 0
    for position in range(0, len(sentences), size):
        piece = "".join(sentences[position : position + size])
        id_ = number("c", f"{title}/{start}")
        chunks.append(
            Chunk(id_, number("d", title), piece, start, start + len(piece), position // size)
        )
        start += len(piece)
    return chunks


def _facts(
    pages: dict[str, str], chunks: list[Chunk], entities: dict[str, Entity]
) -> tuple[list[Fact], list[Value]]:
    if "Kes (film)" not in pages or "Ken Loach" not in pages:
        return [], []
    chunk = next(c for c in chunks if c.document == number("d", "Kes (film)"))
    kes, ken = entities["Kes (film)"].id, entities["Ken Loach"].id
    value = Value(number("v", "1969"), "date", "1969", "1969")
    shared = (0.9, 1, (chunk.id,), ("0:32",))
    return [
        Fact("f1", kes, "director", "DIRECTOR", ken, *shared),
        Fact("f2", kes, "publication_date", "PUBLICATION_DATE", value.id, *shared),
        Fact("f3", ken, "father", "FATHER", kes, *shared, stated=False),
    ], [value]
