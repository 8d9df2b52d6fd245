"""The weights of the fusion: R@1 of each choice on each set, and the mean over the sets.

    PYTHONPATH=. python bench/fusion.py SET=SEEDS … [BEIR_FOLDER …]

The sentence's weight is what the passage's leaves of 1. The best choices come first; what is in use
comes last.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval import Encoder, Searcher, Settings, build, evaluation, load_encoder
from retrieval.evaluation import Question
from retrieval.index.signals import Signals
from retrieval.search import fuse

PASSAGE = (0.3, 0.4, 0.5, 0.6, 0.7)
COVERAGE = (0.0, 0.08, 0.12, 0.16, 0.2, 0.24, 0.32, 0.4, 0.5, 0.6, 0.7)
_SHOWN = 12

Asked = tuple[Signals, NDArray[np.float64]]
"""A question's candidates, and what R@1 is with each of them on top."""


def main(*names: str) -> None:
    """Print the table."""
    encoder = load_encoder(Settings.load().model)
    sets = {name.split("=")[0]: list(_asked(name, encoder)) for name in names}
    print("passage  coverage  mean    " + "  ".join(Path(name).stem[:12].ljust(12) for name in sets))
    choices = [(passage, coverage) for passage in PASSAGE for coverage in COVERAGE]
    figures = {choice: [_first(asked, *choice) for asked in sets.values()] for choice in choices}
    best = sorted(choices, key=lambda choice: -np.mean(figures[choice]))[:_SHOWN]
    in_use = (fuse.PASSAGE, fuse.COVERAGE)
    figures.setdefault(in_use, [_first(asked, *in_use) for asked in sets.values()])
    for passage, coverage in [*best, in_use]:
        own = figures[passage, coverage]
        columns = "  ".join(f"{figure:<12.3f}" for figure in own)
        print(f"{passage:7.2f}  {coverage:8.2f}  {np.mean(own):.3f}   {columns}")


def _asked(name: str, encoder: Encoder) -> Iterator[Asked]:
    path, _, seeds = name.partition("=")
    questions = evaluation.load(Path(path))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(seeds=questions.seeds or Path(seeds), index=Path(folder))
        build(settings, encoder)
        searcher = Searcher.open(settings.index, encoder)
        passages = dict(searcher.index.catalog.numbered())
        answerable = [one for one in questions.questions if one.answers_by_document()]
        gathered = searcher.queries([one.question for one in answerable])
        for question, query in zip(answerable, gathered, strict=True):
            own = (passages[row] for row in query.signals.rows)
            yield query.signals, np.array([_worth(question, one.document, one.text) for one in own])


def _worth(question: Question, document: str, text: str) -> float:
    return question.is_answered_by(document, text) / len(question.answers_by_document())


def _first(asked: list[Asked], passage: float, coverage: float) -> float:
    """The mean R@1 with these weights."""
    tops = (
        worth[np.argmax(passage * one.passage + (1 - passage) * one.sentence + coverage * one.coverage)]
        for one, worth in asked
    )
    return float(np.mean(list(tops)))


if __name__ == "__main__":
    main(*sys.argv[1:])
