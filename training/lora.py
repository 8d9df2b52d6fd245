"""Adapters while they learn: beside each linear layer of the frozen model, a way through a few numbers."""

import math
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from retrieval.adapter import UPON, Adapter

RANK = 16


class LowRank(nn.Module):
    """A frozen linear layer and what is learnt beside it: x W' + x D' U'. U begins with zeros."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / math.sqrt(linear.in_features))
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        # twice: LoRA's alpha of 2 ranks
        frozen: Tensor = self.linear(x)
        return frozen + 2 * functional.linear(functional.linear(x, self.down), self.up)


def attach(model: nn.Module, rank: int = RANK) -> dict[str, LowRank]:
    """Freezes the model and puts an adapter beside every linear layer of its encoder."""
    model.requires_grad_(False)
    linears = [
        (name, part)
        for name, part in model.named_modules()
        if isinstance(part, nn.Linear) and name.startswith("encoder.layer.")
    ]
    adapters = {}
    for name, linear in linears:
        parent, _, own = name.rpartition(".")
        adapters[name] = LowRank(linear, rank)
        setattr(model.get_submodule(parent), own, adapters[name])
    return adapters


def begin(adapters: Mapping[str, LowRank], learnt: Adapter) -> None:
    """Lets each begin with what was learnt before, which has to be of the same rank."""
    for name, one in adapters.items():
        down, up = learnt.layers[name]
        one.down.data.copy_(down)
        one.up.data.copy_(up / 2)


def save(adapters: Mapping[str, LowRank], path: Path, head: nn.Linear | None = None, upon: str = "") -> None:
    """The file that `retrieval.adapter` reads, in float16; a reranker's with the `head` that has learnt
    beside them, and the name of the adapter that both come upon."""
    tensors = {}
    for name, one in adapters.items():
        tensors[f"{name}.down"] = one.down.detach()
        tensors[f"{name}.up"] = 2 * one.up.detach()
    if head:
        tensors |= {f"head.{name}": value.detach() for name, value in head.named_parameters()}
    said = {UPON: upon} if upon else None
    save_file({name: value.half().contiguous() for name, value in tensors.items()}, path, said)


def add(path: Path, to: Path, name: str, head: nn.Linear) -> None:
    """Writes the file at `path` anew, with one more head, of that name."""
    with safe_open(path, "pt") as opened:
        tensors = {own: opened.get_tensor(own) for own in opened.keys()}  # noqa: SIM118
        said = opened.metadata()
    tensors |= {f"{name}.{own}": value.detach().half() for own, value in head.named_parameters()}
    save_file(tensors, to, said)


def parameters(adapters: Mapping[str, LowRank]) -> list[nn.Parameter]:
    """All that learns."""
    return [one for adapter in adapters.values() for one in (adapter.down, adapter.up)]
