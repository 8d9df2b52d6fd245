"""Which numbers rising lists have, and at which place, without a search.

A list is a bit for each number that it may have, and for each word of 64 bits how many are set before it:
a number's place is that and the bits before its own in its word (Jacobson 1989, "Space-efficient static
trees and graphs").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BITS = 64  # of a word


class Bitmaps:
    """Some lists of numbers from 0 on, each of which many of the lists have."""

    def __init__(self, words: NDArray[np.uint64], before: NDArray[np.int32]) -> None:
        """Both of shape (lists, words): the bits, and how many of a list's are set before each word."""
        self._words, self._before = words, before

    @classmethod
    def of(cls, lists: Sequence[NDArray[np.int32]], size: int) -> Bitmaps:
        """Lists of different numbers below `size`."""
        words = np.zeros((len(lists), -(-size // _BITS)), np.uint64)
        for own, numbers in zip(words, lists, strict=True):
            bits = np.zeros(len(own) * _BITS, np.bool_)
            bits[numbers] = True
            own[:] = np.packbits(bits, bitorder="little").view("<u8")
        counts = np.bitwise_count(words)
        return cls(words, np.cumsum(counts, axis=1, dtype=np.int32) - counts)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for a file."""
        return {"words": self._words, "before": self._before}

    @classmethod
    def mapped(cls, held: Mapping[str, NDArray[Any]]) -> Bitmaps:
        """Those that `arrays` gave."""
        return cls(held["words"], held["before"])

    def numbers(self, list_: int) -> NDArray[np.int32]:
        """The numbers that a list has, rising."""
        bits = np.unpackbits(self._words[list_].view(np.uint8), bitorder="little")
        return np.flatnonzero(bits).astype(np.int32)

    def places(
        self, lists: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """Whether each of these lists has each of the numbers, and how many smaller ones it has, which is the
        number's place: both of shape (lists, numbers)."""
        word, bit = numbers // _BITS, (numbers % _BITS).astype(np.uint64)
        found = self._words[lists[:, None], word]
        smaller = found & ((np.uint64(1) << bit) - np.uint64(1))
        there = (found >> bit & np.uint64(1)).astype(np.bool_)
        return there, self._before[lists[:, None], word] + np.bitwise_count(smaller)
