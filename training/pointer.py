"""What points at the sentence that answers, for a reranker that has learnt: its layers and its score stay.

Beside scoring texts it has learnt to point at answers (reranker.py), so what its last layer makes of a text
says where the answer is, and a linear head can read it off. Each text is read once, and the head fitted by
the cross-entropy of the right sentence.
"""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from retrieval import bundled_reranker, wording
from retrieval.bundled_reranker import BundledReranker
from retrieval.wording import Excerpt
from training import batches, figures
from training.data import Question, TrainingSet

LEARNT, VALIDATED = 4000, 400  # questions of each set, at most
LENGTHS = (160, 220, 300, 400)  # of a text, in characters
TITLED = 0.7  # of the texts
EPOCHS, TOGETHER, LEARNING_RATE, DECAY = 6, 64, 3e-3, 1e-3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A question, a text of several sentences, and the number of the one that answers."""

    question: str
    excerpt: Excerpt
    right: int


@dataclass(frozen=True, slots=True)
class States:
    """What the reranker made of the text's tokens, float16 (tokens, width); the sentences that they are of,
    int64 (tokens,); how many sentences there are, and which answers."""

    tokens: Tensor
    places: Tensor
    count: int
    right: int

    def logs(self, pointer: nn.Linear) -> Tensor:
        """What the pointer gives each sentence: log probabilities, float32 (count,)."""
        return bundled_reranker.pointing(pointer(self.tokens.float())[:, 0], self.places, self.count)


def drawn(
    known: TrainingSet, questions: Sequence[Question], most: int, chance: random.Random
) -> list[Pointed]:
    """Of the questions so many, each with a text around its answer."""
    some = chance.sample(questions, min(most, len(questions)))
    every = [_pointed(known, question, chance) for question in some]
    return [one for one in every if len(one.excerpt.sentences) > 1]


def _pointed(known: TrainingSet, question: Question, chance: random.Random) -> Pointed:
    own = known.paragraphs[question.paragraph]
    first, last = own.reached(question.sentence, chance.choice(LENGTHS), chance)
    said = tuple(wording.plain(own.said(number, number)) for number in range(first, last + 1))
    head = own.title if chance.random() < TITLED else ""
    return Pointed(question.text, Excerpt(head, first, said), question.sentence - first)


def states(reranker: BundledReranker, every: Sequence[Pointed]) -> list[States]:
    """Each as the reranker reads it, in their order."""
    texts = [one.question + one.excerpt.text for one in every]
    parts, back = batches.by_length(texts, batches.together())
    found: list[States] = []
    for part in parts:
        own = [every[at] for at in part]
        with torch.inference_mode():
            together = reranker.states([one.question for one in own], [one.excerpt for one in own])
        for one, tokens, places in zip(own, *together, strict=True):
            of_text = places >= 0
            kept = tokens[of_text].half().cpu(), places[of_text].cpu()
            found.append(States(*kept, len(one.excerpt.sentences), one.right))
    return [found[at] for at in back.tolist()]


def fitted(every: Sequence[States], seed: int) -> nn.Linear:
    """The pointer that these teach, in seconds: nothing that `loop` keeps would be worth going on from."""
    torch.manual_seed(seed)
    # no bias: what every token gets alike says nothing of where
    pointer = nn.Linear(every[0].tokens.shape[1], 1, bias=False)
    optimizer = torch.optim.AdamW(pointer.parameters(), lr=LEARNING_RATE, weight_decay=DECAY)
    for epoch in range(EPOCHS):
        order = random.Random(f"{seed} {epoch}").sample(range(len(every)), len(every))
        sum_ = 0.0
        for start in range(0, len(order), TOGETHER):
            part = [every[at] for at in order[start : start + TOGETHER]]
            loss = -torch.stack([one.logs(pointer)[one.right] for one in part]).mean()
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            sum_ += loss.item() * len(part)
        log.info("epoch %d loss %.4f", epoch + 1, sum_ / len(every))
    return pointer


@torch.inference_mode()
def validated(pointer: nn.Linear, every: Sequence[States]) -> float:
    """How often the right sentence is the likeliest."""
    return figures.share(int(one.logs(pointer).argmax()) == one.right for one in every)
