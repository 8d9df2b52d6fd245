"""A reader's filters as a link carries them, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.documents import dates
from retrieval.index.protocols import Documents
from retrieval.index.selection import Selection
from retrieval.reading.findings import Source

PARTS = ("source", "publisher", "since", "until")  # of a link


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader can restrict a question to. `months` are those of the documents, the oldest first."""

    sources: tuple[Source, ...]
    publishers: tuple[str, ...]
    months: tuple[str, ...]


def choices(catalog: Documents) -> Choices:
    """The documents, publishers and dates of an index."""
    sources = tuple(Source(name, metadata) for name, metadata in catalog.sources())
    publishers = sorted({one.metadata.publisher for one in sources if one.metadata.publisher})
    months = {date[:7] for one in sources if (date := one.metadata.date) and dates.is_period(date)}
    return Choices(sources, tuple(publishers), tuple(sorted(months)))


def of_link(
    offered: Choices, documents: Sequence[str], publishers: Sequence[str], since: str, until: str
) -> Selection:
    """The selection that a link names; what the index does not have is passed over.

    A name is taken as it stands, never as a pattern: the link may come from anywhere.
    """
    names = {one.name for one in offered.sources}
    return Selection(
        documents=tuple(name for name in dict.fromkeys(documents) if name in names),
        publishers=tuple(name for name in dict.fromkeys(publishers) if name in offered.publishers),
        since=since if dates.is_period(since) else None,
        until=until if dates.is_period(until) else None,
    )


def kept(link: Mapping[str, Sequence[str]], selection: Selection) -> bool:
    """Whether the selection restricts by all that the link's parts name, whatever other parts it has."""
    own = to_link(selection)
    return all(set(link.get(name, ())) - {""} <= set(own.get(name, ())) for name in PARTS)


def to_link(selection: Selection) -> dict[str, list[str]]:
    """The parts of a link that `of_link` reads; nothing where nothing is restricted."""
    since = [selection.since] if selection.since else []
    until = [selection.until] if selection.until else []
    parts = zip(PARTS, (selection.documents, selection.publishers, since, until), strict=True)
    return {name: list(values) for name, values in parts if values}
