"""BM25 over terms, by bm25s."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

# measured on three sets, R@1 at (0.9, 0.4) / (1.5, 0.75): 0.700 / 0.650, 0.878 / 0.870, 0.855 / 0.850
K1, B = 0.9, 0.4
# A term that more than one in so many passages has tells little, and to sum such takes nearly all the time.
# Without them, on 1,000 questions of JSQuAD, what is ranked first to tenth in the end stays the same in all,
# and 9,996 of the 10,000 that BM25 has first to tenth are proposed; less than a quarter of the work is left.
COMMON = 10
_STEP = 64  # words from one that is at hand to the next: Python looks at six, not at twenty, to find one


@dataclass(frozen=True, slots=True)
class Posting:
    """A term's passages (int32, rising), what it adds to their scores (float32, above 0), how often the
    question has it, and its idf."""

    passages: NDArray[np.int32]
    scores: NDArray[np.float32]
    times: int
    idf: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's terms: those that any passage has, the rarest first, and the idf of all others."""

    postings: tuple[Posting, ...]
    missing: float

    def measured(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The passages' BM25 scores, and how much of the question they have: float32, one a number.

        A score is 0 where no term is; a term counts as often as the question has it. The other is the
        idf of the distinct terms that the passage has, over that of all of them, 0 to 1: a term that no
        passage has weighs most.
        """
        wanted = numbers.astype(np.int32)  # or each of the long lists would be converted
        # a term each, and all of them together at the end: half the time of a sum for each
        there = np.empty((len(self.postings), len(wanted)), np.bool_)
        scores = np.empty(there.shape, np.float32)
        for one, own_there, own_scores in zip(self.postings, there, scores, strict=True):
            at = one.passages.searchsorted(wanted)
            np.equal(one.passages.take(at, mode="clip"), wanted, out=own_there)
            one.scores.take(at, mode="clip", out=own_scores)
        times = np.array([one.times for one in self.postings], np.float32)
        idf = np.array([one.idf for one in self.postings], np.float64)
        covered = idf @ there / (idf.sum() + self.missing or 1)
        return (scores * there * times[:, None]).sum(axis=0), covered.astype(np.float32)


class Keywords:
    """What each term adds to each passage's score, ready to be summed.

    The formula is Lucene's, as in Kamphuis et al. 2020, "Which BM25 do you mean?".
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """The index that `arrays` gave, which may be mapped from a file.

        `words` (uint8) are the terms, in UTF-8 and in its order, one behind the other, and `ends` (int64)
        where each ends. A term's passages are `passages[bounds[n]:bounds[n + 1]]` (int32, rising), and its
        scores there `scores` (float32, above 0). `count` (int64, 1) is the number of all passages.
        """
        self._arrays = arrays
        # these are small, and looked at many times for each term
        self._words, self._ends = arrays["words"].tobytes(), memoryview(arrays["ends"].data)
        self._bounds, self._passages, self._scores = arrays["bounds"], arrays["passages"], arrays["scores"]
        self._heads = [self._word(number) for number in range(0, len(self._ends), _STEP)]

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]]) -> Keywords:
        """An index over each passage's terms; passages are numbered from 0 in the given order."""
        growing = Growing()
        for own in passages:
            growing.add(own)
        return growing.keywords()

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """The arrays by name, for a file."""
        return self._arrays

    def __len__(self) -> int:
        return int(self._arrays["count"][0])

    def asked(self, terms: Sequence[str]) -> Asked:
        """What the index has of a question's terms."""
        counts = Counter(terms)
        found = [(at, times) for term, times in counts.items() if (at := self._number(term)) is not None]
        bounds = [(*self._bounds[at : at + 2].tolist(), times) for at, times in found]
        bounds.sort(key=lambda one: (one[1] - one[0], one[0]))
        postings = [
            Posting(self._passages[start:end], self._scores[start:end], times, self._idf(end - start))
            for start, end, times in bounds
        ]
        return Asked(tuple(postings), self._idf(0) * (len(counts) - len(postings)))

    def best(self, asked: Asked, k: int, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The numbers of the `k` passages with the highest BM25 score above 0, by the terms that are not
        common, or by all where those find fewer; best first, of equals the first ones. `which` (bool, a
        passage each) says which may be among them.
        """
        telling = [one for one in asked.postings if len(one.passages) * COMMON <= len(self)]
        found = self._highest(telling, k, which)
        if len(found) < k and len(telling) < len(asked.postings):
            found = self._highest(asked.postings, k, which)
        return found

    def _highest(self, postings: Sequence[Posting], k: int, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        if not postings:
            return np.empty(0, np.int64)
        columns = (
            np.concatenate([one.scores for one in postings]),
            np.concatenate([one.passages for one in postings]),
            np.cumsum([0, *(len(one.passages) for one in postings)]),
        )
        times = np.array([one.times for one in postings], np.float32)
        scores = csc_array(columns, shape=(len(self), len(times))) @ times
        found = np.flatnonzero(scores > 0)  # of bool, ten times as fast
        found = found[which[found]]
        if len(found) > k:
            least = -np.partition(-scores[found], k - 1)[k - 1]
            found = found[scores[found] >= least]
        return found[np.argsort(-scores[found], kind="stable")[:k]]

    def _idf(self, holding: int) -> float:
        return float(np.log1p((len(self) - holding + 0.5) / (holding + 0.5)))

    def _number(self, term: str) -> int | None:
        wanted = term.encode()
        count = len(self._ends)
        start = max(0, bisect_right(self._heads, wanted) - 1) * _STEP
        at = bisect_left(range(count), wanted, start, min(start + _STEP, count), key=self._word)
        return at if at < count and self._word(at) == wanted else None

    def _word(self, number: int) -> bytes:
        return self._words[self._ends[number - 1] if number else 0 : self._ends[number]]


class Growing:
    """An index that is made passage by passage. Terms are kept as numbers: a hundredth of their memory."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ids, self._ends = array("i"), array("q", [0])

    def add(self, terms: Sequence[str]) -> None:
        """The next passage's terms."""
        numbers = self._numbers
        self._ids.extend(numbers.setdefault(term, len(numbers)) for term in terms)
        self._ends.append(len(self._ids))

    def keywords(self) -> Keywords:
        """The whole of it."""
        words = sorted((term.encode(), number) for term, number in self._numbers.items())
        # numbered anew, in the order of the words
        new = np.empty(len(words), np.int32)
        new[[number for _, number in words]] = np.arange(len(words), dtype=np.int32)
        ids = _Lists(new[np.frombuffer(self._ids, np.int32)], np.frombuffer(self._ends, np.int64))
        arrays: dict[str, NDArray[Any]] = {
            "words": np.frombuffer(b"".join(word for word, _ in words), np.uint8),
            "ends": np.cumsum([len(word) for word, _ in words], dtype=np.int64),
            "bounds": np.zeros(1, np.int64),
            "passages": np.empty(0, np.int32),
            "scores": np.empty(0, np.float32),
            "count": np.array([len(ids)]),
        }
        if words:
            import bm25s  # who asks does without it

            bm25 = bm25s.BM25(method="lucene", k1=K1, b=B, csc_backend="scipy")
            found = bm25.build_index_from_ids(range(len(words)), ids, show_progress=False)
            arrays["bounds"] = found["indptr"].astype(np.int64)
            arrays["passages"] = found["indices"].astype(np.int32, copy=False)
            arrays["scores"] = found["data"]
        return Keywords(arrays)


class _Lists(Sequence[list[int]]):
    """Each passage's terms, by number; a list is made when it is asked for."""

    def __init__(self, ids: NDArray[np.int32], ends: NDArray[np.int64]) -> None:
        self._ids, self._ends = ids, ends

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> list[int]:  # type: ignore[override]
        if not 0 <= number < len(self):
            raise IndexError(number)
        found: list[int] = self._ids[self._ends[number] : self._ends[number + 1]].tolist()
        return found
