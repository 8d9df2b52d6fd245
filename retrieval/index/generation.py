"""Generations: folders below the index folder, each a whole index; ``CURRENT`` names one.

A build writes a new folder beside the old one and then replaces ``CURRENT``, so a reader sees the
old index or the new one, never a mixture. Whoever reads a generation holds it, and nobody removes it
meanwhile. The manifest lists every file with its size and SHA-256, and all are checked before FAISS
or SQLite opens them. Where the current generation is damaged, or is not what is asked for, an older
whole one answers and says so.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from unicodedata import normalize

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document
from retrieval.errors import DamagedIndex, ForeignIndex, NoIndex, UsageError
from retrieval.index import arrays, lock
from retrieval.index import manifest as manifests
from retrieval.index.catalog import Catalog
from retrieval.index.encoded import Encoded
from retrieval.index.keywords import Keywords
from retrieval.index.layout import Layout
from retrieval.index.lock import Lock
from retrieval.index.manifest import REBUILD, Manifest, StoredFile
from retrieval.index.protocols import Documents
from retrieval.index.selection import Selection
from retrieval.index.signals import Legs, Signals

CATALOG, LAYOUT, KEYWORDS = "catalog.sqlite", "layout.safetensors", "keywords.safetensors"
PASSAGES, SENTENCES = "passages.safetensors", "sentences.safetensors"  # vectors, scripts, keys
FILES = (CATALOG, LAYOUT, KEYWORDS, PASSAGES, SENTENCES)
PASSAGE_GRAPH, SENTENCE_GRAPH = "passages.faiss", "sentences.faiss"
GRAPHS = (PASSAGE_GRAPH, SENTENCE_GRAPH)  # where there are many
POINTER = "CURRENT"
_ID = re.compile(r"\d{8}T\d{6}\d*-[0-9a-f]{8}")
_LISTED = 20  # names in a message

Wanted = Callable[[Manifest], None]
"""Raises ForeignIndex for the manifest of a generation that is not what is asked for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A generation on the disk, held, with those of its files checked that were asked for.

    `trouble` says why it is not the current one that answers, None where it is.
    """

    folder: Path
    manifest: Manifest
    hold: Lock
    trouble: str | None = None

    @property
    def id(self) -> str:
        """Its name, which no other generation has."""
        return self.folder.name


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened index: its documents, and the legs that find them. `trouble` is as Stored has it."""

    id: str
    manifest: Manifest
    catalog: Catalog
    legs: Legs
    hold: Lock
    trouble: str | None

    def signals(
        self, questions: Sequence[str], queries: NDArray[np.float32], selection: Selection
    ) -> list[Signals]:
        """What each leg says about each question's candidates, as Legs.signals has it."""
        return self.legs.signals(questions, queries, selection)


def current(index: Path) -> str:
    """The id of the generation in use. Raises NoIndex where none was ever built."""
    try:
        name = (index / POINTER).read_bytes().decode("utf-8", "replace").strip()
    except OSError:
        raise NoIndex(f"{index}: no index yet; build it: python -m retrieval build") from None
    if not _ID.fullmatch(name):
        raise DamagedIndex(f"{index / POINTER}: names no generation; {REBUILD}")
    return name


def all_in(index: Path) -> list[Path]:
    """The folders of all generations below `index`, finished or not, the newest first."""
    return sorted((path for path in index.iterdir() if _ID.fullmatch(path.name)), reverse=True)


def stored(index: Path, files: Sequence[str] | None = None, wanted: Wanted = lambda _: None) -> Stored:
    """The generation that answers: the current one, or else the newest whole one that is `wanted`.

    Only the `files` named are checked; all, where none is named. Raises NoIndex and its kin: what is
    wrong with the current one, where no other can stand in.
    """
    try:
        return _current(index, files, wanted)
    except (DamagedIndex, ForeignIndex) as error:
        for found in _whole(index, files, wanted):
            built = f"{found.manifest.built_at:%Y-%m-%d %H:%M}"
            return replace(found, trouble=f"{error}; until then the index of {built} UTC answers")
        raise


def strictly_current(index: Path) -> Stored:
    """The current generation, all of it checked. Raises NoIndex and its kin."""
    return _current(index, None, lambda _: None)


def newest_whole(index: Path, besides: str) -> Stored | None:
    """The newest whole generation `besides` one."""
    return next((found for found in _whole(index, None, lambda _: None) if found.id != besides), None)


def _current(index: Path, files: Sequence[str] | None, wanted: Wanted) -> Stored:
    while True:
        name = current(index)
        if (held := lock.hold(index / name)) is not None:
            return check(index / name, held, files, wanted)
        # a build may have replaced and removed it since we asked for its name
        if current(index) == name:
            raise DamagedIndex(f"{index / name}: missing; {REBUILD}")


