"""Passages of different documents with the same text, or nearly: MinHash by datasketch."""

from collections.abc import Iterator, Sequence

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

ALIKE = 0.8  # Jaccard similarity of their character n-grams from which two passages are twins
_GRAM = 4
_PERMUTATIONS = 128
_SHORTEST = 20  # characters; what is shorter says the same too often for it to mean anything


def find(texts: Sequence[str], documents: Sequence[int]) -> NDArray[np.int64]:
    """For each text the number of the first that it is a twin of, or its own: int64 (len(texts),).

    `documents` numbers each text's document; texts of one document are no twins.
    """
    first = np.arange(len(texts), dtype=np.int64)
    near = MinHashLSH(threshold=ALIKE, num_perm=_PERMUTATIONS)
    for at, (text, hashed) in enumerate(_hashed(texts)):
        if hashed is None:
            continue
        grams = _grams(text)
        alike = [n for n in sorted(near.query(hashed)) if _alike(grams, _grams(texts[n])) >= ALIKE]
        elsewhere = [n for n in alike if documents[n] != documents[at]]
        if elsewhere:
            first[at] = elsewhere[0]
        elif not alike:
            # one of those that are alike stands for all, or ten thousand would be compared with each other
            near.insert(at, hashed, check_duplication=False)
    return first


def _hashed(texts: Sequence[str]) -> Iterator[tuple[str, MinHash | None]]:
    for text in texts:
        if len(text) < _SHORTEST:
            yield text, None
            continue
        hashed = MinHash(num_perm=_PERMUTATIONS)
        hashed.update_batch([gram.encode("utf-8", "replace") for gram in _grams(text)])
        yield text, hashed


def _grams(text: str) -> set[str]:
    return {text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)}


def _alike(a: set[str], b: set[str]) -> float:
    return len(a & b) / len(a | b)
