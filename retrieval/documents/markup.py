"""From a tree of HTML-like elements to text with blocks: what web pages and Word files have in common.

Takes HTML's own names and those of trafilatura's tree: head, list, item, row, cell, lb, hi.
"""

import re
from collections.abc import Iterator

from lxml.etree import _Element

from retrieval.documents.blocks import Block, Kind

_HEADINGS = {f"h{level}": level - 1 for level in range(1, 7)}
_ITEMS, _ROWS, _CELLS = ("li", "item", "dt", "dd"), ("tr", "row"), ("td", "th", "cell")
_BREAKS = ("br", "lb")
_DROPPED = ("rt", "rp", "script", "style", "graphic", "img")
_INLINE: tuple[str, ...] = (
    "a",
    "abbr",
    "b",
    "cite",
    "code",
    "del",
    "em",
    "hi",
    "i",
    "ins",
    "mark",
    "q",
    "ref",
    "ruby",
)
_INLINE += ("rb", "s", "small", "span", "strong", "sub", "sup", "u", "time", "kbd", "tt", "var", "samp")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NUMBER = re.compile(r"[\s\[(（［]*([0-9]{1,3})[\s\])）］]*")


def blocks(root: _Element) -> tuple[str, tuple[Block, ...]]:
    """The tree's text, blocks divided by an empty line, items and rows by a line end; and the blocks.

    A raised number, a footnote's mark, becomes ¹; the reading above a word (ruby) is left out.
    """
    text = ""
    found: list[Block] = []
    for kind, level, said in _said(root):
        if found:
            together = kind in ("item", "row") and found[-1].kind == kind
            text += "\n" if together else "\n\n"
        start = len(text)
        text += said
        found.append(Block(kind, start, len(text), level, said if kind == "heading" else ""))
    return text, tuple(found)


def _said(element: _Element) -> Iterator[tuple[Kind, int, str]]:
    """The kind, a heading's level, and the words of every block below the element."""
    tag = _tag(element)
    if tag in _ROWS:
        cells = [_words(cell) for cell in element if _tag(cell) in _CELLS]
        if any(cells):
            yield "row", 0, "| " + " | ".join(cells) + " |"
        return
    level = _level(element)
    if level is not None:
        if words := _words(element).replace("\n", " "):
            yield "heading", level, words
        return
    item = tag in _ITEMS
    loose = element.text or ""
    begun = False
    for child in element:
        if is_inline(child):
            loose += _inline(child) + (child.tail or "")
            continue
        for words in _paragraphs(loose):
            yield _as(item, begun, words)
            begun = True
        for kind, own_level, words in _said(child):
            if item and kind == "paragraph":
                yield _as(item, begun, words)
            else:
                yield kind, own_level, words
            begun = True
        loose = child.tail or ""
    for words in _paragraphs(loose):
        yield _as(item, begun, words)
        begun = True


def _as(item: bool, begun: bool, words: str) -> tuple[Kind, int, str]:
    """A paragraph; in an item, the first has the item's sign and further ones are below it."""
    if not item:
        return "paragraph", 0, words
    # a footnote of Word's is an item that brings its own mark
    return "item", 0, words if begun or words[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹" else f"- {words}"


def _paragraphs(loose: str) -> list[str]:
    """What two line breaks in a row divide."""
    return [words for part in re.split(r"\n\s*\n", _trimmed(loose)) if (words := part.strip())]


def _words(element: _Element) -> str:
    return _trimmed(_inline(element))


def _inline(element: _Element) -> str:
    tag = _tag(element)
    if tag in _BREAKS:
        return "\n"
    if tag in _DROPPED or tag == "":
        return ""
    inside = _flat(element.text) + "".join(_inline(child) + _flat(child.tail) for child in element)
    raised = _NUMBER.fullmatch(inside) if tag == "sup" or element.get("rend") == "#sup" else None
    return raised[1].translate(_RAISED) if raised else inside


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _trimmed(text: str) -> str:
    """Blanks as a browser shows them; line breaks, which are written on purpose, stay."""
    return re.sub(r"[ \t\r\f\v]*\n[ \t\r\f\v]*", "\n", re.sub(r"[ \t\r\f\v]+", " ", text)).strip()


def is_inline(element: _Element) -> bool:
    """Whether the element stands in a line, as a word or a line break does."""
    return _tag(element) in (*_INLINE, *_BREAKS, *_DROPPED, "")


def _level(element: _Element) -> int | None:
    tag = _tag(element)
    return _HEADINGS.get(element.get("rend") or "h2", 1) if tag == "head" else _HEADINGS.get(tag)


def _tag(element: _Element) -> str:
    return element.tag if isinstance(element.tag, str) else ""