def _whole(index: Path, files: Sequence[str] | None, wanted: Wanted) -> Iterator[Stored]:
    for folder in all_in(index):
        if (held := lock.hold(folder)) is not None:
            with suppress(NoIndex):
                yield check(folder, held, files, wanted)


def check(
    folder: Path, held: Lock, files: Sequence[str] | None = None, wanted: Wanted = lambda _: None
) -> Stored:
    """The generation in `folder`, held, if it is `wanted` and its `files`, or all, are as they were written.

    Raises DamagedIndex, ForeignIndex; it is not held any more then.
    """
    try:
        return Stored(folder, _checked(folder, files, wanted), held)
    except NoIndex:
        held.release()
        raise


def _checked(folder: Path, files: Sequence[str] | None, wanted: Wanted) -> Manifest:
    path = folder / manifests.NAME
    with _opened(path) as file:
        found = manifests.parse(file.read(), path)
    wanted(found)
    if set(found.files) != {*FILES, *found.efforts} or not set(found.efforts) <= set(GRAPHS):
        raise DamagedIndex(f"{path}: lists {', '.join(sorted(found.files))}; {REBUILD}")
    for name in found.files if files is None else files:
        with _opened(folder / name) as file:
            if found.files[name] != StoredFile.of(file):
                raise DamagedIndex(f"{folder / name}: not the file that was built; {REBUILD}")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """The file at `path`, which is no link. Raises DamagedIndex where it cannot be read."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
            yield file
    except OSError as error:
        raise DamagedIndex(f"{path}: {error.strerror}; {REBUILD}") from None


def opened(found: Stored) -> Generation:
    """The generation, opened. Raises DamagedIndex where its files do not belong together."""
    said, folder = found.manifest, found.folder
    catalog = Catalog(folder / CATALOG, found.hold, found.trouble)
    efforts = said.efforts
    passages = Encoded.mapped(folder / PASSAGES, folder / PASSAGE_GRAPH, efforts.get(PASSAGE_GRAPH))
    sentences = Encoded.mapped(folder / SENTENCES, folder / SENTENCE_GRAPH, efforts.get(SENTENCE_GRAPH))
    keywords = Keywords(arrays.mapped(folder / KEYWORDS))
    legs = Legs(Layout.of(arrays.mapped(folder / LAYOUT)), passages, sentences, keywords, catalog.selected)
    if not legs.belong_together(said.passages, said.sentences, said.dimension):
        raise DamagedIndex(f"{folder}: its files do not belong together; {REBUILD}")
    return Generation(found.id, said, catalog, legs, found.hold, found.trouble)


def wanted_by(index: object, model: str, dimension: int | None = None) -> Wanted:
    """What an encoder called `model` asks for, whose vectors have `dimension` values, where that is known."""

    def wanted(found: Manifest) -> None:
        if found.model != model:
            raise ForeignIndex(
                f"{index}: built with the model {found.model}, not {model}; "
                f"name that one (--model {found.model}), or {REBUILD} --model {model}"
            )
        if dimension is not None and found.dimension != dimension:
            raise ForeignIndex(
                f"{index}: built with vectors of {found.dimension} values, "
                f"and the model {model} now gives {dimension}; {REBUILD}"
            )

    return wanted


def manifest(index: Path) -> Manifest:
    """The current generation's manifest, its other files unchecked. Raises NoIndex and its kin."""
    return _current(index, (), lambda _: None).manifest


def manifest_for(index: Path, model: str) -> Manifest:
    """The manifest of the generation that answers questions which `model` encodes; its files unchecked.

    Raises NoIndex and its kin; ForeignIndex where the index was built with another model.
    """
    return stored(index, (), wanted_by(index, model)).manifest


def open_current(index: Path, model: str, dimension: int | None = None) -> Generation:
    """The generation for questions that `model` encodes as vectors of `dimension` values, opened.

    Raises NoIndex and its kin.
    """
    return opened(stored(index, wanted=wanted_by(index, model, dimension)))


def catalog(index: Path) -> Catalog:
    """The catalog alone, to read documents without a model. Raises NoIndex and its kin."""
    found = stored(index, (CATALOG,))
    return Catalog(found.folder / CATALOG, found.hold, found.trouble)


def document(held: Documents, name: str) -> Document:
    """The document called `name`, as it was indexed. Raises UsageError where there is none."""
    names = held.names()
    # é may be one character or two, and which it is no one sees; a name as it is written goes before
    alike = [name, *(one for one in names if normalize("NFC", one) == normalize("NFC", name))]
    found = next(filter(None, map(held.document, alike)), None)
    if found is None:
        listed = ", ".join(names[:_LISTED]) + (", …" if names[_LISTED:] else "")
        raise UsageError(f"{name}: no such document in the index; it has {listed}")
    return found
