"""What the commands share: where they print, their options, the progress of long work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from retrieval import index
from retrieval.encoder import Encoder
from retrieval.encoder import load as load_encoder
from retrieval.index import generation
from retrieval.reranker import Reranker
from retrieval.reranker import load as load_reranker
from retrieval.search import Searcher
from retrieval.settings import Settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Seeds = Annotated[Path | None, typer.Option("--seeds", help="Folder with the documents.")]
Index = Annotated[Path | None, typer.Option("--index", help="Folder with the index.")]
Model = Annotated[str | None, typer.Option("--model", help="SentenceTransformer name or folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


RerankerName = Annotated[
    str | None, typer.Option("--reranker", help="Cross-encoder, name or folder, that orders the best anew.")
]


def encoder(settings: Settings) -> Encoder:
    """The encoder that the settings name."""
    with err.status(Text(f"loading {settings.model} …")):
        return load_encoder(settings.model)


def searcher(settings: Settings) -> Searcher:
    """A searcher on the index that the settings name. Raises NoIndex and its kin."""
    generation.manifest_for(settings.index, settings.model)  # said before the model takes seconds to load
    return Searcher.open(settings.index, encoder(settings), reranker(settings))


def reranker(settings: Settings) -> Reranker | None:
    """The cross-encoder that the settings name, if any."""
    if not settings.reranker:
        return None
    with err.status(Text(f"loading {settings.reranker} …")):
        return load_reranker(settings.reranker)


@contextmanager
def question_bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, told how many of `total` questions have been asked."""
    with _bars() as bars:
        task = bars.add_task("questions", total=total)
        yield lambda done: bars.update(task, completed=done)


@contextmanager
def build_bars() -> Iterator["_Bars"]:
    """Bars that draw a build's progress on stderr."""
    with _bars() as bars:
        yield _Bars(bars)


def _bars() -> Bars:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Bars(*columns, TimeRemainingColumn(), console=err)


_STAGES = {"read": "documents", "encode": "texts encoded"}


class _Bars:
    """Draws a build's progress, a bar a stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks = {stage: bars.add_task(name, visible=False) for stage, name in _STAGES.items()}

    def __call__(self, progress: index.Progress) -> None:
        task = self._tasks[progress.stage]
        self._bars.update(task, completed=progress.done, total=progress.total, visible=True)
