"""Generations: folders below the index folder, each a whole index; ``CURRENT`` names one.

A build writes a new folder beside the old one and then replaces ``CURRENT``, so a reader sees the
old index or the new one, never a mixture. The manifest lists every file with its size and SHA-256,
and all are checked before FAISS or SQLite opens them.
"""

from __future__ import annotations

import datetime
import hashlib
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.documents import Document, LeftOut
from retrieval.errors import DamagedIndex, ForeignIndex, NoIndex, UsageError
from retrieval.index.catalog import Catalog, Layout
from retrieval.index.keywords import Keywords
from retrieval.index.scripts import Scripts
from retrieval.index.vectors import Vectors

FORMAT = 5
CATALOG, PASSAGES, SENTENCES = "catalog.sqlite", "passages.faiss", "sentences.faiss"
KEYWORDS = "keywords.npz"
PASSAGE_SCRIPTS, SENTENCE_SCRIPTS = "passages.scripts.npz", "sentences.scripts.npz"
FILES = (CATALOG, PASSAGES, SENTENCES, KEYWORDS, PASSAGE_SCRIPTS, SENTENCE_SCRIPTS)
_POINTER, _MANIFEST = "CURRENT", "manifest.json"
_LISTED = 20  # names in a message
_REBUILD = "build it again: python -m retrieval build"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredFile(_Model):
    """One file of a generation: bytes and hexadecimal digest."""

    size: int
    sha256: str


class Manifest(_Model):
    """What a generation was built from, and its files."""

    format: int
    built_at: datetime.datetime
    model: str
    dimension: int
    passage_size: int
    sources: dict[str, str]  # file, by its name relative to the seeds: SHA-256, empty if unreadable
    left_out: tuple[LeftOut, ...]
    documents: int
    passages: int
    sentences: int
    files: dict[str, StoredFile]


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened index. `passages`, `passage_scripts` and `keywords` have a row for each passage of the
    catalog, `sentences` and `sentence_scripts` for each sentence; `layout` brings them together."""

    id: str
    manifest: Manifest
    catalog: Catalog
    layout: Layout
    passages: Vectors
    sentences: Vectors
    passage_scripts: Scripts
    sentence_scripts: Scripts
    keywords: Keywords


def begin(index: Path) -> Path:
    """An empty folder for a new generation."""
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S")
    folder = index / f"{stamp}-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    return folder


def finish(folder: Path, manifest: Manifest) -> None:
    """Make the generation in `folder` the current one, and remove those before the last."""
    files = {name: _stored((folder / name).read_bytes()) for name in FILES}
    text = manifest.model_copy(update={"files": files}).model_dump_json(indent=1)
    (folder / _MANIFEST).write_text(text, encoding="utf-8")
    pointer = folder.parent / _POINTER
    before = pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else ""
    draft = folder.parent / f"{_POINTER}.{folder.name}"
    draft.write_text(folder.name + "\n", encoding="utf-8")
    draft.replace(pointer)
    for old in folder.parent.iterdir():
        # the one before stays: a reader may have read CURRENT just before it changed
        if (old / _MANIFEST).is_file() and old.name not in (before, folder.name):
            shutil.rmtree(old, ignore_errors=True)


def current(index: Path) -> str:
    """The id of the generation in use. Raises NoIndex where none was ever built."""
    try:
        return (index / _POINTER).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise DamagedIndex(f"{index / _POINTER}: names no generation; {_REBUILD}") from None
    except OSError:
        raise NoIndex(f"{index}: no index yet; build it: python -m retrieval build") from None


def manifest(index: Path) -> Manifest:
    """The current generation's manifest. Raises NoIndex, DamagedIndex or ForeignIndex."""
    path = index / Path(current(index)).name / _MANIFEST
    try:
        found = Manifest.model_validate_json(path.read_bytes())
    except OSError:
        raise DamagedIndex(f"{path}: missing; {_REBUILD}") from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise DamagedIndex(f"{path}: {field} {first['msg']}; {_REBUILD}") from None
    if found.format != FORMAT:
        raise ForeignIndex(f"{path}: format {found.format}, this version reads {FORMAT}; {_REBUILD}")
    return found


def document(index: Path, name: str) -> Document:
    """The document called `name`, as it was indexed; no model is needed. Raises NoIndex, UsageError."""
    held = catalog(index)
    found = held.document(name)
    if found is None:
        names = held.names()
        listed = ", ".join(names[:_LISTED]) + (", …" if names[_LISTED:] else "")
        raise UsageError(f"{name}: no such document in the index; it has {listed}")
    return found


def catalog(index: Path) -> Catalog:
    """The current generation's catalog, to read documents without a model. Raises NoIndex and its kin."""
    path = index / Path(current(index)).name / CATALOG
    _checked(path, manifest(index).files)
    return Catalog(path)


def verify(index: Path) -> None:
    """Check every file of the current generation. Raises NoIndex and its kin."""
    folder = index / Path(current(index)).name
    files = manifest(index).files
    for name in FILES:
        _checked(folder / name, files)


def manifest_for(index: Path, model: str) -> Manifest:
    """The current generation's manifest, for questions that `model` encodes.

    Raises NoIndex and its kin; ForeignIndex where the index was built with another model.
    """
    found = manifest(index)
    if found.model != model:
        raise ForeignIndex(
            f"{index}: built with the model {found.model}, not {model}; "
            f"name that one (--model {found.model}), or {_REBUILD} --model {model}"
        )
    return found


def open_current(index: Path, model: str) -> Generation:
    """The current generation for questions that `model` encodes, its files checked.

    Raises NoIndex and its kin.
    """
    name = current(index)
    found = manifest_for(index, model)
    folder = index / Path(name).name
    data = {file: _checked(folder / file, found.files) for file in FILES}
    held = Catalog(folder / CATALOG)
    return Generation(
        id=name,
        manifest=found,
        catalog=held,
        layout=held.layout(),
        passages=Vectors.from_bytes(data[PASSAGES]),
        sentences=Vectors.from_bytes(data[SENTENCES]),
        passage_scripts=Scripts.from_bytes(data[PASSAGE_SCRIPTS]),
        sentence_scripts=Scripts.from_bytes(data[SENTENCE_SCRIPTS]),
        keywords=Keywords.from_bytes(data[KEYWORDS]),
    )


def _checked(path: Path, files: dict[str, StoredFile]) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DamagedIndex(f"{path}: {error.strerror}; {_REBUILD}") from None
    if files.get(path.name) != _stored(data):
        raise DamagedIndex(f"{path}: not the file that was built; {_REBUILD}")
    return data


def _stored(data: bytes) -> StoredFile:
    return StoredFile(size=len(data), sha256=hashlib.sha256(data).hexdigest())
