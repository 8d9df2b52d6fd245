"""What `evaluate` and `calibrate` share: a question set, and the searcher that it is put to."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from retrieval import evaluation
from retrieval.cli import console
from retrieval.cli.console import build_bars, encoder, err, missing, question_bar
from retrieval.encoder import Encoder
from retrieval.errors import UsageError
from retrieval.evaluation import QuestionSet, run
from retrieval.evaluation.run import Asked
from retrieval.search import Searcher
from retrieval.settings import Settings
from retrieval.shard import WHOLE

TakeAway = Annotated[
    bool, typer.Option("--take-away", help="If all can be answered, ask again without what answers.")
]
CACHE = "evaluated"  # below the index folder: an index for every folder of documents measured on


def load(path: Path, *, take_away: bool) -> QuestionSet:
    """The question set at `path`; with `take_away`, each question once more without what answers it."""
    found = evaluation.load(path)
    return found.with_unanswerable() if take_away else found


def searcher(asked_for: QuestionSet, seeds: Path | None, index: str | None, **given: str | None) -> Searcher:
    """Over the documents that come with the set, or are named, or are indexed already."""
    seeds = asked_for.seeds or seeds
    settings = Settings.load(seeds=seeds, index=index, **given)
    if not seeds:
        return console.searcher(settings)
    if not index:
        settings = settings.model_copy(update={"index": _cache(settings), "shard": WHOLE})
    return _built(settings)


def ask(searcher: Searcher, asked_for: QuestionSet) -> list[Asked]:
    """Ask every question of the set, with a bar."""
    with question_bar(len(asked_for.questions)) as bar:
        return run.evaluate(searcher, asked_for, bar)


def _cache(settings: Settings) -> Path:
    """Where the index of these documents, model and passage size is kept between evaluations.

    Whether it still is the documents' index, `is_current` knows.
    """
    key = f"{settings.seeds.resolve()}\n{settings.model}\n{settings.passage_size}"
    return settings.folder / CACHE / hashlib.sha256(key.encode()).hexdigest()[:16]


def _built(settings: Settings) -> Searcher:
    from retrieval import building  # here: other commands need not wait for it

    loaded: Encoder = encoder(settings)
    if not building.is_current(settings):
        with build_bars() as bars:
            report = building.build(settings, loaded, bars)
        missing(report.left_out, report.stale)
    return Searcher.open(settings.index, loaded, console.reranker(settings))


def refuse(problems: Sequence[str], *, lenient: bool) -> None:
    """Raise UsageError for the first problem, or warn of all of them."""
    if problems and not lenient:
        more = f"; and {len(problems) - 1} more" if problems[1:] else ""
        raise UsageError(f"{problems[0]}{more}; mend the set, or go on with --lenient")
    for problem in problems:
        err.print(Text(f"warning: {problem}"))
