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

from retrieval.documents.document import Document
from retrieval.errors import DamagedIndex, ForeignIndex, NoIndex, UsageError
from retrieval.index.catalog import Catalog
from retrieval.index.vectors import Vectors

FORMAT = 1
CATALOG, PASSAGES, SENTENCES = "catalog.sqlite", "passages.faiss", "sentences.faiss"
FILES = (CATALOG, PASSAGES, SENTENCES)
_POINTER, _MANIFEST = "CURRENT", "manifest.json"
_REBUILD = "build it again: python -m retrieval build"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredFile(_Model):
    """One file of a generation: bytes and hexadecimal digest."""

    size: int
    sha256: str


class LeftOut(_Model):
    """A document that could not be read; `sha256` is empty where it could not even be opened."""

    name: str
    reason: str
    sha256: str = ""


class Manifest(_Model):
    """What a generation was built from, and its files."""

    format: int
    built_at: datetime.datetime
    model: str
    dimension: int
    passage_size: int
    documents: dict[str, str]  # name: SHA-256 of the file
    left_out: tuple[LeftOut, ...]
    passages: int
    sentences: int
    files: dict[str, StoredFile]


@dataclass(frozen=True, slots=True)
class Generation:
    """An opened index. `passages` and `sentences` have a row for each of the catalog's."""

    id: str
    manifest: Manifest
    catalog: Catalog
    passages: Vectors
    sentences: Vectors


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
    before = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
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
    manifest(index)
    catalog = Catalog(index / Path(current(index)).name / CATALOG)
    found = catalog.document(name)
    if found is None:
        raise UsageError(f"{name}: no such document in the index; it has {', '.join(catalog.names())}")
    return found


def open_current(index: Path, model: str) -> Generation:
    """The current generation, its files checked. Raises NoIndex and its kin.

    `model` is the name of the encoder that questions will be encoded with: it has to be the one
    that the index was built with.
    """
    name = current(index)
    found = manifest(index)
    if found.model != model:
        raise ForeignIndex(
            f"{index}: built with the model {found.model}, not {model}; "
            f"name that one (--model {found.model}), or {_REBUILD} --model {model}"
        )
    folder = index / Path(name).name
    data = {file: _checked(folder / file, found.files) for file in FILES}
    return Generation(
        id=name,
        manifest=found,
        catalog=Catalog(folder / CATALOG),
        passages=Vectors.from_bytes(data[PASSAGES]),
        sentences=Vectors.from_bytes(data[SENTENCES]),
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
