"""Headings that are only written like headings: 「1.」「①」「【…】」「■」「🔹」, or a short line alone.

For documents whose format marks none. A line with a sign is a heading where something else stands
below it, and an item of a list where its like does. The signs' order of appearance is their depth.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.documents import dates
from retrieval.documents.blocks import Block
from retrieval.documents.lines import STOP, width

_PICTURE = r"[\U0001F1E6-\U0001F1FF]{2}|[\U0001F300-\U0001FAFF\u2600-\u27BF]\uFE0F?"
_SIGNS = {
    "picture": re.compile(_PICTURE),
    "square": re.compile(r"[■□◆◇●○▼▲▶★☆◎]"),
    "bracket": re.compile(r"【(?=[^】]+】$)"),
    "chapter": re.compile(r"第[0-9０-９一二三四五六七八九十]+[章節部]"),
    "nested": re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)+[.．]?(?=\s)"),
    "number": re.compile(r"[0-9０-９]{1,2}(?:[.．、)）](?![0-9０-９])|[ 　]+(?=[^\x00-\x7f]))"),
    "enclosed": re.compile(r"[(（][0-9０-９]{1,2}[)）]"),
    "circled": re.compile(r"[①-⑳]"),
    "roman": re.compile(r"(?:[IVX]{1,4}[.．]|[Ⅰ-Ⅻ][.．]?)(?=\s*\S)"),
    "kanji": re.compile(r"[一二三四五六七八九十]{1,2}[、．.](?=\s*\S)"),
}
# a picture with a number inside a line begins a heading that lost its line break
_INSIDE = re.compile(rf"(?<=\S)[ 　]+(?=(?:{_PICTURE})[ 　]*[0-9]{{1,2}}[.．])")
_FLAGS, _FLAG = re.compile(r"[\U0001F1E6-\U0001F1FF]"), "🏳"  # all flags are one sign
_LONGEST = 120  # columns: 60 Japanese characters
_ALONE = re.compile(r"[^。．、,:：;；「『（(」』)）]$")
_DIGITS = re.compile(r"\s*[0-9０-９]{1,2}[.．、)）]?\s*")


def infer(text: str, blocks: list[Block]) -> list[Block]:
    """The blocks, with those made headings that are written like headings."""
    blocks = [piece for block in blocks for piece in _divided(text, block)]
    signs = [_sign(text, block) for block in blocks]
    marked = [_is_marked(text, blocks, signs, at) for at in range(len(blocks))]
    # once a picture heads a section it always does, even where the line goes on into a sentence
    heading = {sign for sign, own in zip(signs, marked, strict=True) if own}
    pictures = {sign for sign in heading if _is_picture(sign)}
    marked = [is_heading or sign in pictures for is_heading, sign in zip(marked, signs, strict=True)]
    order = list(dict.fromkeys(sign for sign, own in zip(signs, marked, strict=True) if own))
    found: list[Block] = []
    for at, block in enumerate(blocks):
        own = text[block.start : block.end]
        if at == 0 and blocks[1:] and not marked[0] and _is_short(text, block):
            found.append(replace(block, kind="heading", level=0, title=own))
        elif marked[at]:
            title = _first_sentence(_words(own, signs[at]))
            found.append(replace(block, kind="heading", level=2 + order.index(signs[at]), title=title))
        elif at > 1 and _stands_alone(text, found[-1], block, blocks[at + 1 : at + 2]):
            found.append(replace(block, kind="heading", level=1, title=own))
        else:
            found.append(block)
    return found


def _divided(text: str, block: Block) -> Iterator[Block]:
    start = block.start
    for gap in _INSIDE.finditer(text, block.start, block.end):
        yield replace(block, start=start, end=gap.start())
        start = gap.end()
    yield replace(block, start=start)


def _sign(text: str, block: Block) -> str:
    """The kind of sign that the block begins with, for pictures and squares they themselves; else ''."""
    if block.kind not in ("paragraph", "item"):
        return ""
    for name, sign in _SIGNS.items():
        match = sign.match(text, block.start, block.end)
        if match and name in ("picture", "square"):
            return _FLAG if _FLAGS.match(match[0]) else match[0]
        if match:
            return name
    return ""


def _is_picture(sign: str) -> bool:
    return _SIGNS["picture"].match(sign) is not None


def _is_marked(text: str, blocks: list[Block], signs: list[str], at: int) -> bool:
    """Whether the block is a heading by its sign: short, no sentence, and not among its like."""
    sign = signs[at]
    if not sign or at + 1 == len(blocks) or not _is_short(text, blocks[at]):
        return False
    return sign not in signs[max(0, at - 1) : at] and signs[at + 1] != sign


def _is_short(text: str, block: Block) -> bool:
    own = text[block.start : block.end]
    return (
        block.kind in ("paragraph", "item")
        and block.end - block.start <= _LONGEST
        and "\n" not in own
        and width(own) <= _LONGEST
        and any(map(str.isalpha, own))
        and not re.search(r"[。｡．.、,:：;；]$", own)
        and "。" not in own
        and "://" not in own
        and dates.of_line(own) is None
    )


def _stands_alone(text: str, before: Block, block: Block, after: list[Block]) -> bool:
    """Whether an unmarked short line between paragraphs heads the one below it."""
    if block.kind != "paragraph" or not after or after[0].kind != "paragraph":
        return False
    if not _is_short(text, block) or not _ALONE.search(text, block.start, block.end):
        return False
    below = after[0]
    longer = below.end - below.start > block.end - block.start
    ended = before.kind in ("item", "row", "note") or STOP.search(text, before.start, before.end) is not None
    return ended and longer and STOP.search(text, below.start, below.end) is not None


def _words(line: str, sign: str) -> str:
    """The heading's line without its sign, brackets and number."""
    if sign == "bracket":
        return line[1:-1]
    name = sign if sign in _SIGNS else "square" if _SIGNS["square"].match(line) else "picture"
    match = _SIGNS[name].match(line)
    rest = line[match.end() :] if match else line
    if name in ("picture", "square"):
        number = _DIGITS.match(rest)
        rest = rest[number.end() :] if number else rest
    return rest.strip() or line


def _first_sentence(words: str) -> str:
    stop = STOP.search(words)
    return words[: stop.start()] if stop and "。" in words else words
