"""What a build is made of: documents with their passages, new, or as they were indexed before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from retrieval import passages, workers
from retrieval.documents import Document, LeftOut
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index import generation
from retrieval.index.catalog import Catalog
from retrieval.passages import Passage
from retrieval.settings import Settings
from retrieval.workers import Made

_LINE = re.compile(r" line \d+\Z")  # behind a collection's name


@dataclass(slots=True)
class Gathered:
    """Documents with their passages, what is missing, and the files' digests."""

    read: list[tuple[Document, tuple[Passage, ...]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    stale: list[LeftOut] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def gather(settings: Settings, files: Mapping[str, Path], report: Callable[[int], None]) -> Gathered:
    """Every document with its passages, those that cannot be read as they were before.

    `report` hears how many files have been read. Raises NoDocuments when none can be.
    """
    gathered = Gathered()
    before = _before(settings.index)
    report(0)
    for done, file in enumerate(workers.read(files, settings.limits, settings.passage_size), start=1):
        gathered.sources[file.name] = file.sha256
        known = {one.document.name for one in file.documents if isinstance(one, Made)}
        for one in file.documents:
            if isinstance(one, Made):
                gathered.read.append((one.document, one.passages))
                continue
            kept = _kept(before, one.name, known, settings.passage_size)
            known |= {document.name for document, _ in kept}
            gathered.read += kept
            (gathered.stale if kept else gathered.left_out).append(one)
        report(done)
    if not gathered.read:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in gathered.left_out)
        raise NoDocuments(f"{settings.seeds}: no document can be read ({reasons})")
    return gathered


@dataclass(frozen=True, slots=True)
class _Before:
    """What is indexed now: its documents, and the names of what could not be read even then."""

    catalog: Catalog
    left_out: frozenset[str]


def _before(index: Path) -> _Before | None:
    """What is indexed now, if anything is."""
    try:
        found = generation.stored(index, (generation.CATALOG,))
    except NoIndex:
        return None
    left_out = frozenset(one.name for one in found.manifest.left_out)
    return _Before(Catalog(found.folder / generation.CATALOG, found.hold), left_out)


def _kept(
    before: _Before | None, name: str, known: Set[str], size: int
) -> list[tuple[Document, tuple[Passage, ...]]]:
    """What was indexed of a file, a collection or a folder called `name`, but for what is `known` anew.

    A collection's line that cannot be read does not say which document it was: it may be any of those
    that are missing now, so all of them stay until it can be read.
    """
    if before is None or name in before.left_out:
        return []
    whole = _LINE.sub("", name)
    own = [
        one
        for one in before.catalog.names()
        if one not in known and (one == whole or one.startswith((f"{whole}#", f"{whole}/")))
    ]
    found = map(before.catalog.document, own)
    return [(document, tuple(passages.split(document, size))) for document in found if document]
