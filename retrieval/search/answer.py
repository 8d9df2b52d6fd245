"""What a question gets back."""

from dataclasses import dataclass

from retrieval.documents.document import Metadata
from retrieval.passages import Passage


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that answers, at its place: ``document.text[start:end] == text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `rank` counts from 1.

    `score` is the inner product of the question's vector and the passage's, `similarity` that with
    the quote's (unit vectors: higher is closer, at most 1); `confidence` the probability, 0 to 1,
    that this passage answers.
    """

    rank: int
    score: float
    similarity: float
    confidence: float
    passage: Passage
    source: Metadata
    quote: Quote


@dataclass(frozen=True, slots=True)
class Answer:
    """The passages for a question, best first.

    `answered` says whether the best is sure enough to count as an answer; where it is not, the
    passages are only the nearest.
    """

    question: str
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]

    def to_json(self, id: str | None = None) -> dict[str, object]:
        """The answer in the form that ``ask --json`` prints."""
        return {
            "id": id,
            "question": self.question,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "passages": [_hit(hit) for hit in self.hits],
        }


def _hit(hit: Hit) -> dict[str, object]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": round(hit.score, 4),
        "confidence": round(hit.confidence, 4),
        "document": passage.document,
        "title": hit.source.title,
        "publisher": hit.source.publisher,
        "date": hit.source.date,
        "section": list(passage.section),
        "page": passage.pages[0] if passage.pages else None,
        "lines": list(passage.lines),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "quote": {"start": hit.quote.start, "end": hit.quote.end, "text": hit.quote.text},
    }
