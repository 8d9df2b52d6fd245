"""What a document's text is divided into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from retrieval.spans import Span

Kind = Literal["heading", "paragraph", "item", "row", "note"]


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]`, without blanks at its ends.

    A heading has its `level`, 0 the outermost, and its words, without signs, as `title`. A footnote
    has its mark's `label`. `lead` is what announces a list's item (the line that introduces the
    list) or a table's row (its header).
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    title: str = ""
    label: str = ""
    lead: Span | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A footnote's mark in the text, and where that footnote stands, its own mark included."""

    start: int
    end: int
    label: str
    note: Span
