"""Passages of different documents with the same text, or nearly: MinHash by datasketch."""

import zlib
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray
from scipy.sparse import csr_array

ALIKE = 0.8  # Jaccard similarity of their character n-grams from which two passages are twins
_GRAM = 4
_PERMUTATIONS = 128
_SHORTEST = 20  # characters; what is shorter says the same too often for it to mean anything
# says how hashes are best cut into bands: of pairs at 0.8 it finds 95 in 100, at 0.85 99; and what it takes
# for alike is compared before it is believed
_LIKELY = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS, weights=(0.05, 0.95))
# passages with a band in common that others are compared with: of ten thousand forms, of which each is half
# alike with each, all would be
_MOST = 8
_EMPTY = MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32)  # copied: to make one takes ten times as long


class Growing:
    """Finds twins among passages that come one by one. Of each it keeps a few numbers, not its text:
    a hash of each of its bands, of which twins have at least one in common.
    """

    def __init__(self) -> None:
        self._documents = array("i")
        self._hashed, self._bands = array("i"), array("q")

    def add(self, text: str, document: int) -> None:
        """The next passage, and its document's number."""
        if len(text) >= _SHORTEST:
            self._hashed.append(len(self._documents))
            self._bands.extend(_bands(text))
        self._documents.append(document)

    def twins(self, text_of: Callable[[int], str]) -> NDArray[np.int32]:
        """For each passage the number of the first that it is a twin of, or its own: int32.

        `text_of` gives a passage's text again. Passages of one document are no twins.
        """
        first = np.arange(len(self._documents), dtype=np.int32)
        near: dict[tuple[int, int], list[int]] = {}
        for at, bands in self._suspects():
            grams = _grams(text_of(at))
            met = sorted({number for band in bands for number in near.get(band, ())})
            alike = [number for number in met if _alike(grams, _grams(text_of(number))) >= ALIKE]
            elsewhere = [number for number in alike if self._documents[number] != self._documents[at]]
            if elsewhere:
                first[at] = elsewhere[0]
            elif not alike:
                # one of those that are alike stands for all, or ten thousand would be compared with
                # each other
                for band in bands:
                    if len(held := near.setdefault(band, [])) < _MOST:
                        held.append(at)
        return first

    def _suspects(self) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        """The passages that have a band in common with another, in order, with those bands."""
        bands = np.frombuffer(self._bands, np.int64).reshape(-1, _LIKELY.b)
        shared = np.zeros(bands.shape, np.bool_)
        for band in range(_LIKELY.b):
            _, of, counts = np.unique(bands[:, band], return_inverse=True, return_counts=True)
            shared[:, band] = counts[of] > 1
        for at in np.flatnonzero(shared.any(axis=1)):
            yield self._hashed[at], [(int(band), int(bands[at, band])) for band in np.flatnonzero(shared[at])]


def among(texts: Sequence[str], documents: Sequence[int]) -> list[int]:
    """For each of a few passages, a few hundred at most, the place of the first that it is a twin of, or its
    own: all of them are compared. `documents` has the number of each one's document.
    """
    grams = [_grams(text) if len(text) >= _SHORTEST else set[str]() for text in texts]
    numbers: dict[str, int] = {}
    columns = [[numbers.setdefault(gram, len(numbers)) for gram in own] for own in grams]
    sizes = np.array([len(own) for own in grams])
    ends = np.concatenate([[0], np.cumsum(sizes)])
    flat = np.fromiter(chain.from_iterable(columns), np.int32)
    has = csr_array((np.ones(len(flat), np.int32), flat, ends), shape=(len(texts), len(numbers)))
    shared = (has @ has.T).toarray()
    either = sizes[:, None] + sizes - shared
    same = np.array(documents)
    twins = (shared >= ALIKE * np.maximum(either, 1)) & (same[:, None] != same)
    np.fill_diagonal(twins, True)
    return [int(first) for first in np.argmax(twins, axis=1)]


def _bands(text: str) -> Iterator[int]:
    hashed = _EMPTY.copy()
    hashed.update_batch([gram.encode("utf-8", "replace") for gram in _grams(text)])
    for start in range(0, _LIKELY.b * _LIKELY.r, _LIKELY.r):
        yield hash(hashed.hashvalues[start : start + _LIKELY.r].tobytes())


def _grams(text: str) -> set[str]:
    return {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}


def _alike(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b)
