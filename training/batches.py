"""Texts of about one length together: a batch costs what its longest text does."""

from collections.abc import Sequence

import torch
from torch import Tensor

TOGETHER = 16  # texts that go through the model at once
MULTIPLE = 16  # tokens: a length that the processor has not met costs it a second


def by_length(texts: Sequence[str]) -> tuple[list[list[int]], Tensor]:
    """The texts' numbers in parts of TOGETHER, shorter ones first; and where each text stands in the parts
    laid end to end, int64 (len(texts),).
    """
    order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return [order[at : at + TOGETHER] for at in range(0, len(order), TOGETHER)], back
