"""What the commands share: where they print, their options, the progress of long work."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from retrieval import indexes
from retrieval.documents import LeftOut
from retrieval.encoder import Encoder
from retrieval.encoder import load as load_encoder
from retrieval.index.protocols import Documents
from retrieval.reranker import Reranker
from retrieval.reranker import load as load_reranker
from retrieval.search import Searcher
from retrieval.settings import Settings

if TYPE_CHECKING:
    from retrieval.index.making import Progress

# what a terminal would obey: control characters, and signs that turn the direction of writing about
_OBEYED = {
    code: "\ufffd"
    for code in (*range(32), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\n\t"
}


def harmless(text: str) -> str:
    """The text with a sign in place of each character that a terminal would obey."""
    return text.translate(_OBEYED)


def line(text: str, style: str = "") -> Text:
    """One line, whatever the names of files in it are made of."""
    return Text(harmless(text).replace("\n", "\ufffd"), style)


class _Console(Console):
    """A terminal that shows what comes from documents, and obeys none of it."""

    def print(self, *objects: Any, **options: Any) -> None:
        for one in objects:
            if isinstance(one, Text):
                one.plain = harmless(one.plain)
        super().print(*objects, **options)


out = _Console(highlight=False, soft_wrap=True)
err = _Console(stderr=True, highlight=False, soft_wrap=True)

Seeds = Annotated[Path | None, typer.Option("--seeds", help="Folder with the documents.")]
Index = Annotated[
    str | None, typer.Option("--index", help="Folder with the index, or milvus://HOST:PORT/NAME, or FILE.db.")
]
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
    """A searcher on the index that the settings name, with their reranker; it says where that is not
    the current index. Raises NoIndex and its kin.
    """
    indexes.manifest_for(settings.index, settings.model)  # said before the model takes seconds to load
    found = Searcher.open(settings.index, encoder(settings), reranker(settings))
    _say(found.index.trouble)
    return found


def catalog(settings: Settings) -> Documents:
    """The indexed documents; it says where they are not the current ones. Raises NoIndex and its kin."""
    found = indexes.catalog(settings.index)
    _say(found.trouble)
    return found


def _say(trouble: str | None) -> None:
    if trouble:
        err.print(line(f"shutten: {trouble}"))


def missing(left_out: Sequence[LeftOut], stale: Sequence[LeftOut]) -> None:
    """Name what a build could not read, a line each."""
    for one in left_out:
        err.print(line(f"left out: {one.name}: {one.reason}"))
    for one in stale:
        err.print(line(f"stale: {one.name}: {one.reason}; what was indexed of it before stays"))


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
    bars = _bars()
    try:
        yield _Bars(bars)
    finally:
        if bars.live.is_started:
            bars.stop()


def _bars() -> Bars:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Bars(*columns, TimeRemainingColumn(), console=err)


_STAGES = {"read": "documents", "encode": "texts encoded", "link": "vectors linked", "send": "passages sent"}


class _Bars:
    """Draws a build's progress, a bar a stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks = {stage: bars.add_task(name, visible=False) for stage, name in _STAGES.items()}

    def __call__(self, progress: "Progress") -> None:
        self._bars.start()  # not before there is something to draw: what is refused is one line
        task = self._tasks[progress.stage]
        self._bars.update(task, completed=progress.done, total=progress.total, visible=True)
