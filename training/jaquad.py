"""The JaQuAD training set: encyclopedia paragraphs, with where a question's answer stands.

A line a paragraph, gzip: ``{"title", "text", "questions": [{"question", "answers": [{"text", "start"}]}]}``.
Several paragraphs share a title, that of their article. `start` counts characters of `text`.
"""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from retrieval import sentences
from training import data
from training.data import Paragraph, Question, TrainingSet

VALIDATION = 0.04  # of the articles


def read(path: Path, seed: int) -> TrainingSet:
    """The set in that file, its articles divided at random."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    paragraphs = [_paragraph(line["title"], line["text"]) for line in lines]
    return data.divided(paragraphs, list(_questions(lines, paragraphs)), VALIDATION, seed)


def _paragraph(title: str, text: str) -> Paragraph:
    return Paragraph(title, title, text, tuple(sentences.split(text, 0, len(text))))


def _questions(lines: list[dict[str, Any]], paragraphs: list[Paragraph]) -> Iterable[Question]:
    for number, (line, paragraph) in enumerate(zip(lines, paragraphs, strict=True)):
        for asked in line["questions"]:
            start = asked["answers"][0]["start"]
            answers = tuple(answer["text"] for answer in asked["answers"])
            for at, span in enumerate(paragraph.sentences):
                if span.start <= start < span.end:
                    yield Question(asked["question"], number, at, answers)
