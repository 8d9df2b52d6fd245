"""A model that reads question and passage together: slower than the search, and surer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import hub
from retrieval.settings import BUNDLED_MODEL
from retrieval.wording import Excerpt

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Manner:
    """How a reranker is made use of.

    It reads the `depth` passages that the search has found best: of each the sentence nearest to the
    question with as many of those around it as `reach` characters hold. Its log odds, times `weight`, are
    added to the search's own score.
    """

    depth: int
    reach: int
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reranker says of some excerpts.

    `odds`, float32 (n,), are the log odds that each answers; higher is better. `pointed` has for each
    excerpt the log probability that the answer stands in each of its sentences, if in one: float32
    (sentences,).
    """

    odds: NDArray[np.float32]
    pointed: tuple[NDArray[np.float32], ...]


class Reranker(Protocol):
    """Says how likely it is that a text answers a question, and where it does, by reading both."""

    @property
    def name(self) -> str:
        """The model's name, as in the settings; the confidence is fitted to it."""

    @property
    def manner(self) -> Manner:
        """How it is made use of."""

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        """What it says of the excerpts, one at least."""


class CrossEncoderReranker:
    """Any cross-encoder with one output; it does not say where the answer stands."""

    # one of a hub is larger than the encoder, and its word is final
    manner = Manner(depth=30, reach=2000, weight=1.0)

    def __init__(self, name: str, model: CrossEncoder) -> None:
        self.name = name
        self._model = model

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        from torch.nn import Identity

        odds = self._model.predict(
            [(question, one.text) for one in excerpts],
            batch_size=_BATCH,
            activation_fn=Identity(),
            show_progress_bar=False,
        )
        return Reading(np.asarray(odds, np.float32), nowhere(excerpts))


def nowhere(excerpts: Sequence[Excerpt]) -> tuple[NDArray[np.float32], ...]:
    """What is pointed at by one that does not say where: every sentence alike."""
    counts = (len(one.sentences) for one in excerpts)
    return tuple(np.full(count, -np.log(count), np.float32) for count in counts)


def load(name: str) -> Reranker:
    """The reranker called `name`: the bundled model with a reranker's adapter, or a cross-encoder, a
    folder or a model hub's name with its commit.

    Raises ModelUnavailable, in one line, whatever the reason is.
    """
    base, _, learnt = name.partition("+")
    if base == BUNDLED_MODEL and learnt:
        from retrieval import bundled_reranker  # with all that computes: seconds

        return bundled_reranker.load(name, learnt)
    return CrossEncoderReranker(name, _from_folder_or_hub(name))


def _from_folder_or_hub(name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    hub.quiet()
    try:
        model: CrossEncoder = CrossEncoder(
            hub.folder(name),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
        if model.num_labels != 1:
            raise ValueError(f"it has {model.num_labels} outputs, and one is wanted")
    except Exception as error:  # the hub, the folder, torch: each has its own errors
        remedy = "name a folder with a cross-encoder, or leave --reranker out"
        raise hub.unavailable(name, error, remedy) from error
    return model
