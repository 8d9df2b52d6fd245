"""Low-rank adapters: what a model of the package has learnt since, in a small file of its own.

A linear layer of weights W answers as one of W + U D does, where D (down) is float16, shape
(rank, inputs), and U (up) float16, shape (outputs, rank); LoRA, Hu et al. 2021, arXiv:2106.09685, its
scale already in U. Merged at load, they cost nothing afterwards.

The file is safetensors: ``<layer>.down`` and ``<layer>.up``, the layer by its name in the model.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from torch import nn


def merge(model: "nn.Module", path: Path) -> None:
    """Adds the file's adapters to the float32 weights of `model`.

    Raises ModelUnavailable where the file is none of this model's adapters.
    """
    from safetensors.torch import load_file

    try:
        tensors = load_file(path)
        for layer in sorted({name.rpartition(".")[0] for name in tensors}):
            down, up = (tensors[f"{layer}.{part}"].float() for part in ("down", "up"))
            weight = model.get_parameter(f"{layer}.weight")
            weight.data += up @ down
    except (OSError, SafetensorError, KeyError, AttributeError, RuntimeError) as error:
        raise ModelUnavailable(f"{path}: no adapter of this model ({error}); get the file anew") from None
