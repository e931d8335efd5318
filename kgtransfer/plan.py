"""What an ingest would do, and about what it would take: `kgtransfer ingest --dry-run`."""

from __future__ import annotations

from collections.abc import Iterable

from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.extract.prompt import estimated_tokens, prompt_tokens
from kgtransfer.pipeline import record_of, version_in
from kgtransfer.records import SourceDocument
from kgtransfer.report import Plan
from kgtransfer.rereading import others_in
from kgtransfer.workspace import Workspace

WORDS_PER_SECOND = {"accurate": 1000.0, "fast": 8000.0}
"""Extraction by one worker and tier, rounded down from experiments/RESULTS.md."""
REQUESTS_PER_SECOND = 0.2
"""Of one worker that asks an endpoint: a guess, endpoints differ much."""
BYTES_PER_WORD = 250
"""Ledger, graph and index together, rounded up from experiments/RESULTS.md."""


def plan(workspace: Workspace, sources: Iterable[SourceDocument | SourceProblem]) -> Plan:
    """Say what `build_graph` would do, changing nothing."""
    new = changed = unchanged = words = chunks = asked = 0
    problems: list[SourceProblem] = []
    ledger, settings = workspace.ledger, workspace.settings
    known = {stored.document.id for stored in ledger.documents()}
    for source in sources:
        if isinstance(source, SourceProblem):
            problems.append(source)
            continue
        document = record_of(source)
        if ledger.is_current(document.id, version_in(workspace, document)):
            unchanged += 1
            continue
        changed += document.id in known
        new += document.id not in known
        words += len(source.text.split())
        pieces = make_chunks(document.id, source.text, source.language)
        chunks += len(pieces)
        asked += sum(estimated_tokens(piece.text) for piece in pieces)
    remote = settings.extractor.startswith("openai:")
    tokens = (asked + chunks * prompt_tokens(), asked) if remote else (0, 0)
    prices = settings.endpoint_prices
    cost = sum(t * p / 1e6 for t, p in zip(tokens, prices, strict=True))
    rate = WORDS_PER_SECOND[settings.tier] * settings.workers
    seconds = chunks / REQUESTS_PER_SECOND / settings.workers if remote else words / rate
    return Plan(
        new,
        changed,
        unchanged,
        words,
        chunks,
        round(seconds, 1),
        words * BYTES_PER_WORD,
        workspace.extractor_options.label,
        dict(others_in(workspace)),
        chunks if remote else 0,
        *tokens,
        round(cost, 4) if remote and any(prices) else None,
        tuple(problems),
    )
