"""The command line: it parses, calls the library, and draws. Results on stdout, the rest on stderr."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from retrieval import documents, index
from retrieval.documents import Document
from retrieval.encoder import Encoder
from retrieval.encoder import load as load_encoder
from retrieval.errors import ShuttenError, UsageError
from retrieval.evaluation import questions
from retrieval.index import generation
from retrieval.index.build import is_current
from retrieval.search import Answer, Hit, Searcher
from retrieval.settings import PROJECT, Settings

LEFT_OUT, INTERRUPTED = 4, 130

app = typer.Typer(
    help="Ask your own documents; read the passages that answer, each at its exact place.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Seeds = Annotated[Path | None, typer.Option("--seeds", help="Folder with the documents.")]
Index = Annotated[Path | None, typer.Option("--index", help="Folder with the index.")]
Model = Annotated[str | None, typer.Option("--model", help="SentenceTransformer name or folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> int:
    """Run the command line; returns the exit code. Errors become one line on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        # not standalone: Typer then returns a command's exit code and raises what it refuses
        return int(app(standalone_mode=False) or 0)
    except ShuttenError as error:
        err.print(Text(f"shutten: {error}"))
        return error.exit_code
    except typer.TyperException as error:
        reason = error.format_message().rstrip(".")
        err.print(Text(f"shutten: {reason}; see: python -m retrieval --help"))
        return UsageError.exit_code
    except (KeyboardInterrupt, typer.Abort):
        err.print("shutten: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # whoever read our output has gone: `ask ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


@app.command()
def build(
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
    passage_size: Annotated[
        int | None, typer.Option("--passage-size", help="Longest passage, in characters.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Build the index from the documents; does nothing when nothing has changed."""
    settings = Settings.load(seeds=seeds, index=index_, model=model, passage_size=passage_size)
    if unchanged := is_current(settings):
        manifest = generation.manifest(settings.index)
        report = index.BuildReport(
            len(manifest.documents), manifest.passages, manifest.sentences, manifest.left_out
        )
    else:
        documents.find(settings.seeds)  # nothing to read: said before the model takes seconds to load
        encoder = _encoder(settings)
        with _bars() as bars:
            report = index.build(settings, encoder, bars)
    if as_json:
        print(
            json.dumps(
                {
                    "changed": not unchanged,
                    "documents": report.documents,
                    "passages": report.passages,
                    "sentences": report.sentences,
                    "left_out": [one.model_dump() for one in report.left_out],
                },
                ensure_ascii=False,
            )
        )
    else:
        verb = "nothing has changed:" if unchanged else "built:"
        counts = f"{report.documents} documents, {report.passages} passages"
        out.print(Text(f"{verb} {counts}, {report.sentences} sentences in {settings.index}"))
    for one in report.left_out:
        err.print(Text(f"left out: {one.name}: {one.reason}"))
    return LEFT_OUT if report.left_out else 0


@app.command()
def status(seeds: Seeds = None, index_: Index = None, model: Model = None, as_json: Json = False) -> int:
    """Say what is indexed, and what has changed in the documents since."""
    settings = Settings.load(seeds=seeds, index=index_, model=model)
    manifest = generation.manifest(settings.index)
    changes = index.changes(settings)
    if as_json:
        fields = {
            "index": str(settings.index),
            "generation": index.current(settings.index),
            **manifest.model_dump(mode="json", exclude={"files"}),
            "changes": {name: list(getattr(changes, name)) for name in changes.__slots__},
        }
        print(json.dumps(fields, ensure_ascii=False))
        return 0
    out.print(Text(f"index      {settings.index} ({index.current(settings.index)})"))
    out.print(Text(f"built      {manifest.built_at:%Y-%m-%d %H:%M} UTC with {manifest.model}"))
    out.print(Text(f"documents  {len(manifest.documents)}"))
    out.print(Text(f"passages   {manifest.passages}, at most {manifest.passage_size} characters"))
    for one in manifest.left_out:
        out.print(Text(f"left out   {one.name}: {one.reason}"))
    for name in changes.__slots__:
        for what in getattr(changes, name):
            out.print(Text(f"{name:<10} {what}"))
    if changes:
        out.print("to take the changes in: python -m retrieval build")
    return 0


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    set_: Annotated[
        Path | None, typer.Option("--questions", help="Ask every question of a JSON Lines file.")
    ] = None,
    k: Annotated[int | None, typer.Option("-k", help="Passages in an answer.")] = None,
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
    as_json: Json = False,
) -> int:
    """Answer a question with the passages of the documents that say it."""
    settings = Settings.load(seeds=seeds, index=index_, model=model, k=k)
    if (question is None) == (set_ is None):
        raise UsageError("give one question, or --questions FILE")
    asked = questions.load(set_) if set_ else ()
    texts = [one.question for one in asked] or [question or ""]
    if not texts[0].strip():
        raise UsageError("the question is empty; write what you want to know")
    generation.manifest(settings.index)  # no index: said before the model takes seconds to load
    searcher = Searcher.open(settings.index, _encoder(settings))
    answers = searcher.ask_all(texts, settings.k)
    ids: list[str | None] = [one.id for one in asked] or [None]
    for id, answer in zip(ids, answers, strict=True):
        if as_json:
            print(json.dumps(answer.to_json(id), ensure_ascii=False))
        else:
            _draw(answer)
    return 0


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="A document's name, as an answer gives it.")],
    start: Annotated[int | None, typer.Option("--start", help="First character of a span.")] = None,
    end: Annotated[int | None, typer.Option("--end", help="Character behind the span.")] = None,
    context: Annotated[int, typer.Option("--context", min=0, help="Lines around the span.")] = 2,
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
    as_json: Json = False,
) -> int:
    """Print a document's text as it was indexed, or the lines around a span of it."""
    settings = Settings.load(seeds=seeds, index=index_, model=model)
    found = generation.document(settings.index, document)
    if start is None and end is None:
        first, last = 1, len(found.line_starts)
    else:
        first, last = _lines_around(found, start or 0, end, context)
    lines = found.text.split("\n")[first - 1 : last]
    if as_json:
        fields = {"document": found.name, "title": found.title, "lines": [first, last]}
        print(json.dumps(fields | {"text": "\n".join(lines)}, ensure_ascii=False))
    elif start is None and end is None:
        print("\n".join(lines))
    else:
        for number, line in enumerate(lines, start=first):
            print(f"{number:>5}  {line}")
    return 0


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")] = 8501,
    seeds: Seeds = None,
    index_: Index = None,
    model: Model = None,
) -> int:
    """Open the app in the browser, on this machine only."""
    settings = Settings.load(seeds=seeds, index=index_, model=model)
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py")]
    os.chdir(PROJECT)  # where Streamlit looks for .streamlit/config.toml
    environment = os.environ | settings.environment()
    os.execve(sys.executable, [*command, "--server.port", str(port)], environment)


