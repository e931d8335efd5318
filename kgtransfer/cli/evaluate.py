"""`kgtransfer evaluate`: the figures, each with data, seed, versions and machine."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgtransfer.cli.evaluate_extraction import extraction
from kgtransfer.cli.options import DEFAULT_WORKSPACE, WorkspaceOption
from kgtransfer.cli.reports import print_report, save_report, write_report
from kgtransfer.errors import InputError, UsageError

if TYPE_CHECKING:
    from kgtransfer.records import Answer

app = typer.Typer(
    no_args_is_help=True,
    help="Measure: retrieval, qa, reading, kgqa, rules, graph, extraction, resolution.",
)

app.command()(extraction)

QuestionsOption = Annotated[Path, typer.Option(help="Questions with gold evidence (2Wiki's JSON).")]
OutputOption = Annotated[Path | None, typer.Option(help="Save the result as JSON, too.")]


@app.command()
def graph(
    questions: QuestionsOption,
    plain_facts: Annotated[
        bool, typer.Option("--plain", help="Count only what a sentence states, and nothing denies.")
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    output: OutputOption = None,
) -> None:
    """Compare the stored facts with the questions' evidence triples.

    Example: kgtransfer evaluate graph --questions questions.dev.json
    """
    from kgtransfer.evaluate.graph import evaluate_graph, gold_triples
    from kgtransfer.workspace import Workspace

    triples = gold_triples(_read(questions))
    with Workspace.open(workspace) as w:
        report = evaluate_graph(w.store.arrays(), triples, plain=plain_facts)
        settings = {"extractor": w.extractor.fingerprint, "plain": plain_facts}
        write_report(report.as_json(), [questions], output, **settings)


@app.command()
def resolution(
    gold: Annotated[Path, typer.Option(help="JSON lines of uri, start, end, thing.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    output: OutputOption = None,
) -> None:
    """Compare the entities of mentions with gold things: pairs and B3, within and across documents.

    Example: kgtransfer evaluate resolution --gold mentions.jsonl
    """
    from kgtransfer.evaluate.resolution import evaluate_resolution, read_gold
    from kgtransfer.workspace import Workspace

    mentions = read_gold(gold)
    with Workspace.open(workspace) as w:
        report = evaluate_resolution(w.ledger.content(), mentions)
        write_report(report.as_json(), [gold], output, extractor=w.extractor.fingerprint)


@app.command()
def qa(
    questions: QuestionsOption,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    retriever: Annotated[str, typer.Option(help="graph, pagerank, dense or bm25.")] = "graph",
    fusion: Annotated[str, typer.Option(help="on or off.")] = "on",
    facts: Annotated[str, typer.Option(help="on or off: may the graph's facts support.")] = "on",
    names: Annotated[str, typer.Option(help="on or off: edges between names and pages.")] = "on",
    threshold: Annotated[float, typer.Option(help="Withhold answers below it; 0: never.")] = 0.0,
    typos: Annotated[
        bool, typer.Option(help="Swap letters in 30 % of the questions' capitalised words.")
    ] = False,
    unanswerable: Annotated[
        float, typer.Option(min=0, max=1, help="Of how many the gold passages are left out.")
    ] = 0.0,
    first: Annotated[int | None, typer.Option(help="Ask only so many.")] = None,
    output: OutputOption = None,
) -> None:
    """Answer questions over a workspace: exact match, F1, quotes, time, and risk by coverage.

    Example: kgtransfer evaluate qa --questions questions.dev.json --fusion off
    """
    from kgtransfer.answering import answer
    from kgtransfer.evaluate.abstention import made_unanswerable
    from kgtransfer.evaluate.qa import evaluate_qa
    from kgtransfer.evaluate.typos import with_typos
    from kgtransfer.names import fold
    from kgtransfer.workspace import Workspace

    switches = {"fusion": fusion, "facts": facts, "names": names}
    for option, value in switches.items():
        if value not in ("on", "off"):
            raise UsageError(f"--{option} is on or off, not {value!r}")
    on = {option: value == "on" for option, value in switches.items()}
    overrides: dict[str, Any] = {"retriever": retriever, "answer_threshold": threshold}
    with Workspace.open(workspace, fusion=on["fusion"], **overrides) as w:
        index = w.open_index()

        def ask(question: str, without: Collection[str] = ()) -> Answer:
            ids = (d for d, t in zip(index.document_ids, titles, strict=True) if t in without)
            left_out = frozenset(ids) if without else frozenset()
            return answer(w, question, without=left_out, facts=on["facts"], names=on["names"])

        titles = [fold(title) for title in index.titles]
        ask("Who?")  # the first question pays for what loads late
        asked: list[Any] = made_unanswerable(_read(questions)[:first], unanswerable)
        if typos:
            asked = [{**item, "question": with_typos(item["question"])} for item in asked]
        report = evaluate_qa(ask, asked, text_of=w.ledger.document_text)
        arms = {**switches, "retriever": retriever, "threshold": threshold, "typos": typos}
        arms["unanswerable"] = unanswerable
        write_report(report.as_json(answers=output is not None), [questions], output, **arms)


@app.command()
def reading(
    file: Annotated[Path, typer.Argument(help="Questions in SQuAD's format or PubMedQA's.")],
    reader: Annotated[str, typer.Option(help="A trained reader's folder.")] = "default",
    threshold: Annotated[float, typer.Option(help="Withhold answers below it; 0: never.")] = 0.0,
    first: Annotated[int | None, typer.Option(min=1, help="Ask only so many.")] = None,
    last: Annotated[
        int | None, typer.Option(min=1, help="Ask only so many, the last ones.")
    ] = None,
    output: OutputOption = None,
) -> None:
    """Answer questions whose text is given, each from its own: exact match, F1, risk by coverage.

    Example: kgtransfer evaluate reading new_wiki.json --last 150
    """
    from kgtransfer.evaluate.reading import evaluate_reading
    from kgtransfer.read.answer import Reader
    from kgtransfer.train.page_questions import read_questions

    if first and last:
        raise UsageError("give --first or --last, not both")
    asked = read_questions(file)
    if not asked:
        raise InputError("there is no question in it", where=str(file))
    asked = asked[-last:] if last else asked[:first]
    report = evaluate_reading(Reader.load(reader), asked, threshold=threshold)
    settings = {"reader": Path(reader).name, "threshold": threshold, "first": first, "last": last}
    write_report(report.as_json(answers=output is not None), [file], output, **settings)


@app.command()
def kgqa(
    kb: Annotated[Path, typer.Option(help="Triples, as `import triples` reads them.")],
    questions: Annotated[
        list[Path],
        typer.Option(help="Question [topic], tab, answers parted by |; may be repeated."),
    ],
    model: Annotated[
        Path | None, typer.Option(help="A trained reasoner's folder, instead of the shipped one.")
    ] = None,
    types: Annotated[
        list[Path] | None, typer.Option(help="A file of question types for each --questions.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="Ask questions of these types.")] = None,
    part: Annotated[str, typer.Option(help="all, or train, tune or report: see the docs.")] = "all",
    first: Annotated[int | None, typer.Option(help="Ask only so many of each file.")] = None,
    output: OutputOption = None,
) -> None:
    """Answer questions over a graph without text: Hits@1 and F1, topics given and found.

    Example: kgtransfer evaluate kgqa --kb kb.txt --questions 1-hop/test.txt
    """
    from kgtransfer.evaluate.kgqa import evaluate_kgqa
    from kgtransfer.train.kgqa_data import PARTS, open_reasoner

    if part not in ("all", *PARTS):
        raise UsageError(f"--part is all, {', '.join(PARTS)}, not {part!r}")
    if types and len(types) != len(questions):
        raise UsageError("give --types once for each --questions, or not at all")
    files = evaluate_kgqa(
        open_reasoner(kb, model),
        questions,
        types=types or (),
        part=part,  # type: ignore[arg-type]
        only=frozenset(only or ()),
        first=first,
    )
    named = "/".join(model.parts[-2:]) if model else "shipped"
    settings = {"model": named, "part": part, "only": only or [], "first": first}
    write_report({"files": files}, [kb, *questions], output, **settings)


@app.command()
def rules(
    facts: Annotated[Path, typer.Option(help="Triples to mine, as `import triples` reads them.")],
    held_out: Annotated[Path, typer.Option(help="Triples that the rules are judged by.")],
    others: Annotated[
        Path | None, typer.Option(help="More true triples, which are no wrong answers.")
    ] = None,
    false: Annotated[
        Path | None, typer.Option(help="False triples, as many as are held out.")
    ] = None,
    queries: Annotated[
        int, typer.Option(min=1, help="So many held-out facts are asked for.")
    ] = 2000,
    seconds: Annotated[float, typer.Option(min=1, help="Mine for so long at most.")] = 300.0,
    seed: Annotated[int, typer.Option(help="Of the samples.")] = 0,
    output: OutputOption = None,
) -> None:
    """Mine rules from triples and predict held-out ones: ranks, and precision by confidence.

    Example: kgtransfer evaluate rules --facts train.txt --held-out test.txt
    """
    import time

    from kgtransfer.evaluate.rules import evaluate_rules
    from kgtransfer.rules.facts import FactArrays
    from kgtransfer.rules.mine import Thresholds, mine

    given = [path for path in (facts, held_out, others, false) if path is not None]
    known, unseen = _triples(facts), _triples(held_out)
    start = time.monotonic()
    mined = mine(FactArrays.of_texts(known), Thresholds(seconds=seconds), seed=seed)
    took = round(time.monotonic() - start, 1)
    report = evaluate_rules(
        mined,
        known,
        unseen,
        others=_triples(others) if others else (),
        false=_triples(false) if false else (),
        queries=queries,
        seed=seed,
    )
    write_report(report, given, output, queries=queries, seed=seed, mining_seconds=took)


def _triples(path: Path) -> list[tuple[str, str, str]]:
    from kgtransfer.corpus.triples import read_triple_files
    from kgtransfer.records import TripleSource

    found: list[tuple[str, str, str]] = []
    for source in read_triple_files([path]):
        if not isinstance(source, TripleSource):
            raise InputError(source.reason, where=str(path))
        found += [(t.subject, t.predicate, t.object) for t in source.triples]
    return found


@app.command()
def retrieval(
    questions: QuestionsOption,
    corpus: Annotated[
        Path | None, typer.Option(help="[{title, text}]; by default the questions' own contexts.")
    ] = None,
    method: Annotated[
        list[str] | None, typer.Option(help="bm25, dense, pagerank, graph; all by default.")
    ] = None,
    hide_titles: Annotated[bool, typer.Option(help="Take the titles away everywhere.")] = False,
    shuffle_edges: Annotated[
        bool, typer.Option(help="Measure the same network with permuted edges, too.")
    ] = False,
    typos: Annotated[
        bool, typer.Option(help="Ask once more with letters swapped in 30 % of capitalised words.")
    ] = False,
    folds: Annotated[int, typer.Option(min=0, help="Train on the other parts; 0: as shipped.")] = 0,
    config: Annotated[
        Path | None, typer.Option(help="With --folds: how to train (TOML), and on what else.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The folder of the data sets, instead of --config's `data`.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="A trained retriever's folder, instead of the shipped one.")
    ] = None,
    extractor: Annotated[str, typer.Option(help="As the setting of that name.")] = "default",
    work: Annotated[
        Path, typer.Option(help="Where graph and index are kept; what is there is used.")
    ] = Path("runs/retrieval"),
    output: OutputOption = None,
) -> None:
    """Index a corpus, ask every question: recall, MRR, seconds to index, ms a question.

    Example: kgtransfer evaluate retrieval --corpus corpus.json --questions questions.dev.json
    """
    from kgtransfer.config import read_run
    from kgtransfer.evaluate.retrieval import METHODS, RetrievalRun, evaluate_retrieval
    from kgtransfer.train.retriever import RetrieverConfig

    methods = tuple(known for known in METHODS if not method or known in method)
    for name in set(method or ()) - set(METHODS):
        raise UsageError(f"no method {name!r}", hint=f"Known: {', '.join(METHODS)}")
    if folds and config is None:
        raise UsageError("--folds needs --config, which says how to train")
    if folds and model is not None:
        raise UsageError("--folds trains networks of its own: leave out --model")
    run = RetrievalRun(
        questions=questions,
        corpus=corpus,
        methods=methods,
        hide_titles=hide_titles,
        shuffle_edges=shuffle_edges,
        typos=typos,
        folds=folds,
        extractor=extractor,
        model=model,
    )
    overrides = {} if data is None else {"data": data}
    train = read_run(config, RetrieverConfig, **overrides) if config else None
    report = evaluate_retrieval(run, work, train)
    save_report(report, output)
    print_report(report)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"can't be read ({error})", where=str(path)) from error
    if not isinstance(questions, list) or not all("question" in q for q in questions):
        raise InputError("not a list of questions", where=str(path))
    return questions
