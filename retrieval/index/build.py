"""From a folder of documents to a new generation of the index."""

import datetime
import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import documents, passages, terms, wording, workers
from retrieval.documents import Document, LeftOut
from retrieval.encoder import Encoder
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index import catalog, generation, lock, twins, writing
from retrieval.index.catalog import Catalog
from retrieval.index.keywords import Keywords
from retrieval.index.manifest import Manifest
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors
from retrieval.passages import Passage
from retrieval.settings import Settings
from retrieval.workers import Made

_LINE = re.compile(r" line \d+\Z")  # behind a collection's name
_CHUNK = 64  # texts encoded between two reports of progress


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `done` of `total` documents read, or texts encoded."""

    stage: Literal["read", "encode"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between an index and what a build would be made from now."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed or self.settings)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made.

    `left_out` could not be read; `stale` could not be read either, and are in the index as they were
    when they could.
    """

    documents: int
    passages: int
    sentences: int
    left_out: tuple[LeftOut, ...]
    stale: tuple[LeftOut, ...]


@dataclass(slots=True)
class _Gathered:
    """What a build is made of: documents with their passages, what is missing, the files' digests."""

    read: list[tuple[Document, tuple[Passage, ...]]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    stale: list[LeftOut] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def changes(settings: Settings) -> Changes:
    """What a build would change. Raises NoIndex where there is no index to compare with."""
    manifest = generation.stored(settings.index, ()).manifest
    before = manifest.sources
    now = {name: documents.digest(path, name) for name, path in documents.find(settings.seeds).items()}
    wanted: dict[str, object] = {"model": settings.model, "passage_size": settings.passage_size}
    if manifest.left_out or manifest.stale:
        wanted["limits"] = settings.limits  # what was too much for them may not be any more
    return Changes(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(name for name in now.keys() & before.keys() if now[name] != before[name])),
        removed=tuple(sorted(before.keys() - now.keys())),
        settings=tuple(name for name, value in wanted.items() if getattr(manifest, name) != value),
    )


def build(
    settings: Settings, encoder: Encoder, report: Callable[[Progress], None] = lambda _: None
) -> BuildReport:
    """Read, split and encode every document of `settings.seeds` into a new generation.

    A document that cannot be read is left out and reported, or stays as it was indexed before. Raises
    NoDocuments when none can be, BeingBuilt, CannotWrite; the index before stays as it was then.
    """
    files = documents.find(settings.seeds)
    with lock.building(settings.index):
        writing.sweep(settings.index)
        return _build(settings, _gather(settings, files, report), encoder, report)


def _build(
    settings: Settings, gathered: _Gathered, encoder: Encoder, report: Callable[[Progress], None]
) -> BuildReport:
    read = gathered.read
    texts = [text for document, own in read for text in wording.of_passages(document, own)]
    sentences = [
        wording.of_sentence(document, one)
        for document, own in read
        for passage in own
        for one in passage.sentences
    ]
    vectors = _encode([*texts, *sentences], encoder, report)
    of_passages, of_sentences = vectors[: len(texts)], vectors[len(texts) :]
    of_document = [number for number, (_, own) in enumerate(read) for _ in own]
    twin_of = twins.find([passage.text for _, own in read for passage in own], of_document)
    manifest = Manifest(
        built_at=datetime.datetime.now(datetime.UTC),
        model=encoder.name,
        dimension=encoder.dimension,
        numbers=encoder.numbers,
        passage_size=settings.passage_size,
        limits=settings.limits,
        sources=gathered.sources,
        left_out=tuple(gathered.left_out),
        stale=tuple(gathered.stale),
        documents=len(read),
        passages=len(texts),
        sentences=len(sentences),
        files={},
    )
    files = {
        generation.CATALOG: catalog.to_bytes(read, twin_of),
        generation.PASSAGES: Vectors.of(of_passages).to_bytes(),
        generation.SENTENCES: Vectors.of(of_sentences).to_bytes(),
        generation.PASSAGE_SCRIPTS: Scripts.of(texts, of_passages).to_bytes(),
        generation.SENTENCE_SCRIPTS: Scripts.of(sentences, of_sentences).to_bytes(),
        generation.KEYWORDS: Keywords.of(terms.analyse(text) for text in texts).to_bytes(),
    }
    writing.write(settings.index, files, manifest)
    return BuildReport(len(read), len(texts), len(sentences), manifest.left_out, manifest.stale)


def _gather(settings: Settings, files: Mapping[str, Path], report: Callable[[Progress], None]) -> _Gathered:
    """Every document with its passages, those that cannot be read as they were before."""
    gathered = _Gathered()
    before = _before(settings.index)
    report(Progress("read", 0, len(files)))
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
        report(Progress("read", done, len(files)))
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


def _encode(
    texts: Sequence[str], encoder: Encoder, report: Callable[[Progress], None]
) -> NDArray[np.float32]:
    """float32 (len(texts), dimension), rows of unit length."""
    rows = np.empty((len(texts), encoder.dimension), np.float32)
    # texts of one length together: the model's work is that of the longest of a batch
    order = np.argsort([len(text) for text in texts], kind="stable")[::-1]
    for start in range(0, len(texts), _CHUNK):
        report(Progress("encode", start, len(texts)))
        together = order[start : start + _CHUNK]
        rows[together] = encoder.encode_passages([texts[at] for at in together])
    report(Progress("encode", len(texts), len(texts)))
    return rows


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing; a damaged index it would mend."""
    try:
        generation.strictly_current(settings.index)
        return not changes(settings)
    except NoIndex:
        return False
