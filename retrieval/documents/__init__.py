"""From a file to a Document: one reader a format, all with the same shape.

A reader takes a file's bytes and returns `Content`; it raises UnreadableDocument with the reason
when there is no text to be had.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

from retrieval.documents import markdown, pdf, text
from retrieval.documents.document import Content, Document, Metadata
from retrieval.errors import NoDocuments, UnreadableDocument

__all__ = ["READERS", "Content", "Document", "Metadata", "find", "read"]

READERS: dict[str, Callable[[bytes], Content]] = {
    ".md": markdown.read,
    ".pdf": pdf.read,
    ".txt": text.read,
}


def find(seeds: Path) -> dict[str, Path]:
    """Every file below `seeds`, by its name relative to it (with ``/``), in the names' order.

    Hidden files and folders (a leading dot) are passed over. Raises NoDocuments when the folder
    is missing or empty.
    """
    if not seeds.is_dir():
        raise NoDocuments(f"{seeds}: no such folder; name the folder with your documents (--seeds)")
    files = {path.relative_to(seeds).as_posix(): path for path in seeds.rglob("*") if path.is_file()}
    visible = {n: p for n, p in sorted(files.items()) if not any(x[0] == "." for x in n.split("/"))}
    if not visible:
        raise NoDocuments(f"{seeds}: no documents; put {', '.join(READERS)} files there")
    return visible


def load(path: Path) -> bytes:
    """The file's bytes. Raises UnreadableDocument when the system refuses them."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"cannot be opened ({error.strerror})") from None


def read(path: Path, name: str | None = None) -> Document:
    """The document in the file at `path`, called `name` (the file's own name if not given).

    Raises UnreadableDocument with the reason: an unknown format, no text, an encoding that is not
    UTF-8, a broken file.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(READERS)
        raise UnreadableDocument(f"unknown format {path.suffix or '(no ending)'}; known: {known}")
    data = load(path)
    content = reader(data)
    if not content.text[content.body_start :].strip():
        raise UnreadableDocument("no text in it")
    return Document.of(name or path.name, hashlib.sha256(data).hexdigest(), content)
