"""From a file to its documents: one reader a format, all with the same shape.

A reader takes a file's bytes and returns `Content`; it raises UnreadableDocument with the reason
when there is no text to be had. A file of a collection format holds a document a line.
"""

import hashlib
from collections.abc import Container, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from retrieval.documents import files
from retrieval.documents.document import BLANK, Content, Document, LeftOut, Metadata, writable
from retrieval.documents.limits import DEFAULT, Limits
from retrieval.errors import NoDocuments, UnreadableDocument

__all__ = [
    "FORMATS",
    "Content",
    "Document",
    "LeftOut",
    "Limits",
    "Metadata",
    "digest",
    "file_of",
    "find",
    "read",
    "read_all",
]

# the modules, imported when there is a file for them: who only asks does without their libraries
_READERS = {
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".md": "markdown",
    ".pdf": "pdf",
    ".txt": "text",
}
_COLLECTIONS = {".jsonl": "jsonl"}
FORMATS = tuple(sorted([*_READERS, *_COLLECTIONS]))
_PLAIN = (".htm", ".html", ".md", ".txt")  # a character of theirs takes 4 bytes at most


def find(seeds: Path) -> dict[str, Path]:
    """Every file below `seeds`, by its name relative to it (with ``/``), in the names' order.

    Hidden files and folders (a leading dot) are passed over. What is there and cannot be read is
    among them, so that reading it says why. Where `seeds` is a file, it is that one. Raises
    NoDocuments when there is nothing.
    """
    if seeds.is_file():
        return {seeds.name: seeds}
    if not seeds.is_dir():
        raise NoDocuments(f"{seeds}: no such folder; name the folder with your documents (--seeds)")
    found = files.below(seeds)
    if not found:
        raise NoDocuments(f"{seeds}: no documents; put {', '.join(FORMATS)} files there")
    return found


def read_all(path: Path, name: str, limits: Limits = DEFAULT) -> Iterator[Document | LeftOut]:
    """Every document of the file at `path`, called `name`, and what had to be left out.

    A document of a collection is called by the file's name and its own: ``corpus.jsonl#id``.
    """
    collection = _COLLECTIONS.get(path.suffix.lower())
    try:
        if collection is None:
            yield read(path, name, limits)
            return
        data = files.load(path, _root(path, name))
        digest = hashlib.sha256(data).hexdigest()
        own = None
        for own, content in _module(collection).read(data):
            try:
                yield _document(writable(name + own), digest, content, limits)
            except UnreadableDocument as error:
                yield LeftOut(writable(name + own), writable(str(error)))
        if own is None:
            raise UnreadableDocument("no documents in it")
    except UnreadableDocument as error:
        yield LeftOut(name, writable(str(error)))


def read(path: Path, name: str | None = None, limits: Limits = DEFAULT) -> Document:
    """The document in the file at `path`, called `name` (the file's own name if not given).

    Raises UnreadableDocument with the reason: an unknown format or one of several documents, no
    text, an encoding that cannot be told, a broken file, more than the limits allow.
    """
    name = name or path.name
    ending = path.suffix.lower()
    reader = _READERS.get(ending)
    data = files.load(path, _root(path, name))
    if reader is None:
        raise UnreadableDocument(f"unknown format {ending or '(no ending)'}; known: {', '.join(FORMATS)}")
    if ending in _PLAIN:
        limits.check_characters(len(data) // 4)  # at least so many: said before they are taken apart
    bounds = (limits,) if reader == "pdf" else ()  # the only format of which a small file may have any size
    content = _module(reader).read(data, *bounds)
    return _document(name, hashlib.sha256(data).hexdigest(), content, limits)


def digest(path: Path, name: str) -> str:
    """The SHA-256 of the file at `path`, called `name`; empty where it cannot be read."""
    try:
        return files.digest(path, _root(path, name))
    except UnreadableDocument:
        return ""


def file_of(document: str, files: Container[str]) -> str:
    """The one of `files` that a document came from: a collection's documents are named file.jsonl#id.

    A file may be called so itself, and is then the one that is meant; so is the name itself where it is of
    none of them.
    """
    ends = (at for at, sign in enumerate(document) if sign == "#")
    before = (document[:end] for end in ends)
    collections = (file for file in before if file.lower().endswith(tuple(_COLLECTIONS)) and file in files)
    return document if document in files else next(collections, document)


def _module(reader: str) -> Any:
    return import_module(f"retrieval.documents.{reader}")


def _root(path: Path, name: str) -> Path:
    """The folder that the file's name is relative to."""
    return path.absolute().parents[name.count("/")]


def _document(name: str, digest: str, content: Content | UnreadableDocument, limits: Limits) -> Document:
    if isinstance(content, UnreadableDocument):
        raise content
    limits.check_characters(len(content.text))
    if not content.text[content.body_start :].strip(BLANK):
        raise UnreadableDocument("no text in it")
    return Document.of(name, digest, content)
