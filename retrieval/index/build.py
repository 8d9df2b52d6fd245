"""From a folder of documents to a new generation of the index."""

import datetime
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import documents, passages, terms, wording
from retrieval.documents import Document, LeftOut
from retrieval.encoder import Encoder
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index import catalog, generation, twins
from retrieval.index.generation import Manifest
from retrieval.index.keywords import Keywords
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors
from retrieval.passages import Passage
from retrieval.settings import Settings

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
    """What a build made."""

    documents: int
    passages: int
    sentences: int
    left_out: tuple[LeftOut, ...]


def changes(settings: Settings) -> Changes:
    """What a build would change. Raises NoIndex where there is no index to compare with."""
    manifest = generation.manifest(settings.index)
    before = manifest.sources
    now = _sources(settings)
    wanted = {"model": settings.model, "passage_size": settings.passage_size}
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

    A document that cannot be read is left out and reported. Raises NoDocuments when none can be;
    the index before stays as it was then.
    """
    sources = _sources(settings)
    read, left_out = _read(settings, report)
    texts = [text for document, own in read for text in wording.of_passages(document, own)]
    sentences = [
        wording.of_sentence(document, one)
        for document, own in read
        for passage in own
        for one in passage.sentences
    ]
    vectors = _encode([*texts, *sentences], encoder, report)
    folder = generation.begin(settings.index)
    of_document = [number for number, (_, own) in enumerate(read) for _ in own]
    twin_of = twins.find([passage.text for _, own in read for passage in own], of_document)
    catalog.write(folder / generation.CATALOG, read, twin_of)
    for name, scripts, own, rows in (
        (generation.PASSAGES, generation.PASSAGE_SCRIPTS, texts, vectors[: len(texts)]),
        (generation.SENTENCES, generation.SENTENCE_SCRIPTS, sentences, vectors[len(texts) :]),
    ):
        (folder / name).write_bytes(Vectors.of(rows).to_bytes())
        (folder / scripts).write_bytes(Scripts.of(own, rows).to_bytes())
    keywords = Keywords.of(terms.analyse(text) for text in texts)
    (folder / generation.KEYWORDS).write_bytes(keywords.to_bytes())
    generation.finish(
        folder,
        Manifest(
            format=generation.FORMAT,
            built_at=datetime.datetime.now(datetime.UTC),
            model=encoder.name,
            dimension=encoder.dimension,
            passage_size=settings.passage_size,
            sources=sources,
            left_out=tuple(left_out),
            documents=len(read),
            passages=len(texts),
            sentences=len(sentences),
            files={},
        ),
    )
    return BuildReport(len(read), len(texts), len(sentences), tuple(left_out))


def _read(
    settings: Settings, report: Callable[[Progress], None]
) -> tuple[list[tuple[Document, list[Passage]]], list[LeftOut]]:
    """Every document with its passages, and those that cannot be read."""
    files = documents.find(settings.seeds)
    read: list[tuple[Document, list[Passage]]] = []
    left_out: list[LeftOut] = []
    for done, (name, path) in enumerate(files.items()):
        report(Progress("read", done, len(files)))
        for one in documents.read_all(path, name):
            if isinstance(one, LeftOut):
                left_out.append(one)
            else:
                read.append((one, passages.split(one, settings.passage_size)))
    report(Progress("read", len(files), len(files)))
    if not read:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in left_out)
        raise NoDocuments(f"{settings.seeds}: no document can be read ({reasons})")
    return read, left_out


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


def _sources(settings: Settings) -> dict[str, str]:
    """The SHA-256 of every file of the seeds, by name; empty where it cannot be read."""
    return {name: _digest(path) for name, path in documents.find(settings.seeds).items()}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing; a damaged index it would mend."""
    try:
        generation.verify(settings.index)
        return not changes(settings)
    except NoIndex:
        return False
