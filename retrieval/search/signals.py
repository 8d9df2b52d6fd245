"""What each leg of the search says about a question's candidates.

A leg proposes its best passages; every candidate then gets every leg's exact score, so that a
passage which only one leg found is still compared by all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import terms
from retrieval.index.generation import Generation

DEPTH = 100  # candidates that each leg proposes
LEGS = ("passage", "sentence", "keyword")


@dataclass(frozen=True, slots=True)
class Signals:
    """One question's candidates: arrays of the same length, a candidate each; higher is better.

    `rows` (int64) are passage numbers, in falling order of `passage`. `passage` (float32) is the
    inner product of the question's vector and the passage's, `sentence` (float32) that of its
    nearest sentence, whose number is in `nearest` (int64): unit vectors, at most 1. `keyword`
    (float32) is the BM25 score, 0 or more; `coverage` (float32, 0 to 1) how much of the question's
    terms the passage has.
    """

    rows: NDArray[np.int64]
    passage: NDArray[np.float32]
    sentence: NDArray[np.float32]
    nearest: NDArray[np.int64]
    keyword: NDArray[np.float32]
    coverage: NDArray[np.float32]


def gather(
    index: Generation,
    questions: Sequence[str],
    queries: NDArray[np.float32],
    allowed: NDArray[np.bool_],
) -> list[Signals]:
    """The signals of several questions, whose vectors are `queries`: float32 (n, d), unit length.

    `allowed` (bool, a passage each) says which passages are candidates at all.
    """
    _, by_passage = index.passages.search(queries, DEPTH, allowed)
    _, by_sentence = index.sentences.search(queries, DEPTH, allowed[index.layout.passages])
    return [
        _signals(index, terms.analyse(question), query, passages, index.layout.passages[sentences], allowed)
        for question, query, passages, sentences in zip(
            questions, queries, by_passage, by_sentence, strict=True
        )
    ]


def _signals(
    index: Generation,
    asked: list[str],
    query: NDArray[np.float32],
    by_passage: NDArray[np.int64],
    by_sentence: NDArray[np.int64],
    allowed: NDArray[np.bool_],
) -> Signals:
    keyword = np.where(allowed, index.keywords.scores(asked), np.float32(0))
    by_keyword = np.argsort(-keyword, kind="stable")[:DEPTH]
    rows = np.unique(np.concatenate([by_passage, by_sentence, by_keyword[keyword[by_keyword] > 0]]))
    passage = index.passages.rows(rows) @ query
    order = np.argsort(-passage, kind="stable")
    rows = rows[order]
    firsts = index.layout.firsts[rows]
    counts = index.layout.firsts[rows + 1] - firsts
    starts = np.cumsum(counts) - counts
    numbers = np.arange(counts.sum()) + np.repeat(firsts - starts, counts)
    scores = index.sentences.rows(numbers) @ query
    scores = np.where(index.layout.quotable[numbers], scores, np.float32(-1))
    best = np.maximum.reduceat(scores, starts)
    # among equals the first sentence is the nearest
    nearest = [
        numbers[start + np.argmax(scores[start : start + count])]
        for start, count in zip(starts, counts, strict=True)
    ]
    coverage = index.keywords.coverage(asked)[rows]
    return Signals(rows, passage[order], best, np.array(nearest, np.int64), keyword[rows], coverage)
