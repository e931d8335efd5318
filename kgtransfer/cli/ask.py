"""`kgtransfer ask`: questions to answers with evidence."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgtransfer.cli.adapt import note_adapter
from kgtransfer.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    json_text,
    plain,
    readable,
)
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from rich.tree import Tree

    from kgtransfer.read.explain import Explanation
    from kgtransfer.records import Answer, AnswerSentence, Citation, CypherQuery, FactAnswer

NEAREST, LINE = 3, 90
"""Passages shown where nothing answers, and how many characters of each."""


def ask(
    question: Annotated[
        str | None, typer.Argument(help="A question; - reads one a line from standard input.")
    ] = None,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    file: Annotated[Path | None, typer.Option(help="A file with one question a line.")] = None,
    retriever: Annotated[
        str | None, typer.Option(help="graph (default), pagerank, dense or bm25.")
    ] = None,
    fusion: Annotated[str | None, typer.Option(help="on (default) or off.")] = None,
    top_k: Annotated[int | None, typer.Option(min=1, help="Passages to show.")] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="Withhold answers less sure than this (0.5); 0 gives a guess."
        ),
    ] = None,
    generator: Annotated[
        str | None,
        typer.Option(
            help="Let a language model write the answer: endpoint:MODEL or hf:FOLDER; none for no."
        ),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="key=value: only documents whose metadata say so; may be repeated."),
    ] = None,
    cypher: Annotated[
        bool, typer.Option(help="Show the Cypher query that finds the answer again.")
    ] = False,
    as_cypher: Annotated[
        bool,
        typer.Option(
            "--as-cypher", help="Write the Cypher query for a question about the graph; no answer."
        ),
    ] = False,
    run: Annotated[bool, typer.Option("--run", help="With --as-cypher: run it too.")] = False,
    explain: Annotated[
        bool,
        typer.Option(help="Show what the answer hangs on: it is read again without each part."),
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="With --explain: write a page with a drawing to this file.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Answer a question from the graph, quoting the evidence, or say that it isn't known.

    Without a question it prompts for one after another; the models load once.

    Example: kgtransfer ask "Who was born first, the director of Dark River or the director of Kes?"
    """
    from kgtransfer.answering import answer_stream, explain_answer
    from kgtransfer.workspace import Workspace

    if question is not None and file is not None:
        raise UsageError("give a question or --file, not both")
    if html is not None and (not explain or file is not None):
        raise UsageError("--html draws the explanation of one answer: give it with --explain")
    if run and not as_cypher:
        raise UsageError("--run runs what --as-cypher writes: give both")
    if as_cypher:
        from kgtransfer.cli.as_cypher import write_queries

        write_queries(workspace, _questions(question, file), run=run, json=json)
        return
    if explain and generator not in (None, "none"):
        raise UsageError("--explain reads the answer again; it can't be given with --generator")
    if fusion not in (None, "on", "off"):
        raise UsageError(f"--fusion is on or off, not {fusion!r}")
    chosen = {
        "retriever": retriever,
        "fusion": None if fusion is None else fusion == "on",
        "top_k": top_k,
        "answer_threshold": threshold,
        "generator": "" if generator == "none" else generator,
    }
    overrides: dict[str, Any] = {key: v for key, v in chosen.items() if v is not None}
    filters = dict(_pair(text) for text in where or [])
    with Workspace.open(workspace, **overrides) as w:
        note_adapter(w)
        single = question is not None and question != "-"
        for text in _questions(question, file):
            explanation = explain_answer(w, text, where=filters) if explain else None
            if explanation:
                result = explanation.answer
            else:
                result = _streamed(text, answer_stream(w, text, where=filters), show=not json)
            if json:
                _print_json_line(result, pretty=single, explanation=explanation)
            else:
                _print(result, cypher=cypher, shown=explanation is None)
                if explanation is not None:
                    _print_explanation(explanation)
            if explanation is not None and html is not None:
                _draw(explanation, html)


def _streamed(question: str, said: Iterator[AnswerSentence | Answer], *, show: bool) -> Answer:
    """The answer; the sentences of a written one are printed as they come."""
    from rich.console import Console
    from rich.text import Text

    from kgtransfer.records import Answer

    console = Console(highlight=False)
    for at, one in enumerate(said):
        if isinstance(one, Answer):
            return one
        if show:
            if not at:
                console.print(Text(question, style="dim"))
            marks = "".join(f" [{number}]" for number in one.numbers)
            style = "bold green" if one.supported else "yellow"
            why = Text() if one.supported else Text(f"unsupported: {one.why}", "dim")
            console.print(Text(one.text, style), Text(marks.strip(), "cyan"), why)
    raise AssertionError("unreachable")


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"not key=value: {text!r}", where="--where")
    return key, value


