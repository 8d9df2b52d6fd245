"""The catalog: documents, passages and sentences in SQLite. Row ids are the vectors' row numbers."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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


class Growing:
    """A new catalog, written to its file as documents come. Passages and sentences are numbered from 0."""

    def __init__(self, path: Path) -> None:
        """Raises OSError, as `add` and `close` do, where the file cannot be written."""
        self.documents, self.passages, self._sentences = 0, 0, 0
        with _as_os_error():
            self._connection = sqlite3.connect(path, isolation_level=None)
            # nothing reads it before it is whole, and what comes of a crash is thrown away
            self._connection.executescript(
                f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {rows.TABLES}"
            )
            self._connection.execute("BEGIN")

    def add(self, document: Document, own: Sequence[Passage]) -> None:
        """The next document, with its passages."""
        with _as_os_error():
            self._insert("documents", [(self.documents, *rows.of_document(document))])
            for passage in own:
                last = self._sentences + len(passage.sentences)
                numbered = enumerate(passage.sentences, start=self._sentences)
                self._insert("sentences", [(id, *rows.of_sentence(one)) for id, one in numbered])
                place = (self.passages, self.documents, *rows.of_passage(passage))
                self._insert("passages", [(*place, self.passages, self._sentences, last)])
                self.passages, self._sentences = self.passages + 1, last
        self.documents += 1

    def text(self, number: int) -> str:
        """The text of a passage that has been added."""
        with _as_os_error():
            found = self._connection.execute(f"{rows.PASSAGES} WHERE p.id = ?", (number,)).fetchone()
        return str(found[3])

    def close(self, twin_of: NDArray[np.int32]) -> None:
        """End the file. `twin_of` (a passage each) is the number of the first passage with the same text,
        or nearly; the passage's own where there is none before it.
        """
        twins = np.flatnonzero(twin_of != np.arange(len(twin_of)))
        pairs = zip(twin_of[twins].tolist(), twins.tolist(), strict=True)
        with _as_os_error():
            self._connection.executemany("UPDATE passages SET twin_of = ? WHERE id = ?", pairs)
            self._connection.execute("COMMIT")
            self._connection.executescript(rows.INDEXES)
        self.abandon()

    def abandon(self) -> None:
        """Let go of the file, whatever it has."""
        self._connection.close()

    def _insert(self, table: str, found: Sequence[Sequence[object]]) -> None:
        if found:
            marks = ", ".join("?" * len(found[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", found)


_OF_THE_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


@contextmanager
def _as_os_error() -> Iterator[None]:
    """SQLite says why it cannot write in words of its own; whoever writes an index expects the system's."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _OF_THE_DISK:
            raise
        raise OSError(errno.EIO, str(error)) from None


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

    def passages(self, document: str) -> Iterator[Passage]:
        """Those of one document, in order."""
        query = f"{rows.PASSAGES} WHERE d.name = ? ORDER BY p.id"
        for found in self._connection.execute(query, (document,)).fetchall():
            yield self._passage(found)

    def numbered(self) -> Iterator[tuple[int, Passage]]:
        """Every passage with its number, in the numbers' order."""
        # all rows have a number, without a gap
        for number, found in enumerate(self._connection.execute(f"{rows.PASSAGES} ORDER BY p.id").fetchall()):
            yield number, self._passage(found)

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
