"""A graph of neighbours over many vectors, by FAISS: HNSW over rows of 8 bits a value.

Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs". How far a search goes is chosen when the graph is made, by how many of
the truly nearest it finds; a graph that does not find them is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

WORTH = 100_000  # rows; fewer are compared with every query in 2 ms
NEIGHBOURS, _BREADTH = 16, 100  # of a row in the graph, and what is looked at for each when it is added
_EFFORTS = (128, 256, 512, 1024, 2048)  # rows that a search keeps in view
RECALL = 0.99  # of the ten nearest
_NEAREST = 10
_LEARNT = 100_000  # rows from which the quantiser learns the range of the values
_STEP = 16_384  # rows added between two reports


class Graph:
    """HNSW over rows of unit length, found by inner product."""

    def __init__(self, index: Any, effort: int) -> None:
        """A search with this `effort` (FAISS's efSearch) finds RECALL of the nearest."""
        self._index, self.effort = index, effort

    @property
    def all(self) -> faiss.Index:
        """The rows themselves, to compare a query with every one."""
        return faiss.downcast_index(self._index.storage)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @classmethod
    def over(
        cls,
        rows: NDArray[np.float16],
        queries: NDArray[np.float32],
        depth: int,
        report: Callable[[int], None],
    ) -> Graph | None:
        """A graph over the rows, tried with `queries` of their kind: float32 (n, d), of unit length.

        What is counted is how many of the nearest are among the `depth` rows that a search proposes,
        since those are compared exactly afterwards. `report` hears how many rows the graph has. None
        where no effort finds enough.
        """
        bits, product = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        index: Any = faiss.IndexHNSWSQ(rows.shape[1], bits, NEIGHBOURS, product)  # type: ignore[arg-type]
        index.hnsw.efConstruction = _BREADTH
        index.train(rows[:: max(1, len(rows) // _LEARNT)].astype(np.float32))
        for start in range(0, len(rows), _STEP):
            report(start)
            index.add(rows[start : start + _STEP].astype(np.float32))
        report(len(rows))
        nearest = _nearest(rows, queries)
        for effort in _EFFORTS:
            graph = cls(index, effort)
            if graph.recall(queries, nearest, depth) >= RECALL:
                return graph
        return None

    @classmethod
    def mapped(cls, path: Path, effort: int) -> Graph:
        """The graph that `write` wrote; the caller has checked the file. It is mapped, not read."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), effort)

    def write(self, write: Callable[[bytes], object]) -> None:
        """Hand the graph to `write`, piece by piece, in FAISS's own format."""
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined]

    def recall(self, queries: NDArray[np.float32], nearest: NDArray[np.int64], depth: int) -> float:
        """The share of each query's `nearest` rows, int64 (n, k), that are among the `depth` proposed."""
        _, found = self.search(queries, depth, None, 1.0)
        return float(np.mean([np.isin(own, some).mean() for own, some in zip(nearest, found, strict=True)]))

    def search(
        self, queries: NDArray[np.float32], k: int, selector: faiss.IDSelector | None, share: float
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `k` nearest of the rows that the `selector` lets through, a `share` of all: as
        Vectors.search has it."""
        effort = max(k, round(self.effort / share))
        how = faiss.SearchParametersHNSW(efSearch=effort, sel=selector)  # type: ignore[attr-defined]
        scores, rows = self._index.search(queries, k, params=how)
        return scores, rows


def _nearest(rows: NDArray[np.float16], queries: NDArray[np.float32]) -> NDArray[np.int64]:
    """The rows that are nearest to each query, compared with all: int64 (n, _NEAREST)."""
    best: NDArray[Any] = np.empty((len(queries), 0), np.float32)
    numbers: NDArray[Any] = np.empty((len(queries), 0), np.int64)
    for start in range(0, len(rows), _STEP):
        scores = queries @ rows[start : start + _STEP].astype(np.float32).T
        best = np.concatenate([best, scores], axis=1)
        own = np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)
        numbers = np.concatenate([numbers, own], axis=1)
        keep = np.argsort(-best, axis=1, kind="stable")[:, :_NEAREST]
        best, numbers = (np.take_along_axis(held, keep, axis=1) for held in (best, numbers))
    return numbers
