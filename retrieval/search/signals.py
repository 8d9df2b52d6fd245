"""What each leg of the search says about a question's candidates.

A leg proposes its best passages; every candidate then gets every leg's exact score, so that a
passage which only one leg found is still compared by all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from retrieval import terms
from retrieval.index.generation import Generation
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors

DEPTH = 100  # candidates that each leg proposes
LEGS = ("passage", "sentence", "keyword")


@dataclass(frozen=True, slots=True)
class Signals:
    """One question's candidates: arrays of the same length, a candidate each; higher is better.

    `rows` (int64) are passage numbers, in falling order of `passage`. `passage` (float32) is by how
    much the inner product of the question's vector and the passage's is above that of all passages in
    its script on average; `sentence` (float32) the same of its nearest sentence among all sentences,
    whose number is in `nearest` (int64) and whose inner product itself in `closeness` (float32, at
    most 1). `keyword` (float32) is the BM25 score, 0 or more; `coverage`
    (float32, 0 to 1) how much of the question's terms the passage has.
    """

    rows: NDArray[np.int64]
    passage: NDArray[np.float32]
    sentence: NDArray[np.float32]
    nearest: NDArray[np.int64]
    closeness: NDArray[np.float32]
    keyword: NDArray[np.float32]
    coverage: NDArray[np.float32]

    def of(self, which: NDArray[np.bool_]) -> Signals:
        """Those of some of the candidates: bool, a candidate each."""
        return Signals(*(getattr(self, field.name)[which] for field in fields(self)))


def gather(
    index: Generation,
    questions: Sequence[str],
    queries: NDArray[np.float32],
    allowed: NDArray[np.bool_],
) -> list[Signals]:
    """The signals of several questions, whose vectors are `queries`: float32 (n, d), unit length.

    `allowed` (bool, a passage each) says which passages are candidates at all.
    """
    by_passage = _nearest(index.passages, index.passage_scripts, queries, allowed)
    layout = index.layout
    by_sentence = _nearest(
        index.sentences, index.sentence_scripts, queries, allowed[layout.passages] & layout.quotable
    )
    usual = zip(
        index.passage_scripts.expected(questions, queries),
        index.sentence_scripts.expected(questions, queries),
        strict=True,
    )
    return [
        _signals(index, terms.analyse(question), query, passages, layout.passages[sentences], allowed, *own)
        for question, query, passages, sentences, own in zip(
            questions, queries, by_passage, by_sentence, usual, strict=True
        )
    ]


def _nearest(
    vectors: Vectors, scripts: Scripts, queries: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """The DEPTH nearest of each script: row numbers, int64 (n, at most scripts * DEPTH)."""
    found = [vectors.search(queries, DEPTH, allowed & (scripts.codes == code))[1] for code in scripts.present]
    return np.concatenate(found, axis=1)


def _best(keyword: NDArray[np.float32]) -> NDArray[np.int64]:
    """The rows of the DEPTH highest scores above 0; of equals the first ones."""
    least = -np.partition(-keyword, DEPTH - 1)[DEPTH - 1] if len(keyword) > DEPTH else 0
    found = np.flatnonzero((keyword >= least) & (keyword > 0))
    return found[np.argsort(-keyword[found], kind="stable")[:DEPTH]]


def _signals(
    index: Generation,
    asked: list[str],
    query: NDArray[np.float32],
    by_passage: NDArray[np.int64],
    by_sentence: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    usual_passage: NDArray[np.float32],
    usual_sentence: NDArray[np.float32],
) -> Signals:
    keyword = np.where(allowed, index.keywords.scores(asked), np.float32(0))
    rows = np.unique(np.concatenate([by_passage, by_sentence, _best(keyword)]))
    passage = index.passages.rows(rows) @ query - usual_passage[index.passage_scripts.codes[rows]]
    order = np.argsort(-passage, kind="stable")
    rows = rows[order]
    firsts = index.layout.firsts[rows]
    counts = index.layout.firsts[rows + 1] - firsts
    starts = np.cumsum(counts) - counts
    numbers = np.arange(counts.sum()) + np.repeat(firsts - starts, counts)
    closeness = index.sentences.rows(numbers) @ query
    scores = closeness - usual_sentence[index.sentence_scripts.codes[numbers]]
    scores = np.where(index.layout.quotable[numbers], scores, np.float32(-1))
    # among equals the first sentence is the nearest
    best = np.array(
        [
            start + np.argmax(scores[start : start + count])
            for start, count in zip(starts, counts, strict=True)
        ]
    )
    return Signals(
        rows=rows,
        passage=passage[order],
        sentence=scores[best],
        nearest=numbers[best],
        closeness=closeness[best],
        keyword=keyword[rows],
        coverage=index.keywords.coverage(asked)[rows],
    )
