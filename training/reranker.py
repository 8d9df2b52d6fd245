"""The reranker's adapter and head: question and passage read together.

The loss of a question is the cross-entropy of a softmax over its candidates' scores and a zero that
stands for "none of them": a passage that answers is to have a score above zero, and above all others,
and where none answers all are to be below. So a score means the same for every question. Beside it the
model learns to point at the answer's first and last token (as for SQuAD, Devlin et al. 2019,
arXiv:1810.04805), which is not used afterwards: to find the answer is to know whether it is there.
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

QUESTIONS, CANDIDATES = 16, 4  # of a batch, and of each of its questions
NONE_ANSWERS = 0.25  # of the questions
BESIDE = 0.4  # of the questions have a text of their own paragraph that does not answer
TITLED = 0.4  # of the texts
POINTING = 0.5  # what pointing at the answer weighs in the loss
VALIDATED = 200  # questions
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
        parts, back = batches.by_length([one.text for one in candidates])
        read = [self._together([candidates[at] for at in part]) for part in parts]
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
        asked = asking.anew(question.text, chance)
        answered = chance.random() >= NONE_ANSWERS
        wanted = CANDIDATES - 1 if answered else CANDIDATES
        wrong = [Candidate(asked, text) for text in _wrong(known, question, wanted, chance)]
        if len(wrong) == wanted:
            candidates += [_right(known, question, asked, chance), *wrong] if answered else wrong
            targets.append(0 if answered else CANDIDATES)
    scores, pointing = trainee.read(candidates)
    listed = scores.reshape(QUESTIONS, CANDIDATES)
    listed = torch.cat([listed, torch.zeros_like(listed[:, :1])], 1)
    ranking = functional.cross_entropy(listed, torch.tensor(targets, device=listed.device))
    return ranking + POINTING * pointing


def _right(known: TrainingSet, question: Question, asked: str, chance: random.Random) -> Candidate:
    paragraph = known.paragraphs[question.paragraph]
    text = _around(paragraph, question.sentence, chance)
    sentence = max(0, text.find(paragraph.said(question.sentence, question.sentence)))
    start = text.find(question.answers[0], sentence)
    return Candidate(asked, text, (start, start + len(question.answers[0])) if start >= 0 else None)


def _wrong(known: TrainingSet, question: Question, wanted: int, chance: random.Random) -> list[str]:
    """So many texts that do not answer, if there are: of the question's own paragraph one at most, else its
    negatives."""
    own = known.paragraphs[question.paragraph]
    beside = [number for number in range(len(own.sentences)) if number != question.sentence]
    texts = []
    if beside and chance.random() < BESIDE:
        texts.append(_around(own, chance.choice(beside), chance))
    for one in chance.sample(question.negatives, len(question.negatives)):
        texts.append(_around(known.paragraphs[one.paragraph], one.sentence, chance))
    return [text for text in texts if not question.is_answered_by(text)][:wanted]


def _around(paragraph: Paragraph, sentence: int, chance: random.Random) -> str:
    """A sentence with as many of those around it as one of LENGTHS allows; at times under its title."""
    said = paragraph.window(sentence, chance.choice(LENGTHS), chance)
    return f"{paragraph.title}\n{said}" if chance.random() < TITLED else said


@torch.inference_mode()
def validated(trainee: Trainee, known: TrainingSet) -> dict[str, float]:
    """Of the questions held out: how often the right text is first among its negatives, and the AUROC of
    the best score with the right one among them against without."""
    chance = random.Random(0)
    first, present, absent = [], [], []
    for question in known.validated[:VALIDATED]:
        wrong = _wrong(known, question, len(question.negatives) + 1, chance)
        if wrong:
            right = _right(known, question, question.text, chance)
            texts = [right, *(Candidate(question.text, text) for text in wrong)]
            scores = trainee.read(texts)[0].tolist()
            first.append(scores[0] > max(scores[1:]))
            present.append(max(scores))
            absent.append(max(scores[1:]))
    return {"first": figures.share(first), "auroc": figures.auroc(present, absent)}
