"""BM25 over terms, by bm25s."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

from retrieval.index.bitmaps import Bitmaps

# measured on three sets, R@1 at (0.9, 0.4) / (1.5, 0.75): 0.700 / 0.650, 0.878 / 0.870, 0.855 / 0.850
K1, B = 0.9, 0.4
# A term that more than one in so many passages has tells little, and to sum such takes nearly all the time.
# Without them, on 1,000 questions of JSQuAD, what is ranked first to tenth in the end stays the same in all,
# and 9,996 of the 10,000 that BM25 has first to tenth are proposed; less than a quarter of the work is left.
COMMON = 10
# A term adds to a score a share of its idf, which is kept in so many parts: a byte, where a number would take
# four, and what is ranked first to tenth in the end stays the same
PARTS = 255
_BLOCK = 64  # scores, evenly spread over all, of which the highest is looked at first


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms that any passage has, a value each: int64 `numbers`, and where what the index has of each one's
    passages `start`s and `end`s; how many `times` the question has it (float32), and its `idf` (float64)."""

    numbers: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    times: NDArray[np.float32]
    idf: NDArray[np.float64]

    def of(self, which: NDArray[np.bool_]) -> Terms:
        """Some of them: bool, a term each."""
        return Terms(*(getattr(self, field.name)[which] for field in fields(self)))

    @property
    def worth(self) -> NDArray[np.float32]:
        """What each part adds to a score."""
        return (self.times * self.idf / PARTS).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an index has of a question's terms.

    `scores` (float32) and `covered` (float64) are of the terms that are not common, a passage each: the BM25
    score, in which a term counts as often as the question has it, and the sum of their idf, each once.
    `common` are the others that any passage has; `idf` is the sum over all terms, also those that no passage
    has. 12 bytes a passage are held for a question.
    """

    scores: NDArray[np.float32]
    covered: NDArray[np.float64]
    common: Terms
    idf: float


class Keywords:
    """What each term adds to each passage's score, ready to be summed.

    The formula is Lucene's, as in Kamphuis et al. 2020, "Which BM25 do you mean?".
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """The index that `arrays` gave, which may be mapped from a file.

        `keys` (uint64, rising) are the terms, each known by a digest of itself: that two of a million are
        alike happens in one of many million indexes. `holding` (int32) passages have a term; from its `start`
        (int64) on stand which in `passages` (int32, rising), and in `parts` (uint8, above 0) how much of its
        idf it adds to the score of each. The common terms come last, and their passages in Bitmaps instead;
        `common` (int64, rising) are their numbers. `count` (int64, 1) is the number of all passages.
        """
        self._arrays = arrays
        self._keys, self._start, self._holding = arrays["keys"], arrays["start"], arrays["holding"]
        self._passages, self._parts = arrays["passages"], arrays["parts"]
        self._common, self._bitmaps = arrays["common"], Bitmaps.mapped(arrays)

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
        found = self._found(counts)
        is_common = _are_common(found.end - found.start, len(self))
        missing = _idf(np.array(0), len(self)) * (len(counts) - len(found.numbers))
        telling, common = found.of(~is_common), found.of(is_common)
        passages = _behind(self._passages, telling)
        scores = self._summed(passages, telling, _behind(self._parts, telling), telling.worth)
        covered = self._summed(passages, telling, np.ones(len(passages)), telling.idf)
        return Asked(scores, covered, common, float(found.idf.sum() + missing))

    def measured(
        self, asked: Asked, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The BM25 scores of the passages with these numbers, and how much of the question they have:
        float32, one a number.

        A score is 0 where no term is. The other is the idf of the distinct terms that the passage has,
        over that of all of them, 0 to 1: a term that no passage has weighs most.
        """
        common = asked.common
        there, at = self._bitmaps.places(self._common.searchsorted(common.numbers), numbers)
        parts = self._parts[np.where(there, common.start[:, None] + at, 0)]
        covered = (asked.covered[numbers] + common.idf @ there) / (asked.idf or 1)
        return asked.scores[numbers] + common.worth @ (parts * there), covered.astype(np.float32)

    def best(self, asked: Asked, k: int, which: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The numbers of the `k` passages with the highest BM25 score above 0, by the terms that are not
        common, or by all where those find fewer; best first, of equals the first ones. `which` (bool, a
        passage each) says which may be among them.
        """
        found = _highest(asked.scores, k, which)
        common = asked.common
        if len(found) < k and len(common.numbers):
            held = [self._bitmaps.numbers(at) for at in self._common.searchsorted(common.numbers)]
            parts = _behind(self._parts, common)
            added = self._summed(np.concatenate(held), common, parts, common.worth)
            found = _highest(asked.scores + added, k, which)
        return found

    def _found(self, counts: Mapping[str, int]) -> Terms:
        """Those of the terms that any passage has."""
        wanted = _keys(counts)
        at = self._keys.searchsorted(wanted)
        known = self._keys.take(at, mode="clip") == wanted if len(self._keys) else np.zeros(len(at), np.bool_)
        numbers = at[known]
        start, holding = self._start[numbers], self._holding[numbers]
        times = np.array([*counts.values()], np.float32)[known]
        return Terms(numbers, start, start + holding, times, _idf(holding, len(self)))

    def _summed(
        self, passages: NDArray[np.int32], terms: Terms, values: NDArray[Any], weights: NDArray[Any]
    ) -> NDArray[Any]:
        """For each passage the sum of its values, each times its term's weight, in the weights' type.

        `passages`, and their values, are one term's behind the other's.
        """
        bounds = np.concatenate([[0], np.cumsum(terms.end - terms.start)])
        shape = (len(self), len(weights))
        return np.asarray(csc_array((values, passages, bounds), shape=shape) @ weights)


def _behind(values: NDArray[Any], terms: Terms) -> NDArray[Any]:
    """What all terms have of the index's values, one term's behind the other's."""
    own = [values[start:end] for start, end in zip(terms.start.tolist(), terms.end.tolist(), strict=True)]
    return np.concatenate([values[:0], *own])


def in_parts(shares: NDArray[Any]) -> NDArray[np.uint8]:
    """How many parts of their idf terms add to a score: none only where the share is 0."""
    return np.asarray(np.maximum(np.rint(shares * PARTS), shares > 0), np.uint8)


def _idf(holding: NDArray[Any], count: int) -> NDArray[np.float64]:
    """The idf of terms that so many of `count` passages have."""
    return np.log1p((count - holding + 0.5) / (holding + 0.5))


def _are_common(holding: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Whether terms that so many of `count` passages have are common."""
    return holding * COMMON > count


def _highest(scores: NDArray[np.float32], k: int, which: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The numbers of the `k` highest scores above 0, of those allowed, best first, of equals the first."""
    scores = scores * which
    # to sort out all that are above 0 would take most of the time: where the highest of k blocks are as high
    # as this, no lower score is among the k highest of all. The few behind the blocks raise nothing
    highest = scores[: len(scores) // _BLOCK * _BLOCK].reshape(_BLOCK, -1).max(axis=0)
    least = np.partition(highest, -k)[-k] if len(highest) >= k else 0
    found = np.flatnonzero((scores >= least) & (scores > 0))
    return found[np.argsort(-scores[found], kind="stable")[:k]]


def _keys(terms: Iterable[str]) -> NDArray[np.uint64]:
    """What terms are known by."""
    digests = (hashlib.blake2b(term.encode(), digest_size=8).digest() for term in terms)
    return np.frombuffer(b"".join(digests), "<u8")


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
        keys = _keys(self._numbers)
        order = np.argsort(keys)
        new = np.empty(len(keys), np.int32)  # terms are numbered in the order of their keys
        new[order] = np.arange(len(keys), dtype=np.int32)
        ids = _Lists(new[np.frombuffer(self._ids, np.int32)], np.frombuffer(self._ends, np.int64))
        bounds, passages, scores = np.zeros(1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32)
        if len(keys):
            import bm25s  # who asks does without it

            bm25 = bm25s.BM25(method="lucene", k1=K1, b=B, csc_backend="scipy")
            found = bm25.build_index_from_ids(range(len(keys)), ids, show_progress=False)
            bounds, passages, scores = found["indptr"], found["indices"], found["data"]
        return Keywords(_arrays(keys[order], bounds, passages.astype(np.int32, copy=False), scores, len(ids)))


def _arrays(
    keys: NDArray[np.uint64],
    bounds: NDArray[np.integer],
    passages: NDArray[np.int32],
    scores: NDArray[np.float32],
    count: int,
) -> dict[str, NDArray[Any]]:
    """What Keywords takes: a term's passages are `passages[bounds[n]:bounds[n + 1]]`, its `scores` there."""
    holding = np.diff(bounds)
    parts = in_parts(scores / np.repeat(_idf(holding, count).astype(np.float32), holding))
    is_common = _are_common(holding, count)
    common, of_common = np.flatnonzero(is_common), np.repeat(is_common, holding)
    lists = [passages[bounds[at] : bounds[at + 1]] for at in common.tolist()]
    last = np.argsort(is_common, kind="stable")  # the common terms
    start = np.empty(len(keys), np.int64)
    start[last] = np.cumsum(holding[last]) - holding[last]
    return {
        "keys": keys,
        "start": start,
        "holding": holding.astype(np.int32),
        "passages": passages[~of_common],
        "parts": np.concatenate([parts[~of_common], parts[of_common]]),
        "common": common,
        "count": np.array([count]),
        **Bitmaps.of(lists, count).arrays(),
    }


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
