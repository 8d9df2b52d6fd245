"""Vectors in FAISS: exact search by inner product."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray


class Vectors:
    """Rows of unit length, found by inner product; the higher a score, the closer (at most 1)."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, rows: NDArray[np.float32]) -> Vectors:
        """An index over `rows`, float32 of shape (n, d), each of unit length."""
        index = faiss.IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows))
        return cls(index)

    @classmethod
    def from_bytes(cls, data: bytes) -> Vectors:
        """The index that `to_bytes` gave; the caller has checked that they are the same bytes."""
        return cls(faiss.deserialize_index(np.frombuffer(data, np.uint8)))

    def to_bytes(self) -> bytes:
        """The index in FAISS's own format."""
        return bytes(faiss.serialize_index(self._index))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Values in a vector."""
        return int(self._index.d)

    def search(self, queries: NDArray[np.float32], k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `k` nearest rows of each query: scores and row numbers, best first.

        Takes float32 (n, d) of unit length; gives float32 and int64 of shape (n, min(k, len)).
        """
        scores, rows = self._index.search(np.ascontiguousarray(queries), min(k, len(self)))
        return scores, rows

    def rows(self, start: int, end: int) -> NDArray[np.float32]:
        """The rows start to end - 1, float32 (end - start, d)."""
        return np.asarray(self._index.reconstruct_n(start, end - start), np.float32)