def _questions(question: str | None, file: Path | None) -> Iterator[str]:
    if file is not None:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise UsageError((error.strerror or str(error)).lower(), where=str(file)) from error
        except UnicodeDecodeError as error:
            raise UsageError(f"not UTF-8 at byte {error.start}", where=str(file)) from error
        yield from (line.strip() for line in lines if line.strip())
    elif question == "-" or (question is None and not sys.stdin.isatty()):
        yield from (readable(line.strip()) for line in sys.stdin if line.strip())
    elif question is not None:
        if not question.strip():
            raise UsageError("the question is empty")
        yield readable(question.strip(), where="the question")
    else:
        while True:
            try:
                line = input("question> ").strip()
            except (EOFError, KeyboardInterrupt):
                return
            if line:
                yield line


def _print_json_line(
    result: Answer, *, pretty: bool, explanation: Explanation | None = None
) -> None:
    record = plain(result)
    record["answer"] = record.pop("text")
    order = ("question", "answer", "abstained", "confidence", "citations", "facts", "passages")
    last = ("inferred", "query", "timings_ms", "generator", "sentences", "note", "items", "count")
    ordered = {key: record[key] for key in (*order, *last)}
    if explanation is not None:
        ordered["explanation"] = {
            key: value for key, value in plain(explanation).items() if key != "answer"
        }
    typer.echo(json_text(ordered, indent=2 if pretty else None))


def _print(result: Answer, *, cypher: bool = False, shown: bool = False) -> None:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    console = Console(highlight=False)
    written = bool(result.sentences) and shown  # printed as it came
    if not written:
        console.print(Text(result.question, style="dim"))
    if written:
        pass
    elif result.text is None:
        console.print(Text("I don't know: nothing that was taken in supports an answer.", "bold"))
    else:
        sure = f"({result.confidence:.2f}{', inferred by a rule' if result.inferred else ''})"
        console.print(Text(result.text, "bold green"), Text(sure, "dim"))
    for item in result.items:
        console.print(Text(f"  - {item.text}", "green"), Text(f"({item.confidence:.2f})", "dim"))
        for citation in item.citations:
            console.print(Text(f"    “{_line(citation.quote)}”"), Text(_where(citation), "cyan"))
    for number, citation in enumerate(() if result.items else result.citations, 1):
        mark = f"[{number}] " if result.sentences else ""
        quote = Text(f"  {mark}“{_line(citation.quote)}”")
        if result.text and not result.sentences:
            quote.highlight_words([result.text], style="bold green", case_sensitive=False)
        console.print(quote, Text(_where(citation), "cyan"))
    if result.facts and not result.items:  # whose quotes are shown
        tree = Tree(Text("facts", "dim"))
        for fact in result.facts:
            _add_fact(tree, fact)
        console.print(tree)
    if result.note:
        console.print(Text(f"  note: {result.note}", "yellow"))
    if cypher and result.query is not None:
        _print_query(result.query)
    if result.text is None and result.passages:
        for passage in result.passages[:NEAREST]:
            begins = _line(passage.text)[:LINE]
            console.print(Text(f"  nearest: “{begins}…” [{passage.source} {passage.start}]", "dim"))
    console.print(Text(f"  {sum(result.timings_ms.values()):.0f} ms\n", "dim"))


def _add_fact(tree: Tree, fact: FactAnswer) -> None:
    """A fact; under one that is inferred its rule, its premises and their first sentences."""
    from rich.text import Text

    branch = tree.add(Text(f"{fact.subject} - {fact.predicate} -> {fact.object}"))
    if fact.rule:
        branch.add(Text(f"inferred ({fact.confidence:.2f}) by {fact.rule}", style="dim"))
    for premise in fact.premises:
        _add_fact(branch, premise)
        for citation in premise.citations[:1]:
            branch.add(Text(f"“{_line(citation.quote)}” {_where(citation)}", style="dim"))


def _print_query(query: CypherQuery) -> None:
    """As it can be run: `kgtransfer cypher QUERY --param KEY=VALUE`."""
    import json

    typer.echo(query.text)
    typer.echo("parameters: " + json.dumps(query.parameters, ensure_ascii=False))


def _print_explanation(explanation: Explanation) -> None:
    from rich.console import Console

    from kgtransfer.show import explanation_tree

    Console(highlight=False).print(explanation_tree(explanation))


def _draw(explanation: Explanation, file: Path) -> None:
    from kgtransfer.show import explanation_graph, write_page

    write_page(explanation_graph(explanation), file)
    typer.echo(f"wrote {file}", err=True)


def _where(citation: Citation) -> str:
    name = ", ".join(filter(None, (citation.source, citation.place)))
    return f"[{name} {citation.start}:{citation.end}]"


def _line(text: str) -> str:
    return " ".join(text.split())
