"""Whether the sentence that is quoted says the answer."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.evaluation.run import Asked
from retrieval.search import Hit


@dataclass(frozen=True, slots=True)
class Quoted:
    """The first right passage of a question's answer, and how it is quoted.

    `saying` are those of its sentences that can be quoted and have one of the answer's strings, or a short
    answer, one at least; `says` is whether the quote has one.
    """

    hit: Hit
    saying: tuple[str, ...]
    says: bool


def quoted(asked: Asked) -> Quoted | None:
    """How the answer was quoted; None where no passage is right, or no sentence of the first one says it."""
    hit = next(filter(asked.is_right, asked.answer.hits), None)
    if hit is None:
        return None
    passage, said = hit.passage, asked.question.is_partly_said
    sentences = (passage.said_at(one.span) for one in passage.sentences if one.quotable)
    saying = tuple(one for one in sentences if said(passage.document, one))
    return Quoted(hit, saying, said(passage.document, hit.quote.text)) if saying else None
