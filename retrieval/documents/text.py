"""Plain text: what its lines are, `structure` finds out."""

from retrieval.documents.document import Content
from retrieval.documents.encoding import decode


def read(data: bytes) -> Content:
    """A .txt file's content. Raises UnreadableDocument where its encoding is uncertain."""
    decoded = decode(data)
    return Content(text=decoded.text, encoding=decoded.encoding)
