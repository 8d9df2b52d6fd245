"""The encoder's adapter: a question's vector near the passage and the sentence that answer it.

The loss is InfoNCE (van den Oord et al. 2018, arXiv:1807.03748) over the batch: each question's own
text against those of all other questions and against the hard negatives of all; and the other way round,
each text's own question against all others and against those that the texts only seem to answer, where
such are known.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from transformers import BertModel, PreTrainedTokenizerFast

from retrieval import precision
from retrieval.encoder import E5_PROMPTS
from training import asking, batches, figures
from training.data import Paragraph, Question, TrainingSet

TEMPERATURE = 0.03
SENTENCES, PASSAGES = 192, 128  # questions of a batch
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
        parts, back = batches.by_length(texts, batches.together())
        rows = [batches.frugally(self._together, [texts[at] for at in part]) for part in parts]
        return torch.cat(rows)[back]

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


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a text that answers it; texts that do not, and questions that it does not answer."""

    question: str
    right: str
    wrong: tuple[str, ...]
    unanswered: tuple[str, ...]


def loss(trainee: Trainee, known: TrainingSet, chance: random.Random) -> Tensor:
    """The loss of one batch, drawn by `chance`."""
    draw: Draw = _sentences if chance.random() < SHARE_OF_SENTENCES else _passages
    batch = draw(known, chance)
    questions = [one.question for one in batch] + [text for one in batch for text in one.unanswered]
    texts = [one.right for one in batch] + [text for one in batch for text in one.wrong]
    asked = trainee.vectors([E5_PROMPTS["query"] + text for text in questions])
    read = trainee.vectors([E5_PROMPTS["document"] + text for text in texts])
    own = torch.arange(len(batch), device=asked.device)
    found = functional.cross_entropy(asked[: len(batch)] @ read.T / TEMPERATURE, own)
    return found + functional.cross_entropy(read[: len(batch)] @ asked.T / TEMPERATURE, own)


Draw = Callable[[TrainingSet, random.Random], list[Example]]


def _sentences(known: TrainingSet, chance: random.Random) -> list[Example]:
    """Sentences alone: wrong are one of the same paragraph, and one of those that the search found."""
    examples = []
    for question in _drawn(known, SENTENCES, chance):
        paragraph = known.paragraphs[question.paragraph]
        every = [paragraph.said(at, at) for at in range(len(paragraph.sentences))]
        beside = [said for said in every if not question.is_answered_by(said)]
        found = [
            known.paragraphs[one.paragraph].said(one.sentence, one.sentence) for one in question.negatives
        ]
        wrong = [chance.choice(texts) for texts in (beside, found) if texts]
        examples.append(_example(question, paragraph, every[question.sentence], wrong, chance))
    return examples


def _passages(known: TrainingSet, chance: random.Random) -> list[Example]:
    """Windows around such sentences."""
    titled = chance.random() < 0.5  # all or none of a batch, or the title would tell them apart

    def text(number: int, sentence: int, size: int) -> str:
        paragraph = known.paragraphs[number]
        said = paragraph.window(sentence, size, chance)
        return f"{paragraph.title}\n{said}" if titled else said

    examples = []
    for question in _drawn(known, PASSAGES, chance):
        # of one length, right and wrong, or the length would tell them apart
        size = chance.choice(LENGTHS)
        paragraph = known.paragraphs[question.paragraph]
        right = text(question.paragraph, question.sentence, size)
        beside = chance.randrange(len(paragraph.sentences))
        places = [(question.paragraph, beside)]
        if question.negatives:
            found = chance.choice(question.negatives)
            places.append((found.paragraph, found.sentence))
        around = [text(number, sentence, size) for number, sentence in places]
        wrong = [said for said in around if not question.is_answered_by(said)]
        examples.append(_example(question, paragraph, right, wrong, chance))
    return examples


def _example(
    question: Question, paragraph: Paragraph, right: str, wrong: Sequence[str], chance: random.Random
) -> Example:
    unanswered = [chance.choice(paragraph.unanswered)] if paragraph.unanswered else []
    return Example(
        question=asking.anew(question.text, chance),
        right=right,
        wrong=tuple(wrong),
        unanswered=tuple(asking.anew(text, chance) for text in unanswered),
    )


def _drawn(known: TrainingSet, count: int, chance: random.Random) -> list[Question]:
    """So many questions on different topics: what is wrong for one of them is so for all."""
    drawn: dict[str, Question] = {}
    while len(drawn) < count:
        question = chance.choice(known.learnt)
        drawn.setdefault(known.paragraphs[question.paragraph].topic, question)
    return list(drawn.values())


@torch.inference_mode()
def validated(trainee: Trainee, known: TrainingSet) -> dict[str, float]:
    """Of the questions held out, how often the right sentence, and the right paragraph, is the nearest
    of those of all the topics held out; and the AUROC of the nearest sentence's nearness, against that of
    questions that nothing answers, where there are any."""
    questions = known.validated
    numbers = sorted({one.paragraph for one in questions})
    places = [(number, at) for number in numbers for at in range(len(known.paragraphs[number].sentences))]
    asked = trainee.vectors([E5_PROMPTS["query"] + one.text for one in questions])
    passages = trainee.vectors([E5_PROMPTS["document"] + known.paragraphs[one].text for one in numbers])
    sentences = trainee.vectors(
        [E5_PROMPTS["document"] + known.paragraphs[one].said(at, at) for one, at in places]
    )
    by_passage, by_sentence = asked @ passages.T, asked @ sentences.T
    said = {
        "passage": figures.share(
            numbers[found] == one.paragraph
            for found, one in zip(by_passage.argmax(1).tolist(), questions, strict=True)
        ),
        "sentence": figures.share(
            places[found] == (one.paragraph, one.sentence)
            for found, one in zip(by_sentence.argmax(1).tolist(), questions, strict=True)
        ),
    }
    if near := [text for number in numbers for text in known.paragraphs[number].unanswered]:
        wrongly = trainee.vectors([E5_PROMPTS["query"] + text for text in near]) @ sentences.T
        said["auroc"] = figures.auroc(by_sentence.amax(1).tolist(), wrongly.amax(1).tolist())
    return said
