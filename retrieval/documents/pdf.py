"""PDF through pypdf: pages kept, lines joined where they were only wrapped."""

import io
import logging
import re
import unicodedata

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from retrieval.documents.document import Content, Metadata
from retrieval.errors import UnreadableDocument

# pypdf reports each small irregularity of a file as a warning; what matters is what it raises
logging.getLogger("pypdf").setLevel(logging.ERROR)

_ENDS_A_SENTENCE = re.compile(r"[。．！？!?.:：」』】）)]$")
_BEGINS_AN_ITEM = re.compile(r"[-・•●■◆◇□○※*]|[0-9０-９]+[.．、)）]|[①-⑳]|第[0-9０-９一二三四五六七八九十]+")
_WRAPPED_AT = 0.8  # a line at least this share of the page's widest is taken as wrapped, not ended


def read(data: bytes) -> Content:
    """A .pdf file's content, one page after the other.

    Raises UnreadableDocument when the file is broken, wants a password, or holds no text.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("encrypted; remove its password first")
        pages = [page.extract_text() for page in reader.pages]
        info = reader.metadata
    except UnreadableDocument:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, OSError, RecursionError) as error:
        # the file decides what pypdf stumbles over, so its errors come in many classes
        raise UnreadableDocument(f"not a readable PDF ({_one_line(error)})") from None
    if not any(page.strip() for page in pages):
        raise UnreadableDocument("no text in this PDF (scanned pages?); run OCR on it first")
    text, page_starts = _join(pages)
    metadata = Metadata(
        title=_clean(info.title) if info else None, author=_clean(info.author) if info else None
    )
    return Content(text=text, metadata=metadata, page_starts=page_starts)


def _join(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """All pages' text, and the offset at which each page begins."""
    text = ""
    page_starts = []
    wrapped = False
    for page in pages:
        lines = [line.strip() for line in page.strip().splitlines()]
        widest = max(map(_width, lines), default=0)
        for number, line in enumerate(lines):
            # a paragraph that goes on over a page break is joined like one over a line's end
            continues = wrapped and line != "" and not _BEGINS_AN_ITEM.match(line)
            text += _glue(text, line) if continues else "\n" if text else ""
            if number == 0:
                page_starts.append(len(text))
            text += line
            wrapped = _width(line) >= _WRAPPED_AT * widest > 0 and not _ENDS_A_SENTENCE.search(line)
        if not lines:
            page_starts.append(len(text))
    return text, tuple(page_starts)


def _glue(before: str, after: str) -> str:
    """What stands between two joined lines: nothing next to Japanese, else a space."""
    return "" if _is_wide(before[-1]) or _is_wide(after[0]) else " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _width(line: str) -> int:
    """The line's width in half-width columns."""
    return sum(2 if _is_wide(character) else 1 for character in line)


def _clean(value: str | None) -> str | None:
    return _one_line(value) or None if value else None


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
