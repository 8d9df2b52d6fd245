"""From a folder of documents to a new generation of the index."""

import datetime
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import documents, passages
from retrieval.documents import Document
from retrieval.encoder import Encoder
from retrieval.errors import NoDocuments, NoIndex, UnreadableDocument
from retrieval.index import catalog, generation
from retrieval.index.generation import LeftOut, Manifest
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
    before = {**manifest.documents, **{one.name: one.sha256 for one in manifest.left_out}}
    now = {name: _digest(path) for name, path in documents.find(settings.seeds).items()}
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
    read, left_out = _read(settings, report)
    found = [passage for _, own in read for passage in own]
    texts = [passage.text for passage in found]
    sentences = [
        text[one.span.start - passage.start : one.span.end - passage.start]
        for passage, text in zip(found, texts, strict=True)
        for one in passage.sentences
    ]
    vectors = _encode([*texts, *sentences], encoder, report)
    folder = generation.begin(settings.index)
    catalog.write(folder / generation.CATALOG, read)
    for name, rows in (
        (generation.PASSAGES, vectors[: len(texts)]),
        (generation.SENTENCES, vectors[len(texts) :]),
    ):
        (folder / name).write_bytes(Vectors.of(rows).to_bytes())
    generation.finish(
        folder,
        Manifest(
            format=generation.FORMAT,
            built_at=datetime.datetime.now(datetime.UTC),
            model=encoder.name,
            dimension=encoder.dimension,
            passage_size=settings.passage_size,
            documents={document.name: document.sha256 for document, _ in read},
            left_out=tuple(left_out),
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
    left_out = []
    for done, (name, path) in enumerate(files.items()):
        report(Progress("read", done, len(files)))
        try:
            document = documents.read(path, name)
        except UnreadableDocument as error:
            left_out.append(LeftOut(name=name, reason=str(error), sha256=_digest(path)))
        else:
            read.append((document, passages.split(document, settings.passage_size)))
    report(Progress("read", len(files), len(files)))
    if not read:
        reasons = "; ".join(f"{one.name}: {one.reason}" for one in left_out)
        raise NoDocuments(f"{settings.seeds}: no document can be read ({reasons})")
    return read, left_out


def _encode(
    texts: Sequence[str], encoder: Encoder, report: Callable[[Progress], None]
) -> NDArray[np.float32]:
    """float32 (len(texts), dimension), rows of unit length."""

    def chunks() -> Iterator[NDArray[np.float32]]:
        for start in range(0, len(texts), _CHUNK):
            report(Progress("encode", start, len(texts)))
            yield encoder.encode_passages(texts[start : start + _CHUNK])

    rows = np.concatenate(list(chunks()))
    report(Progress("encode", len(texts), len(texts)))
    return rows


def _digest(path: Path) -> str:
    """The file's SHA-256; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing."""
    try:
        return not changes(settings)
    except NoIndex:
        return False
