"""How sure a passage answers: a logistic model over how close its quoted sentence is.

P = 1 / (1 + exp(-(intercept + coefficient * similarity))). The coefficients stand in
``confidence.json`` beside this module, with the command that fitted them. The passage's own score
is left out: beside the sentence's it got a negative coefficient, that is, it added noise.
"""

import math
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class Confidence(BaseModel):
    """The fitted model. `threshold` is the least probability that counts as an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_by: str
    intercept: float
    similarity: float
    threshold: float

    def of(self, similarity: float) -> float:
        """The probability, 0 to 1, that a passage answers whose quote has this inner product."""
        return 1 / (1 + math.exp(-(self.intercept + self.similarity * similarity)))


@cache
def fitted() -> Confidence:
    """The coefficients that ship with Shutten."""
    source = files("retrieval.search").joinpath("confidence.json")
    return Confidence.model_validate_json(source.read_bytes())
