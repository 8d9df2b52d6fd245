"""What a question has in common with a text for no other reason than the script of both.

An encoder of many languages puts texts of one language close together, whatever they say: an English
question is closer to an English footnote than to the Japanese passage that answers it. So a text is
compared with the others in its script: what counts is by how much it is closer to the question than
they are on average. Where all texts are in one script, that takes the same from each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval import script

# What to expect before any text is seen, and how many texts that counts as: measured on the digests
# and on seeds_dev, texts in the question's script are closer by 0.03 to 0.05.
_SAME, _WORTH = 0.04, 2
_KINDS = len(script.SCRIPTS)


class Means:
    """How many of an index's passages, or sentences, are in each script, and the mean vector of those."""

    def __init__(self, counts: NDArray[np.int64], centres: NDArray[np.float32]) -> None:
        """`counts` are int64 (scripts,); `centres` float32 (scripts, d), 0 for none."""
        self.counts, self.centres = counts, centres

    @classmethod
    def together(cls, some: Sequence[Means]) -> Means:
        """Those of all: one at least."""
        counts = np.sum([one.counts for one in some], axis=0)
        sums = np.sum([one.counts[:, None] * one.centres.astype(np.float64) for one in some], axis=0)
        return cls(counts, (sums / np.maximum(counts, 1)[:, None]).astype(np.float32))

    @property
    def present(self) -> list[int]:
        """The numbers of the scripts that any row is in."""
        return np.flatnonzero(self.counts).tolist()

    def expected(self, questions: Sequence[str], queries: NDArray[np.float32]) -> NDArray[np.float32]:
        """The inner product that a question has on average with a text of each script.

        Takes the questions and their vectors, float32 (n, d); gives float32 (n, scripts). The mean
        of few texts is drawn towards that of the most common script, a little above or below it for
        a text in the question's script or not.
        """
        # in float64, so that a question asked with others gets what it gets alone
        own = queries.astype(np.float64) @ self.centres.T
        most = int(np.argmax(self.counts))
        asked = np.array([script.of(question) for question in questions])
        same = (asked[:, None] == np.arange(_KINDS)).astype(np.float64)
        before = own[:, [most]] + _SAME * (same - same[:, [most]])
        mean = (self.counts * own + _WORTH * before) / (self.counts + _WORTH)
        mean[:, most] = own[:, most]
        return np.asarray(mean, np.float32)


class Scripts(Means):
    """The script of each of an index's passages, or sentences, too."""

    def __init__(self, codes: NDArray[np.int8], centres: NDArray[np.float32]) -> None:
        """`codes` number a script for each row; `centres` are as Means has them."""
        super().__init__(np.bincount(codes, minlength=_KINDS), centres)
        self.codes = codes

    @classmethod
    def of(cls, texts: Sequence[str], rows: NDArray[np.float16]) -> Scripts:
        """Over texts and their vectors: float16 (len(texts), d), of unit length, but for rounding."""
        growing = Growing(rows.shape[1])
        growing.add(texts, rows)
        return growing.scripts()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for a file."""
        return {"codes": self.codes, "centres": self.centres}


class Growing:
    """Scripts that are made text by text."""

    def __init__(self, dimension: int) -> None:
        self._codes = bytearray()
        self._sums = np.zeros((_KINDS, dimension), np.float64)

    def __len__(self) -> int:
        return len(self._codes)

    def add(self, texts: Sequence[str], rows: NDArray[np.float16]) -> None:
        """The next texts and their vectors: float16 (len(texts), d), of unit length, but for rounding."""
        codes = np.array([script.of(text) for text in texts], np.int8)
        self._codes += codes.tobytes()
        for code in np.unique(codes):
            self._sums[code] += rows[codes == code].sum(axis=0, dtype=np.float64)

    def scripts(self) -> Scripts:
        """The whole of it."""
        codes = np.frombuffer(bytes(self._codes), np.int8)
        counts = np.bincount(codes, minlength=_KINDS)
        return Scripts(codes, (self._sums / np.maximum(counts, 1)[:, None]).astype(np.float32))
