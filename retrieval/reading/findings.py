"""One question seen from every side: by rank, by source, in the order of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.documents import Metadata
from retrieval.index.protocols import Documents
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.search import Answer, Hit, Searcher

PER_SOURCE = 2  # passages of each document that are looked at beside those of others


@dataclass(frozen=True, slots=True)
class Source:
    """A document, by its name and what it says of itself."""

    name: str
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class SourceHits:
    """What one document says to a question: its passages, the best first, at least one."""

    source: Source
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """A question's answer, and what each source says to it.

    `by_source` holds the documents with a passage sure enough to count, the best first; `nothing` the
    others that were searched, in the catalog's order. A document that only carries a found passage's
    text as well is in neither: it stands with that passage, as a twin. `notes` are the footnotes that
    a passage cites, as they stand in its document, by the document's name and the passage's start.
    """

    answer: Answer
    selection: Selection
    by_source: tuple[SourceHits, ...]
    nothing: tuple[Source, ...]
    notes: Mapping[tuple[str, int], tuple[str, ...]]

    def notes_of(self, hit: Hit) -> tuple[str, ...]:
        """The footnotes that a passage of these findings cites."""
        return self.notes.get((hit.passage.document, hit.passage.start), ())

    def by_time(self) -> tuple[Hit, ...]:
        """The answer's passages, the oldest document first; those without a date last."""
        return tuple(sorted(self.answer.hits, key=lambda hit: (not hit.source.date, hit.source.date or "")))


def find(searcher: Searcher, question: str, k: int, selection: Selection = EVERYTHING) -> Findings:
    """Ask once, look from every side. Raises UsageError as `Searcher.ask` does."""
    [query] = searcher.queries([question], selection)
    ranking = searcher.ranking(query)
    answer = searcher.answer(query, ranking, k)
    # as many as there are: a source is said to have nothing only after it was looked at
    wide = searcher.answer(query, ranking, len(query.signals.rows), per_source=PER_SOURCE)
    enough = searcher.confidence.threshold
    groups: dict[str, list[Hit]] = {}
    for hit in wide.hits:
        if hit.confidence >= enough:
            groups.setdefault(hit.passage.document, []).append(hit)
    found = groups.keys() | {one.document for own in groups.values() for hit in own for _, one in hit.twins}
    return Findings(
        answer=answer,
        selection=selection,
        by_source=tuple(
            SourceHits(Source(name, hits[0].source), tuple(hits)) for name, hits in groups.items()
        ),
        nothing=tuple(
            Source(name, metadata)
            for name, metadata in searcher.index.catalog.sources(selection)
            if name not in found
        ),
        notes={
            (hit.passage.document, hit.passage.start): _notes(searcher.index.catalog, hit)
            for hit in {*answer.hits, *wide.hits}
            if hit.passage.notes
        },
    )


def _notes(catalog: Documents, hit: Hit) -> tuple[str, ...]:
    document = catalog.document(hit.passage.document)
    return (
        tuple(document.text[note.span.start : note.span.end] for note in hit.passage.notes)
        if document
        else ()
    )
