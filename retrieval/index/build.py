"""From a folder of documents to a new generation of the index."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from retrieval import documents, terms, wording
from retrieval.documents import LeftOut
from retrieval.encoder import Encoder
from retrieval.errors import NoIndex
from retrieval.index import catalog, generation, lock, reuse, twins, writing
from retrieval.index.gathered import Gathered, gather
from retrieval.index.keywords import Keywords
from retrieval.index.manifest import Manifest
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors
from retrieval.settings import Settings


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
        found = gather(settings, files, lambda done: report(Progress("read", done, len(files))))
        return _build(settings, found, encoder, report)


def _build(
    settings: Settings, found: Gathered, encoder: Encoder, report: Callable[[Progress], None]
) -> BuildReport:
    read = found.read
    texts = [text for document, own in read for text in wording.of_passages(document, own)]
    sentences = [
        wording.of_sentence(document, one)
        for document, own in read
        for passage in own
        for one in passage.sentences
    ]
    all_texts = [*texts, *sentences]
    keys = reuse.keys_of(all_texts)
    vectors = reuse.encode(
        all_texts, keys, encoder, settings.index, lambda *done: report(Progress("encode", *done))
    )
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
        sources=found.sources,
        left_out=tuple(found.left_out),
        stale=tuple(found.stale),
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
        generation.KEYS: reuse.to_bytes(keys),
        generation.KEYWORDS: Keywords.of(terms.analyse(text) for text in texts).to_bytes(),
    }
    writing.write(settings.index, files, manifest)
    reuse.forget(settings.index)
    return BuildReport(len(read), len(texts), len(sentences), manifest.left_out, manifest.stale)


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing; a damaged index it would mend."""
    try:
        generation.strictly_current(settings.index)
        return not changes(settings)
    except NoIndex:
        return False
