"""Questions to answers: from a workspace's passages, facts and rules, or by a language model.

What was read comes first; where the graph's facts alone are surer, they answer; where the settings
name a generator, it writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from kgtransfer.generate.answer import Writing, write
from kgtransfer.generate.prompt import Prompt
from kgtransfer.inferred import of_inferences
from kgtransfer.listing.answer import of_several
from kgtransfer.names import fold
from kgtransfer.read.explain import Explanation, explain
from kgtransfer.reason.combined_report import of_two_topics
from kgtransfer.reason.report import report
from kgtransfer.records import Answer, AnswerSentence, Subgraph
from kgtransfer.report import Clock
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.workspace import Workspace


def answer(
    workspace: Workspace,
    question: str,
    *,
    where: Mapping[str, str] | None = None,
    without: Set[str] = frozenset(),
    facts: bool = True,
    names: bool = True,
) -> Answer:
    """Answer a question from the newest whole index, with citations, or abstain.

    Where files of triples were imported, the graph's facts are walked, too, and the surer answer is
    given: both confidences are fitted to be the probability that an answer is right. Where neither
    answers and rules infer anything, what they infer does: such an answer is marked.
    Where the settings name a generator, it writes the answer (see `answer_stream`).

    Args:
        workspace: its settings choose the retriever, the fusion, the threshold and the generator.
        question: in natural language.
        where: metadata that a document must have to be considered.
        without: ids of documents that are not considered.
        facts: let the graph's facts support answers; off for comparison.
        names: let edges between names and the pages that bear them into the subgraph; likewise.

    Raises:
        WorkspaceError: nothing has been ingested.
        ModelError: the generator that is named can't be loaded.
    """
    for said in answer_stream(
        workspace, question, where=where, without=without, facts=facts, names=names
    ):
        if isinstance(said, Answer):
            return said
    raise AssertionError("unreachable")


def answer_stream(
    workspace: Workspace,
    question: str,
    *,
    where: Mapping[str, str] | None = None,
    without: Set[str] = frozenset(),
    facts: bool = True,
    names: bool = True,
) -> Iterator[AnswerSentence | Answer]:
    """Answer as `answer` does: each sentence as it is written and checked, at last the answer.

    Without a generator there is only the answer. Where a generator fails, the last answer is the
    reader's, with a note, and the sentences before it do not count.
    """
    clock = Clock()
    settings = workspace.settings
    with clock("load"):
        generator = workspace.generator if settings.generator else None
        has_text = len(workspace.retriever.index) > 0
    documents = _documents(workspace, where, without)
    subgraph = None
    if has_text:
        subgraph = _retrieve(workspace, question, clock, documents, names=names)

    def read() -> Answer:
        found = Answer(question, None, True, 0.0)
        if subgraph is not None:
            with clock("read"):
                found = workspace.reader.read(
                    question,
                    subgraph,
                    fusion=settings.fusion,
                    use_facts=facts,
                    threshold=settings.answer_threshold,
                )
        if facts and not where and workspace.states_without_text:
            with clock("reason"):
                found = _or_of_facts_alone(workspace, found)
        if facts:
            with clock("list"):
                found = of_several(workspace, found, documents)
        if found.abstained and facts and not where:
            with clock("reason"):
                found = of_inferences(workspace, found)
        return found

    if generator is None:
        last = read()
    elif subgraph is None or not subgraph.passages:
        note = "there is no passage to write from"
        last = replace(read(), generator=generator.name, note=note)
    else:
        prompt = Prompt.of(subgraph.meant or question, subgraph, facts=facts)
        how = Writing(
            settings.generator_tokens, settings.generator_seconds, settings.unsupported == "remove"
        )
        for said in write(generator, prompt, workspace.reader.text_reader.ask, read, how, clock):
            if isinstance(said, Answer):
                last = replace(said, question=question)
            else:
                yield said
    yield replace(
        last,
        passages=last.passages[: settings.top_k],
        timings_ms={stage: round(1000 * seconds, 1) for stage, seconds in clock.seconds.items()},
    )


def explain_answer(
    workspace: Workspace, question: str, *, where: Mapping[str, str] | None = None
) -> Explanation:
    """Answer as `answer` does, and say what the answer hangs on.

    Raises:
        WorkspaceError: nothing has been ingested.
    """
    clock, settings = Clock(), workspace.settings
    documents = _documents(workspace, where)
    subgraph = _retrieve(workspace, question, clock, documents)
    explained = explain(
        workspace.reader,
        question,
        subgraph,
        fusion=settings.fusion,
        threshold=settings.answer_threshold,
    )
    if not where and workspace.states_without_text:
        found = _or_of_facts_alone(workspace, explained.answer)
        if found.text != explained.answer.text:  # what a path rests on is its facts, which it shows
            explained = replace(explained, answer=found, removals=())
    listed = of_several(workspace, explained.answer, documents)
    if listed.items:  # each with its quotes
        explained = replace(explained, answer=listed, removals=())
    if explained.answer.abstained and not where:
        explained = replace(explained, answer=of_inferences(workspace, explained.answer))
    return explained


def _retrieve(
    workspace: Workspace,
    question: str,
    clock: Clock,
    documents: Set[str] | None,
    *,
    names: bool = True,
) -> Subgraph:
    """The subgraph that a question is read from, the models loaded before the clock starts."""
    settings = workspace.settings
    with clock("load"):
        retriever = workspace.retriever
        _ = workspace.reader
    with clock("retrieve"):
        return retriever.retrieve(
            question,
            method=settings.retriever,
            top_k=max(settings.top_k, settings.read_passages),
            documents=documents,
            names=names,
        )


def _or_of_facts_alone(workspace: Workspace, found: Answer) -> Answer:
    """What was read, or what a walk through the graph's facts finds where that is surer.

    Of two answers that say the same, or are equally sure, the one that was read stays: it quotes.
    """
    walked = _of_facts_alone(workspace, found.question)
    if walked is None or walked.confidence <= found.confidence:
        return found
    said = found.text is not None and fold(found.text) == fold(walked.text or "")
    if said or walked.confidence < workspace.settings.answer_threshold:
        return replace(found, confidence=walked.confidence)
    return replace(walked, passages=found.passages)


def _of_facts_alone(workspace: Workspace, question: str) -> Answer | None:
    """The answer of a path through the graph's facts, or of two, however probable."""
    reasoner, names = workspace.reasoner
    two = of_two_topics(question, reasoner, names)
    if two is not None:  # one path alone would leave out half of what is asked
        return two
    path = reasoner.answer(question)
    return None if path is None else report(question, path, reasoner, names)


def _documents(
    workspace: Workspace, where: Mapping[str, str] | None, without: Set[str] = frozenset()
) -> set[str] | None:
    """The documents that are considered; None for all."""
    if not where and not without:
        return None
    return _matching(workspace.retriever.index, where or {}) - without


def _matching(index: GraphIndex, where: Mapping[str, str]) -> set[str]:
    """The documents whose metadata hold all of `where`."""
    documents = (index.document(number) for number in range(len(index.document_ids)))
    return {
        document.id
        for document in documents
        if all(json.loads(document.metadata).get(k) == v for k, v in where.items())
    }
