"""Vectors in FAISS, found by inner product: exactly where they are few, by a graph where they are many.

They are kept in float16, whose 11 bits change an inner product by less than 0.001: half the memory, and
about half the time of a search of all, most of which is reading it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.index.graph import Graph

TOGETHER = 65_536  # rows that are float32 at once
_OPEN = 0.25  # of the rows: where fewer are allowed, a graph would mostly lead to others

Rows = NDArray[np.float16]
"""float16 (n, dimension): vectors of unit length, but for rounding."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Rows among which to search: how many, and a bit for each row of all."""

    count: int
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, which: NDArray[np.bool_]) -> Allowed:
        """bool, a row each."""
        return cls(int(np.count_nonzero(which)), np.packbits(which, bitorder="little"))


class Vectors:
    """Rows of unit length, found by inner product; the higher a score, the closer (1, but for rounding)."""

    def __init__(self, rows: Rows, graph: Graph | None = None) -> None:
        """`rows` may be mapped from a file. Without a `graph`, all of them are compared with a query."""
        self.all_rows = rows
        self._graph = graph

    def __len__(self) -> int:
        return len(self.all_rows)

    @property
    def dimension(self) -> int:
        """Values in a vector."""
        return int(self.all_rows.shape[1])

    def search(
        self, queries: NDArray[np.float32], k: int, allowed: Allowed
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `k` nearest of the allowed rows to each query: scores and row numbers, best first.

        Takes float32 (n, d) of unit length; gives float32 and int64 of shape (n, min(k, allowed rows)).
        With a graph, one now and then is missing, and the scores are near what they are exactly.
        """
        k = min(k, allowed.count)
        if k == 0:  # FAISS asks for one at least
            return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
        queries = np.ascontiguousarray(queries)
        selector = None if allowed.count == len(self) else faiss.IDSelectorBitmap(allowed.bits)  # type: ignore[call-arg, arg-type]
        if self._graph and allowed.count >= _OPEN * len(self):
            scores, rows = self._graph.search(queries, k, selector, allowed.count / len(self))
            if (rows >= 0).all():  # or else it did not lead to so many
                return scores, rows
        exact = self._graph.all if self._graph else self._flat
        only = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = exact.search(queries, k, params=only)
        return scores, rows

    def rows(self, numbers: NDArray[np.integer]) -> NDArray[np.float32]:
        """The rows with these numbers, in their order: float32 (len(numbers), d)."""
        return np.asarray(self.all_rows[numbers], np.float32)

    @cached_property
    def _flat(self) -> faiss.Index:
        return flat(self.all_rows)


def flat(rows: Rows) -> faiss.Index:
    """FAISS's index that compares a query with every row."""
    kind = faiss.ScalarQuantizer.QT_fp16
    index = faiss.IndexScalarQuantizer(rows.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    for start in range(0, len(rows), TOGETHER):
        index.add(rows[start : start + TOGETHER].astype(np.float32))
    return index
