"""Whether what is typed asks documents anything: a greeting, an order to the page, a key held down do not.

To vectors of sentences such is near to something in any documents. But among all that is typed it is a kind
of its own, which a logistic model of the question's vector tells: P = 1 / (1 + exp(-(intercept + weights @
vector))). The weights stand in ``small_talk.json`` beside this module, for each encoder apart; ``python -m
training small-talk`` fits them anew.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, RootModel

FILE = Path(str(files("retrieval.search").joinpath("small_talk.json")))


class SmallTalk(BaseModel):
    """The model fitted to one encoder's vectors; `weights` has a value for each of theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted_by: str
    intercept: float
    weights: tuple[float, ...]

    def of(self, queries: NDArray[np.float32]) -> NDArray[np.float64]:
        """The probability, 0 to 1, that each question is small talk, float64 (n,).

        Takes their vectors, float32 (n, d) of unit length.
        """
        return np.asarray(1 / (1 + np.exp(-(self.intercept + queries @ np.array(self.weights)))))


class _Fitted(RootModel[dict[str, SmallTalk]]):
    """The file: the models by the encoder's name."""


@cache
def fitted(encoder: str) -> SmallTalk | None:
    """The model of the encoder of that name; None where nothing was fitted to it."""
    return _read().get(encoder)


def to_json(encoder: str, model: SmallTalk) -> str:
    """The file, with this as the model of the encoder of that name."""
    return _Fitted(_read() | {encoder: model}).model_dump_json() + "\n"


def _read() -> dict[str, SmallTalk]:
    return _Fitted.model_validate_json(FILE.read_bytes()).root
