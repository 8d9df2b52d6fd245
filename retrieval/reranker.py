"""A cross-encoder that reads question and passage together: slower than the search, and surer."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter, encoder, hub
from retrieval.errors import ModelUnavailable
from retrieval.settings import BUNDLED_MODEL

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


# measured in bench/RETRIEVAL.md: five tell as well as ten whether anything answers
_OWN = Manner(depth=5, reach=200, weight=0.015)
# a cross-encoder of a hub is larger than the encoder, and its word is final
_OTHERS = Manner(depth=30, reach=2000, weight=1.0)


class Reranker(Protocol):
    """Says how likely it is that a text answers a question, by reading both."""

    @property
    def name(self) -> str:
        """The model's name, as in the settings; the confidence is fitted to it."""

    @property
    def manner(self) -> Manner:
        """How it is made use of."""

    def odds(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 (len(texts),): log odds that the text answers; higher is better."""


class CrossEncoderReranker:
    """Any cross-encoder with one output."""

    def __init__(self, name: str, model: CrossEncoder, manner: Manner) -> None:
        self.name = name
        self.manner = manner
        self._model = model

    def odds(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        from torch.nn import Identity

        found = self._model.predict(
            [(question, text) for text in texts],
            batch_size=_BATCH,
            activation_fn=Identity(),
            show_progress_bar=False,
        )
        return np.asarray(found, np.float32)


def load(name: str) -> Reranker:
    """The cross-encoder called `name`: the bundled model with a reranker's adapter, a folder, or a model
    hub's name with its commit.

    Raises ModelUnavailable, in one line, whatever the reason is.
    """
    base, _, learnt = name.partition("+")
    if base == BUNDLED_MODEL and learnt:
        return CrossEncoderReranker(name, _adapted(learnt), _OWN)
    return CrossEncoderReranker(name, _from_folder_or_hub(name), _OTHERS)


def _adapted(learnt: str) -> CrossEncoder:
    """The encoder that the adapter comes upon with other layers, and a head on its first token.

    The words, four fifths of the model, and the tokenizer are the encoder's own, and in memory once.
    """
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense
    from sentence_transformers.sentence_transformer.modules import Pooling

    read = adapter.read(learnt)
    if set(read.head) != {"weight", "bias"}:
        raise ModelUnavailable(f"{read.file}: no reranker's adapter, it has no head; name another")
    base = f"{BUNDLED_MODEL}+{read.upon}" if read.upon else BUNDLED_MODEL
    model = encoder.load(base).model
    shared = (model.get_submodule("0.model.embeddings"), model.tokenizer)
    transformer = copy.deepcopy(model[0], {id(one): one for one in shared})
    read.merge(transformer.get_submodule("model"))
    width = read.head["weight"].shape[1]
    head = Dense(
        width,
        1,
        activation_function=torch.nn.Identity(),
        module_input_name="sentence_embedding",
        module_output_name="scores",
    )
    head.linear.load_state_dict(read.head)
    found: CrossEncoder = CrossEncoder(
        modules=[transformer, Pooling(width, pooling_mode="cls"), head], device=str(model.device)
    )
    head.float()  # it is given float32, whatever the layers below compute with
    return found


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
