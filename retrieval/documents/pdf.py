"""PDF through pypdf: pages kept, lines joined where they were only wrapped."""

import io
import logging
import re
import unicodedata
from collections import Counter
from itertools import groupby

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from retrieval.documents import lines
from retrieval.documents.broken import BROKEN
from retrieval.documents.document import Content, Metadata
from retrieval.documents.limits import DEFAULT, Limits
from retrieval.errors import UnreadableDocument, one_line

# pypdf reports each small irregularity of a file; what matters is what it raises
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

# glyphs that fonts name after radicals, ligatures and vertical forms, as they were written: ⽇, ﬁ, ︒
_FORMS = (range(0x2E80, 0x2FD6), range(0xFB00, 0xFB07), range(0xFE10, 0xFE1A), range(0xFE30, 0xFE45))
_AS_WRITTEN: dict[int, str | None] = {
    code: unicodedata.normalize("NFKC", chr(code)) for codes in _FORMS for code in codes
}
_AS_WRITTEN |= {
    ord(a): b for a, b in zip("⺠⻁⻄⻆⻑⻘⻝⻣⻤⻨⻩⻫⻭⻯⻲", "民虎西角長青食骨鬼麦黄斉歯竜亀", strict=True)
}
_AS_WRITTEN[0] = None
_KANA = re.compile(r"[ぁ-ヺー\s]+")
_RUBY = 0.6  # of the body's size, at most, is a reading's
_COLUMN = 4  # lines of one character each from which they are vertical text
_TWO_BYTES = re.compile(rb"begincodespacerange\s*<0000>\s*<[fF]{4}>")
_EDGE = 2  # lines at a page's top, and at its bottom, among which a running header is
_LONGEST_NUMBER = 40  # characters of a line that is a page's number
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
        # a date in the information is when the file was made, which is not when the text was written
        metadata = Metadata(title=_clean(info.title), author=_clean(info.author)) if info else Metadata()
    except UnreadableDocument:
        raise
    except BROKEN as error:
        raise UnreadableDocument(f"not a readable PDF ({one_line(error)})") from None
    if not any(pages):
        raise UnreadableDocument("no text in this PDF (scanned pages?); run OCR on it first")
    text, page_starts = _join(_without_running(pages))
    return Content(text=text, metadata=metadata, page_starts=page_starts)


def _pages(reader: PdfReader, limits: Limits) -> list[list[str]]:
    """Each page's lines. Too many pages, or too much text on them, is said as soon as it is known."""
    # what the file says of itself comes before its pages are counted, which takes long
    tree = reader.root_object["/Pages"]
    said = tree.get("/Count") if isinstance(tree, DictionaryObject) else None
    limits.check_pages(said if isinstance(said, int) else 0)
    limits.check_pages(len(reader.pages))
    pages, characters = [], 0
    for page in reader.pages:
        pages.append(_lines(page))
        characters += sum(map(len, pages[-1]))
        limits.check_characters(characters)
    return pages


def _lines(page: PageObject) -> list[str]:
    """The page's lines in a reader's characters, without the readings above words (ruby)."""
    _name_encodings(page)
    sizes: Counter[float] = Counter()
    said: list[tuple[float, str]] = []

    def note(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        height, own = abs(size * (matrix[3] or matrix[1])), "".join(text.split())
        sizes[height] += len(own)
        said.append((height, own))

    text = page.extract_text(visitor_text=note)
    body = max(sizes, key=lambda height: sizes[height], default=0.0)
    small = "".join(own for height, own in said if height <= _RUBY * body)
    found = (line.translate(_AS_WRITTEN).strip() for line in text.splitlines())
    return _set_upright([line for line in found if line and not _is_reading(line, small)])


def _is_reading(line: str, small: str) -> bool:
    """Whether a line is nothing but kana, and all of it in small type."""
    return _KANA.fullmatch(line) is not None and "".join(line.split()) in small


def _name_encodings(page: PageObject) -> None:
    """Call the two-byte encodings that fonts bring themselves by their name: pypdf knows no others."""
    resources = page.get("/Resources", DictionaryObject()).get_object()
    for font in resources.get("/Font", DictionaryObject()).get_object().values():
        encoding = font.get_object().get("/Encoding")
        own = encoding.get_object() if encoding is not None else None
        if isinstance(own, StreamObject) and _TWO_BYTES.search(own.get_data()):
            font.get_object()[NameObject("/Encoding")] = NameObject("/Identity-H")


def _set_upright(found: list[str]) -> list[str]:
    """The lines, with those of vertical text, a character each, joined."""
    upright: list[str] = []
    for one, together in groupby(found, key=lambda line: len(line) == 1 and lines.is_wide(line)):
        own = list(together)
        upright += ["".join(own)] if one and len(own) >= _COLUMN else own
    return upright


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
    number = _PAGE_NUMBER.fullmatch(flat) if len(flat) <= _LONGEST_NUMBER else None
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
    return one_line(value) or None if value else None
