"""Question sets to choose from, and the evaluations made with them: kept below the index folder."""

from __future__ import annotations

import datetime
import math
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from retrieval.errors import UsageError
from retrieval.evaluation import feedback, questions, records
from retrieval.evaluation.answering import Answering
from retrieval.evaluation.measures import Estimate
from retrieval.evaluation.questions import Question, QuestionSet
from retrieval.evaluation.report import FAILURES, METRICS
from retrieval.settings import PROJECT, Settings

_OWN = PROJECT / "tests" / "questions"  # the project's sets
_SETS, _RUNS = "questions", "evaluation"  # below the index folder
_ENDING = ".jsonl"
_LONGEST = 60  # characters of a set's name, which is part of a folder's: in bytes, those may have 255
MARKED = "feedback"  # the name of the set that thumbs make


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Place(_Model):
    """A passage that answers; without `lines` only its document is known."""

    document: str
    lines: tuple[int, ...]
    text: str


class Above(_Model):
    """A wrong passage that stood above the right one, in three parts around its quote."""

    rank: int
    document: str
    lines: tuple[int, int]
    confidence: float
    before: str
    quote: str
    behind: str


class Miss(_Model):
    """A question without a right passage in first place."""

    id: str
    question: str
    rank: int | None
    expected: tuple[Place, ...]
    above: tuple[Above, ...]


class Ranked(_Model):
    """Where a question's first right passage came; None where it did not."""

    rank: int | None


class Figures(_Model):
    """What metrics.json says of an evaluation."""

    set: str
    questions: int
    model: str
    reranker: str = ""  # which earlier versions did not write
    index: str
    date: datetime.datetime
    measures: dict[str, dict[str, Estimate]]
    answering: Answering
    by_question: dict[str, Ranked]

    @field_validator("measures", "answering", mode="before")
    @classmethod
    def _measured(cls, value: object) -> object:
        return _with_nan(value)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation as it was written down: its figures, and what missed, the worst first."""

    figures: Figures
    misses: tuple[Miss, ...]


def sets(settings: Settings) -> dict[str, Path]:
    """The question sets that there are, by name: the project's own, and those that were added."""
    return _in(_OWN) | _in(settings.folder / _SETS)


def _in(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob(f"*{_ENDING}"))}


def add_set(settings: Settings, name: str, data: bytes) -> str:
    """Keep a question set, and return its name; one that was added under the same name is replaced.

    Raises UsageError naming the first wrong line and field; nothing is kept then.
    """
    stem = re.sub(r"[^\w-]+", "-", name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(_ENDING)).strip(
        "-"
    )
    if stem in (MARKED, *_in(_OWN)):
        raise UsageError(f"{name}: a set that is not yours is called so; give the file another name")
    folder = settings.folder / _SETS
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-") as draft:
        path = Path(draft) / f"{stem[:_LONGEST] or 'questions'}{_ENDING}"
        path.write_bytes(data)
        try:
            questions.load(path)
        except UsageError as error:
            raise UsageError(str(error).replace(str(path), name)) from None
        path.replace(folder / path.name)
    return path.stem


def marked(settings: Settings) -> QuestionSet | None:
    """The set that readers' thumbs make; None where no passage was marked yet."""
    try:
        answered = feedback.answered(feedback.load(settings.feedback))
    except UsageError:
        return None
    asked: list[Question] = []
    for text, quotes in answered.items():
        asked.append(feedback.to_question(feedback.next_id(asked), text, quotes, ""))
    return QuestionSet(MARKED, tuple(asked)) if asked else None


def folder_for(settings: Settings, name: str) -> Path:
    """A new folder for an evaluation with the set of that name."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
    return settings.folder / _RUNS / f"{stamp}-{name}"


def runs(settings: Settings) -> list[Path]:
    """The folders of all evaluations, the newest first."""
    found = (settings.folder / _RUNS).glob(f"*/{METRICS}")
    return [path.parent for path in sorted(found, key=lambda one: one.stat().st_mtime_ns, reverse=True)]


def load(folder: Path) -> Run:
    """An evaluation that was written to `folder`. Raises UsageError where it is none."""
    path = folder / METRICS
    try:
        figures = Figures.model_validate_json(records.text(path))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"])) or "the file"
        raise UsageError(f"{path}: not what evaluate --out writes ({field}: {first['msg']})") from None
    return Run(figures, tuple(miss for _, miss in records.read(folder / FAILURES, Miss)))


def _with_nan(value: object) -> object:
    """JSON has null where a figure could not be measured."""
    if isinstance(value, dict):
        return {name: _with_nan(own) for name, own in value.items()}
    if isinstance(value, list):
        return [_with_nan(own) for own in value]
    return math.nan if value is None else value