def _encoder(settings: Settings) -> Encoder:
    with err.status(Text(f"loading {settings.model} …")):
        return load_encoder(settings.model)


@contextmanager
def _bars() -> Iterator["_Bars"]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeRemainingColumn(), console=err) as bars:
        yield _Bars(bars)


_STAGES = {"read": "documents", "encode": "texts encoded"}


class _Bars:
    """Draws a build's progress, a bar a stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks = {stage: bars.add_task(name, visible=False) for stage, name in _STAGES.items()}

    def __call__(self, progress: index.Progress) -> None:
        task = self._tasks[progress.stage]
        self._bars.update(task, completed=progress.done, total=progress.total, visible=True)


def _lines_around(document: Document, start: int, end: int | None, context: int) -> tuple[int, int]:
    """The lines that the span touches and `context` on either side, from 1."""
    end = start + 1 if end is None else end
    if not 0 <= start < end <= len(document.text):
        raise UsageError(f"{start} to {end}: {document.name} has characters 0 to {len(document.text)}")
    first, last = document.lines(start, end)
    return max(1, first - context), min(len(document.line_starts), last + context)


def _draw(answer: Answer) -> None:
    out.print(Text(answer.question, style="bold"))
    if not answer.answered:
        out.print(Text("No passage answers this. The nearest:", style="yellow"))
    for hit in answer.hits:
        out.print()
        out.print(_heading(hit))
        out.print(_marked(hit))
    out.print()


def _heading(hit: Hit) -> Text:
    source, passage = hit.source, hit.passage
    place = f"lines {passage.lines[0]}-{passage.lines[1]}"
    if passage.pages:
        place = f"page {passage.pages[0]}, {place}"
    said = [source.title, source.publisher, source.date, " > ".join(passage.section)]
    parts = [part for part in said if part]
    place = f"{passage.document}, {place}, confidence {hit.confidence:.2f}"
    return Text(f"{hit.rank}. ", style="bold cyan").append(" | ".join(parts)).append(f"\n   {place}", "dim")


def _marked(hit: Hit) -> Text:
    """The passage with its quote underlined."""
    text = Text(hit.passage.text)
    text.stylize("underline", hit.quote.start - hit.passage.start, hit.quote.end - hit.passage.start)
    return text
