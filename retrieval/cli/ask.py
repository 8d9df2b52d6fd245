"""``ask``: a question, or a set of them."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from retrieval.cli import console
from retrieval.cli.console import Index, Json, Model, RerankerName, Seeds, out
from retrieval.documents import dates
from retrieval.errors import UsageError
from retrieval.evaluation import questions
from retrieval.index.selection import Selection
from retrieval.search import Answer, Hit
from retrieval.search.question import asked as may_be_asked
from retrieval.settings import Settings


def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    set_: Annotated[
        Path | None, typer.Option("--questions", help="Ask every question of a JSON Lines file.")
    ] = None,
    k: Annotated[int | None, typer.Option("-k", help="Passages in an answer.")] = None,
    sources: Annotated[
        list[str] | None, typer.Option("--source", help="Only this document; a pattern will do. Repeatable.")
    ] = None,
    publishers: Annotated[
        list[str] | None, typer.Option("--publisher", help="Only what this one published. Repeatable.")
    ] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Not older.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Not newer.")] = None,
    section: Annotated[str | None, typer.Option("--section", help="Only below such a heading.")] = None,
    per_source: Annotated[
        int | None, typer.Option("--per-source", min=1, help="At most so many passages of a document.")
    ] = None,
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
    reranker: RerankerName = None,
    as_json: Json = False,
) -> int:
    """Answer a question with the passages of the documents that say it."""
    settings = Settings.load(seeds=seeds, index=index, model=model, reranker=reranker, k=k)
    if (question is None) == (set_ is None):
        raise UsageError("give one question, or --questions FILE")
    asked = questions.load(set_).questions if set_ else ()
    texts = [may_be_asked(one) for one in [one.question for one in asked] or [question or ""]]
    selection = Selection(tuple(sources or ()), tuple(publishers or ()), _date(since), _date(until), section)
    searcher = console.searcher(settings)
    answers = searcher.ask_all(texts, settings.k, selection, per_source)
    ids: list[str | None] = [one.id for one in asked] or [None]
    for id, answer in zip(ids, answers, strict=True):
        if as_json:
            print(json.dumps(answer.to_json(id), ensure_ascii=False))
        else:
            draw(answer)
    return 0


def _date(written: str | None) -> str | None:
    """A date in any spelling that documents have, in ISO form. Raises UsageError."""
    if written is None or dates.is_period(written):
        return written
    date = dates.of_line(written)
    if date is None:
        raise UsageError(f"{written}: not a date; write it as 2026-01-19, 2026-01 or 2026")
    return date


def draw(answer: Answer) -> None:
    """Print an answer for people."""
    out.print(Text(answer.question, style="bold"))
    if not answer.answered:
        out.print(Text("No passage answers this. The nearest:", style="yellow"))
    for hit in answer.hits:
        out.print()
        out.print(_heading(hit))
        out.print(_marked(hit))
        for source, twin in hit.twins:
            place = f"{source.title} ({twin.document}, {_run('line', twin.lines)})"
            out.print(Text(f"   the same in: {place}", "dim"))
    out.print()


def _heading(hit: Hit) -> Text:
    source, passage = hit.source, hit.passage
    said = [source.title, source.publisher, source.date, " > ".join(hit.section)]
    places = [passage.document, *([_run("page", passage.pages)] if passage.pages else [])]
    places += [_run("line", passage.lines), f"confidence {hit.confidence:.2f}"]
    parts = " | ".join(part for part in said if part)
    return Text(f"{hit.rank}. ", "bold cyan").append(parts).append(f"\n   {', '.join(places)}", "dim")


def _run(what: str, span: tuple[int, int]) -> str:
    """``line 3``, ``lines 3-5``"""
    first, last = span
    return f"{what} {first}" if first == last else f"{what}s {first}-{last}"


def _marked(hit: Hit) -> Text:
    """The passage with its quote underlined."""
    text = Text(hit.passage.text)
    text.stylize("underline", hit.quote.start - hit.passage.start, hit.quote.end - hit.passage.start)
    return text
