"""Asking an index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Encoder
from retrieval.errors import UsageError
from retrieval.index import generation
from retrieval.index.generation import Generation
from retrieval.search import confidence
from retrieval.search.answer import Answer, Hit, Quote


class Searcher:
    """One generation of an index and the encoder that it was built with. Holds no state."""

    def __init__(self, index: Generation, encoder: Encoder) -> None:
        self.index = index
        self._encoder = encoder

    @classmethod
    def open(cls, index: Path, encoder: Encoder) -> Searcher:
        """A searcher on the current generation of `index`. Raises NoIndex and its kin."""
        return cls(generation.open_current(index, encoder.name), encoder)

    def ask(self, question: str, k: int) -> Answer:
        """The answer to one question, with at most `k` passages. Raises UsageError if it is blank."""
        return self.ask_all([question], k)[0]

    def ask_all(self, questions: Sequence[str], k: int) -> list[Answer]:
        """The answers to several questions, in their order; they are encoded together."""
        if any(not question.strip() for question in questions):
            raise UsageError("the question is empty; write what you want to know")
        if not questions:
            return []
        queries = self._encoder.encode_queries(questions)
        scores, rows = self.index.passages.search(queries, k)
        return [
            self._answer(question, query, own_scores, own_rows)
            for question, query, own_scores, own_rows in zip(questions, queries, scores, rows, strict=True)
        ]

    def _answer(
        self,
        question: str,
        query: NDArray[np.float32],
        scores: NDArray[np.float32],
        rows: NDArray[np.int64],
    ) -> Answer:
        hits = tuple(
            self._hit(rank, query, float(score), int(row))
            for rank, (score, row) in enumerate(zip(scores, rows, strict=True), start=1)
        )
        best = max(hit.confidence for hit in hits)
        return Answer(question, best >= confidence.fitted().threshold, best, hits)

    def _hit(self, rank: int, query: NDArray[np.float32], score: float, row: int) -> Hit:
        document, passage, numbers = self.index.catalog.passage(row)
        # a heading announces an answer and is none, unless there is nothing else
        worth = [not sentence.is_heading for sentence in passage.sentences]
        scores = self.index.sentences.rows(numbers.start, numbers.stop) @ query
        best = int(np.argmax(np.where(worth, scores, scores - 2 * any(worth))))
        span = passage.sentences[best].span
        return Hit(
            rank=rank,
            score=score,
            similarity=float(scores[best]),
            confidence=confidence.fitted().of(float(scores[best])),
            passage=passage,
            source=document.metadata,
            quote=Quote(span.start, span.end, document.text[span.start : span.end]),
        )
