"""The question answerer of a workspace, with parts switched off for comparison."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from kgtransfer.pipeline import answer
from kgtransfer.records import Answer
from kgtransfer.workspace import Workspace


def asker(
    workspace: Workspace, *, facts: bool = True, names: bool = True
) -> Callable[[str], Answer]:
    """A function from a question to its answer, with the models loaded and warm.

    Args:
        workspace: its settings choose retriever, fusion and threshold.
        facts: let the graph's facts support answers.
        names: let edges between names and the pages that bear them into the subgraph.
    """
    settings, retriever, reader = workspace.settings, workspace.retriever, workspace.reader

    def ask(question: str) -> Answer:
        started = time.perf_counter()
        subgraph = retriever.retrieve(
            question, method=settings.retriever, top_k=settings.top_k, names=names
        )
        found = reader.read(
            question,
            subgraph,
            fusion=settings.fusion,
            use_facts=facts,
            threshold=settings.answer_threshold,
        )
        spent = round(1000 * (time.perf_counter() - started), 1)
        return replace(found, timings_ms={"all": spent})

    if facts and names:
        answer(workspace, "Who?")  # the first question pays for what loads late
        return lambda question: answer(workspace, question)
    ask("Who?")
    return ask
