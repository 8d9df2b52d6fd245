"""What a reader makes of a file: the text, where its lines and pages begin, what it says of itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; None where it does not say. `date` is ISO 8601."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    source_note: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a reader returns.

    `text` has ``\\n`` line ends only. `body_start` is the offset behind a front matter. `page_starts`
    holds the offset at which each page begins, empty where the format has no pages. `wrapped` says
    that a single line end does not end a paragraph (Markdown), rather than that each does (plain
    text).
    """

    text: str
    metadata: Metadata = Metadata()
    body_start: int = 0
    page_starts: tuple[int, ...] = ()
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text with its line and page map. All offsets count characters of `text`."""

    name: str
    sha256: str
    text: str
    title: str
    metadata: Metadata
    body_start: int
    line_starts: tuple[int, ...]
    page_starts: tuple[int, ...]
    wrapped: bool

    @classmethod
    def of(cls, name: str, sha256: str, content: Content) -> Document:
        """The document called `name`, its title inferred where its metadata has none."""
        text = content.text
        title = content.metadata.title or _first_line(text[content.body_start :])
        title = title or PurePosixPath(name).stem
        return cls(
            name=name,
            sha256=sha256,
            text=text,
            title=title,
            metadata=replace(content.metadata, title=title),
            body_start=content.body_start,
            line_starts=(0, *(match.end() for match in re.finditer("\n", text))),
            page_starts=content.page_starts,
            wrapped=content.wrapped,
        )

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last line that the span touches, counted from 1."""
        return bisect_right(self.line_starts, start), bisect_right(self.line_starts, max(start, end - 1))

    def pages(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and the last page that the span touches, from 1; None without pages."""
        if not self.page_starts:
            return None
        return bisect_right(self.page_starts, start), bisect_right(self.page_starts, max(start, end - 1))


def _first_line(text: str) -> str | None:
    """The first heading, else the first line; None where that is too long to be a title."""
    if heading := HEADING.search(text):
        return heading[2]
    line = text.strip().split("\n", 1)[0].strip()
    return line if 0 < len(line) <= _LONGEST_TITLE else None
