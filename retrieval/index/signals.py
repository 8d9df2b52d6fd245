"""What each leg of the search says about a question's candidates.

A leg proposes its best passages; every candidate then gets every leg's exact score, so that a
passage which only one leg found is still compared by all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from retrieval import script, terms
from retrieval.errors import EmptySelection
from retrieval.index.encoded import Encoded
from retrieval.index.keywords import Asked, Keywords
from retrieval.index.layout import Layout
from retrieval.index.selection import Selection
from retrieval.index.vectors import Allowed

DEPTH = 100  # candidates that each leg proposes
LEGS = ("passage", "sentence", "keyword")
_REMEMBERED = 8  # selections


@dataclass(frozen=True, slots=True)
class Signals:
    """One question's candidates: arrays of the same length, a candidate each; higher is better.

    `rows` (int64) are passage numbers, in falling order of `passage`. `passage` (float32) is by how
    much the inner product of the question's vector and the passage's is above that of all passages in
    its script on average; `sentence` (float32) the same of its nearest sentence among all sentences,
    whose number within the passage is in `nearest` (int64), whose inner product itself in `closeness`
    (float32, at most 1), and of which `foreign` (bool) says that it is in another script than the
    question. `keyword` (float32) is the BM25 score, 0 or more; `coverage` (float32, 0 to 1) how much of
    the question's terms the passage has.

    `twin_of` (int64) is the first passage that says the same, and `place` (int64, three columns) the
    number of its document, and where in that the nearest sentence starts and ends.
    """

    rows: NDArray[np.int64]
    passage: NDArray[np.float32]
    sentence: NDArray[np.float32]
    nearest: NDArray[np.int64]
    closeness: NDArray[np.float32]
    foreign: NDArray[np.bool_]
    keyword: NDArray[np.float32]
    coverage: NDArray[np.float32]
    twin_of: NDArray[np.int64]
    place: NDArray[np.int64]

    def of(self, which: NDArray[np.bool_]) -> Signals:
        """Those of some of the candidates: bool, a candidate each."""
        return Signals(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a selection leaves: which passages (bool, one each), and for each script that any passage or
    sentence is in, those in it that may be proposed."""

    passages: NDArray[np.bool_]
    by_passage: tuple[Allowed, ...]
    by_sentence: tuple[Allowed, ...]


class Legs:
    """Vectors of passages and of sentences, and keywords: what a question is compared with."""

    def __init__(
        self,
        layout: Layout,
        passages: Encoded,
        sentences: Encoded,
        keywords: Keywords,
        selected: Callable[[Selection], NDArray[np.bool_]],
    ) -> None:
        """`selected` says which passages a selection leaves: bool, a passage each."""
        self.layout, self.passages, self.sentences, self.keywords = layout, passages, sentences, keywords
        # not of a method: what has itself in a cache is not let go of when nobody needs it any more
        reach = partial(_reach, layout, passages, sentences, selected)
        self._reach = lru_cache(_REMEMBERED)(reach)

    def belong_together(self, passages: int, sentences: int, dimension: int) -> bool:
        """Whether all have so many passages and sentences, and their vectors so many values."""
        of_passages = (len(self.layout.twin_of), len(self.keywords), *_sizes(self.passages))
        of_sentences = (len(self.layout.passages), *_sizes(self.sentences))
        dimensions = {one.vectors.dimension for one in (self.passages, self.sentences)}
        return (set(of_passages), set(of_sentences), dimensions) == ({passages}, {sentences}, {dimension})

    def signals(
        self, questions: Sequence[str], queries: NDArray[np.float32], selection: Selection
    ) -> list[Signals]:
        """The signals of several questions, whose vectors are `queries`: float32 (n, d), unit length.

        Raises EmptySelection where the selection leaves no passage.
        """
        reach = self._reach(selection)
        if not reach.passages.any():
            raise EmptySelection(
                "the filters leave no passage; name other documents, publishers, dates, sections"
            )
        by_passage = _nearest(self.passages, queries, reach.by_passage)
        by_sentence = _nearest(self.sentences, queries, reach.by_sentence)
        usual = zip(
            self.passages.scripts.expected(questions, queries),
            self.sentences.scripts.expected(questions, queries),
            strict=True,
        )
        found = []
        for question, query, passages, sentences, own in zip(
            questions, queries, by_passage, by_sentence, usual, strict=True
        ):
            asked = self.keywords.asked(terms.analyse(question))
            keyword = self.keywords.best(asked, DEPTH, reach.passages)
            rows = np.unique(np.concatenate([passages, self.layout.passages[sentences], keyword]))
            found.append(self._signals(question, asked, query, rows, *own))
        return found

    def _signals(
        self,
        question: str,
        asked: Asked,
        query: NDArray[np.float32],
        rows: NDArray[np.int64],
        usual_passage: NDArray[np.float32],
        usual_sentence: NDArray[np.float32],
    ) -> Signals:
        layout = self.layout
        passage = self.passages.vectors.rows(rows) @ query - usual_passage[self.passages.scripts.codes[rows]]
        order = np.argsort(-passage, kind="stable")
        rows = rows[order]
        firsts = layout.firsts[rows]
        counts = layout.firsts[rows + 1] - firsts
        starts = np.cumsum(counts) - counts
        numbers = np.arange(counts.sum()) + np.repeat(firsts - starts, counts)
        scripts = self.sentences.scripts.codes[numbers]
        closeness = self.sentences.vectors.rows(numbers) @ query
        scores = np.where(layout.quotable[numbers], closeness - usual_sentence[scripts], np.float32(-1))
        highest = np.flatnonzero(scores == np.repeat(np.maximum.reduceat(scores, starts), counts))
        best = highest[np.searchsorted(highest, starts)]  # among equals the first sentence is the nearest
        nearest = numbers[best]
        keyword, coverage = asked.measured(rows)
        place = (layout.documents[rows], layout.starts[nearest], layout.ends[nearest])
        return Signals(
            rows=rows,
            passage=passage[order],
            sentence=scores[best],
            nearest=nearest - firsts,
            closeness=closeness[best],
            foreign=scripts[best] != script.of(question),
            keyword=keyword,
            coverage=coverage,
            twin_of=layout.twin_of[rows].astype(np.int64),
            place=np.stack(place, axis=1).astype(np.int64),
        )


def _sizes(encoded: Encoded) -> tuple[int, int]:
    return len(encoded.vectors), len(encoded.scripts.codes)


def _reach(
    layout: Layout,
    passages: Encoded,
    sentences: Encoded,
    selected: Callable[[Selection], NDArray[np.bool_]],
    selection: Selection,
) -> Reach:
    allowed = selected(selection)
    return Reach(
        allowed,
        _by_script(passages, allowed),
        _by_script(sentences, allowed[layout.passages] & layout.quotable),
    )


def _by_script(encoded: Encoded, allowed: NDArray[np.bool_]) -> tuple[Allowed, ...]:
    codes = encoded.scripts.codes
    return tuple(encoded.vectors.allowed(allowed & (codes == code)) for code in encoded.scripts.present)


def _nearest(
    encoded: Encoded, queries: NDArray[np.float32], by_script: Sequence[Allowed]
) -> NDArray[np.int64]:
    """The DEPTH nearest of each script: row numbers, int64 (n, at most scripts * DEPTH)."""
    found = [encoded.vectors.search(queries, DEPTH, allowed) for allowed in by_script]
    return np.concatenate(found, axis=1)
