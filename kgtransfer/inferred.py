"""An answer from what rules infer: only where no text and no fact gives one, and marked."""

from __future__ import annotations

import math
from dataclasses import replace

from kgtransfer.reason.answer import PathAnswer, Reasoner
from kgtransfer.reason.report import MOST_SHOWN, report
from kgtransfer.records import Answer, FactAnswer, Inference
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.inferred import Row, cited
from kgtransfer.workspace import Workspace


def of_inferences(workspace: Workspace, found: Answer) -> Answer:
    """The answer of a path that goes over something inferred, where one is sure enough.

    Its confidence is the path's times that of each inference on the way to the first answer; each
    inference on it shows its rule and its premises. Where there is none, `found` stays as it is.
    """
    if not workspace.inferences:
        return found
    reasoner, names, inferred = workspace.inferring_reasoner
    path = reasoner.answer(found.question)
    if path is None:
        return found
    used = [inferred[row] for row in _rows(reasoner, path, most=1) if row in inferred]
    confidence = path.confidence * math.prod(each.confidence for each in used)
    if not used or confidence < workspace.settings.answer_threshold:
        return found
    given = report(found.question, path, reasoner, names)
    index = workspace.retriever.index
    facts = tuple(
        _marked(fact, inferred[row], index) if row in inferred else fact
        for fact, row in zip(given.facts, _rows(reasoner, path, most=MOST_SHOWN), strict=True)
    )
    return replace(given, confidence=confidence, facts=facts, inferred=True,
                   passages=found.passages)  # fmt: skip


def _rows(reasoner: Reasoner, path: PathAnswer, *, most: int) -> list[Row]:
    """The facts on the way, as `report` shows them, by number."""
    return [
        (target, hop.relation, source) if hop.backwards else (source, hop.relation, target)
        for source, hop, target in reasoner.facts_of(path, most=most)
    ]


def _marked(fact: FactAnswer, inference: Inference, index: GraphIndex) -> FactAnswer:
    """An inferred fact with its rule and, with their sentences, its premises."""
    premises = []
    for id_ in inference.premises:
        premise = index.fact(index.fact_number[id_])
        premises.append(
            FactAnswer(
                index.name_of(premise.subject), premise.predicate, index.name_of(premise.object),
                premise.confidence, tuple(cited(index, premise)),
            )
        )  # fmt: skip
    return replace(fact, confidence=inference.confidence, rule=inference.rule,
                   premises=tuple(premises))  # fmt: skip
