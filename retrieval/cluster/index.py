"""An index in Milvus, asked: the candidates come from there, and are compared here as always.

Each leg proposes its best passages, as in `index/signals.py`, whose function then compares them; so what
is found is the same as long as the legs propose the same. BM25's own scores are computed here, too: Milvus
only ranks by them, and counts terms part by part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from retrieval import terms
from retrieval.cluster import tables
from retrieval.cluster.builds import Build
from retrieval.cluster.catalog import ClusterCatalog
from retrieval.cluster.client import Client
from retrieval.cluster.held import Held
from retrieval.cluster.records import Whole
from retrieval.cluster.tables import PASSAGES, SENTENCES, TERMS, expression
from retrieval.cluster.weights import Weights
from retrieval.errors import DamagedIndex
from retrieval.index.manifest import REBUILD, Manifest
from retrieval.index.selection import Selection
from retrieval.index.signals import DEPTH, Signals, compared, depth, nothing_left

_TOGETHER = 16  # questions whose candidates are in memory at once
_PASSAGE = ("vector", "script", "document", "twin_of", "first", "end", "terms", "own")
_SENTENCE = ("vector", "script", "quotable", "starts", "ends")


@dataclass(frozen=True)
class ClusterIndex:
    """A whole build, opened."""

    client: Client
    build: Build
    whole: Whole

    trouble = None  # only a whole build answers

    @property
    def id(self) -> str:
        """Its name, which no other build has."""
        return self.build.id

    @property
    def manifest(self) -> Manifest:
        """What all its shares were built from."""
        return self.whole.manifest

    @cached_property
    def catalog(self) -> ClusterCatalog:
        """What is in it."""
        return ClusterCatalog(self.client, self.build)

    def signals(
        self, questions: Sequence[str], queries: NDArray[np.float32], selection: Selection
    ) -> list[Signals]:
        """The signals of several questions, whose vectors are `queries`: float32 (n, d), unit length.

        Raises EmptySelection where the selection leaves no passage.
        """
        left = self.catalog.expression(selection)
        found: list[Signals] = []
        for start in range(0, len(questions), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            found += self._together(questions[some], queries[some], left)
        return found

    def _together(self, questions: Sequence[str], queries: NDArray[np.float32], left: str) -> list[Signals]:
        asked = [[tables.spelt(term) for term in terms.analyse(question)] for question in questions]
        weights = self._weights(set(chain.from_iterable(asked)))
        proposed = self._proposed(weights, asked, queries, left)
        if not all(map(len, proposed)):
            raise nothing_left()
        held = self._held(np.unique(np.concatenate(proposed)))
        alike = self._alike(held, proposed)
        self.catalog.remember(held.passages, alike)
        usual = zip(
            self.whole.passages.expected(questions, queries),
            self.whole.sentences.expected(questions, queries),
            strict=True,
        )
        return [
            compared(held.candidates(query, rows, weights, own, alike), *expected)
            for query, rows, own, expected in zip(queries, proposed, asked, usual, strict=True)
        ]

    def _proposed(
        self, weights: Weights, asked: Sequence[Sequence[str]], queries: NDArray[np.float32], left: str
    ) -> list[NDArray[np.int64]]:
        """The numbers of the passages that any leg proposes for each question, rising."""
        found: list[list[int]] = [[] for _ in asked]
        legs = (
            (PASSAGES, self.whole.passages, left, "id"),
            (SENTENCES, self.whole.sentences, _and("quotable == 1", left), "passage"),
        )
        for kind, means, where, wanted in legs:
            for script in means.present:
                of_script = _and(f"script == {script}", where)
                # what a selection leaves of each script is not known here
                k = DEPTH if left else depth(int(means.counts[script]), int(means.counts.sum()))
                best = self._best(kind, "vector", queries, k, of_script, wanted)
                for rows, own in zip(found, best, strict=True):
                    rows += own
        by_words = self._by_words(list(map(weights.telling, asked)), left)
        # all terms, where those that tell most have not proposed enough
        short = [own if len(rows) < DEPTH else [] for own, rows in zip(asked, by_words, strict=True)]
        by_all = self._by_words(list(map(weights.known, short)), left)
        for rows, telling, known in zip(found, by_words, by_all, strict=True):
            rows += known or telling
        return [np.unique(np.array(rows, np.int64)) for rows in found]

    def _by_words(self, terms: Sequence[Sequence[str]], left: str) -> list[list[int]]:
        """The passages that BM25 has first for each question's terms; none where there are no terms."""
        found: list[list[int]] = [[] for _ in terms]
        some = [at for at, own in enumerate(terms) if own]  # nothing is not looked for
        if some:
            bags = [" ".join(terms[at]) for at in some]
            for at, own in zip(some, self._best(PASSAGES, "weights", bags, DEPTH, left, "id"), strict=True):
                found[at] = own
        return found

    def _best(
        self, kind: str, field: str, asked: Iterable[object], k: int, where: str, wanted: str
    ) -> list[list[int]]:
        return self.client.search(self.build.collection(kind), field, asked, k, where, wanted)

    def _held(self, numbers: NDArray[np.int64]) -> Held:
        passages = self.client.numbered(self.build.collection(PASSAGES), numbers, _PASSAGE)
        of_sentences = np.concatenate([np.arange(row["first"], row["end"]) for row in passages])
        sentences = self.client.numbered(self.build.collection(SENTENCES), of_sentences, _SENTENCE)
        if (len(passages), len(sentences)) != (len(numbers), len(of_sentences)):
            raise DamagedIndex(f"{self.client.address}: rows of {self.id} are missing; {REBUILD}")
        return Held(passages, sentences)

    def _weights(self, asked: Collection[str]) -> Weights:
        """What the terms that are asked for weigh in all shares together."""
        holding = Counter[str]()
        if asked:
            where = f"term in {expression(sorted(asked))}"
            for row in self.client.rows(self.build.collection(TERMS), where, ("term", "passages")):
                holding[row["term"]] += row["passages"]
        return Weights(holding, self.manifest.passages, self.whole.length)

    def _alike(self, held: Held, proposed: Sequence[NDArray[np.int64]]) -> dict[int, int]:
        """Passages with a twin in a share before theirs, which no share could know: the first of its share
        that each is a twin of, and the first of all. Twins say the same, so they are proposed together."""
        found: dict[int, int] = {}
        if len(self.whole.shares) > 1:
            from retrieval.index import twins  # here: it takes its time, and one share needs none

            for rows in proposed:
                own = [held.passages[at] for at in held.places(rows)]
                firsts = twins.among(
                    [tables.text_of(row["own"]) for row in own], [row["document"] for row in own]
                )
                for row, first in zip(own, firsts, strict=True):
                    if tables.share_of(row["id"]) != tables.share_of(own[first]["id"]):
                        found[row["twin_of"]] = own[first]["twin_of"]
        return found


def _and(one: str, other: str) -> str:
    return f"{one} and {other}" if other else one
