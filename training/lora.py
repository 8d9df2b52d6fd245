"""Adapters while they learn: beside each linear layer of the frozen model, a way through a few numbers."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.adapter import Adapter

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


def layers(adapters: Mapping[str, LowRank]) -> dict[str, tuple[Tensor, Tensor]]:
    """What was learnt, as an Adapter has it."""
    return {name: (one.down.detach(), 2 * one.up.detach()) for name, one in adapters.items()}


def parameters(adapters: Mapping[str, LowRank]) -> list[nn.Parameter]:
    """All that learns."""
    return [one for adapter in adapters.values() for one in (adapter.down, adapter.up)]
