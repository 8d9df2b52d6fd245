"""PDF through pypdf: pages kept, lines joined where they were only wrapped."""

import io
import logging
import re
import unicodedata
from collections import Counter

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import DictionaryObject

from retrieval.documents import lines
from retrieval.documents.document import Content, Metadata
from retrieval.documents.limits import DEFAULT, Limits
from retrieval.errors import UnreadableDocument

# pypdf reports each small irregularity of a file as a warning; what matters is what it raises
logging.getLogger("pypdf").setLevel(logging.ERROR)

_EDGE = 2  # lines at a page's top, and at its bottom, among which a running header is
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.?|стр\.?)?\s*(\d{1,4})\s*(?:/\s*\d+|of \d+|ページ|頁)?\W*", re.IGNORECASE
)


def read(data: bytes, limits: Limits = DEFAULT) -> Content:
    """A .pdf file's content, one page after the other.

    Raises UnreadableDocument when the file is broken, wants a password, holds no text, or has more
    pages or characters than the limits allow.
    """
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("encrypted; remove its password first")
        pages = _pages(reader, limits)
        info = reader.metadata
    except UnreadableDocument:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, OSError, RecursionError) as error:
        # the file decides what pypdf stumbles over, so its errors come in many classes
        raise UnreadableDocument(f"not a readable PDF ({_one_line(error)})") from None
    if not any(page.strip() for page in pages):
        raise UnreadableDocument("no text in this PDF (scanned pages?); run OCR on it first")
    lines_of = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    text, page_starts = _join(_without_running(lines_of))
    metadata = Metadata(
        title=_clean(info.title) if info else None,
        author=_clean(info.author) if info else None,
        # a date in the information is when the file was made, which is not when the text was written
    )
    return Content(text=text, metadata=metadata, page_starts=page_starts)


def _pages(reader: PdfReader, limits: Limits) -> list[str]:
    """Each page's text. Too many pages, or too much text on them, is said as soon as it is known."""
    # what the file says of itself comes before its pages are counted, which takes long
    tree = reader.root_object["/Pages"]
    said = tree.get("/Count") if isinstance(tree, DictionaryObject) else None
    limits.check_pages(said if isinstance(said, int) else 0)
    limits.check_pages(len(reader.pages))
    pages, characters = [], 0
    for page in reader.pages:
        pages.append(page.extract_text())
        characters += len(pages[-1])
        limits.check_characters(characters)
    return pages


def _without_running(pages: list[list[str]]) -> list[list[str]]:
    """The pages' lines without headers, footers and page numbers: what repeats at the pages' edges.

    Page numbers count as the same line; a line is running where it stands on half the pages, and on
    two at least.
    """
    edges = [{at for at in range(len(page)) if at < _EDGE or at >= len(page) - _EDGE} for page in pages]
    seen = Counter(
        key
        for number, (page, edge) in enumerate(zip(pages, edges, strict=True))
        for key in {_key(page[at], number) for at in edge}
    )
    running = {key for key, count in seen.items() if key and count >= max(2, len(pages) / 2)}
    return [
        [line for at, line in enumerate(page) if at not in edge or _key(line, number) not in running]
        for number, (page, edge) in enumerate(zip(pages, edges, strict=True))
    ]


def _key(line: str, page: int) -> str:
    """What a line at a page's edge has in common with its like on other pages; '' for none.

    A page number is known by its distance from the page's place in the file.
    """
    flat = unicodedata.normalize("NFKC", line).strip()
    number = _PAGE_NUMBER.fullmatch(flat)
    if number:
        return f"number {int(number[1]) - page}"
    return re.sub(r"\d+", "#", flat) if any(map(str.isalpha, flat)) else ""


def _join(pages: list[list[str]]) -> tuple[str, tuple[int, ...]]:
    """All pages' text, a paragraph a line, and the offset at which each page begins."""
    text = ""
    page_starts = []
    before, wrap_before = "", 0.0
    for page in pages:
        wrap = lines.WRAPPED_AT * max(map(lines.width, page), default=0)
        for number, line in enumerate(page):
            # a paragraph that goes on over a page's end is joined like one over a line's
            joined = bool(before) and lines.continues(before, line, wrap_before)
            text += (lines.glue(before[-1], line[0]) if joined else "\n") if before else ""
            if number == 0:
                page_starts.append(len(text))
            text += line
            before, wrap_before = line, wrap
        if not page:
            page_starts.append(len(text))
    return text, tuple(page_starts)


def _clean(value: str | None) -> str | None:
    return _one_line(value) or None if value else None


def _one_line(value: object) -> str:
    return " ".join(str(value).split())
