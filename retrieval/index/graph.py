"""A graph of neighbours over many vectors, by FAISS: HNSW over rows of 8 bits a value.

Malkov and Yashunin 2018, "Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs". How far a search goes is chosen when the graph is made, by how many of
the truly nearest it finds; a graph that does not find them is not used.

Rows that are alike are one node: what a thousand documents say in the same words would have no neighbours
but itself, and no search would find a way out of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.index import arrays

WORTH = 100_000  # nodes; fewer rows are compared with every query in 2 ms
NEIGHBOURS, _BREADTH = 16, 100  # of a node in the graph, and what is looked at for each when it is added
_EFFORTS = (128, 256, 512, 1024, 2048)  # nodes that a search keeps in view
RECALL = 0.99  # of the ten nearest
_NEAREST = 10
_LEARNT = 100_000  # rows from which the quantiser learns the range of the values
_STEP = 16_384  # rows added between two reports
_OPEN = 0.25  # of the nodes: where fewer are allowed, a graph would mostly lead to others


class Graph:
    """HNSW over rows of unit length, found by inner product."""

    def __init__(self, index: Any, effort: int, groups: Groups) -> None:
        """A search with this `effort` (FAISS's efSearch) proposes RECALL of the ten nearest, as `over` counts
        them; node n stands for the rows of group n."""
        self._index, self.effort, self._groups = index, effort, groups

    @classmethod
    def over(
        cls,
        rows: NDArray[np.float16],
        groups: Groups,
        queries: NDArray[np.float32],
        depth: int,
        report: Callable[[int], None],
    ) -> Graph | None:
        """A graph over the rows, tried with `queries` of their kind: float32 (n, d), of unit length.

        What is counted is how many of the nearest are among the `depth` nodes that a search proposes,
        since those are all compared afterwards. `report` hears how many nodes the graph has. None
        where no effort finds enough.
        """
        firsts = groups.firsts()
        bits, product = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        index: Any = faiss.IndexHNSWSQ(rows.shape[1], bits, NEIGHBOURS, product)  # type: ignore[arg-type]
        index.hnsw.efConstruction = _BREADTH
        index.train(rows[firsts[:: max(1, len(firsts) // _LEARNT)]].astype(np.float32))
        for start in range(0, len(firsts), _STEP):
            report(start)
            index.add(rows[firsts[start : start + _STEP]].astype(np.float32))
        report(len(firsts))
        nearest = _nearest(rows, firsts, queries)
        for effort in _EFFORTS:
            graph = cls(index, effort, groups)
            if graph.recall(queries, nearest, depth) >= RECALL:
                return graph
        return None

    @classmethod
    def mapped(cls, path: Path, effort: int, groups: Groups) -> Graph:
        """The graph that `write` wrote; the caller has checked the file. It is mapped, not read."""
        return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC), effort, groups)

    def write(self, write: Callable[[bytes], object]) -> None:
        """Hand the graph to `write`, piece by piece, in FAISS's own format."""
        faiss.write_index(self._index, faiss.PyCallbackIOWriter(write))  # type: ignore[attr-defined]

    def recall(self, queries: NDArray[np.float32], nearest: NDArray[np.int64], depth: int) -> float:
        """The share of each query's `nearest` nodes, int64 (n, k), that are among the `depth` proposed."""
        found = self._led_to(queries, depth, None, self.effort)
        return float(np.mean([np.isin(own, some).mean() for own, some in zip(nearest, found, strict=True)]))

    def search(
        self, queries: NDArray[np.float32], k: int, selector: faiss.IDSelector, allowed: int
    ) -> NDArray[np.int64]:
        """The `k` nearest of the nodes that the `selector` lets through, which are `allowed` in all:
        int64 (n, k), best first."""
        share = allowed / self._index.ntotal
        if share >= _OPEN:
            found = self._led_to(queries, k, selector if share < 1 else None, round(self.effort / share))
            if (found >= 0).all():  # or else it did not lead to so many
                return np.asarray(found)
        only = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, found = self._storage.search(queries, k, params=only)
        return np.asarray(found)

    def _led_to(
        self, queries: NDArray[np.float32], k: int, selector: faiss.IDSelector | None, effort: int
    ) -> NDArray[np.int64]:
        how = faiss.SearchParametersHNSW(efSearch=max(k, effort), sel=selector)  # type: ignore[attr-defined]
        _, found = self._index.search(queries, k, params=how)
        return np.asarray(found)

    def vectors(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """The rows with these numbers, as the graph has them: float32 (len(rows), d)."""
        low, step = self._scale
        found: NDArray[np.float32] = self._codes.take(self._groups.holding(rows), axis=0) * step
        found += low
        return found

    def products(self, query: NDArray[np.float32], rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """The inner product of a query and each of the rows with these numbers: float32 (len(rows),)."""
        low, step = self._scale
        codes = self._codes.take(self._groups.holding(rows), axis=0).astype(np.float32)
        return np.asarray(codes @ (step * query) + low @ query, np.float32)

    @cached_property
    def _storage(self) -> Any:
        """The nodes' rows, of 8 bits a value."""
        return faiss.downcast_index(self._index.storage)

    @cached_property
    def _codes(self) -> NDArray[np.uint8]:
        """The same as they are stored, a row each; not a copy."""
        size = self._storage.code_size
        held = faiss.rev_swig_ptr(self._storage.codes.data(), self._storage.ntotal * size)
        return np.asarray(held).reshape(-1, size)

    @cached_property
    def _scale(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What a code is read with, as FAISS's QT_8bit has it: the middle of its 256th of a value's range.

        FAISS itself reads them with as many threads as there are cores, which wait for one another where
        anything else wants a core.
        """
        least, step = faiss.vector_to_array(self._storage.sq.trained).reshape(2, -1) / np.array([[1], [255]])
        return (least + step / 2).astype(np.float32), step.astype(np.float32)

    def nodes(self, which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The nodes that stand for any of these rows: bool, from bool."""
        return self._groups.having(which)

    def rows(self, nodes: NDArray[np.int64], bits: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The rows that the nodes stand for and whose bit is set, in the nodes' order: int64."""
        rows = self._groups.of(nodes)
        return np.asarray(rows[(bits[rows >> 3] >> (rows & 7) & 1).astype(np.bool_)])


class Groups:
    """Rows that are alike, together: group n is `order[bounds[n]:bounds[n + 1]]`, rising."""

    def __init__(self, order: NDArray[np.int32], bounds: NDArray[np.int64]) -> None:
        self._order, self._bounds = order, bounds

    @classmethod
    def by(cls, keys: NDArray[np.uint64]) -> Groups:
        """Rows with the same key: uint64 (n, 2), a row each. Groups are in the order of their first rows."""
        _, first, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        rank = np.empty(len(first), np.int64)
        rank[np.argsort(first)] = np.arange(len(first))
        group = rank[of.reshape(-1)]
        bounds = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(group))])
        return cls(np.argsort(group, kind="stable").astype(np.int32), bounds)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for a file."""
        return {"order": self._order, "bounds": self._bounds}

    @classmethod
    def mapped(cls, held: Mapping[str, NDArray[Any]]) -> Groups:
        """The groups that `arrays` gave."""
        return cls(held["order"], held["bounds"])

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def holding(self, rows: NDArray[np.integer]) -> NDArray[np.int32]:
        """The number of the group that each of these rows is in: int32."""
        return np.asarray(self._holding[rows])

    @cached_property
    def _holding(self) -> NDArray[np.int32]:
        found = np.empty(len(self._order), np.int32)
        found[self._order] = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self._bounds))
        return found

    def firsts(self) -> NDArray[np.int32]:
        """The first row of each group."""
        return self._order[self._bounds[:-1]]

    def having(self, which: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The groups that have any of these rows: bool, from bool."""
        return np.asarray(np.logical_or.reduceat(which[self._order], self._bounds[:-1]))

    def of(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of the groups with these numbers, in that order."""
        starts = self._bounds[numbers]
        return np.asarray(self._order[arrays.runs(starts, self._bounds[numbers + 1] - starts)], np.int64)


def _nearest(
    rows: NDArray[np.float16], numbers: NDArray[np.int32], queries: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Those of the rows with these numbers that are nearest to each query, as places in `numbers`,
    compared with all: int64 (n, _NEAREST)."""
    best: NDArray[Any] = np.empty((len(queries), 0), np.float32)
    places: NDArray[Any] = np.empty((len(queries), 0), np.int64)
    for start in range(0, len(numbers), _STEP):
        scores = queries @ rows[numbers[start : start + _STEP]].astype(np.float32).T
        best = np.concatenate([best, scores], axis=1)
        own = np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)
        places = np.concatenate([places, own], axis=1)
        keep = np.argpartition(-best, min(_NEAREST, best.shape[1]) - 1, axis=1)[:, :_NEAREST]
        best, places = (np.take_along_axis(held, keep, axis=1) for held in (best, places))
    return places
