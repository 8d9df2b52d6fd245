"""A cross-encoder that reads question and passage together: slower than the search, and surer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import hub

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16


class Reranker(Protocol):
    """Says how well passages answer a question, by reading both."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(passages),), between 0 and 1; higher is better."""


class CrossEncoderReranker:
    """Any cross-encoder with one output."""

    def __init__(self, model: "CrossEncoder") -> None:
        self._model = model

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        from torch.nn import Sigmoid

        pairs = [(question, passage) for passage in passages]
        found = self._model.predict(
            pairs, batch_size=_BATCH, activation_fn=Sigmoid(), show_progress_bar=False
        )
        return np.asarray(found, np.float32)


def load(name: str) -> Reranker:
    """The cross-encoder called `name`: a folder, or a model hub's name with its commit.

    Raises ModelUnavailable, in one line, whatever the reason is.
    """
    from sentence_transformers import CrossEncoder

    hub.quiet()
    try:
        model = CrossEncoder(
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
    return CrossEncoderReranker(model)
