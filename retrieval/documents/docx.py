"""Word files: mammoth gives their headings, lists, tables and footnotes as HTML."""

import io

import docx
import mammoth
from lxml import html as lxml_html
from lxml.etree import _Element

from retrieval.documents import markup
from retrieval.documents.broken import BROKEN
from retrieval.documents.document import Content, Metadata
from retrieval.errors import UnreadableDocument, one_line

# what Word calls a document's title is its outermost heading
_STYLES = "p[style-name='Title'] => h1:fresh"


def read(data: bytes) -> Content:
    """A .docx file's content. Raises UnreadableDocument where it is no Word file."""
    try:
        said = docx.Document(io.BytesIO(data)).core_properties
        metadata = Metadata(title=said.title or None, author=said.author or None)
        converted = mammoth.convert_to_html(io.BytesIO(data), style_map=_STYLES).value
    except BROKEN as error:
        raise UnreadableDocument(f"not a readable Word file ({one_line(error)})") from None
    root = lxml_html.fragment_fromstring(converted, create_parent="div")
    _mark_footnotes(root)
    text, blocks = markup.blocks(root)
    return Content(text=text, blocks=blocks, metadata=metadata)


def _mark_footnotes(root: _Element) -> None:
    """Give each footnote the number that its mark has in the text, in place of its arrow back."""
    for arrow in root.xpath("//a[starts-with(@href, '#footnote-ref-')]"):
        arrow.drop_tree()
    for number, note in enumerate(root.xpath("//li[starts-with(@id, 'footnote-')]"), start=1):
        first = note[0] if len(note) else note
        mark = lxml_html.Element("sup")
        mark.text, mark.tail = str(number), f" {(first.text or '').lstrip()}"
        first.text = None
        first.insert(0, mark)
