"""The reranker that the bundled model becomes with an adapter: it scores a text, and points into it.

Question and text go through the layers together. One head, on the first token, says how likely the text
answers; another, on each token, where: as in reading comprehension (Devlin et al. 2019, arXiv:1810.04805),
but at a sentence instead of at words.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from retrieval import adapter, encoder
from retrieval.errors import ModelUnavailable
from retrieval.reranker import Manner, Reading, nowhere
from retrieval.settings import BUNDLED_MODEL
from retrieval.wording import Excerpt

if TYPE_CHECKING:
    from transformers import BatchEncoding, BertModel, PreTrainedTokenizerFast


class BundledReranker:
    """The model's layers and heads, and its tokenizer. One that has not learnt to point has no `pointer`."""

    # measured in bench/RETRIEVAL.md: five tell as well as ten whether anything answers
    manner = Manner(depth=5, reach=200, weight=0.015)

    def __init__(
        self,
        name: str,
        model: BertModel,
        tokenizer: PreTrainedTokenizerFast,
        head: nn.Linear,
        pointer: nn.Linear | None,
    ) -> None:
        self.name = name
        self.model, self._tokenizer = model, tokenizer
        self._head, self._pointer = head, pointer

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> Reading:
        """As Reranker has it, in one batch."""
        with torch.inference_mode():
            states, places = self.states([question] * len(excerpts), excerpts)
            odds = self._head(states[:, 0])[:, 0].cpu().numpy()
            if self._pointer is None:
                return Reading(odds, nowhere(excerpts))
            logits = self._pointer(states)[..., 0]
            read = zip(logits, places, excerpts, strict=True)
            pointed = [pointing(own, place, len(one.sentences)).cpu().numpy() for own, place, one in read]
        return Reading(odds, tuple(pointed))

    def states(self, questions: Sequence[str], excerpts: Sequence[Excerpt]) -> tuple[Tensor, Tensor]:
        """The last layer's state of each token of each question with its excerpt: float32 (n, tokens,
        width); and the number of the excerpt's sentence that it is of, -1 for none: int64 (n, tokens).
        """
        read = self._tokenizer(
            list(questions),
            [one.text for one in excerpts],
            padding=True,
            truncation=True,
            return_offsets_mapping=True,
            return_tensors="pt",
        )
        last = read.pop("offset_mapping")[..., 1].numpy() - 1
        places = np.stack([_places(read, row, last[row], one) for row, one in enumerate(excerpts)])
        states = self.model(**read.to(self.model.device)).last_hidden_state
        return states.float(), torch.from_numpy(places).to(states.device)


def load(name: str, learnt: str) -> BundledReranker:
    """The reranker called `name`: the encoder with the layers of the adapter `learnt` upon its own.

    The words, four fifths of the model, and the tokenizer are the encoder's, and in memory once.
    Raises ModelUnavailable.
    """
    read = adapter.read(learnt)
    if set(read.head) != {"weight", "bias"}:
        raise ModelUnavailable(f"{read.file}: no reranker's adapter, it has no head; name another")
    upon = encoder.load(f"{BUNDLED_MODEL}+{read.upon}" if read.upon else BUNDLED_MODEL).model
    theirs = upon.get_submodule("0.model")
    model: BertModel = copy.deepcopy(theirs, {id(theirs.embeddings): theirs.embeddings})
    read.merge(model)
    pointer = _linear(read.file, read.pointer, model) if read.pointer else None
    return BundledReranker(name, model, upon.tokenizer, _linear(read.file, read.head, model), pointer)


def pointing(logits: Tensor, places: Tensor, count: int) -> Tensor:
    """The log probability that the answer stands in each of an excerpt's `count` sentences, if it stands in
    one: float32 (count,). `logits`, float32 (tokens,), say how likely each token is of the answer, and
    `places`, int64 (tokens,), which sentence it is of: a sentence is as likely as its tokens together. One
    without a token, which shares it with the next or was cut off, is as likely as the least of the others.
    """
    sums = torch.stack([logits[places == number].logsumexp(0) for number in range(count)])
    read = sums.isfinite()
    least = sums[read].min() if read.any() else sums.new_zeros(())
    return torch.where(read, sums, least).log_softmax(0)


def _places(read: BatchEncoding, row: int, last: NDArray[np.int64], excerpt: Excerpt) -> NDArray[np.int64]:
    """The sentence that each token of a row is of, by where its `last` character is in the question or the
    text: a word's first token may begin with the end of the line before it.
    """
    of_text = np.array([which == 1 for which in read.sequence_ids(row)])
    return np.where(of_text, np.searchsorted(excerpt.starts, last, side="right") - 1, -1)


def _linear(file: Path, weights: Mapping[str, Tensor], model: BertModel) -> nn.Linear:
    """A head with these weights, which are from that file: one value for each state."""
    head = nn.Linear(model.config.hidden_size, 1, bias="bias" in weights)
    try:
        head.load_state_dict(dict(weights))
    except RuntimeError:
        raise ModelUnavailable(f"{file}: one of its heads is of another model; get the file anew") from None
    return head.to(model.device)
