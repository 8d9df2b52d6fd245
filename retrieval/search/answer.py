"""What a question gets back."""

from dataclasses import dataclass

from retrieval.documents.document import Metadata
from retrieval.passages import Passage
from retrieval.search.confidence import Evidence


@dataclass(frozen=True, slots=True)
class Quote:
    """The sentence that answers, at its place: ``document.text[start:end] == text``."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage found. `rank` counts from 1.

    `score` is what passages are ranked by (higher is better); `confidence` the probability, 0 to 1,
    that this passage answers, which `evidence` speaks for. `twins` are passages of other documents
    that say the same, or nearly, each with its source; they get no rank of their own.
    """

    rank: int
    score: float
    confidence: float
    evidence: Evidence
    passage: Passage
    source: Metadata
    quote: Quote
    twins: tuple[tuple[Metadata, Passage], ...] = ()

    @property
    def section(self) -> tuple[str, ...]:
        """The headings above the passage, without an outermost one that is the document's title."""
        path = self.passage.section
        return path[1:] if path[:1] == (self.source.title,) else path


@dataclass(frozen=True, slots=True)
class Answer:
    """The passages for a question, best first.

    `answered` says whether the best is sure enough to count as an answer; where it is not, the
    passages are only the nearest. `small_talk` is the probability that nothing is asked of documents, 0 to 1.
    """

    question: str
    answered: bool
    confidence: float
    hits: tuple[Hit, ...]
    small_talk: float = 0

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing answers because nothing is asked, more likely than not."""
        return not self.answered and self.small_talk > 0.5

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
    also = [
        {"document": one.document, "title": source.title, "lines": list(one.lines)}
        for source, one in hit.twins
    ]
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
    } | ({"also": also} if also else {})
