"""The encoder's adapter: a question's vector near the passage and the sentence that answer it.

The loss is InfoNCE (van den Oord et al. 2018, arXiv:1807.03748) over the batch: each question's own
text against those of all other questions and against the hard negatives of all.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertModel, PreTrainedTokenizerFast

from retrieval import precision
from retrieval.encoder import E5_PROMPTS
from training import asking, batches
from training.data import TrainingSet
from training.mining import Negative

TEMPERATURE = 0.03
SENTENCES, PASSAGES = 48, 32  # questions of a batch
SHARE_OF_SENTENCES = 0.5  # of the batches
LENGTHS = (120, 200, 320, 400)  # of a passage, in characters
_LONGEST = 320  # tokens


@dataclass(frozen=True, slots=True)
class Trainee:
    """The model that learns, and its tokenizer."""

    model: BertModel
    tokenizer: PreTrainedTokenizerFast

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """float32 (len(texts), d), rows of unit length; the mean over the words, as e5 has it."""
        parts, back = batches.by_length(texts)
        rows = torch.cat([self._together([texts[at] for at in part]) for part in parts])
        return rows[back]

    def _together(self, texts: Sequence[str]) -> Tensor:
        read = self.tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=_LONGEST,
            pad_to_multiple_of=batches.MULTIPLE,
            return_tensors="pt",
        ).to(self.model.device)
        with torch.autocast(self.model.device.type, torch.bfloat16, enabled=precision.native() == "bfloat16"):
            states = self.model(**read).last_hidden_state
        mask = read["attention_mask"][..., None].float()
        return functional.normalize((states.float() * mask).sum(1) / mask.sum(1), dim=-1)


def loss(
    trainee: Trainee, known: TrainingSet, negatives: Sequence[Sequence[Negative]], chance: random.Random
) -> Tensor:
    """The loss of one batch, drawn by `chance`; `negatives` has a row for each question learnt from."""
    if chance.random() < SHARE_OF_SENTENCES:
        texts = _sentences(known, negatives, chance)
    else:
        texts = _passages(known, negatives, chance)
    questions, right, wrong = texts
    asked = trainee.vectors([E5_PROMPTS["query"] + text for text in questions])
    read = trainee.vectors([E5_PROMPTS["document"] + text for text in right + wrong])
    return functional.cross_entropy(
        asked @ read.T / TEMPERATURE, torch.arange(len(questions), device=asked.device)
    )


Texts = tuple[list[str], list[str], list[str]]  # questions, a right one for each, and wrong ones


def _sentences(known: TrainingSet, negatives: Sequence[Sequence[Negative]], chance: random.Random) -> Texts:
    questions, right, wrong = [], [], []
    for at in _drawn(known, SENTENCES, chance):
        question = known.learnt[at]
        paragraph = known.paragraphs[question.paragraph]
        questions.append(asking.anew(question.text, chance))
        right.append(paragraph.said(question.sentence, question.sentence))
        beside = [
            said
            for said in (paragraph.said(number, number) for number in range(len(paragraph.sentences)))
            if not question.is_answered_by(said)
        ]
        found = [known.paragraphs[one.paragraph].said(one.sentence, one.sentence) for one in negatives[at]]
        if sources := [one for one in (beside, found) if one]:
            wrong.append(chance.choice(chance.choice(sources)))
    return questions, right, wrong


def _passages(known: TrainingSet, negatives: Sequence[Sequence[Negative]], chance: random.Random) -> Texts:
    titled = chance.random() < 0.5  # all or none of a batch, or the title would tell them apart
    questions, right, wrong = [], [], []

    def text(number: int, sentence: int, size: int) -> str:
        paragraph = known.paragraphs[number]
        said = paragraph.window(sentence, size, chance)
        return f"{paragraph.title}\n{said}" if titled else said

    for at in _drawn(known, PASSAGES, chance):
        question = known.learnt[at]
        # of one length, right and wrong, or the length would tell them apart
        size = chance.choice(LENGTHS)
        questions.append(asking.anew(question.text, chance))
        right.append(text(question.paragraph, question.sentence, size))
        if negatives[at]:
            one = chance.choice(negatives[at])
            said = text(one.paragraph, one.sentence, size)
            if not question.is_answered_by(said):
                wrong.append(said)
    return questions, right, wrong


def _drawn(known: TrainingSet, count: int, chance: random.Random) -> list[int]:
    """Numbers of so many questions about different articles."""
    drawn: dict[str, int] = {}
    while len(drawn) < count:
        at = chance.randrange(len(known.learnt))
        drawn.setdefault(known.paragraphs[known.learnt[at].paragraph].title, at)
    return list(drawn.values())


@torch.inference_mode()
def validated(trainee: Trainee, known: TrainingSet) -> dict[str, float]:
    """Of the questions held out, how often the right sentence, and the right paragraph, is the nearest
    of those of all the articles held out."""
    questions = known.validated
    numbers = sorted({one.paragraph for one in questions})
    places = [(number, at) for number in numbers for at in range(len(known.paragraphs[number].sentences))]
    asked = trainee.vectors([E5_PROMPTS["query"] + one.text for one in questions])
    passages = trainee.vectors([E5_PROMPTS["document"] + known.paragraphs[one].text for one in numbers])
    sentences = trainee.vectors(
        [E5_PROMPTS["document"] + known.paragraphs[one].said(at, at) for one, at in places]
    )
    by_passage = (asked @ passages.T).argmax(1).tolist()
    by_sentence = (asked @ sentences.T).argmax(1).tolist()
    return {
        "passage": _share(
            numbers[found] == one.paragraph for found, one in zip(by_passage, questions, strict=True)
        ),
        "sentence": _share(
            places[found] == (one.paragraph, one.sentence)
            for found, one in zip(by_sentence, questions, strict=True)
        ),
    }


def _share(right: Iterable[bool]) -> float:
    all_of_them = list(right)
    return round(sum(all_of_them) / len(all_of_them), 4)
