"""The texts written for this training: analyses in Japanese, and what a reader asks of them.

`FOLDER` has JSON Lines, a text a line: ``{"topic", "title", "sentences": […], "questions": [{"question",
"sentence"}], "unanswered": […]}``. `sentence` is the number of the one that answers. Two texts of a topic
disagree; the questions of one are not answered by the other, those of `unanswered` by neither.
"""

import itertools
import json
from pathlib import Path
from typing import Any

from retrieval.spans import Span
from training import data
from training.data import Paragraph, Question, TrainingSet

FOLDER = Path(__file__).with_name("texts")
MEASURED = FOLDER / "measured"  # never learnt from
VALIDATION = 0.08  # of the topics


def read(folder: Path, seed: int) -> TrainingSet:
    """All texts in the files of that folder, their topics divided at random."""
    lines = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    questions = [
        Question(asked["question"], number, asked["sentence"], (line["sentences"][asked["sentence"]],))
        for number, line in enumerate(lines)
        for asked in line["questions"]
    ]
    paragraphs = [_paragraph(line) for line in lines]
    return data.divided(paragraphs, questions, VALIDATION, seed)


def _paragraph(line: dict[str, Any]) -> Paragraph:
    said = line["sentences"]
    ends = itertools.accumulate(map(len, said), initial=0)
    spans = tuple(Span(start, end) for start, end in itertools.pairwise(ends))
    return Paragraph(line["topic"], line["title"], "".join(said), spans, tuple(line["unanswered"]))
