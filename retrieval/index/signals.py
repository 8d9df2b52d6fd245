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

from retrieval import terms
from retrieval.errors import EmptySelection
from retrieval.index import arrays
from retrieval.index.encoded import Encoded
from retrieval.index.keywords import Asked, Keywords
from retrieval.index.layout import Layout
from retrieval.index.selection import Selection
from retrieval.index.vectors import Allowed

DEPTH = 100  # candidates that each leg proposes
_RARE = 0.1  # share of all from which a script proposes so many; a rarer one proposes that share of itself
LEGS = ("passage", "sentence", "keyword")
_REMEMBERED = 8  # selections


@dataclass(frozen=True, slots=True)
class Signals:
    """One question's candidates: arrays of the same length, a candidate each; higher is better.

    `rows` (int64): passage numbers, in falling order of `passage`.
    `passage` (float32): by how much the inner product of the question's vector and the passage's is above
    that of all passages in its script on average.
    `nearness` (float32, a column for each sentence that the longest has): the same of each of its sentences,
    among all sentences; -1 where it has no such sentence, or one that is not to be quoted.
    `nearest` (int64): the number of the nearest sentence within the passage. `sentence` (float32) is its
    nearness, `closeness` (float32, at most 1) the inner product itself, `usual` (float32) that average.
    `keyword` (float32): the BM25 score, 0 or more.
    `coverage` (float32, 0 to 1): how much of the question's terms the passage has.
    `script` (int8): the number of the script that the passage is in.
    `twin_of` (int64): the first passage that says the same.
    `place` (int64, three columns): the number of its document, and where in that the nearest sentence starts
    and ends.
    """

    rows: NDArray[np.int64]
    passage: NDArray[np.float32]
    nearness: NDArray[np.float32]
    sentence: NDArray[np.float32]
    nearest: NDArray[np.int64]
    closeness: NDArray[np.float32]
    usual: NDArray[np.float32]
    keyword: NDArray[np.float32]
    coverage: NDArray[np.float32]
    script: NDArray[np.int8]
    twin_of: NDArray[np.int64]
    place: NDArray[np.int64]

    def of(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Signals:
        """Those of some of the candidates: bool, a candidate each, or their places, in the order wanted."""
        return Signals(*(getattr(self, field.name)[which] for field in fields(self)))


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is compared with a question: passages, a value each, and all of their sentences.

    `rows` (int64) are the passages' numbers, rising; `products` (float32) are the inner
    products of their vectors and the question's; `scripts` (int8);
    `documents` and `twin_of` (integers) are numbers; `keyword`, `coverage` (float32) as Signals has them;
    `counts` (int64) says how many sentences each has, one at least. Of those, passage by passage:
    `sentence_products` (float32), `sentence_scripts` (int8), `quotable` (bool), and where each
    `starts` and `ends` in its document (integers).
    """

    rows: NDArray[np.int64]
    products: NDArray[np.float32]
    scripts: NDArray[np.int8]
    documents: NDArray[np.integer]
    twin_of: NDArray[np.integer]
    keyword: NDArray[np.float32]
    coverage: NDArray[np.float32]
    counts: NDArray[np.int64]
    sentence_products: NDArray[np.float32]
    sentence_scripts: NDArray[np.int8]
    quotable: NDArray[np.bool_]
    starts: NDArray[np.integer]
    ends: NDArray[np.integer]


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
            raise nothing_left()
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
            found.append(compared(self._candidates(query, asked, rows), *own))
        return found

    def _candidates(self, query: NDArray[np.float32], asked: Asked, rows: NDArray[np.int64]) -> Candidates:
        layout = self.layout
        firsts = layout.firsts[rows]
        counts = layout.firsts[rows + 1] - firsts
        numbers = arrays.runs(firsts, counts)
        keyword, coverage = self.keywords.measured(asked, rows)
        return Candidates(
            rows=rows,
            products=self.passages.vectors.products(query, rows),
            scripts=self.passages.scripts.codes[rows],
            documents=layout.documents[rows],
            twin_of=layout.twin_of[rows],
            keyword=keyword,
            coverage=coverage,
            counts=counts,
            sentence_products=self.sentences.vectors.products(query, numbers),
            sentence_scripts=self.sentences.scripts.codes[numbers],
            quotable=layout.quotable[numbers],
            starts=layout.starts[numbers],
            ends=layout.ends[numbers],
        )


def compared(
    found: Candidates, usual_passage: NDArray[np.float32], usual_sentence: NDArray[np.float32]
) -> Signals:
    """What is said of a question's candidates, one at least.

    `usual_passage` and `usual_sentence` are as Means.expected has them, float32 (scripts,).
    """
    passage = found.products - usual_passage[found.scripts]
    closeness = found.sentence_products
    scripts = found.sentence_scripts
    nearness = np.full((len(found.counts), found.counts.max()), -1, np.float32)
    there = np.arange(nearness.shape[1]) < found.counts[:, None]
    nearness[there] = np.where(found.quotable, closeness - usual_sentence[scripts], np.float32(-1))
    nearest = nearness.argmax(axis=1)  # among equals the first
    best = np.cumsum(found.counts) - found.counts + nearest
    place = (found.documents, found.starts[best], found.ends[best])
    return Signals(
        rows=found.rows,
        passage=passage,
        nearness=nearness,
        sentence=nearness.max(axis=1),
        nearest=nearest,
        closeness=closeness[best],
        usual=usual_sentence[scripts[best]],
        keyword=found.keyword,
        coverage=found.coverage,
        script=found.scripts,
        twin_of=found.twin_of.astype(np.int64),
        place=np.stack(place, axis=1).astype(np.int64),
    ).of(np.argsort(-passage, kind="stable"))


def depth(own: int, of_all: int) -> int:
    """How many passages or sentences of a script are proposed, if `own` of all that may be are in it: where
    that is few not as many, or the nearest would be most of what there is, near or not."""
    return DEPTH if own >= _RARE * of_all else min(DEPTH, max(DEPTH // 4, int(_RARE * own)))


def nothing_left() -> EmptySelection:
    """The error that says in one line that a selection leaves no passage."""
    return EmptySelection("the filters leave no passage; name other documents, publishers, dates, sections")


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
    """The nearest of each script: row numbers, int64 (n, at most scripts * DEPTH)."""
    of_all = sum(allowed.count for allowed in by_script)
    found = [encoded.vectors.search(queries, depth(allowed.count, of_all), allowed) for allowed in by_script]
    return np.concatenate(found, axis=1)
