"""Low-rank adapters: what the default model has learnt since, in small files of their own.

A linear layer of weights W answers as one of W + U D does, where D (down) is float16, shape
(rank, inputs), and U (up) float16, shape (outputs, rank); LoRA, Hu et al. 2021, arXiv:2106.09685, its
scale already in U. Merged at load, they cost nothing afterwards.

The file is safetensors: ``<layer>.down`` and ``<layer>.up``, the layer by its name in the model.
"""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from torch import nn

FOLDER = Path(__file__).with_name("adapters")
# the names of those in it, and the files' SHA-256: another file is another adapter, and wants another name
SHIPPED = {"qa1": "80aec06bd237a4020d9cb7cd816cb8bf2213c0fa396fd049917a5eb045cb899b"}
_DIGITS = 12  # of a SHA-256 in the name of a file that does not ship
_NAMED = re.compile(rf"(.*)@([0-9a-f]{{{_DIGITS}}})", re.DOTALL)


def full_name(learnt: str) -> str:
    """What an adapter is called: one that ships by its name, a file by its whole path and its digest.

    Another file at the same path makes another model, and an index knows with which it was built.
    """
    path = Path(learnt)
    if learnt in SHIPPED or _NAMED.fullmatch(learnt) or not path.is_file():
        return learnt
    return f"{path.absolute()}@{_digest(path)[:_DIGITS]}"


def merge(model: "nn.Module", learnt: str) -> None:
    """Adds the adapter of that name, as `full_name` gives it, to the float32 weights of `model`.

    Raises ModelUnavailable where there is none, or none of this model's, or not the one that is meant.
    """
    from safetensors.torch import load_file

    file, digest = _file(learnt)
    try:
        if not _digest(file).startswith(digest):
            raise ModelUnavailable(f"{file}: not the adapter that is meant by {learnt}; get that one anew")
        tensors = load_file(file)
        for layer in sorted({name.rpartition(".")[0] for name in tensors}):
            down, up = (tensors[f"{layer}.{part}"].float() for part in ("down", "up"))
            weight = model.get_parameter(f"{layer}.weight")
            if (added := up @ down).shape != weight.shape:
                raise RuntimeError(f"{layer} is of another shape")
            weight.data += added
    except OSError as error:
        raise ModelUnavailable(
            f"{file}: {error.strerror}; name an adapter's file, or one of {', '.join(SHIPPED)}"
        ) from None
    except (SafetensorError, KeyError, AttributeError, RuntimeError) as error:
        raise ModelUnavailable(f"{file}: no adapter of this model ({error}); get the file anew") from None


def _file(learnt: str) -> tuple[Path, str]:
    """Where it is, and how its SHA-256 has to begin."""
    if learnt in SHIPPED:
        return FOLDER / f"{learnt}.safetensors", SHIPPED[learnt]
    named = _NAMED.fullmatch(learnt)
    return (Path(named[1]), named[2]) if named else (Path(learnt), "")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
