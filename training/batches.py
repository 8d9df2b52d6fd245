"""Texts of about one length together: a batch costs what its longest text does."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from retrieval import precision

Computed = TypeVar("Computed")
MULTIPLE = 16  # tokens: a length that the processor has not met costs it a second


def together() -> int:
    """How many texts go through the model at once: a graphics processor wants to be filled."""
    return 16 if precision.device() == "cpu" else 256


def by_length(texts: Sequence[str], together: int) -> tuple[list[list[int]], Tensor]:
    """The texts' numbers in parts of so many, shorter ones first; and where each text stands in the parts
    laid end to end, int64 (len(texts),).
    """
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return [order[at : at + together] for at in range(0, len(order), together)], back


def frugally(compute: Callable[..., Computed], *given: Any) -> Computed:
    """What that computes. On a processor, what the way back wants of it is computed again there: all of a
    batch would take more memory than there is."""
    if precision.device() == "cpu" and torch.is_grad_enabled():
        found: Computed = checkpoint(compute, *given, use_reentrant=False)
        return found
    return compute(*given)
