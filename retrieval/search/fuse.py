"""One score from all legs."""

import numpy as np
from numpy.typing import NDArray

from retrieval.search.signals import Signals

# On every set tried, at or above the better leg in R@1 and R@10. Coverage serves better here than
# BM25's own score: it is 0 to 1 whatever the question's length, and next to nothing for a question
# in another language than the documents', which the vectors then decide alone.
PASSAGE, SENTENCE, COVERAGE = 0.4, 0.6, 0.4


def fused(signals: Signals) -> NDArray[np.float32]:
    """float32, one a candidate: a weighted sum of the signals; higher is better."""
    score = PASSAGE * signals.passage + SENTENCE * signals.sentence + COVERAGE * signals.coverage
    return np.asarray(score, np.float32)
