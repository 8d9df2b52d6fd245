"""Plain text: UTF-8, a paragraph a line."""

from retrieval.documents.document import Content
from retrieval.errors import UnreadableDocument


def decode(data: bytes) -> str:
    """UTF-8 bytes, with or without a byte order mark, as text with ``\\n`` line ends."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument(f"not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(data: bytes) -> Content:
    """A .txt file's content."""
    return Content(text=decode(data))
