"""What a build is made of: documents with their passages, new, or as they were indexed before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from retrieval import documents, passages, workers
from retrieval.documents import Document, LeftOut, Limits
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index import generation
from retrieval.index.catalog import Catalog
from retrieval.passages import Passage
from retrieval.settings import Settings
from retrieval.workers import File, Made

_LINE = re.compile(r" line \d+\Z")  # behind a collection's name


class Gathered:
    """Every document with its passages: of a file that has not changed as it is indexed already, and so of
    one that cannot be read any more.

    What is missing, and the files' digests, is known when all documents have been asked for.
    """

    def __init__(self, settings: Settings, files: Mapping[str, Path], report: Callable[[int], None]) -> None:
        """`report` hears how many files are done."""
        self._settings, self._files, self._report = settings, files, report
        self.left_out: list[LeftOut] = []
        self.stale: list[LeftOut] = []
        self.sources: dict[str, str] = {}

    def __iter__(self) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
        """The documents, in the files' order. Raises NoDocuments, in the end, when none can be read."""
        named: set[str] = set()
        for document, own in self._all():
            if document.name in named:  # a collection's may be called as a file
                self.left_out.append(LeftOut(document.name, "another document is called so; rename one"))
            else:
                named.add(document.name)
                yield document, own

    def _all(self) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
        settings = self._settings
        before = _before(settings.folder)  # let go of in the end: it may be one that is to be removed
        same = before.unchanged(self._files, settings) if before else {}
        changed = {name: path for name, path in self._files.items() if name not in same}
        read = workers.read(changed, settings.limits, settings.passage_size)
        none = True
        self._report(0)
        for done, name in enumerate(self._files, start=1):
            if before and name in same:
                self.sources[name] = before.sources[name]
                for own in same[name]:
                    yield before.made(own)
                none = False
            else:
                for one in self._taken(next(read), before):
                    none = False
                    yield one
            self._report(done)
        if none:
            reasons = "; ".join(f"{one.name}: {one.reason}" for one in self.left_out)
            raise NoDocuments(f"{settings.seeds}: no document can be read ({reasons})")

    def _taken(self, file: File, before: _Before | None) -> Iterator[tuple[Document, tuple[Passage, ...]]]:
        """What was read of a file, and in place of what could not be what was indexed of it before."""
        self.sources[file.name] = file.sha256
        known = {one.document.name for one in file.documents if isinstance(one, Made)}
        for one in file.documents:
            if isinstance(one, Made):
                yield one.document, one.passages
                continue
            kept = _kept(before, one.name, known, self._settings.passage_size)
            known |= {document.name for document, _ in kept}
            yield from kept
            (self.stale if kept else self.left_out).append(one)


@dataclass(frozen=True, slots=True)
class _Before:
    """What is indexed now: its documents, the files that they are of with their digests, and the names of
    what could not be read even then, or not again."""

    catalog: Catalog
    sources: Mapping[str, str]
    passage_size: int
    limits: Limits
    left_out: frozenset[str]
    stale: frozenset[str]

    def unchanged(self, files: Mapping[str, Path], settings: Settings) -> dict[str, list[str]]:
        """The files of which all is indexed as it would be now, with their documents' names."""
        if (self.passage_size, self.limits) != (settings.passage_size, settings.limits):
            return {}
        troubled = {
            documents.file_of(_LINE.sub("", name), self.sources) for name in self.left_out | self.stale
        }
        found: dict[str, list[str]] = {}
        for name in self.catalog.names():
            found.setdefault(documents.file_of(name, self.sources), []).append(name)
        return {
            name: found[name]
            for name, path in files.items()
            if name in found
            and name not in troubled
            and documents.digest(path, name) == self.sources.get(name)
        }

    def made(self, document: str) -> tuple[Document, tuple[Passage, ...]]:
        """A document as it is indexed, with its passages."""
        found = self.catalog.document(document)
        assert found is not None
        return found, tuple(self.catalog.passages(document))


def _before(index: Path) -> _Before | None:
    """What is indexed now, if anything is."""
    try:
        found = generation.stored(index, (generation.CATALOG,))
    except NoIndex:
        return None
    said = found.manifest
    return _Before(
        catalog=Catalog(found.folder / generation.CATALOG, found.hold),
        sources=said.sources,
        passage_size=said.passage_size,
        limits=said.limits,
        left_out=frozenset(one.name for one in said.left_out),
        stale=frozenset(one.name for one in said.stale),
    )


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
