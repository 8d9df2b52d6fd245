"""From a folder of documents to a new generation of the index."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from retrieval import documents
from retrieval.documents import LeftOut
from retrieval.encoder import Encoder
from retrieval.errors import NoDocuments, NoIndex
from retrieval.index import generation, lock, reuse, writing
from retrieval.index.gathered import Gathered
from retrieval.index.making import Progress, make
from retrieval.index.manifest import Manifest
from retrieval.index.reuse import Known
from retrieval.settings import Settings


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
    when they could. Where several machines build, `waits_for` are the shares that are missing yet.
    """

    documents: int
    passages: int
    sentences: int
    left_out: tuple[LeftOut, ...]
    stale: tuple[LeftOut, ...]
    waits_for: tuple[int, ...] = ()


def changes(settings: Settings) -> Changes:
    """What a build would change. Raises NoIndex where there is no index to compare with."""
    return since(generation.stored(settings.folder, ()).manifest, settings, _files(settings))


def report_of(manifest: Manifest) -> BuildReport:
    """What the build of this manifest made."""
    counts = (manifest.documents, manifest.passages, manifest.sentences)
    return BuildReport(*counts, manifest.left_out, manifest.stale)


def since(manifest: Manifest, settings: Settings, files: Mapping[str, Path]) -> Changes:
    """What a build from these files would change of what this was built from."""
    before = manifest.sources
    now = {name: documents.digest(path, name) for name, path in files.items()}
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
    files, index = _files(settings), settings.folder
    with lock.building(index):
        writing.sweep(index)
        found = Gathered(settings, files, lambda done: report(Progress("read", done, len(files))))
        with writing.draft(index) as draft:
            made = make(found, draft, Known(index, encoder), encoder.dimension, report)
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
                documents=made.documents,
                passages=made.passages,
                sentences=made.sentences,
                efforts=made.efforts,
                files={},
            )
            draft.finish(manifest)
        reuse.forget(index)
    return report_of(manifest)


def _files(settings: Settings) -> dict[str, Path]:
    """The files of this machine's share. Raises NoDocuments."""
    found = documents.find(settings.seeds)
    own = {name: path for name, path in found.items() if settings.shard.holds(name)}
    if not own:
        raise NoDocuments(
            f"{settings.seeds}: share {settings.shard} gets none of its {len(found)} files; take fewer shares"
        )
    return own


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing; a damaged index it would mend."""
    try:
        generation.strictly_current(settings.folder)
        return not changes(settings)
    except NoIndex:
        return False
