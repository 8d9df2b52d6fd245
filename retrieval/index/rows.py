"""Documents and passages as the rows of the catalog's tables, and made of them again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter

from retrieval.documents.blocks import Block, Mark
from retrieval.documents.document import Document, Metadata
from retrieval.passages import Note, Passage, Sentence
from retrieval.spans import Span

TABLES = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    metadata TEXT NOT NULL, encoding TEXT, text TEXT NOT NULL, body_start INTEGER NOT NULL,
    blocks TEXT NOT NULL, marks TEXT NOT NULL, line_starts TEXT NOT NULL, page_starts TEXT NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, section TEXT NOT NULL,
    first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, first_page INTEGER, last_page INTEGER,
    dates TEXT NOT NULL, notes TEXT NOT NULL, twin_of INTEGER NOT NULL,
    first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL,
    quotable INTEGER NOT NULL, flaw TEXT, header_start INTEGER, header_end INTEGER
);
"""
INDEXES = """
CREATE INDEX passages_of_document ON passages (document);
CREATE INDEX twins ON passages (twin_of);
"""
# what a passage is made of again: its own row, its document's name, and its part of the text
PASSAGES = """
SELECT d.name, p.start, p.end, substr(d.text, p.start + 1, p.end - p.start), p.section,
    p.first_line, p.last_line, p.first_page, p.last_page, p.dates, p.notes,
    p.first_sentence, p.last_sentence, d.metadata
FROM passages p JOIN documents d ON d.id = p.document
"""
_SentenceRow = tuple[int, int, int, str | None, int | None, int | None]
METADATA = TypeAdapter(Metadata)
_BLOCKS, _MARKS = TypeAdapter(tuple[Block, ...]), TypeAdapter(tuple[Mark, ...])
_NOTES = TypeAdapter(tuple[Note, ...])
_NUMBERS, WORDS = TypeAdapter(tuple[int, ...]), TypeAdapter(tuple[str, ...])


def of_document(document: Document) -> tuple[object, ...]:
    """All of the document's row but its id."""
    return (
        document.name,
        document.sha256,
        document.title,
        _json(METADATA, document.metadata),
        document.encoding,
        document.text,
        document.body_start,
        _json(_BLOCKS, document.blocks),
        _json(_MARKS, document.marks),
        _json(_NUMBERS, document.line_starts),
        _json(_NUMBERS, document.page_starts),
    )


def of_passage(passage: Passage) -> tuple[object, ...]:
    """The part of the passage's row that is its own: neither ids nor whom it is a twin of."""
    return (
        passage.start,
        passage.end,
        _json(WORDS, passage.section),
        *passage.lines,
        *(passage.pages or (None, None)),
        _json(WORDS, passage.dates),
        _json(_NOTES, passage.notes),
    )


def of_sentence(sentence: Sentence) -> tuple[object, ...]:
    """All of the sentence's row but its id."""
    span, header = sentence.span, sentence.header
    ends = (header.start, header.end) if header else (None, None)
    return span.start, span.end, sentence.quotable, sentence.flaw, *ends


def _json(kind: TypeAdapter[Any], value: object) -> str:
    return kind.dump_json(value).decode()


def document(
    name: str,
    sha256: str,
    title: str,
    metadata: str,
    encoding: str | None,
    text: str,
    body_start: int,
    blocks: str,
    marks: str,
    line_starts: str,
    page_starts: str,
) -> Document:
    """The document that a row without its id holds."""
    return Document(
        name=name,
        sha256=sha256,
        text=text,
        title=title,
        metadata=METADATA.validate_json(metadata),
        encoding=encoding,
        body_start=body_start,
        blocks=_BLOCKS.validate_json(blocks),
        marks=_MARKS.validate_json(marks),
        line_starts=_NUMBERS.validate_json(line_starts),
        page_starts=_NUMBERS.validate_json(page_starts),
    )


def passage(
    sentences: Iterable[_SentenceRow],
    document: str,
    start: int,
    end: int,
    text: str,
    section: str,
    first_line: int,
    last_line: int,
    first_page: int | None,
    last_page: int | None,
    dates: str,
    notes: str,
) -> Passage:
    """The passage that a row of `PASSAGES` holds, up to its notes, and those of its sentences."""
    return Passage(
        document=document,
        start=start,
        end=end,
        text=text,
        section=WORDS.validate_json(section),
        lines=(first_line, last_line),
        pages=(first_page, last_page) if first_page is not None and last_page is not None else None,
        dates=WORDS.validate_json(dates),
        notes=_NOTES.validate_json(notes),
        sentences=tuple(map(_sentence, sentences)),
    )


def _sentence(row: _SentenceRow) -> Sentence:
    start, end, quotable, flaw, head, tail = row
    header = Span(head, tail) if head is not None and tail is not None else None
    return Sentence(Span(start, end), bool(quotable), flaw, header)
