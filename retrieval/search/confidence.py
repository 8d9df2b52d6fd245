"""How sure a passage answers: a logistic model over what the search knows of it.

P = (1 - small talk) / (1 + exp(-(intercept + sum of weight * evidence))). The weights stand in
``confidence.json`` beside this module, with what they were fitted on, for each reranker apart; ``calibrate``
fits them anew.
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

    `closeness` is the inner product of the question's vector and the nearest sentence's (at most 1), and
    `usual` that with all sentences in its script on average, which is smaller for a question in another
    language, or on another subject. `rest_sentence` and `rest_passage` are the medians of what Signals calls
    so, of the candidates that are too far down to be shown, or what they usually are where those are few.
    Sentences are near where the documents are on the question's subject. Passages are near where there are
    many to choose from, and then some are close by chance. `first` is 1 for the passage that is ranked first,
    else 0. `odds` are the log odds that it answers, by a reranker, and `best_odds` the best of all
    candidates'; both are 0 where there is none.

    How many of a sentence's terms it has is left out: a question that nothing answers shares as many with
    the passages on its subject. A word or two that ask nothing are another matter: what has them answers.
    So for those `brief` is 1, `brief_closeness` what `closeness` is for others, `brief_coverage` how much of
    their terms the passage has (0 to 1), and the first five are 0. For all others those three are 0, and so
    they are for a word in another script than the passage's that does not stand there: its translation may
    (bench/RETRIEVAL.md).

    `small_talk` is the probability that the question asks nothing of documents, and then none answers; it is
    0 for a word or two of which anything stands there.
    """

    closeness: float = 0
    usual: float = 0
    rest_sentence: float = 0
    rest_passage: float = 0
    first: float = 0
    odds: float = 0
    best_odds: float = 0
    brief: float = 0
    brief_closeness: float = 0
    brief_coverage: float = 0
    small_talk: float = 0


Level = Literal["high", "middle", "low"]
# the least probabilities that are called so, meant to be right three times in four, or as often as not;
# how often they are is in bench/RETRIEVAL.md
_HIGH, _MIDDLE = 0.75, 0.5

# what has a weight
EVIDENCE = tuple(field.name for field in fields(Evidence) if field.name != "small_talk")


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
        return (1 - evidence.small_talk) / (1 + math.exp(-sum_))


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
