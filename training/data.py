"""The training set: questions about paragraphs, with where the answer stands.

A line a paragraph, gzip: ``{"title", "text", "questions": [{"question", "answers": [{"text", "start"}]}]}``.
Several paragraphs share a title, that of their article. `start` counts characters of `text`.
"""

import bisect
import gzip
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval import sentences
from retrieval.spans import Span

VALIDATION = 0.04  # of the articles


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and the spans of its sentences."""

    title: str
    text: str
    sentences: tuple[Span, ...]

    def said(self, first: int, last: int) -> str:
        """The sentences `first` to `last`, as they stand."""
        return self.text[self.sentences[first].start : self.sentences[last].end]

    def sentence_at(self, place: int) -> int:
        """The number of the sentence that stands at `place`, or the next one."""
        return bisect.bisect_right([one.end for one in self.sentences[:-1]], place)

    def window(self, sentence: int, size: int, chance: random.Random) -> str:
        """A sentence with as many of those around it as `size` characters allow."""
        first = last = sentence
        while True:
            wider = [
                (a, b)
                for a, b in ((first - 1, last), (first, last + 1))
                if a >= 0 and b < len(self.sentences) and len(self.said(a, b)) <= size
            ]
            if not wider:
                return self.said(first, last)
            first, last = chance.choice(wider)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the number of its paragraph, of the sentence that answers there, and the answers."""

    text: str
    paragraph: int
    sentence: int
    answers: tuple[str, ...]

    def is_answered_by(self, text: str) -> bool:
        """Whether the text says an answer, perhaps by chance."""
        return any(answer in text for answer in self.answers)


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """All paragraphs, and the questions to learn from and to validate with, of other articles."""

    paragraphs: tuple[Paragraph, ...]
    learnt: tuple[Question, ...]
    validated: tuple[Question, ...]


def read(path: Path, seed: int) -> TrainingSet:
    """The set in that file, its articles divided at random."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    paragraphs = tuple(_paragraph(line) for line in lines)
    titles = sorted({one.title for one in paragraphs})
    held_out = set(random.Random(seed).sample(titles, round(len(titles) * VALIDATION)))
    questions = list(_questions(lines, paragraphs))
    return TrainingSet(
        paragraphs,
        tuple(one for one in questions if paragraphs[one.paragraph].title not in held_out),
        tuple(one for one in questions if paragraphs[one.paragraph].title in held_out),
    )


def _paragraph(line: dict[str, Any]) -> Paragraph:
    text = line["text"]
    return Paragraph(line["title"], text, tuple(sentences.split(text, 0, len(text))))


def _questions(lines: list[dict[str, Any]], paragraphs: tuple[Paragraph, ...]) -> Iterable[Question]:
    for number, (line, paragraph) in enumerate(zip(lines, paragraphs, strict=True)):
        for asked in line["questions"]:
            start = asked["answers"][0]["start"]
            answers = tuple(answer["text"] for answer in asked["answers"])
            for at, span in enumerate(paragraph.sentences):
                if span.start <= start < span.end:
                    yield Question(asked["question"], number, at, answers)
