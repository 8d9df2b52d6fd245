"""What is learnt from: questions about paragraphs, with the sentence that answers."""

import bisect
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.spans import Span


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, the spans of its sentences, and questions on its topic that nothing answers."""

    topic: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    unanswered: tuple[str, ...] = ()

    def said(self, first: int, last: int) -> str:
        """The sentences `first` to `last`, as they stand."""
        return self.text[self.sentences[first].start : self.sentences[last].end]

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that stands at `place`, or the next one."""
        return bisect.bisect_right([one.end for one in self.sentences[:-1]], place)

    def window(self, sentence: int, size: int, chance: random.Random) -> str:
        """A sentence with as many of those around it as `size` characters allow."""
        return self.said(*self.reached(sentence, size, chance))

    def reached(self, sentence: int, size: int, chance: random.Random) -> tuple[int, int]:
        """The numbers of the first and the last sentence of that."""
        first = last = sentence
        while True:
            wider = [
                (a, b)
                for a, b in ((first - 1, last), (first, last + 1))
                if a >= 0 and b < len(self.sentences) and len(self.said(a, b)) <= size
            ]
            if not wider:
                return first, last
            first, last = chance.choice(wider)


@dataclass(frozen=True, slots=True)
class Negative:
    """What seems to answer a question and does not: the number of a paragraph, and of a sentence there."""

    paragraph: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the number of its paragraph, of the sentence that answers there, and what it says there
    that answers: words of it, or all of it; and its hard negatives, best first."""

    text: str
    paragraph: int
    sentence: int
    answers: tuple[str, ...]
    negatives: tuple[Negative, ...] = ()

    def is_answered_by(self, text: str) -> bool:
        """Whether the text says an answer, perhaps by chance."""
        return any(answer in text for answer in self.answers)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """All paragraphs, and the questions to learn from and to validate with, of other topics."""

    paragraphs: tuple[Paragraph, ...]
    learnt: tuple[Question, ...]
    validated: tuple[Question, ...]


def divided(
    paragraphs: Sequence[Paragraph], questions: Sequence[Question], share: float, seed: int
) -> TrainingSet:
    """That share of the topics, drawn by `seed`, is held out with all its questions."""
    topics = sorted({one.topic for one in paragraphs})
    held_out = set(random.Random(seed).sample(topics, round(len(topics) * share)))
    return TrainingSet(
        tuple(paragraphs),
        tuple(one for one in questions if paragraphs[one.paragraph].topic not in held_out),
        tuple(one for one in questions if paragraphs[one.paragraph].topic in held_out),
    )


def with_negatives(known: TrainingSet, negatives: Sequence[Sequence[Negative]]) -> TrainingSet:
    """The set with each question's, first those of the ones to learn from."""
    asked = [
        replace(question, negatives=tuple(own))
        for question, own in zip(known.learnt + known.validated, negatives, strict=True)
    ]
    learnt = len(known.learnt)
    return TrainingSet(known.paragraphs, tuple(asked[:learnt]), tuple(asked[learnt:]))
