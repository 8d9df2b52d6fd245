"""The reranker's adapter and head: question and passage read together.

The loss of a question is the cross-entropy of a softmax over its candidates' scores and a zero that
stands for "none of them": a passage that answers is to have a score above zero, and above all others,
and where none answers all are to be below. So a score means the same for every question. Beside it the
model learns to point at the answer's first and last token (as for SQuAD, Devlin et al. 2019,
arXiv:1810.04805): to find the answer is to know whether it is there. That is not kept: `pointer.py` reads
off what was learnt of it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BatchEncoding, BertModel, PreTrainedTokenizerFast

from retrieval import precision
from training import asking, batches, figures
from training.data import Paragraph, Question, TrainingSet

QUESTIONS, CANDIDATES = 48, 8  # of a batch, and of each of its questions
NONE_ANSWERS = 0.25  # of the questions
BESIDE = 2  # texts of a question's own paragraph that do not answer, at most
TITLED = 0.4  # of the texts
POINTING = 0.5  # what pointing at the answer weighs in the loss
VALIDATED, VALIDATED_WITH = 400, 10  # questions, and texts for each
LENGTHS = (60, 110, 160, 220)  # of a candidate, in characters
_LONGEST = 384  # tokens


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is read for a question; `answer` is where the answer stands in the text, if it does."""

    question: str
    text: str
    answer: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Trainee:
    """What learns, and the tokenizer: the model, the head that scores, and the one that points."""

    model: BertModel
    head: nn.Linear
    pointer: nn.Linear
    tokenizer: PreTrainedTokenizerFast

    def parameters(self) -> list[nn.Parameter]:
        """Those of the heads."""
        return [*self.head.parameters(), *self.pointer.parameters()]

    def read(self, candidates: Sequence[Candidate]) -> tuple[Tensor, Tensor]:
        """float32 (len(candidates),), above 0 where the text is thought to answer the question; and
        the loss of pointing at the answers, 0 where there is none."""
        parts, back = batches.by_length([one.text for one in candidates], batches.together())
        read = [batches.frugally(self._together, [candidates[at] for at in part]) for part in parts]
        pointing = torch.cat([losses for _, losses in read])
        return torch.cat([scores for scores, _ in read])[back], pointing.sum() / max(1, len(pointing))

    def _together(self, candidates: Sequence[Candidate]) -> tuple[Tensor, Tensor]:
        read = self.tokenizer(
            [one.question for one in candidates],
            [one.text for one in candidates],
            padding=True,
            truncation="only_second",
            max_length=_LONGEST,
            pad_to_multiple_of=batches.MULTIPLE,
            return_tensors="pt",
        ).to(self.model.device)
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=precision.native() == "bfloat16"):
            states = self.model(**read).last_hidden_state
        scores = self.head(states[:, 0].float()).squeeze(-1)
        return scores, self._pointing(states, read, candidates)

    def _pointing(self, states: Tensor, read: BatchEncoding, candidates: Sequence[Candidate]) -> Tensor:
        """The losses of pointing, two for each candidate that has an answer."""
        rows, places = [], []
        for row, one in enumerate(candidates):
            if one.answer:
                first = read.char_to_token(row, one.answer[0], sequence_index=1)
                last = read.char_to_token(row, one.answer[1] - 1, sequence_index=1)
                if first is not None and last is not None:
                    rows.append(row)
                    places += [first, last]
        if not rows:
            return states.new_zeros(0, dtype=torch.float32)
        logits = self.pointer(states[rows].float())
        outside = read["attention_mask"][rows] == 0
        logits = logits.masked_fill(outside[..., None], -1e4).transpose(1, 2).flatten(0, 1)
        return functional.cross_entropy(logits, torch.tensor(places, device=logits.device), reduction="none")


