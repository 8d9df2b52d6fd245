"""``show``: a document as it was indexed, its lines, or the passages that were made of it."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from retrieval.cli import console
from retrieval.cli.console import Index, Json, harmless, out
from retrieval.documents import Document
from retrieval.errors import UsageError
from retrieval.index import generation
from retrieval.passages import Passage
from retrieval.settings import Settings


def show(
    document: Annotated[str, typer.Argument(help="A document's name, as an answer gives it.")],
    start: Annotated[int | None, typer.Option("--start", help="First character of a span.")] = None,
    end: Annotated[int | None, typer.Option("--end", help="Character behind the span.")] = None,
    context: Annotated[int, typer.Option("--context", min=0, help="Lines around the span.")] = 2,
    passages: Annotated[bool, typer.Option("--passages", help="Show what was made of it.")] = False,
    index: Index = None,
    as_json: Json = False,
) -> int:
    """Print a document's text as it was indexed, the lines around a span of it, or its passages."""
    settings = Settings.load(index=index)
    catalog = console.catalog(settings)
    found = generation.document(catalog, document)
    if passages:
        if start is not None or end is not None:
            raise UsageError("--passages shows the whole document; leave out --start and --end")
        _show_passages(found, list(catalog.passages(found.name)), as_json=as_json)
    else:
        _show_lines(found, start, end, context, as_json=as_json)
    return 0


def _show_lines(
    document: Document, start: int | None, end: int | None, context: int, *, as_json: bool
) -> None:
    whole = start is None and end is None
    first, last = 1, len(document.line_starts)
    if not whole:
        first, last = _lines_around(document, start or 0, end, context)
    lines = document.text.split("\n")[first - 1 : last]
    if as_json:
        fields = {"document": document.name, "title": document.title, "lines": [first, last]}
        print(json.dumps(fields | {"text": "\n".join(lines)}, ensure_ascii=False))
    elif whole:
        print(harmless("\n".join(lines)))
    else:
        for number, line in enumerate(lines, start=first):
            print(harmless(f"{number:>5}  {line}"))


def _show_passages(document: Document, passages: list[Passage], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_fields(passage) for passage in passages], ensure_ascii=False))
        return
    said = {name: value for name, value in asdict(document.metadata).items() if value}
    out.print(Text(f"{document.name}, {document.encoding or 'its own encoding'}"))
    for name, value in said.items():
        out.print(Text(f"{name:<11} {value}"))
    for number, passage in enumerate(passages, start=1):
        _draw(number, document, passage)


def _draw(number: int, document: Document, passage: Passage) -> None:
    """One passage: its place, then a line for each sentence, then what it points to."""
    place = f"lines {_range(passage.lines)}" + (f", pages {_range(passage.pages)}" if passage.pages else "")
    size = f"{len(passage.text)} characters from {passage.start}"
    out.print()
    out.print(Text(f"{number}. {' › '.join(passage.section)}", style="bold"))
    out.print(Text(f"   {place}, {size}", style="dim"))
    for one in passage.sentences:
        words = " ".join(document.text[one.span.start : one.span.end].split())
        sign = "!" if one.flaw else " " if one.quotable else "#"
        out.print(Text(f" {sign} {words}" + (f"  ({one.flaw})" if one.flaw else "")))
    for note in passage.notes:
        words = " ".join(document.text[note.span.start : note.span.end].split())
        out.print(Text(f"   cites {words}", style="dim"))
    if passage.dates:
        out.print(Text(f"   dates {', '.join(passage.dates)}", style="dim"))


def _fields(passage: Passage) -> dict[str, object]:
    return asdict(passage) | {
        "sentences": [
            {"start": one.span.start, "end": one.span.end, "quotable": one.quotable, "flaw": one.flaw}
            for one in passage.sentences
        ],
        "notes": [{"label": n.label, "start": n.span.start, "end": n.span.end} for n in passage.notes],
    }


def _range(ends: tuple[int, int]) -> str:
    first, last = ends
    return str(first) if first == last else f"{first}–{last}"


def _lines_around(document: Document, start: int, end: int | None, context: int) -> tuple[int, int]:
    """The lines that the span touches and `context` on either side, from 1."""
    end = start + 1 if end is None else end
    if not 0 <= start < end <= len(document.text):
        raise UsageError(f"{start} to {end}: {document.name} has characters 0 to {len(document.text)}")
    first, last = document.lines(start, end)
    return max(1, first - context), min(len(document.line_starts), last + context)
