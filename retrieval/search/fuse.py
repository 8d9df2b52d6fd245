"""What passages are ranked by: one score from all legs, and from a reranker that reads the best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import wording
from retrieval.index.protocols import Index
from retrieval.index.signals import Signals
from retrieval.passages import Passage
from retrieval.reranker import Reranker
from retrieval.spans import Span
from retrieval.wording import Excerpt

# Above the better leg in R@1 and R@10 on every set tried (bench/RETRIEVAL.md). Coverage serves better here
# than BM25's own score: it is 0 to 1 whatever the question's length, and next to nothing for a question in
# another language than the documents', which the vectors then decide alone.
PASSAGE, SENTENCE, COVERAGE = 0.5, 0.5, 0.5
# What a sentence's nearness weighs beside the log probability with which a reranker points at it. From 10 to
# 20 no small set changes by more than two questions, no larger one by more than a hundredth
# (bench/RETRIEVAL.md)
NEARNESS = 15


@dataclass(frozen=True, slots=True)
class Ranking:
    """Arrays of the same length, a candidate each.

    `scores` (float32) are what candidates are ranked by, higher is better; `odds` (float32) the log odds
    that they answer, by a reranker: those which it has not read have the least of those that it has. Without
    a reranker they are 0. `quotes` (int64, two columns) say where in its document the sentence starts and
    ends that is quoted of each.
    """

    scores: NDArray[np.float32]
    odds: NDArray[np.float32]
    quotes: NDArray[np.int64]


def fused(signals: Signals) -> NDArray[np.float32]:
    """float32, one a candidate: a weighted sum of the signals; higher is better."""
    score = PASSAGE * signals.passage + SENTENCE * signals.sentence + COVERAGE * signals.coverage
    return np.asarray(score, np.float32)


def ranked(signals: Signals) -> Ranking:
    """By the fused score alone; each is quoted with the sentence that is nearest to the question."""
    return Ranking(fused(signals), np.zeros(len(signals.rows), np.float32), signals.place[:, 1:])


def reranked(index: Index, question: str, signals: Signals, reranker: Reranker) -> Ranking:
    """By the fused score, and for the best of them by what the reranker says, too.

    None of those that it reads falls behind one that it does not.
    """
    manner = reranker.manner
    scores = fused(signals)
    best = np.argsort(-scores, kind="stable")[: manner.depth]
    passages, excerpts = [], []
    for row, nearest in zip(signals.rows[best].tolist(), signals.nearest[best].tolist(), strict=True):
        source, passage = index.catalog.passage(row)
        passages.append(passage)
        excerpts.append(wording.around(source, passage, nearest, manner.reach))
    said = reranker.read(question, excerpts)
    scores[best] += np.float32(manner.weight) * (said.odds - said.odds.min())
    odds = np.full(len(scores), said.odds.min(), np.float32)
    odds[best] = said.odds
    quotes = signals.place[:, 1:].copy()
    for at, passage, excerpt, pointed in zip(best, passages, excerpts, said.pointed, strict=True):
        quote = _quote(passage, excerpt, signals.nearness[at], pointed)
        quotes[at] = quote.start, quote.end
    return Ranking(scores, odds, quotes)


def _quote(
    passage: Passage, excerpt: Excerpt, nearness: NDArray[np.float32], pointed: NDArray[np.float32]
) -> Span:
    """The sentence that is best by how near it is, and by what is pointed at, of those to be quoted."""
    own = slice(excerpt.first, excerpt.first + len(pointed))
    score = np.where(nearness[own] > -1, pointed + NEARNESS * nearness[own], -np.inf)
    return passage.sentences[own][int(np.argmax(score))].span
