"""From a file to its documents: one reader a format, all with the same shape.

A reader takes a file's bytes and returns `Content`; it raises UnreadableDocument with the reason
when there is no text to be had. A file of a collection format holds a document a line.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from retrieval.documents import docx, html, jsonl, markdown, pdf, text
from retrieval.documents.document import Content, Document, LeftOut, Metadata
from retrieval.errors import NoDocuments, UnreadableDocument

__all__ = ["FORMATS", "Content", "Document", "LeftOut", "Metadata", "find", "read", "read_all"]

_READERS: dict[str, Callable[[bytes], Content]] = {
    ".docx": docx.read,
    ".htm": html.read,
    ".html": html.read,
    ".md": markdown.read,
    ".pdf": pdf.read,
    ".txt": text.read,
}
_COLLECTIONS = {".jsonl": jsonl.read}
FORMATS = tuple(sorted([*_READERS, *_COLLECTIONS]))


def find(seeds: Path) -> dict[str, Path]:
    """Every file below `seeds`, by its name relative to it (with ``/``), in the names' order.

    Hidden files and folders (a leading dot) are passed over. Where `seeds` is a file, it is that
    one. Raises NoDocuments when there is nothing.
    """
    if seeds.is_file():
        return {seeds.name: seeds}
    if not seeds.is_dir():
        raise NoDocuments(f"{seeds}: no such folder; name the folder with your documents (--seeds)")
    files = {_name(path.relative_to(seeds)): path for path in seeds.rglob("*") if path.is_file()}
    visible = {n: p for n, p in sorted(files.items()) if not any(x[0] == "." for x in n.split("/"))}
    if not visible:
        raise NoDocuments(f"{seeds}: no documents; put {', '.join(FORMATS)} files there")
    return visible


def _name(path: Path) -> str:
    """The path as text; bytes that are not UTF-8, as old archives leave them, as ``\\x93``."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def read_all(path: Path, name: str) -> Iterator[Document | LeftOut]:
    """Every document of the file at `path`, called `name`, and what had to be left out.

    A document of a collection is called by the file's name and its own: ``corpus.jsonl#id``.
    """
    collection = _COLLECTIONS.get(path.suffix.lower())
    try:
        if collection is None:
            yield read(path, name)
            return
        data = _load(path)
        digest = hashlib.sha256(data).hexdigest()
        for own, content in collection(data):
            if isinstance(content, UnreadableDocument):
                yield LeftOut(name + own, str(content))
            elif not content.text.strip():
                yield LeftOut(name + own, _EMPTY)
            else:
                yield Document.of(name + own, digest, content)
    except UnreadableDocument as error:
        yield LeftOut(name, str(error))


def read(path: Path, name: str | None = None) -> Document:
    """The document in the file at `path`, called `name` (the file's own name if not given).

    Raises UnreadableDocument with the reason: an unknown format or one of several documents, no
    text, an encoding that cannot be told, a broken file.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableDocument(
            f"unknown format {path.suffix or '(no ending)'}; known: {', '.join(FORMATS)}"
        )
    data = _load(path)
    content = reader(data)
    if not content.text[content.body_start :].strip():
        raise UnreadableDocument(_EMPTY)
    return Document.of(name or path.name, hashlib.sha256(data).hexdigest(), content)


_EMPTY = "no text in it"


def _load(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"cannot be opened ({error.strerror})") from None
