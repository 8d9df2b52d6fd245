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
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*>")
_HEAD = 4096  # bytes within which a page names its encoding


def read(data: bytes) -> Content:
    """An .html file's content. Raises UnreadableDocument where there is no article in it."""
    declared = _CHARSET.search(data[:_HEAD])
    decoded = decode(data, declared[1].decode("ascii") if declared else None)
    # lxml refuses text that names an encoding, and the name has done its work
    source = _DECLARATION.sub("", decoded.text)
    try:
        # without huge_tree a text beyond ten million bytes would be dropped and nothing said
        page = lxml_html.document_fromstring(source, parser=lxml_html.HTMLParser(huge_tree=True))
    except ParserError:
        raise UnreadableDocument("no text in this page") from None
    _mark_footnotes(page)
    _free_captions(page)
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


def _mark_footnotes(page: HtmlElement) -> None:
    """Give each footnote that a raised number links to that number, in place of its arrow back."""
    for link in page.xpath("//a[starts-with(@href, '#')][ancestor::sup or sup]"):
        number = link.text_content().strip(" []()（）［］")
        [*notes] = page.xpath("//*[@id=$id]", id=link.get("href")[1:])
        if not (number.isdecimal() and notes) or notes[0].xpath("descendant-or-self::sup"):
            continue
        for arrow in notes[0].xpath(".//a[starts-with(@href, '#')]"):
            if not any(map(str.isalnum, arrow.text_content())):
                arrow.drop_tree()
        first = next(notes[0].iterchildren("p"), notes[0])
        mark = lxml_html.Element("sup")
        mark.text, mark.tail = number, f" {(first.text or '').lstrip()}"
        first.text = None
        first.insert(0, mark)


def _free_captions(page: HtmlElement) -> None:
    """Set each table's caption in front of it: trafilatura takes it for the table's first row."""
    for caption in page.xpath("//table/caption"):
        caption.tag, caption.tail = "p", None
        caption.getparent().addprevious(caption)


def _wrap(page: HtmlElement) -> None:
    """Make a page of bare paragraphs or bare text an article: trafilatura passes over what is in none."""
    bare = page.xpath("//body/p | //body/text()[normalize-space()]")
    if not bare or page.xpath("//article | //main | //*[@role='main']"):
        return
    [body] = page.xpath("//body[1]")
    children, loose = list(body), body.text
    body.text = None
    article = lxml_html.Element("article")
    body.append(article)
    paragraph = _paragraph(article, loose)
    for child in children:
        tail, child.tail = child.tail, None
        if not markup.is_inline(child):
            article.append(child)
            paragraph = _paragraph(article, tail)
        elif child.tag == "br" and _ends_in_break(paragraph):
            child.drop_tree()
            paragraph = _paragraph(article, tail)
        else:
            paragraph.append(child)
            child.tail = tail


def _paragraph(article: HtmlElement, text: str | None) -> HtmlElement:
    """A new paragraph at the article's end, which begins with the text."""
    paragraph = lxml_html.Element("p")
    paragraph.text = text
    article.append(paragraph)
    return paragraph


def _ends_in_break(paragraph: HtmlElement) -> bool:
    return len(paragraph) > 0 and paragraph[-1].tag == "br" and not (paragraph[-1].tail or "").strip()


def _whole() -> ConfigParser:
    """trafilatura's settings, but short articles are articles, too."""
    config = deepcopy(DEFAULT_CONFIG)
    for name in ("MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"):
        config["DEFAULT"][name] = "1"
    return config
