"""Where a passage has the words of a question: what is underlined."""

from __future__ import annotations

from functools import lru_cache

from retrieval import morphemes, terms
from retrieval.spans import Span

# words that hold a question together and say nothing of its subject
_EMPTY_KINDS = frozenset({"代名詞", "接続詞", "感動詞", "連体詞", "接頭辞", "接尾辞"})
_HELPING = "非自立可能"


def find(question: str, text: str) -> tuple[Span, ...]:
    """The spans of `text` that are words of the question, whatever their form, in order.

    Words are compared as keyword search compares them; particles, signs, pronouns and helping verbs
    are passed over. Neighbours are joined where nothing stands between them.
    """
    asked = {term for _, found in _words(question) for term in found}
    spans: list[Span] = []
    for span, found in _words(text):
        if asked.isdisjoint(found):
            continue
        if spans and spans[-1].end == span.start:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return tuple(spans)


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[tuple[Span, tuple[str, ...]], ...]:
    """The telling words of a text, each with the terms that it counts as."""
    found = []
    at = 0
    for piece in terms.pieces(text):
        for morpheme in morphemes.of(piece):
            kind = morpheme.part_of_speech()
            if kind[0] not in _EMPTY_KINDS and kind[1] != _HELPING and (own := terms.counted_as(morpheme)):
                found.append((Span(at + morpheme.begin(), at + morpheme.end()), own))
        at += len(piece)
    return tuple(found)
