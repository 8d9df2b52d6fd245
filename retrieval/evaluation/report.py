"""What an evaluation found, as figures and as files."""

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
from importlib.resources import files
from itertools import takewhile
from pathlib import Path

import jinja2
import numpy as np

from retrieval.evaluation import answering, measures
from retrieval.evaluation.answering import Answering
from retrieval.evaluation.measures import NAMES, Estimate
from retrieval.evaluation.questions import QuestionSet
from retrieval.evaluation.run import FUSED, RANKINGS, Asked, Ranking
from retrieval.search import Hit, Searcher
from retrieval.settings import PROJECT

METRICS, FAILURES, RUN, QRELS, PAGE = (
    "metrics.json", "failures.jsonl", "run.trec", "qrels.trec", "report.html",
)  # fmt: skip
_MOST_GROUPS = 20  # a breakdown with more rows than this tells nobody anything
_UNITS = {
    "passage": (
        "An answer that stands at several places of a document counts once, at the best of them; R@k is "
        "the share of the documents with an answer that have given it by rank k."
    ),
    "document": "Documents are ranked by their best passage.",
}
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


def summarise(questions: QuestionSet, asked: Sequence[Asked], searcher: Searcher) -> Summary:
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


def write(folder: Path, summary: Summary, asked: Sequence[Asked]) -> None:
    """All files of an evaluation into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    answerable = [one for one in asked if one.units]
    failures = [_failure(one) for one in sorted(answerable, key=_how_bad) if one.rank != 1]
    (folder / FAILURES).write_text("".join(_json(one) + "\n" for one in failures), encoding="utf-8")
    qrels = [f"{one.question.id} 0 {_word(unit)} 1" for one in answerable for unit in sorted(one.units)]
    (folder / QRELS).write_text("".join(line + "\n" for line in qrels), encoding="utf-8")
    run = [line for one in asked for line in _trec(one.question.id, one.rankings[FUSED])]
    (folder / RUN).write_text("".join(line + "\n" for line in run), encoding="utf-8")
    (folder / PAGE).write_text(_page(summary, asked, failures), encoding="utf-8")
    # comes last: a folder that has it is whole
    (folder / METRICS).write_text(to_json(summary) + "\n", encoding="utf-8")


def _page(summary: Summary, asked: Sequence[Asked], failures: list[dict[str, object]]) -> str:
    from retrieval.evaluation import plots  # half a second to import: not for every command to pay

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    source = files("retrieval.evaluation").joinpath("report.html").read_text(encoding="utf-8")
    first = summary.measures[FUSED]["R@1"].value
    return environment.from_string(source).render(
        summary=summary,
        lead=f"{figure(first)} of the answers come first, {figure(summary.value('R@10'))} in the first ten.",
        names=NAMES,
        unit=_UNITS[summary.unit],
        figure=figure,
        answering=[(name, summary.value(name), meaning) for name, meaning in ANSWERING.items()],
        failures=failures,
        unanswerable=[
            {
                "id": one.question.id,
                "question": one.question.question,
                "confidence": one.answer.confidence,
            }
            for one in asked
            if not one.units and one.answer.answered
        ],
        plots={
            "legs": plots.svg(plots.legs(summary.measures)),
            "ranks": plots.svg(plots.ranks(one.rank for one in asked if one.units)),
            "reliability": plots.svg(plots.reliability(summary.answering.bins)),
        },
    )


def to_json(summary: Summary) -> str:
    """The summary as one line of JSON, null where a figure could not be measured."""
    return _json(asdict(summary))


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


def _failure(asked: Asked) -> dict[str, object]:
    question = asked.question
    expected = [{"document": one.document, "lines": list(one.lines), "text": one.text} for one in asked.right]
    # without a passage that holds all of an answer, its document is all that can be named
    expected = expected or [{"document": name, "lines": [], "text": ""} for name in sorted(asked.units)]
    # an answer leaves out what repeats a better passage, so the right one need not be among its hits
    scores = (score for unit, score in asked.rankings[FUSED].items() if unit in asked.units)
    best = max(scores, default=-math.inf)
    above = takewhile(lambda hit: hit.score > best and not asked.is_right(hit), asked.answer.hits)
    return {
        "id": question.id,
        "question": question.question,
        "type": question.type,
        "rank": asked.rank,
        "expected": expected,
        "above": [_above(hit) for hit in above],
    }


def _above(hit: Hit) -> dict[str, object]:
    passage, quote = hit.passage, hit.quote
    return {
        "rank": hit.rank,
        "document": passage.document,
        "lines": list(passage.lines),
        "score": hit.score,
        "confidence": hit.confidence,
        "before": passage.text[: quote.start - passage.start],
        "quote": quote.text,
        "behind": passage.text[quote.end - passage.start :],
    }


def _how_bad(asked: Asked) -> tuple[int, str]:
    """The worst first: no rank, then the deepest."""
    return -(asked.rank or 1_000_000), asked.question.id


def _trec(id: str, ranking: Ranking) -> list[str]:
    return [
        f"{id} Q0 {_word(unit)} {rank} {score!r} shutten"
        for rank, (unit, score) in enumerate(ranking.items(), start=1)
    ]


def _word(name: str) -> str:
    """The name without blanks, which separate TREC's columns; % as in a URL."""
    return "".join(f"%{ord(c):02X}" if c.isspace() or c == "%" else c for c in name)


def _json(value: object) -> str:
    """JSON, with null for a figure that could not be measured: nan is no JSON."""
    return json.dumps(_without_nan(value), ensure_ascii=False, allow_nan=False)


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
