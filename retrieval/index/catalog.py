"""The catalog: documents, passages and sentences in SQLite. Row ids are the vectors' row numbers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.documents.document import Document, Metadata
from retrieval.index import rows
from retrieval.index.lock import Lock
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.passages import Passage


def to_bytes(read: Sequence[tuple[Document, Sequence[Passage]]], twin_of: NDArray[np.int64]) -> bytes:
    """A new catalog, as a file has it. Passages and sentences are numbered from 0 in the given order.

    `twin_of` (int64, a passage each) is the number of the first passage with the same text, or
    nearly; the passage's own where there is none before it.
    """
    passages, sentences = 0, 0
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(rows.SCHEMA)
        for number, (document, found) in enumerate(read):
            _insert(connection, "documents", (number, *rows.of_document(document)))
            for passage in found:
                last = sentences + len(passage.sentences)
                for id, one in enumerate(passage.sentences, start=sentences):
                    _insert(connection, "sentences", (id, *rows.of_sentence(one)))
                place = (passages, number, *rows.of_passage(passage))
                _insert(connection, "passages", (*place, int(twin_of[passages]), sentences, last))
                passages, sentences = passages + 1, last
        connection.commit()
        return connection.serialize()


def _insert(connection: sqlite3.Connection, table: str, row: Sequence[object]) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which sentences are in which passage, by number.

    `passages` (int64, a sentence each) is the sentence's passage. `firsts` (int64, a passage each and
    one more) is the passage's first sentence; its last is the one before the next passage's first.
    `quotable` (bool, a sentence each) is False for a flawed sentence; for a heading, too, which
    announces an answer and is none, unless its passage has nothing else. `twin_of` (int64, a passage
    each) is the first passage that says the same, its own number where none before it does.
    """

    passages: NDArray[np.int64]
    firsts: NDArray[np.int64]
    quotable: NDArray[np.bool_]
    twin_of: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Holding:
    """One document of an index: `size` in characters, how many passages, how many flawed sentences."""

    name: str
    metadata: Metadata
    size: int
    passages: int
    flawed: int


