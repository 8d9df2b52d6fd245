"""How well the confidence tells questions that are answered from those that are not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.quoting import quoted
from retrieval.evaluation.run import Asked

KEPT = 0.95  # share of the answerable questions that `refused` still answers
_BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Passages of similar confidence: their number, mean confidence, and share that is right."""

    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Answering:
    """Measures of answering and refusing; those that need unanswerable questions are nan without.

    `auroc`: the chance that an answerable question's confidence is above an unanswerable one's.
    `coverage`: share of the answerable questions that are answered, at the threshold in use.
    `precision`: share of the answered questions whose surest passage is right.
    `refused`: share of the unanswerable questions refused at the threshold in use.
    `refused_at_95`: that share at the threshold which still answers 95% of the answerable ones.
    `calibration_error`: the expected calibration error (Naeini et al. 2015) of the surest passage's
    confidence, in ten bins of equal width: mean distance of confidence and share that is right,
    weighted by count. `bins` are those that hold something.
    `quoted`: share of the answerable questions whose first right passage is quoted with a sentence that
    has one of the answer's strings, or a short answer, of those that have a right passage among the
    answer's, and in it such a sentence that can be quoted; nan where there is none, and in what earlier
    versions wrote. Where the answers are what was quoted before, as those that thumbs make, it says only
    whether it still is.
    """

    answerable: int
    unanswerable: int
    auroc: float
    coverage: float
    precision: float
    refused: float
    refused_at_95: float
    calibration_error: float
    bins: tuple[Bin, ...]
    quoted: float = np.nan


def measure(asked: Sequence[Asked]) -> Answering:
    """The measures over all questions, answerable or not."""
    from sklearn.metrics import roc_auc_score  # a second to import: not for every command to pay

    confidence = np.array([one.answer.confidence for one in asked])
    answered = np.array([one.answer.answered for one in asked])
    answerable = np.array([bool(one.units) for one in asked])
    right = np.array([_surest_is_right(one) for one in asked])
    bins = _bins(confidence, right)
    both = answerable.any() and not answerable.all()
    refused_at_95 = np.nan
    if answerable.any():
        sure = confidence[answerable]
        refused_at_95 = _share(confidence[~answerable] < least_kept(sure, np.ones(len(sure))))
    return Answering(
        answerable=int(answerable.sum()),
        unanswerable=int((~answerable).sum()),
        auroc=float(roc_auc_score(answerable, confidence)) if both else np.nan,
        coverage=_share(answered[answerable]),
        precision=_share(right[answered]),
        refused=_share(~answered[~answerable]),
        refused_at_95=refused_at_95,
        calibration_error=sum(one.count * abs(one.confidence - one.right) for one in bins) / len(asked),
        bins=bins,
        quoted=_share(np.array([own.says for own in map(quoted, asked) if own])),
    )


def least_kept(sure: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The highest threshold at which answerable questions of this confidence keep KEPT of their weight."""
    order = np.argsort(sure, kind="stable")
    lost = np.cumsum(weights[order]) - weights[order]  # with the threshold at each
    allowed = (1 - KEPT) * weights.sum() * (1 + 1e-9)  # 2 of 40 are 5%, whatever floats make of it
    return float(sure[order][np.flatnonzero(lost <= allowed)[-1]])


def _surest_is_right(asked: Asked) -> bool:
    return asked.is_right(max(asked.answer.hits, key=lambda hit: hit.confidence))


def _bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    numbers = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    held = [numbers == number for number in range(_BINS) if (numbers == number).any()]
    return tuple(Bin(int(own.sum()), float(confidence[own].mean()), float(right[own].mean())) for own in held)


def _share(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else np.nan
