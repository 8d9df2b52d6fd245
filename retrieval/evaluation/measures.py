"""The field's measures, by ir_measures, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from retrieval.evaluation.run import Asked, Ranking

MEASURES = (R @ 1, R @ 3, R @ 5, R @ 10, RR @ 10, nDCG @ 10)
NAMES = tuple(map(str, MEASURES))
_RESAMPLES = 2000
_SEED = 20260119


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions, and its 95% interval."""

    value: float
    low: float
    high: float


def by_question(
    right: Mapping[str, Sequence[str]], rankings: Mapping[str, Ranking]
) -> dict[str, NDArray[np.float64]]:
    """Each measure of each question, in the order of `right`; 0 where a question has no ranking.

    `right` gives the right units by question id, every one of relevance 1.
    """
    qrels = {id: dict.fromkeys(units, 1) for id, units in right.items()}
    run = {id: dict(ranking) for id, ranking in rankings.items() if ranking}
    values = {name: dict.fromkeys(right, 0.0) for name in NAMES}
    for metric in ir_measures.iter_calc(MEASURES, qrels, run):
        values[str(metric.measure)][metric.query_id] = metric.value
    return {name: np.array(list(own.values())) for name, own in values.items()}


def of(asked: Sequence[Asked], ranking: str) -> dict[str, NDArray[np.float64]]:
    """Each measure of each answerable question, in order, by the ranking of that name."""
    answerable = [one for one in asked if one.units]
    return by_question(
        {one.question.id: sorted(one.units) for one in answerable},
        {one.question.id: one.rankings[ranking] for one in answerable},
    )


def estimate(values: NDArray[np.float64]) -> Estimate:
    """The mean and its percentile bootstrap interval (Efron 1979), questions drawn anew.

    The draws are always the same. Without a value, everything is nan.
    """
    if not len(values):
        return Estimate(np.nan, np.nan, np.nan)
    draws = np.random.default_rng(_SEED).integers(len(values), size=(_RESAMPLES, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return Estimate(float(values.mean()), float(low), float(high))