class Catalog:
    """A catalog opened for reading. Safe to use from several threads: SQLite serialises them."""

    def __init__(self, path: Path, hold: Lock, trouble: str | None = None) -> None:
        """The catalog at `path`, which nobody removes as long as `hold` is held.

        `trouble` says why it is not the current one, None where it is.
        """
        self._hold = hold
        self.trouble = trouble
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)

    def names(self) -> list[str]:
        """The documents' names, in order."""
        return [name for (name,) in self._connection.execute("SELECT name FROM documents ORDER BY id")]

    def sources(self, selection: Selection = EVERYTHING) -> list[tuple[str, Metadata]]:
        """The documents of which the selection leaves a passage: name and metadata, in order."""
        where, values = selection.where()
        query = (
            "SELECT d.name, d.metadata FROM documents d WHERE EXISTS"
            f" (SELECT 1 FROM passages p WHERE p.document = d.id AND {where}) ORDER BY d.id"
        )
        found = self._connection.execute(query, values).fetchall()
        return [(name, rows.METADATA.validate_json(metadata)) for name, metadata in found]

    def holdings(self) -> list[Holding]:
        """Every document with its size and what is wrong with it, in order."""
        query = """
        SELECT d.name, d.metadata, length(d.text), count(DISTINCT p.id),
            count(DISTINCT CASE WHEN s.flaw IS NOT NULL THEN s.start END)
        FROM documents d JOIN passages p ON p.document = d.id
            JOIN sentences s ON s.id >= p.first_sentence AND s.id < p.last_sentence
        GROUP BY d.id ORDER BY d.id
        """
        return [
            Holding(name, rows.METADATA.validate_json(metadata), *numbers)
            for name, metadata, *numbers in self._connection.execute(query).fetchall()
        ]

    def sections(self, document: str) -> list[tuple[str, ...]]:
        """The headings above each of a document's passages, in order."""
        query = """
        SELECT p.section FROM passages p JOIN documents d ON d.id = p.document WHERE d.name = ? ORDER BY p.id
        """
        found = self._connection.execute(query, (document,)).fetchall()
        return [rows.WORDS.validate_json(section) for (section,) in found]

    def document(self, name: str) -> Document | None:
        """The document called `name`, as it was when it was indexed."""
        found = self._connection.execute("SELECT * FROM documents WHERE name = ?", (name,)).fetchone()
        return rows.document(*found[1:]) if found else None

    def layout(self) -> Layout:
        """Which sentences are in which passage."""
        query = "SELECT last_sentence, twin_of FROM passages ORDER BY id"
        ends, twin_of = np.array(self._connection.execute(query).fetchall(), np.int64).reshape(-1, 2).T
        kinds = self._connection.execute(
            "SELECT quotable, flaw IS NULL FROM sentences ORDER BY id"
        ).fetchall()
        firsts = np.concatenate([np.zeros(1, np.int64), ends])
        quotable, sound = np.array(kinds, np.bool_).reshape(-1, 2).T
        worth = quotable & sound
        passages = np.repeat(np.arange(len(ends)), np.diff(firsts))
        has_more = np.logical_or.reduceat(worth, firsts[:-1])
        return Layout(passages, firsts, worth | (sound & ~has_more[passages]), twin_of)

    def selected(self, selection: Selection) -> NDArray[np.bool_]:
        """Which passages a reader's selection leaves: bool, a passage each."""
        if selection == EVERYTHING:
            [count] = self._connection.execute("SELECT max(id) + 1 FROM passages").fetchone()
            return np.ones(count, np.bool_)
        where, values = selection.where()
        query = f"SELECT {where} FROM passages p JOIN documents d ON d.id = p.document ORDER BY p.id"
        return np.array(self._connection.execute(query, values).fetchall(), np.bool_).reshape(-1)

    def passage(self, number: int) -> tuple[Metadata, Passage]:
        """The passage `number`, and what its document says of itself. Raises IndexError without one."""
        found = self._connection.execute(f"{rows.PASSAGES} WHERE p.id = ?", (number,)).fetchone()
        if found is None:
            raise IndexError(f"no passage {number}")
        metadata: Metadata = rows.METADATA.validate_json(found[-1])
        return metadata, self._passage(found)

    def passages(self, document: str | None = None) -> Iterator[Passage]:
        """Every passage, or those of one document, in the order of their numbers."""
        which, values = ("WHERE d.name = ?", (document,)) if document is not None else ("", ())
        for found in self._connection.execute(f"{rows.PASSAGES} {which} ORDER BY p.id", values).fetchall():
            yield self._passage(found)

    def place(self, sentence: int, passage: int) -> tuple[int, int, int]:
        """The number of the passage's document, and where the sentence stands in it."""
        query = "SELECT p.document, s.start, s.end FROM passages p, sentences s WHERE p.id = ? AND s.id = ?"
        document, start, end = self._connection.execute(query, (passage, sentence)).fetchone()
        return document, start, end

    def twins(self, number: int) -> list[int]:
        """The other passages with the text of passage `number`, or nearly, in order."""
        query = "SELECT id FROM passages WHERE twin_of = (SELECT twin_of FROM passages WHERE id = ?)"
        return sorted(id for (id,) in self._connection.execute(query, (number,)) if id != number)

    def _passage(self, row: tuple[Any, ...]) -> Passage:
        """The passage that a row of `rows.PASSAGES` holds; the last three are its sentences and metadata."""
        *own, first, last, _ = row
        query = (
            "SELECT start, end, quotable, flaw, header_start, header_end FROM sentences"
            " WHERE id >= ? AND id < ? ORDER BY id"
        )
        return rows.passage(self._connection.execute(query, (first, last)), *own)
