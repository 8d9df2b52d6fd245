"""Plain lines as blocks, and lines that go on: over a hard line break, over a page's end."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from retrieval import morphemes
from retrieval.documents import dates
from retrieval.documents.blocks import Block, Kind
from retrieval.spans import Span, trimmed

HEADING = re.compile(r"[ \t]{0,3}(#{1,6})[ \t]+(\S.*?)[ \t#]*")
_ITEM = re.compile(
    r"[ \t　]*(?:[-*+•]\s|[・→⇒]|[0-9０-９]{1,3}[.)．）](?![0-9０-９])|[(（][0-9０-９]{1,3}[)）]|[①-⑳])\s*\S"
)
_ROW = re.compile(r"[ \t]*\|.*\|[ \t]*")
_RULE = re.compile(r"[ \t]*(?:[-=*_―─━][ \t]*){3,}")
# signs that stand in front of a heading or an item, never of a line that goes on
MARKED = re.compile(
    r"[\U0001F1E6-\U0001FAFF\u2600-\u27BF■□◆◇●○▼▲▶★☆◎※【]|第[0-9０-９一二三四五六七八九十]+[章節部条項]"
)
_ENDED = re.compile(r"[。．！？｡.!?…:：;；」』】）)\]〉》”\"’>*|]$")
_PARTICLE = frozenset("はがをのにとでて、")
_CONTINUING = frozenset({"助詞", "助動詞", "接尾辞"})
# made of endings and particles, and yet the beginning of a sentence
_CONJUNCTIONS: tuple[str, ...] = (
    "だから",
    "だが",
    "だけど",
    "だって",
    "では",
    "でも",
    "です",
    "なのに",
    "なので",
    "なお",
)
_CONJUNCTIONS += ("とはいえ", "ところ", "とすると", "にもかかわらず", "ならば")
_NARROWEST, _WIDEST = 20, 160  # columns that hard-wrapped lines are wide
WRAPPED_AT = 0.8  # a line at least this share of the widest is taken as wrapped, not ended
_WINDOW = 24  # characters on either side of a break from which it is judged
_PROSE = 40  # characters: what is shorter and without a full stop may be a heading


def blocks(text: str, start: int, end: int) -> Iterator[Block]:
    """The lines of `text[start:end]`: a block each, but for those that go on with the one above."""
    found = [_block(text, line) for line in _lines(text, start, end)]
    widest = max((width(text[own.start : own.end]) for own in found), default=0)
    wrap = WRAPPED_AT * widest if _NARROWEST <= widest <= _WIDEST else None
    held: Block | None = None
    for block in found:
        if held and _goes_on(text, held, block, wrap):
            held = replace(held, end=block.end)
        else:
            if held:
                yield held
            held = block
    if held:
        yield held


def rejoined(text: str, found: Iterable[Block]) -> list[Block]:
    """The blocks, with paragraphs that were torn apart inside a sentence, by a page's end, made one."""
    joined: list[Block] = []
    for block in found:
        before = joined[-1] if joined else None
        if before and before.kind in ("paragraph", "item") and block.kind == "paragraph":
            prose = before.end - before.start >= _PROSE or _has_stop(text, before)
            if prose and _has_stop(text, block) and torn(text, before.end, block.start):
                joined[-1] = replace(before, end=block.end)
                continue
        joined.append(block)
    return joined


def torn(text: str, before: int, after: int) -> bool:
    """Whether a break that leaves off at `before` and goes on at `after` is inside a sentence.

    It is where a word spans it, where it goes on with a particle or an ending, or, in Latin and
    Cyrillic script, with a small letter.
    """
    head, tail = text[max(0, before - _WINDOW) : before], text[after : after + _WINDOW]
    head, tail = head.rsplit("\n", 1)[-1], tail.split("\n", 1)[0]
    if not head or not tail or _ENDED.search(head) or not tail[0].isalpha():
        return False
    if not is_wide(tail[0]):
        return tail[0].islower() and (head[-1].isalpha() or head[-1] in ",-–—")
    if not head[-1].isalnum() or tail.startswith(_CONJUNCTIONS):
        return False
    at = 0
    for word in morphemes.of(head + tail):
        if at == len(head):
            return word.part_of_speech()[0] in _CONTINUING
        at = word.end()
        if at > len(head):
            return True
    return False


def glue(before: str, after: str) -> str:
    """What stands between two joined lines: nothing next to Japanese, else a space."""
    return "" if is_wide(before) or is_wide(after) else " "


def width(line: str) -> int:
    """The line's width in half-width columns."""
    return sum(2 if is_wide(character) else 1 for character in line)


def is_wide(character: str) -> bool:
    """Whether a character is as wide as a kanji."""
    return unicodedata.east_asian_width(character) in "WF"


def continues(before: str, after: str, wrap: float | None) -> bool:
    """Whether the line `after`, right below `before`, goes on with it.

    `wrap` is the width in columns from which a line was wrapped rather than ended; None where lines
    are not.
    """
    if _ENDED.search(before) or before[-1].isspace() or after[:1].isspace() or _kind(after) != "paragraph":
        return False
    if MARKED.match(after) or _RULE.fullmatch(before) or _RULE.fullmatch(after):
        return False
    if wrap is not None and width(before) >= wrap:
        return True
    return before[-1] in _PARTICLE and _has_stop(after, Block("paragraph", 0, len(after)))


def _goes_on(text: str, held: Block, block: Block, wrap: float | None) -> bool:
    gap = text[held.end : block.start]
    if held.kind not in ("paragraph", "item") or block.kind != "paragraph" or gap.count("\n") != 1:
        return False
    last = text[max(held.start, text.rfind("\n", held.start, held.end) + 1) : held.end]
    if held.kind == "paragraph" and MARKED.match(last):
        return False
    after = gap[gap.index("\n") + 1 :] + text[block.start : block.end]
    if held.kind == "item" and after[:1].isspace():
        return True  # an item's further lines are indented
    if not (continues(last, after, wrap) or torn(text, held.end, block.start)):
        return False
    return dates.of_line(last) is None


def _block(text: str, line: Span) -> Block:
    own = text[line.start : line.end]
    heading = HEADING.fullmatch(own)
    if heading:
        return Block("heading", line.start, line.end, level=len(heading[1]) - 1, title=heading[2])
    return Block(_kind(own), line.start, line.end)


def _kind(line: str) -> Kind:
    if HEADING.fullmatch(line):
        return "heading"
    if _RULE.fullmatch(line):
        return "paragraph"
    return "item" if _ITEM.match(line) else "row" if _ROW.fullmatch(line) else "paragraph"


def _has_stop(text: str, block: Block) -> bool:
    return STOP.search(text, block.start, block.end) is not None


STOP = re.compile(r"[。！？｡]|[.!?](?=\s|$)")


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    for line in re.compile(r"[^\n]+").finditer(text, start, end):
        span = trimmed(text, line.start(), line.end())
        if span.start < span.end:
            yield span
