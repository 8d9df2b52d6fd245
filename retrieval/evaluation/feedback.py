"""What readers said of passages, and question sets that grow from it.

The app appends a line for every thumb; ``questions add`` makes questions of those that went up.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from retrieval.errors import UsageError
from retrieval.evaluation import records
from retrieval.evaluation.questions import Question
from retrieval.search import Hit

_CYRILLIC, _JAPANESE = re.compile("[а-яё]", re.IGNORECASE), re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_NUMBERED = re.compile(r"q(\d+)")


class Feedback(BaseModel):
    """A reader's word on one passage of an answer: does it answer the question?

    `start` and `end` are the passage's place in its document, `quote` the sentence marked in it. `right` is
    None where the reader has taken the word back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str = Field(pattern=r"\S")
    document: str
    start: int
    end: int
    quote: str = Field(min_length=1)
    right: bool | None
    at: datetime.datetime


def record(path: Path, question: str, hit: Hit, *, right: bool | None) -> None:
    """Append a reader's word on one passage to the file, which is made if need be.

    Raises UsageError where it cannot be written.
    """
    feedback = Feedback(
        question=question,
        document=hit.passage.document,
        start=hit.passage.start,
        end=hit.passage.end,
        quote=hit.quote.text,
        right=right,
        at=datetime.datetime.now(datetime.UTC),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(feedback.model_dump_json() + "\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another file: SHUTTEN_FEEDBACK") from None


def load(path: Path) -> list[Feedback]:
    """Everything recorded, the oldest first. Raises UsageError naming every wrong line."""
    if not path.exists():
        raise UsageError(f"{path}: no feedback yet; mark passages in the app, or give a question")
    return [feedback for _, feedback in records.read(path, Feedback)]


def answered(feedback: Iterable[Feedback]) -> dict[str, list[tuple[str, str]]]:
    """The documents and sentences that answer each question; the last word on a passage counts."""
    last = {(one.question, one.document, one.start): one for one in feedback}
    found: dict[str, list[tuple[str, str]]] = {}
    for one in last.values():
        if one.right:
            found.setdefault(one.question, []).append((one.document, one.quote))
    return found


def to_question(id: str, asked: str, quotes: Sequence[tuple[str, str]], type: str) -> Question:
    """The question that these sentences of these documents answer; without any, nothing does."""
    documents: dict[str, tuple[tuple[str, ...], ...]] = {}
    for document, quote in quotes:
        documents[document] = (*documents.get(document, ()), (quote,))
    lang = language(asked)
    if len(documents) == 1:
        [(document, answers)] = documents.items()
        return Question(id=id, question=asked, lang=lang, type=type, document=document, answers=answers)
    return Question(id=id, question=asked, lang=lang, type=type, documents=documents)


def language(asked: str) -> str:
    """The language that a question is asked in, by its letters: ru, ja or en."""
    return "ru" if _CYRILLIC.search(asked) else "ja" if _JAPANESE.search(asked) else "en"


def next_id(questions: Iterable[Question]) -> str:
    """The number behind the highest that the set has: q001, q002, …"""
    numbers = (int(match[1]) for one in questions if (match := _NUMBERED.fullmatch(one.id)))
    return f"q{max(numbers, default=0) + 1:03}"


def append(path: Path, question: Question) -> None:
    """Add one question to a JSON Lines set, which is made if need be."""
    held = records.text(path) if path.exists() else ""
    if question.id in {one.id for _, one in records.read(path, Question)} if held else ():
        raise UsageError(f"{path}: {question.id} stands there already")
    line = question.model_dump_json(exclude_defaults=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line if held.endswith("\n") or not held else "\n" + line)
