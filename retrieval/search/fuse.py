"""What passages are ranked by: one score from all legs, and from a reranker that reads the best."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval import wording
from retrieval.index.protocols import Index
from retrieval.index.signals import Signals
from retrieval.reranker import Reranker

# Above the better leg in R@1 and R@10 on every set tried (bench/RETRIEVAL.md). Coverage serves better here
# than BM25's own score: it is 0 to 1 whatever the question's length, and next to nothing for a question in
# another language than the documents', which the vectors then decide alone.
PASSAGE, SENTENCE, COVERAGE = 0.5, 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Ranking:
    """float32 arrays, one value a candidate; higher is better.

    `scores` are what candidates are ranked by; `odds` the log odds that they answer, by a reranker:
    those which it has not read have the least of those that it has. Without a reranker they are 0.
    """

    scores: NDArray[np.float32]
    odds: NDArray[np.float32]


def fused(signals: Signals) -> NDArray[np.float32]:
    """float32, one a candidate: a weighted sum of the signals; higher is better."""
    score = PASSAGE * signals.passage + SENTENCE * signals.sentence + COVERAGE * signals.coverage
    return np.asarray(score, np.float32)


def ranked(signals: Signals) -> Ranking:
    """By the fused score alone."""
    return Ranking(fused(signals), np.zeros(len(signals.rows), np.float32))


def reranked(index: Index, question: str, signals: Signals, reranker: Reranker) -> Ranking:
    """By the fused score, and for the best of them by what the reranker says, too.

    None of those that it reads falls behind one that it does not.
    """
    manner = reranker.manner
    scores = fused(signals)
    best = np.argsort(-scores, kind="stable")[: manner.depth]
    odds = reranker.odds(question, [_text(index, signals, int(at), manner.reach) for at in best])
    scores[best] += np.float32(manner.weight) * (odds - odds.min())
    by_all = np.full(len(scores), odds.min(), np.float32)
    by_all[best] = odds
    return Ranking(scores, by_all)


def _text(index: Index, signals: Signals, at: int, reach: int) -> str:
    source, passage = index.catalog.passage(int(signals.rows[at]))
    return wording.around(source, passage, int(signals.nearest[at]), reach)
