"""From a Document to its passages: spans of its text, never longer than asked.

A passage is a run of whole sentences from one section, with the section's heading in front of the
first. Together the passages of a document hold every non-blank character of its body.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from retrieval import sentences
from retrieval.documents.document import HEADING, Document
from retrieval.sentences import Span

_ITEM = re.compile(r"[ \t]*(?:[-*+・•]|\d+[.)])[ \t]|[ \t]*[>|]|\[\^")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, or one heading, at its place in the document's text."""

    span: Span
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document: ``document.text[start:end] == text``, always.

    `section` is the path of headings above it, the outermost first. `lines` are counted from 1,
    `pages` too (None where the format has none); both name the first and the last. `sentences`
    are in order and lie inside the span.
    """

    document: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    lines: tuple[int, int]
    pages: tuple[int, int] | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading or a paragraph: its sentences, and the section that it stands in."""

    section: tuple[str, ...]
    sentences: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        return self.sentences[0].span.start

    @property
    def end(self) -> int:
        return self.sentences[-1].span.end

    @property
    def is_heading(self) -> bool:
        return self.sentences[0].is_heading


def split(document: Document, size: int) -> list[Passage]:
    """The document's passages, in order, none longer than `size` characters."""
    return [
        _passage(document, section, run)
        for section, blocks in _sections(document, size)
        for run in _pack(blocks, size)
    ]


def _sections(document: Document, size: int) -> Iterator[tuple[tuple[str, ...], list[_Block]]]:
    """Each section's path and blocks. Headings with nothing below them go to the next section."""
    waiting: list[_Block] = []
    section: tuple[str, ...] = ()
    for section, group in groupby(_blocks(document, size), key=lambda block: block.section):
        blocks = waiting + list(group)
        waiting = blocks if all(block.is_heading for block in blocks) else []
        if not waiting:
            yield section, blocks
    if waiting:
        yield section, waiting


def _blocks(document: Document, size: int) -> Iterator[_Block]:
    """Headings and paragraphs of the document's body, in order."""
    path: list[tuple[int, str]] = []
    for span in _paragraphs(document):
        heading = HEADING.fullmatch(document.text, span.start, span.end)
        if heading:
            level = len(heading[1])
            path = [*(above for above in path if above[0] < level), (level, heading[2])]
            found = [span]
        else:
            found = sentences.split(document.text, span.start, span.end)
        pieces = [piece for one in found for piece in sentences.cut(document.text, one, size)]
        section = tuple(title for _, title in path)
        yield _Block(section, tuple(Sentence(piece, bool(heading)) for piece in pieces))


def _paragraphs(document: Document) -> Iterator[Span]:
    """Non-blank runs of lines: a line each, or joined where the format wraps its lines."""
    text = document.text
    start = end = document.body_start
    for line in re.compile(r"[^\n]+").finditer(text, document.body_start):
        if not line[0].strip():
            continue
        follows = start < end and text.count("\n", end, line.start()) == 1
        if not (document.wrapped and follows and _continues(text, start, end, line[0])):
            if start < end:
                yield Span(start, end)
            start = line.start()
        end = line.end()
    if start < end:
        yield Span(start, end)


def _continues(text: str, start: int, end: int, line: str) -> bool:
    """Whether a Markdown line goes on with the paragraph text[start:end] right above it."""
    return not (_ITEM.match(line) or HEADING.fullmatch(line) or HEADING.fullmatch(text[start:end]))


def _pack(blocks: list[_Block], size: int) -> Iterator[list[Sentence]]:
    """Runs of sentences no longer than `size`: whole blocks together as far as they fit.

    A block that does not fit beside the others begins a run of its own; one that is too long for
    any is filled up sentence by sentence. A heading never ends a run that more could follow.
    """
    run: list[Sentence] = []
    for block in blocks:
        alone = all(sentence.is_heading for sentence in run)
        if run and not alone and block.end - run[0].span.start > size:
            yield run
            run = []
        for sentence in block.sentences:
            if run and sentence.span.end - run[0].span.start > size:
                yield run
                run = []
            run.append(sentence)
    if run:
        yield run


def _passage(document: Document, section: tuple[str, ...], run: list[Sentence]) -> Passage:
    start, end = run[0].span.start, run[-1].span.end
    return Passage(
        document=document.name,
        start=start,
        end=end,
        text=document.text[start:end],
        section=section,
        lines=document.lines(start, end),
        pages=document.pages(start, end),
        sentences=tuple(run),
    )
