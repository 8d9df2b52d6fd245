"""Where sentences end, in Japanese and in Latin or Cyrillic script."""

import re

from retrieval.documents.notes import FORMS as NOTE_MARK
from retrieval.spans import Span, trimmed

_OPEN = dict(zip("「『（(【〈《“[", "」』）)】〉》”]", strict=True))
_QUOTES = ("「", "『")
_CLOSE = frozenset(_OPEN.values()) | {'"', "'", "’"}
_JAPANESE_STOP = frozenset("。！？｡")
_LATIN_STOP = frozenset(".!?…")
# no Japanese sentence begins so: what follows such a stop goes on
_NEVER_FIRST = frozenset("をんぁぃぅぇぉゃゅょっァィゥェォャュョッー、，")
_PAUSES = re.compile(r"[、，､,;；:：]|\s")
# a full stop behind these ends no sentence: U.S., A. Smith, Dr., p. 3, No. 7
_ABBREVIATION = re.compile(
    r"(?:\b[^\W\d_]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|cf|al|pp|vol|ed|etc|тыс|млн|млрд|им|ул|гг|стр))$"
)


def split(text: str, start: int, end: int) -> list[Span]:
    """The sentences of one paragraph, `text[start:end]`, in order and without blanks around them.

    A sentence ends behind 。！？ or their Latin kin and the closing and footnote marks that follow, but not
    inside brackets or quotation marks: 「行く。」と言った is one. Marks that never close do not
    count. Every non-blank character lies in exactly one span.
    """
    stops = _stops(text, start, end, respect_brackets=_balanced(text, start, end))
    spans = (trimmed(text, a, b) for a, b in zip([start, *stops], [*stops, end], strict=True))
    return [span for span in spans if span.start < span.end]


def cut(text: str, span: Span, limit: int) -> list[Span]:
    """The span in pieces of at most `limit` characters, cut at pauses (、 or a blank) if possible."""
    pieces = []
    start = span.start
    while span.end - start > limit:
        pauses = _PAUSES.finditer(text, start + limit // 2, start + limit)
        at = max((pause.end() for pause in pauses), default=start + limit)
        pieces.append(trimmed(text, start, at))
        start = at
    pieces.append(trimmed(text, start, span.end))
    return [piece for piece in pieces if piece.start < piece.end]


def _balanced(text: str, start: int, end: int) -> bool:
    """Whether every bracket of the paragraph closes in it, in order."""
    expected = []
    for character in text[start:end]:
        if character in _OPEN:
            expected.append(_OPEN[character])
        elif character in _OPEN.values() and (not expected or expected.pop() != character):
            return False
    return not expected


def _stops(text: str, start: int, end: int, *, respect_brackets: bool) -> list[int]:
    """The offsets behind each sentence's end, but for the paragraph's own end."""
    stops: list[int] = []
    depth = 0
    at = start
    while at < end:
        character = text[at]
        at += 1
        if respect_brackets and character in _OPEN:
            depth += 1
        elif respect_brackets and character in _OPEN.values():
            depth -= 1
            # 「行く。」「行かない。」 are two
            if depth == 0 and text[at - 2] in _JAPANESE_STOP and text[at : at + 1] in _QUOTES:
                stops.append(at)
        elif depth == 0 and (character in _JAPANESE_STOP or character in _LATIN_STOP):
            japanese = character in _JAPANESE_STOP
            first = at - 1
            while at < end and (text[at] in _JAPANESE_STOP or text[at] in _LATIN_STOP):
                japanese = japanese or text[at] in _JAPANESE_STOP
                at += 1
            while at < end and text[at] in _CLOSE:
                at += 1
            while mark := NOTE_MARK.match(text, at, end):
                at = mark.end()
            sentence = stops[-1] if stops else start
            if (
                at < end
                and text[at] not in _NEVER_FIRST
                and (japanese or _ends_latin(text, first, at, sentence))
            ):
                stops.append(at)
    return stops


def _ends_latin(text: str, stop: int, behind: int, start: int) -> bool:
    """Whether the Latin stop at `stop`, its marks ending at `behind`, ends what begins at `start`."""
    if not text[behind].isspace():
        return False
    before = text[max(start, stop - 8) : stop]
    numbers_an_item = not any(map(str.isalpha, text[start : min(stop, start + 8)]))
    return text[stop] != "." or not (numbers_an_item or _ABBREVIATION.search(before))
