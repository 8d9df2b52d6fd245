"""Passages that came from Milvus with all of their sentences, as the arrays that are compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.cluster.client import Row
from retrieval.cluster.weights import Weights
from retrieval.index import arrays
from retrieval.index.signals import Candidates


class Held:
    """The candidates of several questions."""

    def __init__(self, passages: Sequence[Row], sentences: Sequence[Row]) -> None:
        """Both by their numbers, rising; every sentence of each passage."""
        self.passages = passages
        self._numbers = _integers(passages, "id")
        self._vectors, self._sentence_vectors = _vectors(passages), _vectors(sentences)
        self._scripts, self._sentence_scripts = _integers(passages, "script"), _integers(sentences, "script")
        self._documents = _integers(passages, "document")
        self._quotable = _integers(sentences, "quotable") == 1
        self._starts, self._ends = _integers(sentences, "starts"), _integers(sentences, "ends")
        self._counts = _integers(passages, "end") - _integers(passages, "first")
        self._firsts = np.cumsum(self._counts) - self._counts
        self._bags = [Counter(row["terms"].split()) for row in passages]

    def places(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where the passages with these numbers stand among all."""
        return np.searchsorted(self._numbers, numbers)

    def candidates(
        self,
        query: NDArray[np.float32],
        numbers: NDArray[np.int64],
        weights: Weights,
        asked: Sequence[str],
        alike: Mapping[int, int],
    ) -> Candidates:
        """The passages with these numbers, rising, for a question with this vector, float32 (d,), and these
        terms; `alike` is which first twin stands for another."""
        at = self.places(numbers)
        counts = self._counts[at]
        of_sentences = arrays.runs(self._firsts[at], counts)
        bags = [self._bags[one] for one in at]
        firsts = (self.passages[one]["twin_of"] for one in at)
        return Candidates(
            rows=numbers,
            products=self._vectors[at] @ query,
            scripts=self._scripts[at].astype(np.int8),
            documents=self._documents[at],
            twin_of=np.array([alike.get(first, first) for first in firsts], np.int64),
            keyword=weights.scores(asked, bags),
            coverage=weights.coverage(asked, bags),
            counts=counts,
            sentence_products=self._sentence_vectors[of_sentences] @ query,
            sentence_scripts=self._sentence_scripts[of_sentences].astype(np.int8),
            quotable=self._quotable[of_sentences],
            starts=self._starts[of_sentences],
            ends=self._ends[of_sentences],
        )


def _integers(rows: Sequence[Row], field: str) -> NDArray[np.int64]:
    return np.array([row[field] for row in rows], np.int64)


def _vectors(rows: Sequence[Row]) -> NDArray[np.float32]:
    return np.array([row["vector"] for row in rows], np.float32)
