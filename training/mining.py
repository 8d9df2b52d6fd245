"""Hard negatives: sentences that two legs of the search take for the answer, and that are not it.

The one compares terms (BM25), the other vectors; each gives its best of all sentences of the set.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from retrieval import encoder, precision, terms
from retrieval.encoder import Encoder
from retrieval.index.keywords import Keywords
from training import data
from training.data import Negative, Question, TrainingSet

FOUND = 24  # sentences asked of each leg
KEPT = 8  # of them, at most
_TOGETHER = 256  # questions compared at once

Places = Sequence[tuple[int, int]]
"""The sentences, by the numbers of their paragraph and of themselves there."""

log = logging.getLogger(__name__)


def mine(known: TrainingSet, by: Encoder, folder: Path) -> TrainingSet:
    """The set with each question's negatives, of both legs in turn; kept in `folder`, and read from there
    the next time."""
    folder.mkdir(parents=True, exist_ok=True)
    questions = known.learnt + known.validated
    places = [(number, at) for number, one in enumerate(known.paragraphs) for at in range(len(one.sentences))]
    sentences = [known.paragraphs[number].said(at, at) for number, at in places]
    asked = [one.text for one in questions]
    # another seed has other questions, in another order
    mark = hashlib.sha256("\0".join([*asked, *sentences]).encode()).hexdigest()[:12]
    legs = [
        _kept(folder / f"keywords-{mark}.jsonl", lambda: _by_terms(asked, sentences)),
        _kept(folder / f"nearest-{by.name}-{mark}.jsonl", lambda: _by_vectors(asked, sentences, by)),
    ]
    negatives = [
        _in_turn([_wrong(known, question, [places[at] for at in own]) for own in found])
        for question, *found in zip(questions, *legs, strict=True)
    ]
    return data.with_negatives(known, negatives)


def _kept(path: Path, found: Callable[[], Iterator[Sequence[int]]]) -> list[list[int]]:
    """What is in that file, a line a question; found first, if it is not there."""
    if not path.exists():
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            for number, own in enumerate(found(), start=1):
                file.write(json.dumps(list(own)) + "\n")
                if number % 5_000 == 0:
                    log.info("%s: %d questions", path.stem, number)
        part.rename(path)
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _by_terms(questions: Sequence[str], sentences: Sequence[str]) -> Iterator[Sequence[int]]:
    keywords = Keywords.of(map(terms.analyse, sentences))
    every = np.ones(len(sentences), np.bool_)
    for question in questions:
        yield keywords.best(keywords.asked(terms.analyse(question)), FOUND, every).tolist()


def _by_vectors(questions: Sequence[str], sentences: Sequence[str], by: Encoder) -> Iterator[Sequence[int]]:
    rows = encoder.in_order(by.encode_passages(sentences), len(sentences), by.dimension)
    read = torch.from_numpy(rows).to(precision.device())
    asked = torch.from_numpy(by.encode_queries(questions)).to(read.device)
    for part in torch.split(asked, _TOGETHER):
        yield from torch.topk(part @ read.T, min(FOUND, len(sentences))).indices.tolist()


def _wrong(known: TrainingSet, question: Question, found: Places) -> list[Negative]:
    """Those in other paragraphs that do not say the answer."""
    wrong = [
        Negative(number, at)
        for number, at in found
        if number != question.paragraph and not question.is_answered_by(known.paragraphs[number].said(at, at))
    ]
    return wrong[:KEPT]


def _in_turn(legs: Sequence[Sequence[Negative]]) -> list[Negative]:
    """The first of each, the second of each, and so on; what several have comes once."""
    most = max(map(len, legs))
    return list(dict.fromkeys(own[at] for at in range(most) for own in legs if at < len(own)))
