"""Asking an index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import indexes, script
from retrieval.cluster.address import Address
from retrieval.encoder import Encoder
from retrieval.index.protocols import Index
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.index.signals import Signals
from retrieval.reranker import Reranker
from retrieval.search import confidence, fuse, small_talk
from retrieval.search.answer import Answer, Hit, Quote
from retrieval.search.confidence import Evidence
from retrieval.search.fuse import Ranking
from retrieval.search.query import Query
from retrieval.search.question import asked, is_brief
from retrieval.spans import Span

SHOWN = 5  # candidates that are no part of the rest which the evidence is compared with
# What to expect of the rest's sentences and passages before any is seen, and how many candidates that counts
# as: where a filter leaves two, there is no rest. In an index of 50 passages its sentences are at 0.05 for
# questions about other things and at 0.08 for those on the subject; passages are 0 in the mean of all.
USUAL_SENTENCE, USUAL_PASSAGE, _WORTH = 0.065, 0.0, 2


class Searcher:
    """One build of an index, the encoder that it was built with, and a reranker, if one is wanted.

    Holds no state. `reranker` is that one's name, empty for none; `confidence` is the model fitted to it.
    """

    def __init__(self, index: Index, encoder: Encoder, reranker: Reranker | None = None) -> None:
        self.index = index
        self._encoder = encoder
        self._reranker = reranker
        self.reranker = reranker.name if reranker else ""
        self.confidence = confidence.fitted(self.reranker)
        self._small_talk = small_talk.fitted(encoder.name)

    @classmethod
    def open(cls, index: Path | Address, encoder: Encoder, reranker: Reranker | None = None) -> Searcher:
        """A searcher on the current build of `index`. Raises NoIndex and its kin, Unreachable."""
        return cls(indexes.open_current(index, encoder.name, encoder.dimension), encoder, reranker)

    def ask(
        self,
        question: str,
        k: int,
        selection: Selection = EVERYTHING,
        per_source: int | None = None,
    ) -> Answer:
        """The answer to one question, with at most `k` passages.

        Only passages that the `selection` leaves are candidates, and no document gives more than
        `per_source`. Raises UsageError if the question is blank or too long, or the selection leaves nothing.
        """
        [answer] = self.ask_all([question], k, selection, per_source)
        return answer

    def ask_all(
        self,
        questions: Sequence[str],
        k: int,
        selection: Selection = EVERYTHING,
        per_source: int | None = None,
    ) -> list[Answer]:
        """The answers to several questions as `ask` gives them, in their order; they are encoded together."""
        return [
            self.answer(query, self.ranking(query), k, per_source)
            for query in self.queries(questions, selection)
        ]

    def queries(self, questions: Sequence[str], selection: Selection = EVERYTHING) -> list[Query]:
        """The questions with what the legs say about their candidates. Raises UsageError as `ask` does."""
        questions = [asked(question) for question in questions]
        if not questions:
            return []
        vectors = self._encoder.encode_queries(questions)
        found = self.index.signals(questions, vectors, selection)
        talk = self._small_talk.of(vectors) if self._small_talk else np.zeros(len(vectors))
        return [Query(*own) for own in zip(questions, found, talk.tolist(), strict=True)]

    def ranking(self, query: Query) -> Ranking:
        """What a question's candidates are ranked by."""
        if self._reranker is None:
            return fuse.ranked(query.signals)
        return fuse.reranked(self.index, query.question, query.signals, self._reranker)

    def answer(self, query: Query, ranking: Ranking, k: int, per_source: int | None = None) -> Answer:
        """The answer to a question whose candidates are ranked so, of at most `k` passages."""
        found = query.signals
        order = np.argsort(-ranking.scores, kind="stable")
        evidence = _evidence(query, ranking, order)
        hits: list[Hit] = []
        for rank, at in self._distinct(found, ranking, order, per_source):
            hits.append(self._hit(len(hits) + 1, at, found, ranking, evidence(rank, at)))
            if len(hits) == k:
                break
        surest = max(hit.confidence for hit in hits)
        return Answer(
            query.question, surest >= self.confidence.threshold, surest, tuple(hits), query.small_talk
        )

    def _distinct(
        self, found: Signals, ranking: Ranking, order: NDArray[np.int64], per_source: int | None
    ) -> Iterator[tuple[int, int]]:
        """Ranks, from 1, and candidates of those that say something else than all before them.

        Left out are passages that say the same as a better one, or overlap one and have the same nearest
        sentence or would be quoted with the same, and those of a document that has had its share.
        """
        said: set[int] = set()
        nearest: set[tuple[int, ...]] = set()
        quoted: set[tuple[int, ...]] = set()
        shares: Counter[int] = Counter()
        for rank, at in enumerate(order.tolist(), start=1):
            same, place = int(found.twin_of[at]), tuple(found.place[at].tolist())
            source = place[0]
            quote = (source, *ranking.quotes[at].tolist())
            if same in said or place in nearest or quote in quoted or shares[source] == per_source:
                continue
            said.add(same)
            nearest.add(place)
            quoted.add(quote)
            shares[source] += 1
            yield rank, at

    def _hit(self, rank: int, at: int, found: Signals, ranking: Ranking, evidence: Evidence) -> Hit:
        row = int(found.rows[at])
        source, passage = self.index.catalog.passage(row)
        quoted = Span(*ranking.quotes[at].tolist())
        return Hit(
            rank=rank,
            score=float(ranking.scores[at]),
            confidence=self.confidence.of(evidence),
            evidence=evidence,
            passage=passage,
            source=source,
            twins=tuple(self.index.catalog.passage(other) for other in self.index.catalog.twins(row)),
            quote=Quote(quoted.start, quoted.end, passage.said_at(quoted)),
        )


def _evidence(query: Query, ranking: Ranking, order: NDArray[np.int64]) -> Callable[[int, int], Evidence]:
    """What speaks for a rank and a candidate; `order` has the candidates, the best first."""
    found = query.signals
    best_odds = float(ranking.odds.max())
    of_a_word = Evidence(best_odds=best_odds, brief=1)
    of_a_sentence = Evidence(
        rest_sentence=_typical(found.sentence[order[SHOWN:]], USUAL_SENTENCE),
        rest_passage=_typical(found.passage[order[SHOWN:]], USUAL_PASSAGE),
        best_odds=best_odds,
        small_talk=query.small_talk,
    )
    brief = is_brief(query.question)
    # a word of another script is not missing where it does not stand: its translation may; a number has none
    own = script.of(query.question)
    may_stand = (own == script.OTHER) | (found.script == own) | (found.coverage > 0)

    def evidence(rank: int, at: int) -> Evidence:
        closeness, odds = float(found.closeness[at]), float(ranking.odds[at])
        if brief and may_stand[at]:
            coverage = float(found.coverage[at])
            talk = 0.0 if coverage else query.small_talk
            return replace(
                of_a_word, odds=odds, brief_closeness=closeness, brief_coverage=coverage, small_talk=talk
            )
        usual, first = float(found.usual[at]), float(rank == 1)
        return replace(of_a_sentence, odds=odds, closeness=closeness, usual=usual, first=first)

    return evidence


def _typical(nearness: NDArray[np.float32], usual: float) -> float:
    """The median, drawn towards what is to be expected where there are few."""
    median = float(np.median(nearness)) if len(nearness) else 0.0
    return (len(nearness) * median + _WORTH * usual) / (len(nearness) + _WORTH)
