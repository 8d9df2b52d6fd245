"""What a reader makes of a file: text, blocks, where lines and pages begin, what it says of itself."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from retrieval.documents import dates, structure
from retrieval.documents.blocks import Block, Mark

# blanks, and what no one sees: NULs, byte order marks, joiners
BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\0\ufeff\u200b\u200c\u200d\u2060"
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; None where it does not say.

    `date` is ISO 8601, perhaps without the day or the month; what cannot be understood as a date
    stands as it was written.
    """

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    source_note: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A document that could not be read."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader returns.

    `text` has ``\\n`` line ends only. `blocks` are in order and do not overlap; what they leave out
    is taken for paragraphs. `body_start` is the offset behind a front matter. `page_starts` holds
    the offset at which each page begins, empty where the format has no pages. `encoding` is the one
    that the file's bytes were decoded by, None where the format has its own.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    metadata: Metadata = Metadata()
    body_start: int = 0
    page_starts: tuple[int, ...] = ()
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text with its blocks, footnote marks, lines and pages.

    All offsets count characters of `text`. `sha256` is that of the whole file that it came from.
    """

    name: str
    sha256: str
    text: str
    title: str
    metadata: Metadata
    encoding: str | None
    body_start: int
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    line_starts: tuple[int, ...]
    page_starts: tuple[int, ...]

    @classmethod
    def of(cls, name: str, sha256: str, content: Content) -> Document:
        """The document called `name`, with what its metadata lacks inferred from its text."""
        text, given = writable(content.text), content.metadata
        blocks, marks = structure.complete(text, content.blocks, content.body_start)
        title = given.title or _title(text, blocks) or PurePosixPath(name).stem
        written = given.date or _date(text, blocks)
        date = _iso(written) or dates.of_name(PurePosixPath(name).stem)
        said = asdict(replace(given, title=title, date=date))
        metadata = Metadata(**{field: writable(own) if own else own for field, own in said.items()})
        return cls(
            name=name,
            sha256=sha256,
            text=text,
            title=writable(title),
            metadata=metadata,
            encoding=content.encoding,
            body_start=content.body_start,
            blocks=blocks,
            marks=marks,
            line_starts=(0, *(match.end() for match in re.finditer("\n", text))),
            page_starts=content.page_starts,
        )

    def marks_in(self, start: int, end: int) -> tuple[Mark, ...]:
        """The footnote marks that begin in the span."""
        first = bisect_left(self.marks, start, key=lambda mark: mark.start)
        return self.marks[first : bisect_left(self.marks, end, key=lambda mark: mark.start)]

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last line that the span touches, counted from 1."""
        return bisect_right(self.line_starts, start), bisect_right(self.line_starts, max(start, end - 1))

    def pages(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last page that the span touches, from 1; None without pages."""
        if not self.page_starts:
            return None
        return bisect_right(self.page_starts, start), bisect_right(self.page_starts, max(start, end - 1))


def writable(text: str) -> str:
    """The text with a sign of its own length for what is no character.

    SQLite's functions take a NUL for a text's end, and half a surrogate pair can be written nowhere.
    """
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def _title(text: str, blocks: tuple[Block, ...]) -> str | None:
    """The first heading, else the first line; None where that is too long to be a title, or a table's row."""
    if heading := next((block for block in blocks if block.kind == "heading"), None):
        return heading.title
    first = (
        text[blocks[0].start : blocks[0].end].split("\n", 1)[0] if blocks and blocks[0].kind != "row" else ""
    )
    return first if 0 < len(first) <= _LONGEST_TITLE else None


_HEAD = 5  # blocks in which a line that is a date is the document's


def _date(text: str, blocks: tuple[Block, ...]) -> str | None:
    """The first line of the document's head that is nothing but a date, or says what day it is of."""
    head = (text[block.start : block.end] for block in blocks[:_HEAD])
    return next((found for line in head if (found := dates.of_line(line))), None)


def _iso(written: str | None) -> str | None:
    return (dates.of_line(written) or written) if written else None
