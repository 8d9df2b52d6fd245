"""The steps of a training: seeded, logged, kept every so often, and gone on with where it was broken off."""

import json
import logging
import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

WARMUP = 50  # steps until the full learning rate
LEAST = 0.05  # of it, in the end
KEPT_EVERY = 100  # steps
LOGGED_EVERY = 20  # steps

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a training goes. What step N learns from follows from `seed` and N alone."""

    steps: int
    learning_rate: float
    seed: str


def run(
    plan: Plan,
    parameters: Sequence[nn.Parameter],
    loss_of: Callable[[random.Random], Tensor],
    validate: Callable[[], dict[str, float]],
    folder: Path,
) -> None:
    """Changes the `parameters` for `plan.steps` steps, or what is left of them.

    `loss_of` takes the step's source of chance. `folder` gets ``checkpoint.pt`` and ``log.jsonl``.
    """
    optimizer = torch.optim.AdamW(parameters, lr=plan.learning_rate, weight_decay=0.01)
    kept = folder / "checkpoint.pt"
    first = _resume(kept, parameters, optimizer) if kept.exists() else 0
    losses: list[float] = []
    began = time.monotonic()
    for step in range(first, plan.steps):
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * _share(step, plan.steps)
        loss = loss_of(random.Random(f"{plan.seed} {step}"))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item())
        done = step + 1
        if done % LOGGED_EVERY == 0:
            said = {"step": done, "loss": round(sum(losses) / len(losses), 4)}
            said["seconds_a_step"] = round((time.monotonic() - began) / len(losses), 2)
            _say(folder, said)
            losses, began = [], time.monotonic()
        if done % KEPT_EVERY == 0 or done == plan.steps:
            _say(folder, {"step": done} | validate())
            _keep(kept, done, parameters, optimizer)
            began = time.monotonic()


def _share(step: int, steps: int) -> float:
    """Of the learning rate: rising for WARMUP steps, falling like a cosine to LEAST."""
    rising = min(1.0, (step + 1) / WARMUP)
    return rising * (LEAST + (1 - LEAST) * 0.5 * (1 + math.cos(math.pi * step / steps)))


def _say(folder: Path, said: dict[str, float]) -> None:
    with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(said) + "\n")
    log.info(" ".join(f"{name} {value}" for name, value in said.items()))


def _keep(
    path: Path, step: int, parameters: Sequence[nn.Parameter], optimizer: torch.optim.Optimizer
) -> None:
    part = path.with_suffix(".part")
    torch.save(
        {
            "step": step,
            "parameters": [one.detach() for one in parameters],
            "optimizer": optimizer.state_dict(),
        },
        part,
    )
    part.rename(path)


def _resume(path: Path, parameters: Sequence[nn.Parameter], optimizer: torch.optim.Optimizer) -> int:
    found = torch.load(path, weights_only=True)
    for own, before in zip(parameters, found["parameters"], strict=True):
        own.data.copy_(before)
    optimizer.load_state_dict(found["optimizer"])
    log.info("going on after step %d", found["step"])
    return int(found["step"])
