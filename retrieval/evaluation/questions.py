"""Question sets: what is asked, and what a right passage says. Checked on loading."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from retrieval.documents import Document
from retrieval.errors import UsageError
from retrieval.evaluation import records
from retrieval.search.question import asked

Unit = Literal["passage", "document"]
_ANSWERING = ("document", "documents", "answers")  # fields that say what answers
_ALIKE = 0.85  # of 1, by difflib: "docments", "documnet" and "answer" are, "document_id" is not
Strings = tuple[Annotated[str, Field(pattern=r"\S")], ...]
Alternatives = tuple[Strings, ...]


class Question(BaseModel):
    """One question of a set.

    `answers` lists alternatives, each a list of strings that a right passage holds all of;
    `documents` gives them by name where several documents answer. `short_answers` are other strings that
    say it, which no passage has to hold. The question is asked as if the documents named in `without`
    were not there.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1)
    question: str
    lang: str = "ja"
    type: str = ""
    document: str | None = None
    answers: Alternatives = ()
    documents: dict[str, Alternatives] = Field(default_factory=dict)
    short_answers: Strings = ()
    without: tuple[str, ...] = ()

    @field_validator("question")
    @classmethod
    def _may_be_asked(cls, question: str) -> str:
        try:
            asked(question)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return question

    @model_validator(mode="before")
    @classmethod
    def _no_answer_is_misspelt(cls, data: Any) -> Any:
        """Unknown fields are passed over, but where that makes it a question that nothing answers."""
        if isinstance(data, dict) and not any(data.get(name) for name in _ANSWERING):
            for name, value in data.items():
                if value and (meant := get_close_matches(name, _ANSWERING, n=1, cutoff=_ALIKE)):
                    raise ValueError(f"{name}: no such field; write {meant[0]}, or leave it out")
        return data

    @model_validator(mode="after")
    def _answers_have_their_document(self) -> Self:
        # a forgotten field would make it a question that nothing answers
        if self.answers and not self.document:
            raise ValueError("answers without a document; name it, or put both into documents")
        if self.short_answers and not self.answers_by_document():
            raise ValueError("short_answers without a document; name it, or put it into documents")
        if self.document and self.documents:
            raise ValueError("both document and documents; give one of them")
        return self

    def answers_by_document(self) -> dict[str, Alternatives]:
        """The alternatives of each document that answers; empty where nothing does."""
        return self.documents or ({self.document: self.answers} if self.document else {})

    def taken_away(self) -> Question:
        """The question asked without the documents that answer it."""
        return Question(
            id=f"{self.id}-taken-away",
            question=self.question,
            lang=self.lang,
            type="taken away",
            without=tuple(self.answers_by_document()),
        )

    def names(self) -> tuple[str, ...]:
        """Every document that the question names."""
        return (*self.answers_by_document(), *self.without)

    def is_answered_by(self, document: str, text: str) -> bool:
        """Whether a passage of `document` is right: it holds every string of one alternative.

        Line breaks do not count, nor any other white space.
        """
        flat = _flat(text)
        alternatives = self.answers_by_document().get(document, ())
        return any(all(_flat(part) in flat for part in one) for one in alternatives)

    def is_partly_said(self, document: str, text: str) -> bool:
        """Whether a text of `document` holds a string of any alternative, or a short answer, as a sentence
        of a right passage does. Without either, as in most sets that are judged by document, none does.
        """
        alternatives = self.answers_by_document().get(document)
        if alternatives is None:
            return False
        flat = _flat(text)
        return any(_flat(part) in flat for part in chain(*alternatives, self.short_answers))

    def problem_with(self, name: str, document: Document | None) -> str | None:
        """What keeps `document`, called `name`, from what the question wants of it; None if nothing does."""
        if document is None:
            return f"question {self.id}, document: {name} is not in the index"
        if name in self.without:
            return None
        if not self.answers_by_document()[name]:
            return f"question {self.id}, answers: none for {name}"
        flat = _flat(document.text)
        for alternative in self.answers_by_document()[name]:
            for part in alternative:
                if _flat(part) not in flat:
                    return f"question {self.id}, answers: 「{part}」 does not occur in {name}"
        return None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions, and what they are judged by.

    `unit` is what a ranking is made of: passages, or documents by their best passage. `seeds` are
    the documents that the set brings along, None where it is about whatever is indexed.
    """

    name: str
    questions: tuple[Question, ...]
    unit: Unit = "passage"
    seeds: Path | None = None

    def with_unanswerable(self) -> QuestionSet:
        """This set with questions that nothing answers, if it has none of its own.

        Behind each question it is asked again without the documents that answer it: questions on the
        subject whose answer is not there.
        """
        if not all(one.answers_by_document() for one in self.questions):
            return self
        pairs = ((one, one.taken_away()) for one in self.questions)
        return replace(self, questions=tuple(one for pair in pairs for one in pair))


def load(path: Path) -> QuestionSet:
    """The set in a JSON Lines file. Raises UsageError naming every wrong line and field."""
    questions: dict[str, Question] = {}
    twice: list[str] = []
    for number, question in records.read(path, Question):
        if question.id in questions:
            twice.append(f"line {number}, id: {question.id} stands there twice")
        questions[question.id] = question
    records.refuse(path, twice)
    if not questions:
        raise UsageError(f"{path}: no questions in it")
    return QuestionSet(path.stem, tuple(questions.values()))


def _flat(text: str) -> str:
    # all white space: a line of English breaks where a space was, one of Japanese where none was
    return "".join(text.split())
