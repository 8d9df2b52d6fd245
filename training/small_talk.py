"""What tells small talk from what is asked of documents, by the vector that the encoder gives it.

`talk/` has small talk in three languages, a line each, and in ``asked.txt`` words and short questions in
English and Russian that do ask. More of both is drawn: keys held down; the questions of both training sets,
and, since readers search by words, too, runs of nouns of their texts and of words of their questions in
English and Russian.
"""

import logging
import random
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from retrieval import morphemes, script
from retrieval.encoder import Encoder
from retrieval.search.small_talk import SmallTalk
from training import figures
from training.data import TrainingSet

FOLDER = Path(__file__).with_name("talk")
LANGUAGES = ("ja", "en", "ru")
QUESTIONS, WORDS = 5000, 1500  # of each set, at most
LENGTHS = range(2, 11)  # of a run of nouns, in characters
RUN, TELLING = range(1, 4), 5  # words of a run, and letters that the longest of them has, at least
SPACED = {script.SCRIPTS.index(name) for name in ("latin", "cyrillic")}  # scripts with spaces between words
KEYS = {
    string.ascii_lowercase: 60,
    "йцукенгшщзхъфывапролджэячсмитьбю": 30,
    "あいうえおかきくけこさしすせそ": 30,
}
PRESSED = range(2, 10)
VALIDATED = 10  # one in so many is held out first
STRENGTH = 10.0  # what scikit-learn calls C

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Typed:
    """What people type: small talk, and what asks something."""

    talk: tuple[str, ...]
    asked: tuple[str, ...]


def read(folder: Path, sets: Sequence[TrainingSet], seed: int) -> Typed:
    """What the folder's lists have, and what is drawn beside it."""
    chance = random.Random(seed)
    talk = [line for name in LANGUAGES for line in _lines(folder / f"{name}.txt")]
    talk += [
        "".join(chance.choices(keys, k=chance.choice(PRESSED)))
        for keys, times in KEYS.items()
        for _ in range(times)
    ]
    asked = _lines(folder / "asked.txt")
    for known in sets:
        questions = [one.text for one in known.learnt + known.validated]
        questions += [question for one in known.paragraphs for question in one.unanswered]
        nouns = {word for one in known.paragraphs for word in _nouns(one.text)}
        words = {run for question in questions if script.of(question) in SPACED for run in _runs(question)}
        asked += chance.sample(questions, min(QUESTIONS, len(questions)))
        asked += chance.sample(sorted(nouns), min(WORDS, len(nouns)))
        asked += chance.sample(sorted(words), min(WORDS, len(words)))
    return Typed(tuple(talk), tuple(asked))


def fitted(typed: Typed, encoder: Encoder, fitted_by: str) -> SmallTalk:
    """The model that all of it teaches; how it does on a part that it has not seen is logged."""
    vectors = encoder.encode_queries([*typed.talk, *typed.asked])
    is_talk = np.arange(len(vectors)) < len(typed.talk)
    held_out = np.arange(len(vectors)) % VALIDATED == 0
    unseen = _fit(vectors[~held_out], is_talk[~held_out], fitted_by).of(vectors[held_out]) > 0.5
    for what, own in (("small talk", is_talk), ("asked", ~is_talk)):
        found = figures.share(unseen[own[held_out]].tolist())
        log.info("%s: of %d, taken for small talk %.3f", what, int(own[held_out].sum()), found)
    return _fit(vectors, is_talk, fitted_by)


def _fit(vectors: NDArray[np.float32], is_talk: NDArray[np.bool_], fitted_by: str) -> SmallTalk:
    # twenty times as much is asked, and no class is weighted up: to take a question for small talk is worse
    model = LogisticRegression(C=STRENGTH, max_iter=10_000).fit(vectors, is_talk)
    weights = tuple(round(float(weight), 3) for weight in model.coef_[0])
    return SmallTalk(fitted_by=fitted_by, intercept=round(float(model.intercept_[0]), 3), weights=weights)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _runs(question: str) -> Iterator[str]:
    """Words that stand side by side, one of which is long enough to tell something."""
    words = re.findall(r"\w+", question)
    for length in RUN:
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if max(map(len, run)) >= TELLING:
                yield " ".join(run)


def _nouns(text: str) -> Iterator[str]:
    """Nouns that stand side by side, as one word."""
    for is_noun, run in groupby(morphemes.of(text), lambda one: one.part_of_speech()[0] == "名詞"):
        word = "".join(one.surface() for one in run)
        if is_noun and len(word) in LENGTHS:
            yield word
