"""What an evaluation found, as figures."""

from __future__ import annotations

import datetime
import json
import math
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from retrieval.evaluation import answering, measures
from retrieval.evaluation.answering import Answering
from retrieval.evaluation.measures import NAMES, Estimate
from retrieval.evaluation.questions import QuestionSet
from retrieval.evaluation.run import FUSED, RANKINGS, Asked
from retrieval.search import Searcher
from retrieval.settings import PROJECT

_MOST_GROUPS = 20  # a breakdown with more rows than this tells nobody anything
ANSWERING = {
    "auroc": "chance that an answerable question's confidence is above an unanswerable one's",
    "coverage": "share of the answerable questions that are answered",
    "precision": "share of the answered questions whose surest passage is right",
    "refused": "share of the unanswerable questions that are refused",
    "refused_at_95": "the same at a threshold that still answers 95% of the answerable ones",
    "quoted": "share of the first right passages, one a question, whose quoted sentence says the answer",
    "calibration_error": "expected distance of the confidence from the share that is right",
}
FLOORS = (*NAMES, *(name for name in ANSWERING if name != "calibration_error"))
"""The figures that can be asked to reach a floor: those in which more is better."""


@dataclass(frozen=True, slots=True)
class Group:
    """The means of some of the questions, by the fused ranking."""

    questions: int
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one evaluation, and what they were measured with.

    `threshold` is the least confidence that counts as an answer. `measures` are by ranking and name,
    over the answerable questions. `by_question` has, for each of them, the question and the fused
    ranking's measures: what `compare` pairs.
    """

    set: str
    unit: str
    questions: int
    model: str
    reranker: str
    index: str
    passage_size: int
    threshold: float
    commit: str | None
    machine: str
    date: str
    command: str
    measures: Mapping[str, Mapping[str, Estimate]]
    answering: Answering
    groups: Mapping[str, Mapping[str, Group]]
    by_question: Mapping[str, Mapping[str, object]]

    def value(self, name: str) -> float:
        """The figure called `name`: a measure of the fused ranking, or one of ANSWERING."""
        return self.measures[FUSED][name].value if name in NAMES else float(getattr(self.answering, name))


def of(questions: QuestionSet, asked: Sequence[Asked], searcher: Searcher) -> Summary:
    """All figures of an evaluation, for which the `searcher` was asked."""
    manifest = searcher.index.manifest
    by_ranking = {name: measures.of(asked, name) for name in RANKINGS}
    fused = by_ranking[FUSED]
    answerable = [one for one in asked if one.units]
    return Summary(
        set=questions.name,
        unit=questions.unit,
        questions=len(asked),
        model=manifest.model,
        reranker=searcher.reranker,
        index=searcher.index.id,
        passage_size=manifest.passage_size,
        threshold=searcher.confidence.threshold,
        commit=_commit(),
        machine=f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
        date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        command=shlex.join(["python", "-m", "retrieval", *sys.argv[1:]]),
        measures={
            name: {measure: measures.estimate(own) for measure, own in values.items()}
            for name, values in by_ranking.items()
        },
        answering=answering.measure(asked),
        groups=_groups(answerable, fused),
        by_question={
            one.question.id: {"question": one.question.question, "rank": one.rank}
            | {name: float(values[at]) for name, values in fused.items()}
            for at, one in enumerate(answerable)
        },
    )


def to_json(summary: Summary) -> str:
    """The summary as one line of JSON, null where a figure could not be measured."""
    return json.dumps(_without_nan(asdict(summary)), ensure_ascii=False, allow_nan=False)


def figure(value: float) -> str:
    """A figure for people: three places, or a dash where it could not be measured."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def _groups(answerable: Sequence[Asked], values: Mapping[str, np.ndarray]) -> dict[str, dict[str, Group]]:
    """The means by type, language and document, where there is more than one."""
    keys = {
        "type": [[one.question.type or "–"] for one in answerable],
        "language": [[one.question.lang or "–"] for one in answerable],
        "document": [sorted(one.units) for one in answerable],
    }
    groups: dict[str, dict[str, Group]] = {}
    for what, own in keys.items():
        names = sorted({key for some in own for key in some})
        if 1 < len(names) <= _MOST_GROUPS:
            members = {name: np.array([name in some for some in own]) for name in names}
            groups[what] = {
                name: Group(int(which.sum()), {m: float(v[which].mean()) for m, v in values.items()})
                for name, which in members.items()
            }
    return groups


def _without_nan(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without_nan(own) for name, own in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(own) for own in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _commit() -> str | None:
    """The project's commit, with -dirty where files differ from it; None where it is no git checkout."""
    command = ["git", "-C", str(PROJECT), "describe", "--always", "--dirty", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
