"""Where sentences end, in Japanese and in Latin or Cyrillic script."""

import re
from collections import Counter

from retrieval.documents.notes import FORMS as NOTE_MARK
from retrieval.spans import Span, trimmed

_OPEN = dict(zip("「『（(【〈《“[", "」』）)】〉》”]", strict=True))
_BOTH = frozenset(_OPEN) | frozenset(_OPEN.values())
_BRACKETS = re.compile(f"[{re.escape(''.join(sorted(_BOTH)))}]")
_BRACKETS_AND_STOPS = re.compile(f"{_BRACKETS.pattern}|[。！？｡.!?…]+")
_QUOTES = ("「", "『")
_CLOSE = frozenset(_OPEN.values()) | {'"', "'", "’"}
_JAPANESE_STOP = frozenset("。！？｡")
# no Japanese sentence begins so: what follows such a stop goes on
_NEVER_FIRST = frozenset("をんぁぃぅぇぉゃゅょっァィゥェォャュョッー、，")
# where a sentence too long is cut: behind one inside a quotation, else at a pause (8,000 has none)
_CUTS = (re.compile(r"[。！？｡]+[」』）)]*"), re.compile(r"[、，､；：]|[,;:](?=\s)|\s"))
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
    stops = _stops(text, start, end)
    spans = (trimmed(text, a, b) for a, b in zip([start, *stops], [*stops, end], strict=True))
    return [span for span in spans if span.start < span.end]


def cut(text: str, span: Span, limit: int) -> list[Span]:
    """The span in pieces of at most `limit` characters, cut at stops or pauses if possible."""
    pieces = []
    start = span.start
    while span.end - start > limit:
        at = next(
            filter(None, (_last(cuts, text, start + limit // 2, start + limit) for cuts in _CUTS)), None
        )
        at = at or start + limit
        pieces.append(trimmed(text, start, at))
        start = at
    pieces.append(trimmed(text, start, span.end))
    return [piece for piece in pieces if piece.start < piece.end]


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> int | None:
    """The end of the pattern's last match in `text[start:end]`."""
    return max((match.end() for match in pattern.finditer(text, start, end)), default=None)


def _paired(text: str, start: int, end: int) -> set[int]:
    """The offsets of the brackets and quotation marks that have their other half in the paragraph."""
    paired: set[int] = set()
    waiting: list[int] = []
    of_a_kind: Counter[str] = Counter()
    for match in _BRACKETS.finditer(text, start, end):
        if match[0] in _OPEN:
            waiting.append(match.start())
            of_a_kind[_OPEN[match[0]]] += 1
            continue
        while of_a_kind[match[0]]:
            # what opened inside and is still open never closes
            opened = waiting.pop()
            of_a_kind[_OPEN[text[opened]]] -= 1
            if _OPEN[text[opened]] == match[0]:
                paired |= {opened, match.start()}
                break
    return paired


def _stops(text: str, start: int, end: int) -> list[int]:
    """The offsets behind each sentence's end, but for the paragraph's own end."""
    stops: list[int] = []
    paired = _paired(text, start, end)
    depth = 0
    at = start
    while mark := _BRACKETS_AND_STOPS.search(text, at, end):
        at = mark.end()
        if mark.start() in paired and mark[0] in _OPEN:
            depth += 1
        elif mark.start() in paired:
            depth -= 1
            # 「行く。」「行かない。」 are two
            if depth == 0 and text[at - 2] in _JAPANESE_STOP and text[at : at + 1] in _QUOTES:
                stops.append(at)
        elif depth == 0 and mark[0] not in _BOTH:
            at = _behind(text, mark.end(), end)
            sentence = stops[-1] if stops else start
            japanese = any(one in _JAPANESE_STOP for one in mark[0])
            if (
                at < end
                and text[at] not in _NEVER_FIRST
                and (japanese or _ends_latin(text, mark.start(), at, sentence))
            ):
                stops.append(at)
    return stops


def _behind(text: str, at: int, end: int) -> int:
    """The offset behind the closing and footnote marks that follow a stop."""
    while at < end and text[at] in _CLOSE:
        at += 1
    while mark := NOTE_MARK.match(text, at, end):
        at = mark.end()
    return at


def _ends_latin(text: str, stop: int, behind: int, start: int) -> bool:
    """Whether the Latin stop at `stop`, its marks ending at `behind`, ends what begins at `start`."""
    if not text[behind].isspace():
        return False
    before = text[max(start, stop - 8) : stop]
    numbers_an_item = not any(map(str.isalpha, text[start : min(stop, start + 8)]))
    return text[stop] != "." or not (numbers_an_item or _ABBREVIATION.search(before))
