"""Fitting the confidence to question sets.

Every figure is cross-validated: a question's confidence comes from a model that has seen neither it
nor any other question on the same document, of any set. (Of the documents that answer a question, the
first by name counts: a few questions on all of them would leave nothing to divide.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.errors import UsageError
from retrieval.evaluation import answering
from retrieval.evaluation.answering import Answering
from retrieval.evaluation.run import Asked
from retrieval.search.confidence import EVIDENCE, Confidence

FITTED_ON = 5  # passages of each answer
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model, and how it answers each set's questions, which it was not fitted on then."""

    model: Confidence
    cross_validated: tuple[Answering, ...]


def calibrate(sets: Sequence[Sequence[Asked]], fitted_by: str) -> Calibration:
    """Fit the confidence to the questions of one set or several; each set counts the same.

    The threshold still answers 95% of the answerable questions. Raises UsageError where there is too
    little to learn from.
    """
    samples = [_sample(asked) for asked in sets]
    evidence = np.concatenate([one.evidence for one in samples])
    right = np.concatenate([one.right for one in samples])
    groups = np.concatenate([one.groups for one in samples])
    weights = np.concatenate([np.full(len(one.right), len(right) / len(one.right)) for one in samples])
    # a fold learns nothing from passages that are all right, or all wrong
    folds = min(_FOLDS, len(set(groups[right])), len(set(groups[~right])))
    if folds < 2:
        raise UsageError("too little to fit on: right and wrong passages on two documents or more are needed")
    unseen = cross_val_predict(
        _pipeline(),
        evidence,
        right,
        groups=groups,
        cv=StratifiedGroupKFold(folds),
        params=_weighted(weights),
        method="predict_proba",
    )[:, 1] * np.concatenate([one.asking for one in samples])
    ends = np.cumsum([len(one.right) for one in samples])[:-1]
    found = [_per_question(asked, own) for asked, own in zip(sets, np.split(unseen, ends), strict=True)]
    threshold = _threshold(sets, found)
    model = _unscaled(_pipeline().fit(evidence, right, **_weighted(weights)), fitted_by, threshold)
    answered = (_with(asked, own, threshold) for asked, own in zip(sets, found, strict=True))
    return Calibration(model, tuple(map(answering.measure, answered)))


@dataclass(frozen=True, slots=True)
class _Sample:
    """One set's passages: float (n, len(EVIDENCE)), the probability that its question asks something of
    documents, whether each is right, and its question's group."""

    evidence: NDArray[np.float64]
    asking: NDArray[np.float64]
    right: NDArray[np.bool_]
    groups: NDArray[np.str_]


def _sample(asked: Sequence[Asked]) -> _Sample:
    hits = [(one, hit) for one in asked for hit in one.answer.hits[:FITTED_ON]]
    return _Sample(
        evidence=np.array([[getattr(hit.evidence, name) for name in EVIDENCE] for _, hit in hits]),
        asking=np.array([1 - hit.evidence.small_talk for _, hit in hits]),
        right=np.array([one.is_right(hit) for one, hit in hits]),
        groups=np.array([_group(one) for one, _ in hits]),
    )


def _group(asked: Asked) -> str:
    """The document that a question is on; one that nothing answers is a group of its own."""
    documents = asked.units or asked.question.without
    return f"on {min(documents)}" if documents else f"nothing answers {asked.question.question}"


def _weighted(weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    return {"logisticregression__sample_weight": weights}


def _threshold(sets: Sequence[Sequence[Asked]], found: Sequence[list[NDArray[np.float64]]]) -> float:
    """The threshold that still answers 95% of the answerable questions, each set counting the same."""
    surest, weights = [], []
    for asked, own in zip(sets, found, strict=True):
        sure = [values.max() for one, values in zip(asked, own, strict=True) if one.units]
        surest += sure
        weights += [1 / len(sure) for _ in sure]  # a set that nothing answers has no say
    return answering.least_kept(np.array(surest), np.array(weights))


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
