"""A question set through the search, leg by leg, beside what was right.

A ranking is made of units. Where a set is judged by document, a unit is a document. Where it is
judged by passage, a right passage's unit is the document whose answer it gives, so that an answer
which stands at two places of a document is one answer; a wrong passage is its own unit. A unit
counts once, at its best rank.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UsageError
from retrieval.evaluation.questions import Question, QuestionSet, Unit
from retrieval.index.protocols import Documents
from retrieval.index.signals import LEGS
from retrieval.passages import Passage
from retrieval.search import Answer, Hit, Query, Searcher

FUSED = "fused"
RANKINGS = (FUSED, *LEGS)
DEPTH = 100  # units in a ranking
SHOWN = 10  # passages of an answer that are kept
_TOGETHER = 64  # questions asked at once

Ranking = Mapping[str, float]
"""Scores by unit, best first, each lower than the one before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, its answer, its ranking by each leg, and what is right.

    `right` are the passages that answer, none where nothing does; `units` what they count as.
    """

    question: Question
    answer: Answer
    rankings: Mapping[str, Ranking]
    right: tuple[Passage, ...]
    units: frozenset[str]

    def is_right(self, hit: Hit) -> bool:
        """Whether a passage of the answer is right."""
        return self.question.is_answered_by(hit.passage.document, hit.passage.text)

    @property
    def rank(self) -> int | None:
        """The first right unit's rank in the fused ranking, from 1; None where none came."""
        ranked = enumerate(self.rankings[FUSED], start=1)
        return next((rank for rank, unit in ranked if unit in self.units), None)


def check(questions: QuestionSet, catalog: Documents) -> list[str]:
    """What is wrong with the set for this index, a line each: documents and answers not there."""
    names = {name for question in questions.questions for name in question.names()}
    documents = {name: catalog.document(name) for name in names}
    found = (
        question.problem_with(name, documents[name])
        for question in questions.questions
        for name in question.names()
    )
    return [problem for problem in found if problem]


def evaluate(
    searcher: Searcher, questions: QuestionSet, report: Callable[[int], None] = lambda _: None
) -> list[Asked]:
    """Ask every question of the set; `report` hears how many have been.

    Raises UsageError where a question is to be asked without any document that could answer.
    """
    held = _Held.of(searcher.index.catalog)
    asked: list[Asked] = []
    for start in range(0, len(questions.questions), _TOGETHER):
        together = questions.questions[start : start + _TOGETHER]
        texts = list(dict.fromkeys(one.question for one in together))
        gathered = dict(zip(texts, searcher.queries(texts), strict=True))
        for question in together:
            left = _left(held, question, gathered[question.question])
            asked.append(_asked(searcher, held, question, left, questions.unit))
        report(len(asked))
    return asked


@dataclass(frozen=True, slots=True)
class _Held:
    """The index's passages by their numbers, and which of them each document has."""

    passages: Mapping[int, Passage]
    rows: Mapping[str, list[int]]

    @classmethod
    def of(cls, catalog: Documents) -> _Held:
        passages = dict(catalog.numbered())
        rows: dict[str, list[int]] = {}
        for row, passage in passages.items():
            rows.setdefault(passage.document, []).append(row)
        return cls(passages, rows)


def _left(held: _Held, question: Question, query: Query) -> Query:
    """With the candidates that are left without the documents which the question is asked without."""
    if not question.without:
        return query
    found = query.signals
    left = np.array([held.passages[row].document not in question.without for row in found.rows.tolist()])
    if not left.any():
        raise UsageError(f"question {question.id}, without: no other document could answer")
    return replace(query, signals=found.of(left))


def _asked(searcher: Searcher, held: _Held, question: Question, query: Query, unit: Unit) -> Asked:
    found = query.signals
    right = {
        row: name
        for name in question.answers_by_document()
        for row in held.rows.get(name, ())
        if question.is_answered_by(name, held.passages[row].text)
    }
    units = [
        passage.document if unit == "document" else right.get(row) or _id(passage)
        for row, passage in ((row, held.passages[row]) for row in found.rows.tolist())
    ]
    ranking = searcher.ranking(query)
    by_leg = {FUSED: ranking.scores} | {leg: getattr(found, leg) for leg in LEGS}
    return Asked(
        question=question,
        answer=searcher.answer(query, ranking, SHOWN),
        rankings={name: _ranking(units, own) for name, own in by_leg.items()},
        right=tuple(held.passages[row] for row in right),
        units=frozenset(question.answers_by_document()),
    )


def _id(passage: Passage) -> str:
    return f"{passage.document}:{passage.start}-{passage.end}"


def _ranking(units: Sequence[str], scores: NDArray[np.float32]) -> dict[str, float]:
    """The best DEPTH units by score; equals stay in the given order and get falling scores.

    TREC's own tools rank by score alone, in float32, and put equals in the order of their names.
    """
    ranking: dict[str, float] = {}
    last = np.float32(np.inf)
    for at in np.argsort(-scores, kind="stable"):
        if units[at] not in ranking:
            last = min(scores[at], np.nextafter(last, np.float32(-np.inf)))
            ranking[units[at]] = float(last)
            if len(ranking) == DEPTH:
                break
    return ranking
