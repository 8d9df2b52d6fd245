"""Low-rank adapters: what the default model has learnt since, in small files of their own.

A linear layer of weights W answers as one of W + U D does, where D (down) is float16, shape
(rank, inputs), and U (up) float16, shape (outputs, rank); LoRA, Hu et al. 2021, arXiv:2106.09685, its
scale already in U. Merged at load, they cost nothing afterwards.

The file is safetensors: ``<layer>.down`` and ``<layer>.up``, the layer by its name in the model; a
reranker's has ``head.weight`` and ``head.bias``, too, perhaps ``pointer.weight``, and ``upon`` in its
metadata.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors import SafetensorError

from retrieval.errors import ModelUnavailable

if TYPE_CHECKING:
    from torch import Tensor, nn

FOLDER = Path(__file__).with_name("adapters")
# the names of those in it, and the files' SHA-256: another file is another adapter, and wants another name
SHIPPED = {
    "qa2": "249bcc7259a2db4f06567a0974968f0d81f4859f0acfcc00036658fcd2bcea76",
    "rr4": "0a8731b70c53ff6f0a39d9254a3e89219ae7b3b7b78d3e21607ae42c58bc5d3d",
}
_UPON, _HEAD, _POINTER = "upon", "head.", "pointer."
_DIGITS = 12  # of a SHA-256 in the name of a file that does not ship
_NAMED = re.compile(rf"(.*)@([0-9a-f]{{{_DIGITS}}})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Adapter:
    """What a file adds to a model: to each layer, by its name, up @ down; all float32.

    A reranker's has a `head` beside that, ``weight`` (1, width) and ``bias`` (1,), and says which adapter
    it comes `upon`; where it has learnt to point at what answers, a `pointer`, ``weight`` (1, width). An
    encoder's has none of them.
    """

    file: Path
    layers: Mapping[str, tuple["Tensor", "Tensor"]]
    head: Mapping[str, "Tensor"]
    pointer: Mapping[str, "Tensor"]
    upon: str

    def merge(self, model: "nn.Module") -> None:
        """Adds itself to the weights of `model`. Raises ModelUnavailable where it is another model's."""
        try:
            for name, (down, up) in self.layers.items():
                weight = model.get_parameter(f"{name}.weight")
                if (added := up @ down).shape != weight.shape:
                    raise RuntimeError(f"{name} is of another shape")
                weight.data = (weight.data + added.to(weight.device)).to(weight.dtype)
        except (AttributeError, RuntimeError) as error:
            raise _none(self.file, error) from None

    def write(self) -> None:
        """Writes itself to its file, in float16, for `read`."""
        from safetensors.torch import save_file

        tensors = {f"{_HEAD}{name}": value for name, value in self.head.items()}
        tensors |= {f"{_POINTER}{name}": value for name, value in self.pointer.items()}
        for name, (down, up) in self.layers.items():
            tensors |= {f"{name}.down": down, f"{name}.up": up}
        half = {name: value.detach().half().contiguous() for name, value in tensors.items()}
        save_file(half, self.file, {_UPON: self.upon} if self.upon else None)


def full_name(learnt: str) -> str:
    """What an adapter is called: one that ships by its name, a file by its whole path and its digest.

    Another file at the same path makes another model, and an index knows with which it was built.
    """
    path = Path(learnt)
    if learnt in SHIPPED or _NAMED.fullmatch(learnt) or not path.is_file():
        return learnt
    return f"{path.absolute()}@{_digest(path)[:_DIGITS]}"


def read(learnt: str) -> Adapter:
    """The adapter of that name, as `full_name` gives it.

    Raises ModelUnavailable where there is none, or not the one that is meant.
    """
    from safetensors import safe_open

    file, digest = _file(learnt)
    try:
        if not _digest(file).startswith(digest):
            raise ModelUnavailable(f"{file}: not the adapter that is meant by {learnt}; get that one anew")
        with safe_open(file, "pt") as opened:
            tensors = {name: opened.get_tensor(name).float() for name in opened.keys()}  # noqa: SIM118
            said = opened.metadata() or {}
        head, pointer = _taken(tensors, _HEAD), _taken(tensors, _POINTER)
        layers = {name.rpartition(".")[0] for name in tensors}
        return Adapter(
            file=file,
            layers={name: (tensors[f"{name}.down"], tensors[f"{name}.up"]) for name in sorted(layers)},
            head=head,
            pointer=pointer,
            upon=said.get(_UPON, ""),
        )
    except OSError as error:
        raise ModelUnavailable(
            f"{file}: {error.strerror}; name an adapter's file, or one of {', '.join(SHIPPED)}"
        ) from None
    except (SafetensorError, KeyError) as error:
        raise _none(file, error) from None


def _taken(tensors: dict[str, "Tensor"], prefix: str) -> dict[str, "Tensor"]:
    """Those whose names begin so, without it; they are not among the `tensors` any more."""
    own = [name for name in tensors if name.startswith(prefix)]
    return {name.removeprefix(prefix): tensors.pop(name) for name in own}


def _file(learnt: str) -> tuple[Path, str]:
    """Where it is, and how its SHA-256 has to begin."""
    if learnt in SHIPPED:
        return FOLDER / f"{learnt}.safetensors", SHIPPED[learnt]
    named = _NAMED.fullmatch(learnt)
    return (Path(named[1]), named[2]) if named else (Path(learnt), "")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _none(file: Path, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(f"{file}: no adapter of this model ({error}); get the file anew")
