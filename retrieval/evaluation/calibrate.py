"""Fitting the confidence to a question set.

Every figure is cross-validated: a question's confidence comes from a model that has seen neither it
nor any other question on the same document.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.errors import UsageError
from retrieval.evaluation import answering
from retrieval.evaluation.answering import KEPT, Answering
from retrieval.evaluation.run import Asked
from retrieval.search.confidence import EVIDENCE, Confidence

FITTED_ON = 5  # passages of each answer
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model, and how it answers questions that it was not fitted on."""

    model: Confidence
    cross_validated: Answering


def calibrate(asked: Sequence[Asked], fitted_by: str) -> Calibration:
    """Fit the confidence to these questions; the threshold still answers 95% of the answerable ones.

    Raises UsageError where there is too little to learn from.
    """
    hits = [(one, hit) for one in asked for hit in one.answer.hits[:FITTED_ON]]
    evidence = np.array([[getattr(hit.evidence, name) for name in EVIDENCE] for _, hit in hits])
    right = np.array(
        [one.question.is_answered_by(hit.passage.document, hit.passage.text) for one, hit in hits]
    )
    # a question that nothing answers is on no document: a group of its own
    groups = np.array([min(one.units, default=f"nothing answers {one.question.id}") for one, _ in hits])
    folds = min(_FOLDS, len(set(groups)))
    if folds < 2 or right.all() or not right.any():
        raise UsageError("too little to fit on: right and wrong passages on two documents or more are needed")
    unseen = cross_val_predict(
        _pipeline(), evidence, right, groups=groups, cv=GroupKFold(folds), method="predict_proba"
    )[:, 1]
    found = _per_question(asked, unseen)
    surest = np.array([own.max() for own in found])
    answerable = np.array([bool(one.units) for one in asked])
    threshold = float(np.quantile(surest[answerable], 1 - KEPT, method="lower"))
    model = _unscaled(_pipeline().fit(evidence, right), fitted_by, threshold)
    return Calibration(model, answering.measure(_with(asked, found, threshold)))


def _per_question(asked: Sequence[Asked], values: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """The values of all passages in a row, divided into each question's own."""
    counts = [len(one.answer.hits[:FITTED_ON]) for one in asked]
    return np.split(values, np.cumsum(counts)[:-1])


def _with(asked: Sequence[Asked], found: Sequence[NDArray[np.float64]], threshold: float) -> list[Asked]:
    """The questions answered with these confidences."""
    return [
        replace(
            one,
            answer=replace(
                one.answer,
                answered=bool(own.max() >= threshold),
                confidence=float(own.max()),
                hits=tuple(
                    replace(hit, confidence=float(sure))
                    for hit, sure in zip(one.answer.hits[:FITTED_ON], own, strict=True)
                ),
            ),
        )
        for one, own in zip(asked, found, strict=True)
    ]


def _pipeline() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=10_000))


def _unscaled(fitted: Pipeline, fitted_by: str, threshold: float) -> Confidence:
    """The pipeline as weights of the evidence itself."""
    scaler, logistic = fitted[0], fitted[1]
    weights: NDArray[np.float64] = logistic.coef_[0] / scaler.scale_
    return Confidence(
        fitted_by=fitted_by,
        intercept=round(float(logistic.intercept_[0] - weights @ scaler.mean_), 4),
        weights={name: round(float(weight), 4) for name, weight in zip(EVIDENCE, weights, strict=True)},
        threshold=round(threshold, 4),
    )
