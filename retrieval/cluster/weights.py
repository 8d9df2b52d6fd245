"""What the terms of a question weigh: as `index/keywords.py` has it, of counts that all shares give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.index.keywords import COMMON, K1, PARTS, B, in_parts


class Weights:
    """How many of an index's passages have each term, and what follows from it."""

    def __init__(self, holding: Mapping[str, int], count: int, length: float) -> None:
        """`holding` of `count` passages have each term; `length` is how many terms one has on average."""
        self._holding, self._count, self._length = holding, count, length

    def telling(self, asked: Sequence[str]) -> list[str]:
        """The terms that propose passages, as Keywords.best has it: those that are not common."""
        return [term for term in self.known(asked) if self._holding[term] * COMMON <= self._count]

    def known(self, asked: Sequence[str]) -> list[str]:
        """The terms that any passage has."""
        return [term for term in asked if self._holding.get(term)]

    def scores(self, asked: Sequence[str], bags: Sequence[Counter[str]]) -> NDArray[np.float32]:
        """The BM25 score of each bag of terms, float32: higher is better, 0 where no term is."""
        times = Counter(asked)
        lengths = np.array([bag.total() for bag in bags], np.float64)
        norm = K1 * (1 - B + B * lengths / (self._length or 1))
        scores = np.zeros(len(bags), np.float64)
        for term, wanted in times.items():
            own = np.array([bag[term] for bag in bags], np.float64)
            scores += wanted * self._idf(term) / PARTS * in_parts(own / (own + norm))
        return scores.astype(np.float32)

    def coverage(self, asked: Sequence[str], bags: Sequence[Counter[str]]) -> NDArray[np.float32]:
        """How much of the question each bag has, float32, 0 to 1, as Asked.measured has it."""
        idfs = {term: self._idf(term) for term in dict.fromkeys(asked)}
        covered = [sum(idf for term, idf in idfs.items() if term in bag) for bag in bags]
        return np.asarray(np.array(covered, np.float64) / (sum(idfs.values()) or 1), np.float32)

    def _idf(self, term: str) -> float:
        holding = self._holding.get(term, 0)
        return float(np.log1p((self._count - holding + 0.5) / (holding + 0.5)))
