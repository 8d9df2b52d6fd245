"""How sure a passage answers: a logistic model over what the search knows of it.

P = 1 / (1 + exp(-(intercept + sum of weight * evidence))). The weights stand in ``confidence.json``
beside this module, with what they were fitted on, for each reranker apart; ``calibrate`` fits them anew.
"""

import math
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel

FILE = Path(str(files("retrieval.search").joinpath("confidence.json")))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one passage, or against it.

    `closeness` is the inner product of the question's vector and the quoted sentence's (at most 1), and
    `foreign` 1 where they are in different scripts, which makes it smaller, else 0. `rest` is how close
    the sentences are, in their median and as Signals has it, of passages that were found but are too far
    down to be shown, or what that usually is where there are few: the closer, the less it says that one
    is. `shared` is 1 where the passage has a tenth of the question's terms or more, in proportion less
    below: to share none is to be about something else, and to share many says little where a question
    that nothing answers does, too (bench/RETRIEVAL.md). `first` is 1 for the passage that is ranked first,
    else 0. `odds` are the log odds that it answers, by a reranker, and `best_odds` the best of all
    candidates'; both are 0 where there is none.
    """

    closeness: float
    foreign: float
    rest: float
    shared: float
    first: float
    odds: float
    best_odds: float


Level = Literal["high", "middle", "low"]
# the least probabilities that are called so: right three times in four, or at least as often as not
_HIGH, _MIDDLE = 0.75, 0.5

EVIDENCE = tuple(field.name for field in fields(Evidence))


def _complete(weights: dict[str, float]) -> dict[str, float]:
    if set(weights) != set(EVIDENCE):
        raise ValueError(f"weights are wanted for {', '.join(EVIDENCE)}")
    return weights


class Confidence(BaseModel):
    """The fitted model. `threshold` is the least probability that counts as an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_by: str
    intercept: float
    weights: Annotated[dict[str, float], AfterValidator(_complete)]
    threshold: float

    def of(self, evidence: Evidence) -> float:
        """The probability, 0 to 1, that a passage answers for which this speaks."""
        sum_ = self.intercept + sum(w * getattr(evidence, name) for name, w in self.weights.items())
        return 1 / (1 + math.exp(-sum_))


def level(probability: float) -> Level:
    """What a reader is told of a passage's confidence, 0 to 1."""
    return "high" if probability >= _HIGH else "middle" if probability >= _MIDDLE else "low"


class _Fitted(RootModel[dict[str, Confidence]]):
    """The file: the models by the reranker's name, and by none."""


@cache
def fitted(reranker: str = "") -> Confidence:
    """The model of the reranker of that name; of none for one that nothing was fitted to."""
    found = _read()
    return found.get(reranker, found[""])


def to_json(reranker: str, model: Confidence) -> str:
    """The file, with this as the model of the reranker of that name."""
    return _Fitted(_read() | {reranker: model}).model_dump_json(indent=1) + "\n"


def _read() -> dict[str, Confidence]:
    return _Fitted.model_validate_json(FILE.read_bytes()).root
