"""Component `kgtransfer_coreference`: entities become mentions in clusters; pronouns join them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import torch
from spacy.language import Language

from kgtransfer.extract.antecedents import scoring
from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.entities import entity_type
from kgtransfer.extract.names_in_text import NamedSpan, cluster_names
from kgtransfer.extract.pronouns import resolve_pronouns, unclear_clusters
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.nn.coreference import AntecedentScorer
from kgtransfer.records import EntityMention

_UNSCORED = 0.9
"""The confidence of an entity whose component gives none (a pipeline of spaCy's)."""


@Language.factory("kgtransfer_coreference", requires=["doc.ents"], default_config={"folder": ""})
def create_coreference(nlp: Language, name: str, folder: str) -> Coreference:
    """Make the component; a folder's scorer decides what pronouns stand for, else rules do."""
    return Coreference(shared_model(folder).antecedents if folder else None)


class Coreference:
    """Makes the reading's mentions from `doc.ents`, numbered by cluster, in order of place."""

    def __init__(self, scorer: AntecedentScorer | None = None) -> None:
        self.scorer = scorer

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Set the mentions of names, pronouns and definite nouns."""
        reading = reading_of(doc)
        named = _mentions(doc.text, _spans(doc, reading))
        score = scoring(doc.text, reading, self.scorer) if self.scorer else None
        pronouns = resolve_pronouns(doc.text, named, reading.sentences, score)
        reading.mentions = sorted([*named, *pronouns], key=lambda m: (m.start, m.end))
        reading.unclear = unclear_clusters(doc.text, reading.mentions)
        return doc


def _spans(doc: Any, reading: Reading) -> list[NamedSpan]:
    spans = []
    for entity in doc.ents:
        place = (entity.start_char, entity.end_char)
        # What our own tagger found has a type already, which may be one that a person taught it.
        kind = entity.label_ if place in reading.scores else entity_type(entity.label_)
        if kind is not None:
            score = reading.scores.get(place, _UNSCORED)
            spans.append(NamedSpan(*place, kind, score, reading.sentence_at(place[0])))
    return spans


def _mentions(text: str, spans: list[NamedSpan]) -> list[EntityMention]:
    """One type for each cluster: the one that its mentions' probabilities favour."""
    clusters = cluster_names(text, spans)
    votes: dict[int, Counter[str]] = {}
    for span, cluster in zip(spans, clusters, strict=True):
        votes.setdefault(cluster, Counter())[span.type] += round(1000 * span.confidence)
    types = {c: max(v, key=lambda t: (v[t], t)) for c, v in votes.items()}
    return [
        EntityMention(span.start, span.end, types[cluster], span.confidence, cluster)
        for span, cluster in zip(spans, clusters, strict=True)
    ]


def main_names(reading: Reading) -> dict[int, list[EntityMention]]:
    """The name mentions of each cluster."""
    names: dict[int, list[EntityMention]] = {}
    for mention in reading.mentions:
        if not mention.pronoun:
            names.setdefault(mention.cluster, []).append(mention)
    return names
