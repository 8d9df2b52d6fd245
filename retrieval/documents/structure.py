"""What a text is made of: headings, paragraphs, list items, table rows, footnotes.

A reader gives the blocks that its format marks; `complete` finds the rest, in this order: lines
that no block holds, headings that are only written like headings, sentences that a page break has
torn apart, footnotes and their marks, and what announces each list and table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from retrieval.documents import headings, lines, notes
from retrieval.documents.blocks import Block, Mark
from retrieval.spans import Span

LONGEST_TITLE = 300  # characters


def complete(
    text: str, given: tuple[Block, ...], body_start: int
) -> tuple[tuple[Block, ...], tuple[Mark, ...]]:
    """All blocks of the body, in order, and the footnote marks in them.

    Together the blocks hold every non-blank character of `text[body_start:]`, each once.
    """
    blocks = list(_filled(text, given, body_start))
    if not any(block.kind == "heading" for block in blocks):
        blocks = headings.infer(text, blocks)
    blocks = lines.rejoined(text, blocks)
    blocks, marks = notes.link(text, blocks)
    return tuple(map(_shortly_named, _led(blocks))), tuple(marks)


def _shortly_named(block: Block) -> Block:
    """The block; a heading's title, which every passage below it names, is cut where it is a whole text."""
    if len(block.title) <= LONGEST_TITLE:
        return block
    return replace(block, title=block.title[: LONGEST_TITLE - 1] + "…")


def _filled(text: str, given: Iterable[Block], start: int) -> Iterator[Block]:
    """The given blocks, and between them those of the lines that they leave out."""
    for block in given:
        yield from lines.blocks(text, start, block.start)
        yield block
        start = block.end
    yield from lines.blocks(text, start, len(text))


def _led(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, each item with the line before its list, each row with its table's header."""
    before: Block | None = None
    for block in blocks:
        if block.kind in ("item", "row") and block.lead is None and before is not None:
            if before.kind == block.kind:
                first_row = before if block.kind == "row" and before.lead is None else None
                lead = Span(first_row.start, first_row.end) if first_row else before.lead
                block = replace(block, lead=lead)
            elif block.kind == "item" and before.kind == "paragraph":
                block = replace(block, lead=Span(before.start, before.end))
        yield block
        before = block
