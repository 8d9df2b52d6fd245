"""Web pages: trafilatura finds the article in them, and what it says of itself."""

import re
from configparser import ConfigParser
from copy import deepcopy
from typing import Any

from lxml import html as lxml_html
from lxml.etree import ParserError
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import DEFAULT_CONFIG

from retrieval.documents import markup
from retrieval.documents.document import Content, Metadata
from retrieval.documents.encoding import decode
from retrieval.errors import UnreadableDocument

_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEAD = 4096  # bytes within which a page names its encoding


def read(data: bytes) -> Content:
    """An .html file's content. Raises UnreadableDocument where there is no article in it."""
    declared = _CHARSET.search(data[:_HEAD])
    decoded = decode(data, declared[1].decode("ascii") if declared else None)
    # lxml refuses text that names an encoding, and the name has done its work
    source = re.sub(r"<\?xml[^>]*\?>", "", decoded.text, count=1)
    try:
        # without huge_tree a text beyond ten million bytes would be dropped and nothing said
        page = lxml_html.document_fromstring(source, parser=lxml_html.HTMLParser(huge_tree=True))
    except ParserError:
        raise UnreadableDocument("no text in this page") from None
    _wrap(page)
    found: Any = bare_extraction(
        page, include_formatting=True, favor_recall=True, with_metadata=True, fast=True, config=_whole()
    )
    if not found or found.body is None:
        raise UnreadableDocument("no article in this page")
    text, blocks = markup.blocks(found.body)
    author = page.xpath("string(//meta[@name='author']/@content)").strip()
    return Content(
        text=text,
        blocks=blocks,
        metadata=Metadata(
            title=found.title or None,
            author=found.author or author or None,
            publisher=found.sitename or None,
            date=found.date or None,
            url=found.url or None,
        ),
        encoding=decoded.encoding,
    )


def _wrap(page: HtmlElement) -> None:
    """Make a page of bare paragraphs an article: elsewhere trafilatura passes their headings over."""
    if page.xpath("//body/p") and not page.xpath("//article | //main | //*[@role='main']"):
        [body] = page.xpath("//body[1]")
        article = lxml_html.Element("article")
        article.text, body.text = body.text, None
        article.extend(list(body))
        body.append(article)


def _whole() -> ConfigParser:
    """trafilatura's settings, but short articles are articles, too."""
    config = deepcopy(DEFAULT_CONFIG)
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config["DEFAULT"][name] = "1"
    return config
