"""Footnotes and their marks: <sup>1</sup>, ¹, [1], ［1］, [^1], 注1, ※1.

A footnote is a line that begins with a mark; a mark in the text counts only where such a line
follows it (or, failing that, stands before it). So [1] without a footnote stays plain text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from retrieval.documents.blocks import Block, Mark
from retrieval.spans import Span

_NUMBER = r"[0-9０-９]{1,3}"
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
FORMS = re.compile(
    rf"<sup>\s*(?P<html>[^<>\s]{{1,6}})\s*</sup>"
    rf"|\[\^(?P<markdown>[^\]\s]{{1,20}})\]"
    rf"|[\[［](?P<square>{_NUMBER})[\]］](?!\()"
    rf"|[(（](?P<note>(?:注|註)\s?{_NUMBER})[)）]"
    rf"|(?P<bare>(?:注|註|脚注)\s?{_NUMBER})(?![0-9０-９])"
    rf"|(?P<star>[※*＊]\s?{_NUMBER})(?![0-9０-９])"
    rf"|(?<![0-9A-Za-z])(?P<raised>[{_SUPERSCRIPT}]{{1,3}})"
)
_BEHIND = re.compile(r"\s*[:：.．)）]?\s*")
_LINK = re.compile(r"<?https?://\S+>?\s*")
_KEYS = str.maketrans(_SUPERSCRIPT + "０１２３４５６７８９", "0123456789" * 2)


def link(text: str, blocks: list[Block]) -> tuple[list[Block], list[Mark]]:
    """The blocks with footnotes made such, and the marks that point to them, both in order.

    The mark in front of a footnote is one of them: it points to its own.
    """
    candidates = [(at, own) for at, block in enumerate(blocks) if (own := _opening(text, block))]
    labels = {own.label for _, own in candidates}
    calls = [mark for block in blocks for mark in _marks(text, block) if mark.label in labels]
    # a line that begins with [1] is a footnote only where something points to it
    opens = {own.start for _, own in candidates}
    called = {mark.label for mark in calls if mark.start not in opens}
    defined = {at: own for at, own in candidates if own.label in called}
    found = list(_with_notes(text, blocks, defined))
    notes: dict[str, list[Span]] = {}
    for block in found:
        if block.kind == "note":
            notes.setdefault(block.label, []).append(Span(block.start, block.end))
    marks = [replace(mark, note=_nearest(notes[mark.label], mark)) for mark in calls if mark.label in notes]
    return found, marks


def _with_notes(text: str, blocks: list[Block], defined: dict[int, Mark]) -> Iterator[Block]:
    """The blocks, footnotes marked as such, each with the lines of links right below it."""
    held: Block | None = None
    for at, block in enumerate(blocks):
        if held and at not in defined and _belongs(text, held, block):
            held = replace(held, end=block.end)
            continue
        if held:
            yield held
        held = replace(block, kind="note", label=defined[at].label) if at in defined else None
        if held is None:
            yield block
    if held:
        yield held


def _belongs(text: str, note: Block, block: Block) -> bool:
    return text.count("\n", note.end, block.start) == 1 and bool(
        _LINK.fullmatch(text, block.start, block.end)
    )


def _opening(text: str, block: Block) -> Mark | None:
    """The mark that the block begins with, if it can be a footnote."""
    if block.kind not in ("paragraph", "item"):
        return None
    match = FORMS.match(text, block.start, block.end)
    behind = _BEHIND.match(text, match.end(), block.end) if match else None
    # alone on its line a mark is no footnote: nothing is said
    return _mark(match) if match and behind and behind.end() < block.end else None


def _marks(text: str, block: Block) -> Iterator[Mark]:
    for match in FORMS.finditer(text, block.start, block.end):
        yield _mark(match)


def _mark(match: re.Match[str]) -> Mark:
    label = next(value for value in match.groupdict().values() if value is not None)
    number = re.sub(r"[^0-9]", "", label.translate(_KEYS))
    return Mark(match.start(), match.end(), number or label, Span(0, 0))


def _nearest(notes: list[Span], mark: Mark) -> Span:
    """The first footnote of that label at or behind the mark, else the last before it."""
    behind = bisect_left(notes, Span(mark.start, 0))
    return notes[min(behind, len(notes) - 1)]
