"""Vectors in FAISS, found by inner product: exactly where they are few, by a graph where they are many.

They are kept in float16, whose 11 bits change an inner product by less than 0.001: half the memory, and
about half the time of a search of all, most of which is reading it. A graph has them in 8 bits a value, which
change it by less than 0.002 as a rule: where there is one, only those are looked at, half the memory again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.index.graph import Graph

_TOGETHER = 65_536  # rows that are float32 at once
_FEW = 4096  # allowed rows that are kept at hand: no search has to pass over all the others then

Rows = NDArray[np.float16]
"""float16 (n, dimension): vectors of unit length, but for rounding."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Rows among which to search: how many, a bit for each row of all, and where there is a graph, how many
    of its nodes have any of them, and a bit for each of those. Where they are few among many, their numbers
    and the rows themselves, float32, are at hand."""

    count: int
    few: tuple[NDArray[np.int64], NDArray[np.float32]] | None
    bits: NDArray[np.uint8]
    nodes: int
    node_bits: NDArray[np.uint8]


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

    def allowed(self, which: NDArray[np.bool_]) -> Allowed:
        """What `search` takes: bool, a row each."""
        bits, count = np.packbits(which, bitorder="little"), int(np.count_nonzero(which))
        nodes, node_bits = count, bits  # without a graph each row is compared for itself
        if self._graph:
            having = self._graph.nodes(which)
            nodes, node_bits = int(np.count_nonzero(having)), np.packbits(having, bitorder="little")
        numbers = np.flatnonzero(which) if count <= min(_FEW, len(self) / 2) else None
        return Allowed(
            count=count,
            few=None if numbers is None else (numbers, self.rows(numbers)),
            bits=bits,
            nodes=nodes,
            node_bits=node_bits,
        )

    def search(self, queries: NDArray[np.float32], k: int, allowed: Allowed) -> NDArray[np.int64]:
        """The numbers of the `k` nearest of the allowed rows to each query, best first.

        Takes float32 (n, d) of unit length; gives int64 of shape (n, min(k, allowed rows)). With a
        graph, one now and then is missing, and of those that are nearly as near any may come first.
        """
        k = min(k, allowed.count)
        if k == 0:  # FAISS asks for one at least
            return np.empty((len(queries), 0), np.int64)
        if allowed.few is not None:
            numbers, held = allowed.few
            return numbers[np.argsort(-(queries @ held.T), axis=1, kind="stable")[:, :k]]
        selector = faiss.IDSelectorBitmap(allowed.node_bits)  # type: ignore[call-arg, arg-type]
        queries = np.ascontiguousarray(queries)
        if self._graph is None:
            only = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            _, rows = self._flat.search(queries, k, params=only)
            return np.asarray(rows)
        nodes = self._graph.search(queries, min(k, allowed.nodes), selector, allowed.nodes)
        return np.stack([self._graph.rows(own, allowed.bits)[:k] for own in nodes])

    def rows(self, numbers: NDArray[np.integer]) -> NDArray[np.float32]:
        """The rows with these numbers, in their order, as they are compared: float32 (len(numbers), d)."""
        if self._graph:
            return self._graph.vectors(numbers)
        return np.asarray(self.all_rows.take(numbers, axis=0), np.float32)

    def products(self, query: NDArray[np.float32], numbers: NDArray[np.integer]) -> NDArray[np.float32]:
        """The inner product of a query, float32 (d,), and each of the rows with these numbers: float32."""
        if self._graph:
            return self._graph.products(query, numbers)
        return np.asarray(self.rows(numbers) @ query, np.float32)

    @cached_property
    def _flat(self) -> faiss.Index:
        """FAISS's index that compares a query with every row."""
        kind = faiss.ScalarQuantizer.QT_fp16
        index = faiss.IndexScalarQuantizer(self.dimension, kind, faiss.METRIC_INNER_PRODUCT)
        for start in range(0, len(self), _TOGETHER):
            index.add(self.all_rows[start : start + _TOGETHER].astype(np.float32))
        return index
