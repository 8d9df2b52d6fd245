"""``questions check`` and ``questions add``: keeping question sets."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from retrieval import evaluation
from retrieval.cli import console
from retrieval.cli.ask import draw
from retrieval.cli.console import Index, Model, Seeds, out, searcher
from retrieval.errors import FaultySet, UsageError
from retrieval.evaluation import Question, feedback, questions, run
from retrieval.settings import Settings

app = typer.Typer(help="Check a question set, or add to it.", no_args_is_help=True)
_SHOWN = 10

Set = Annotated[Path, typer.Argument(metavar="SET", help="JSON Lines question set.")]


@app.command()
def check(set_: Set, seeds: Seeds = None, index: Index = None, model: Model = None) -> int:
    """Say what is wrong with a set: its form, documents and answers that are not in the index."""
    settings = Settings.load(seeds=seeds, index=index, model=model)
    asked = evaluation.load(set_)
    problems = run.check(asked, console.catalog(settings))
    for problem in problems:
        out.print(Text(problem))
    if problems:
        raise FaultySet(f"{set_}: {len(problems)} problems in {len(asked.questions)} questions")
    out.print(Text(f"{set_}: {len(asked.questions)} questions, nothing wrong"))
    return 0


@app.command()
def add(
    set_: Set,
    question: Annotated[
        str | None, typer.Argument(help="A question; without one, those that readers marked as answered.")
    ] = None,
    type_: Annotated[str, typer.Option("--type", help="What kind of question it is.")] = "",
    seeds: Seeds = None,
    index: Index = None,
    model: Model = None,
) -> int:
    """Add questions to a set: one, by choosing the passages that answer it, or those from feedback."""
    settings = Settings.load(seeds=seeds, index=index, model=model)
    held = questions.load(set_).questions if set_.exists() and set_.stat().st_size else ()
    asked = {one.question: one.id for one in held}
    if question in asked:
        raise UsageError(f"{set_}: the question stands there as {asked[question]}; nothing was added")
    if question is None:
        marked = feedback.answered(feedback.load(settings.feedback))
        wanted = {text: quotes for text, quotes in marked.items() if text not in asked}
    else:
        wanted = {question: _choose(settings, question)}
    for text, quotes in wanted.items():
        new = feedback.to_question(feedback.next_id(held), text, quotes, type_)
        feedback.append(set_, new)
        held = (*held, new)
        out.print(Text(f"{new.id}  {text}  {_answer(new)}"))
    out.print(Text(f"{set_}: {len(wanted)} added, {len(held)} questions"))
    return 0


def _answer(question: Question) -> str:
    return ", ".join(question.answers_by_document()) or "nothing answers it"


def _choose(settings: Settings, question: str) -> list[tuple[str, str]]:
    """Ask which of the passages found answer; the quoted sentence of each is its answer."""
    answer = searcher(settings).ask(question, _SHOWN)
    draw(answer)
    said = typer.prompt("Which answer it? Numbers with commas, 0 if nothing does", err=True)
    ranks = [rank.strip() for rank in said.split(",")]
    hits = {str(hit.rank): hit for hit in answer.hits}
    if ranks == ["0"]:
        return []
    if unknown := [rank for rank in ranks if rank not in hits]:
        raise UsageError(f"{unknown[0] or said!r}: not one of 1 to {len(hits)}; nothing was added")
    return [(hits[rank].passage.document, hits[rank].quote.text) for rank in ranks]