def loss(trainee: Trainee, known: TrainingSet, chance: random.Random) -> Tensor:
    """The loss of one batch, drawn by `chance`."""
    candidates: list[Candidate] = []
    targets: list[int] = []
    while len(targets) < QUESTIONS:
        question = chance.choice(known.learnt)
        answered = chance.random() >= NONE_ANSWERS
        draw = _answered if answered else _unanswered
        drawn = draw(known, question, CANDIDATES, chance)
        if len(drawn) == CANDIDATES:
            candidates += drawn
            targets.append(0 if answered else CANDIDATES)
    scores, pointing = trainee.read(candidates)
    listed = scores.reshape(QUESTIONS, CANDIDATES)
    listed = torch.cat([listed, torch.zeros_like(listed[:, :1])], 1)
    ranking = functional.cross_entropy(listed, torch.tensor(targets, device=listed.device))
    return ranking + POINTING * pointing


def _answered(known: TrainingSet, question: Question, count: int, chance: random.Random) -> list[Candidate]:
    """A text that answers the question, and then others that do not: of its own paragraph, and of those
    that the search found."""
    asked = asking.anew(question.text, chance)
    own = known.paragraphs[question.paragraph]
    beside = [_around(own, number, chance) for number in _order(own, chance)[:BESIDE]]
    wrong = _unsaid(question, beside + _found(known, question, chance))
    return [_right(known, question, asked, chance), *(Candidate(asked, text) for text in wrong[: count - 1])]


def _unanswered(known: TrainingSet, question: Question, count: int, chance: random.Random) -> list[Candidate]:
    """Texts that do not answer. Where questions are known that nothing answers, one of those on this
    question's paragraph with texts of that, and of what was found for the question itself; else the
    question without its answer."""
    own = known.paragraphs[question.paragraph]
    if own.unanswered:
        asked = asking.anew(chance.choice(own.unanswered), chance)
        beside = [_around(own, number, chance) for number in _order(own, chance)[: count // 2]]
        texts = beside + _found(known, question, chance)
    else:
        asked = asking.anew(question.text, chance)
        beside = [_around(own, number, chance) for number in _order(own, chance)[:BESIDE]]
        texts = _unsaid(question, beside + _found(known, question, chance))
    return [Candidate(asked, text) for text in texts[:count]]


def _right(known: TrainingSet, question: Question, asked: str, chance: random.Random) -> Candidate:
    paragraph = known.paragraphs[question.paragraph]
    text = _around(paragraph, question.sentence, chance)
    sentence = max(0, text.find(paragraph.said(question.sentence, question.sentence)))
    start = text.find(question.answers[0], sentence)
    return Candidate(asked, text, (start, start + len(question.answers[0])) if start >= 0 else None)


def _found(known: TrainingSet, question: Question, chance: random.Random) -> list[str]:
    """Around what the search found for it and does not answer, in an order of chance."""
    drawn = chance.sample(question.negatives, len(question.negatives))
    return [_around(known.paragraphs[one.paragraph], one.sentence, chance) for one in drawn]


def _unsaid(question: Question, texts: Sequence[str]) -> list[str]:
    return [text for text in texts if not question.is_answered_by(text)]


def _order(paragraph: Paragraph, chance: random.Random) -> list[int]:
    """The numbers of its sentences, in an order of chance."""
    return chance.sample(range(len(paragraph.sentences)), len(paragraph.sentences))


def _around(paragraph: Paragraph, sentence: int, chance: random.Random) -> str:
    """A sentence with as many of those around it as one of LENGTHS allows; at times under its title."""
    said = paragraph.window(sentence, chance.choice(LENGTHS), chance)
    return f"{paragraph.title}\n{said}" if chance.random() < TITLED else said


@torch.inference_mode()
def validated(trainee: Trainee, known: TrainingSet) -> dict[str, float]:
    """Of the questions held out: how often the right text is first among all that are read for it, and the
    AUROC of the best score of an answered question's texts against that of one that nothing answers."""
    chance = random.Random(0)
    drawn = chance.sample(known.validated, min(VALIDATED, len(known.validated)))
    present, absent = (
        [draw(known, question, VALIDATED_WITH, chance) for question in drawn]
        for draw in (_answered, _unanswered)
    )
    read = present + absent
    scores = torch.split(trainee.read([one for own in read for one in own])[0], [len(own) for own in read])
    best = [own.max().item() for own in scores]
    return {
        "first": figures.share(bool(own.argmax() == 0) for own in scores[: len(present)]),
        "auroc": figures.auroc(best[: len(present)], best[len(present) :]),
    }
