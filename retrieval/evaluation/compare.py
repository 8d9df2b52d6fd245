"""Two evaluations of the same questions, paired."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy.stats import permutation_test

from retrieval.errors import Unpaired
from retrieval.evaluation import measures, records
from retrieval.evaluation.measures import NAMES, Estimate
from retrieval.evaluation.report import METRICS

_PERMUTATIONS = 9999
_SEED = 20260119


class _Asked(BaseModel):
    """One question's figures: its text, its rank and the measures, under their names."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[float, Field(ge=0, le=1)]]

    question: str
    rank: int | None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := set(NAMES) - self.__pydantic_extra__.keys():
            raise ValueError(f"no {', '.join(sorted(missing))}")
        return self


class _Metrics(BaseModel):
    """What is read of a run's metrics.json."""

    model_config = ConfigDict(extra="ignore")

    by_question: dict[str, _Asked]


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in run B less that in run A, over the questions of both.

    `wins` counts questions for which B is better. `p` is that of the two-sided paired randomisation
    test (Smucker et al. 2007), `p_holm` the same after Holm's correction (1979) for all measures.
    """

    measure: str
    a: float
    b: float
    difference: Estimate
    wins: int
    ties: int
    losses: int
    p: float
    p_holm: float


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose first right passage came at another rank; None where it did not come."""

    id: str
    question: str
    rank_a: int | None
    rank_b: int | None
    gain: float  # in nDCG@10, from A to B


@dataclass(frozen=True, slots=True)
class Comparison:
    """`changes` are in falling order of how much changed; `unpaired` counts ids without the same
    question in the other run."""

    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    paired: int
    unpaired: int


def compare(run_a: Path, run_b: Path) -> Comparison:
    """Compare what two `evaluate --out` folders hold. Raises UsageError where that is not possible."""
    a, b = _load(run_a).by_question, _load(run_b).by_question
    # sets number their questions alike: only the same words are the same question
    both = [id for id in a if id in b and a[id].question == b[id].question]
    if not both:
        raise Unpaired(f"{run_a} and {run_b} have no question in common")
    values = {name: (_values(a, both, name), _values(b, both, name)) for name in NAMES}
    chances = [_chance(*own) for own in values.values()]
    differences = tuple(
        Difference(
            measure=name,
            a=float(in_a.mean()),
            b=float(in_b.mean()),
            difference=measures.estimate(in_b - in_a),
            wins=int((in_b > in_a).sum()),
            ties=int((in_b == in_a).sum()),
            losses=int((in_b < in_a).sum()),
            p=p,
            p_holm=p_holm,
        )
        for (name, (in_a, in_b)), p, p_holm in zip(values.items(), chances, holm(chances), strict=True)
    )
    in_a, in_b = values["nDCG@10"]
    changes = [
        Change(id, a[id].question, a[id].rank, b[id].rank, gain)
        for id, gain in zip(both, (in_b - in_a).tolist(), strict=True)
        if a[id].rank != b[id].rank
    ]
    changes.sort(key=lambda one: -abs(one.gain))
    return Comparison(differences, tuple(changes), len(both), len(a.keys() | b.keys()) - len(both))


def holm(chances: Sequence[float]) -> list[float]:
    """Holm's step-down correction: each p times the number of hypotheses not yet rejected."""
    corrected = [0.0] * len(chances)
    reached = 0.0
    for place, at in enumerate(np.argsort(chances)):
        reached = max(reached, min(1.0, chances[at] * (len(chances) - place)))
        corrected[at] = reached
    return corrected


def _chance(in_a: NDArray[np.float64], in_b: NDArray[np.float64]) -> float:
    """How often a difference of means this large comes by exchanging A and B at random."""
    differing = in_a != in_b
    # questions without a difference change nothing by being exchanged; one alone is as large both ways
    if differing.sum() < 2:
        return 1.0
    found = permutation_test(
        (in_a[differing], in_b[differing]),
        lambda x, y, axis: (x - y).mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        batch=500,
        rng=_SEED,
    )
    return float(found.pvalue)


def _load(run: Path) -> _Metrics:
    path = run / METRICS if run.is_dir() else run
    try:
        return _Metrics.model_validate_json(records.text(path))
    except ValidationError as error:
        raise records.refusal(f"{path}: not what evaluate --out writes", error) from None


def _values(asked: dict[str, _Asked], ids: Sequence[str], name: str) -> NDArray[np.float64]:
    return np.array([asked[id].__pydantic_extra__[name] for id in ids])
