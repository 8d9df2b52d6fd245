"""Question sets: JSON Lines, a question a line, checked on loading."""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from retrieval.errors import UsageError


class Question(BaseModel):
    """One question of a set.

    `answers` lists alternatives, each a list of strings that a right passage holds all of;
    `documents` gives them by name where several documents answer.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1)
    question: str = Field(min_length=1, pattern=r"\S")
    lang: str = "ja"
    type: str = ""
    document: str | None = None
    answers: tuple[tuple[str, ...], ...] = ()
    documents: dict[str, tuple[tuple[str, ...], ...]] = Field(default_factory=dict)

    def answers_by_document(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The alternatives of each document that answers; empty where nothing does."""
        return self.documents or ({self.document: self.answers} if self.document else {})

    def is_answered_by(self, document: str, text: str) -> bool:
        """Whether a passage of `document` is right: it holds every string of one alternative.

        Line breaks inside the passage do not count.
        """
        flat = text.replace("\n", "")
        alternatives = self.answers_by_document().get(document, ())
        return any(all(part.replace("\n", "") in flat for part in one) for one in alternatives)


def load(path: Path) -> tuple[Question, ...]:
    """The questions of a JSON Lines file. Raises UsageError naming the first wrong line and field."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: not UTF-8 text") from None
    questions: dict[str, Question] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = Question.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise UsageError(f"{path}, line {number}: not JSON ({error.msg})") from None
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "the line"
            raise UsageError(f"{path}, line {number}, {field}: {first['msg']}") from None
        if question.id in questions:
            raise UsageError(f"{path}, line {number}, id: {question.id} stands there twice")
        questions[question.id] = question
    if not questions:
        raise UsageError(f"{path}: no questions in it")
    return tuple(questions.values())
