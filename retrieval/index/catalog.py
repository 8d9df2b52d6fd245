"""The catalog: documents, passages and sentences in SQLite. Row ids are the vectors' row numbers."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from retrieval.documents.document import Document, Metadata
from retrieval.passages import Passage, Sentence
from retrieval.sentences import Span

_SCHEMA = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    metadata TEXT NOT NULL, text TEXT NOT NULL, body_start INTEGER NOT NULL,
    line_starts TEXT NOT NULL, page_starts TEXT NOT NULL, wrapped INTEGER NOT NULL
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, section TEXT NOT NULL,
    first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL
);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL, is_heading INTEGER NOT NULL
);
"""


def write(path: Path, read: Sequence[tuple[Document, Sequence[Passage]]]) -> None:
    """A new catalog at `path`. Passages and sentences are numbered from 0 in the given order."""
    passages, sentences = 0, 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_SCHEMA)
        for number, (document, found) in enumerate(read):
            connection.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    number,
                    document.name,
                    document.sha256,
                    document.title,
                    json.dumps(asdict(document.metadata), ensure_ascii=False),
                    document.text,
                    document.body_start,
                    json.dumps(document.line_starts),
                    json.dumps(document.page_starts),
                    document.wrapped,
                ),
            )
            for passage in found:
                connection.executemany(
                    "INSERT INTO sentences VALUES (?, ?, ?, ?)",
                    [
                        (sentences + offset, one.span.start, one.span.end, one.is_heading)
                        for offset, one in enumerate(passage.sentences)
                    ],
                )
                last = sentences + len(passage.sentences)
                section = json.dumps(passage.section, ensure_ascii=False)
                row = (passages, number, passage.start, passage.end, section, sentences, last)
                connection.execute("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)", row)
                passages, sentences = passages + 1, last


class Catalog:
    """A catalog opened for reading. Safe to use from several threads: SQLite serialises them."""

    def __init__(self, path: Path) -> None:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def names(self) -> list[str]:
        """The documents' names, in order."""
        return [name for (name,) in self._connection.execute("SELECT name FROM documents ORDER BY id")]

    def document(self, name: str) -> Document | None:
        """The document called `name`, as it was when it was indexed."""
        found = self._connection.execute("SELECT * FROM documents WHERE name = ?", (name,)).fetchone()
        return _document(found) if found else None

    def passage(self, number: int) -> tuple[Document, Passage, range]:
        """The passage `number`, its document, and its sentences' numbers.

        Raises IndexError when there is none.
        """
        row = self._connection.execute(
            "SELECT document, start, end, section, first_sentence, last_sentence FROM passages WHERE id = ?",
            (number,),
        ).fetchone()
        if row is None:
            raise IndexError(f"no passage {number}")
        owner, start, end, section, first, last = row
        found = self._connection.execute("SELECT * FROM documents WHERE id = ?", (owner,)).fetchone()
        document = _document(found)
        sentences = self._connection.execute(
            "SELECT start, end, is_heading FROM sentences WHERE id >= ? AND id < ? ORDER BY id",
            (first, last),
        ).fetchall()
        passage = Passage(
            document=document.name,
            start=start,
            end=end,
            text=document.text[start:end],
            section=tuple(json.loads(section)),
            lines=document.lines(start, end),
            pages=document.pages(start, end),
            sentences=tuple(Sentence(Span(a, b), bool(heading)) for a, b, heading in sentences),
        )
        return document, passage, range(first, last)


def _document(row: tuple[object, ...]) -> Document:
    _, name, sha256, title, metadata, text, body_start, line_starts, page_starts, wrapped = row
    return Document(
        name=str(name),
        sha256=str(sha256),
        text=str(text),
        title=str(title),
        metadata=Metadata(**json.loads(str(metadata))),
        body_start=int(str(body_start)),
        line_starts=tuple(json.loads(str(line_starts))),
        page_starts=tuple(json.loads(str(page_starts))),
        wrapped=bool(wrapped),
    )
