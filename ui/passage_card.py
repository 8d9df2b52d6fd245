"""A passage as a card, and a document with the passage marked. Everything from outside is escaped.

`st.html` is used for all text of documents: `st.markdown` would lose tildes, and turn $…$ into
mathematics and :name: into pictures.
"""

from collections.abc import Sequence
from html import escape

from retrieval import Hit
from retrieval.documents import Document
from ui.texts import Texts

STYLE = """
<style>
.shutten-text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.9; }
.shutten-text mark { background: color-mix(in srgb, #e8a06f 38%, transparent); color: inherit;
  border-radius: 2px; padding: 0.1em 0; }
.shutten-text .flawed { text-decoration: underline wavy #b3402a 1px; opacity: 0.7; cursor: help; }
.shutten-source { font-weight: 600; line-height: 1.5; }
.shutten-place { margin-bottom: 0.5rem; opacity: 0.75; font-size: 0.875rem; line-height: 1.6;
  overflow-wrap: anywhere; }
.shutten-question { scroll-margin-top: 6rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.shutten-document { max-height: 80vh; overflow-y: auto; padding: 0 0.5rem; }
.shutten-document .passage { background: color-mix(in srgb, #e8a06f 16%, transparent); }
</style>
"""


def question(text: str, number: int) -> str:
    """The reader's question as HTML; the conversation's `number` makes it a place to scroll to."""
    return f'<div class="shutten-question" id="shutten-question-{number}">{escape(text)}</div>'


def card(hit: Hit, texts: Texts) -> str:
    """The source's line, the place's line, and the passage with its quote marked, as HTML."""
    source, passage = hit.source, hit.passage
    said = [source.title, source.publisher, source.date]
    place = [" › ".join(hit.section), passage.document, _place(hit, texts)]
    confidence = texts.confidence.format(hit.confidence)
    return (
        f'<div class="shutten-source">{hit.rank}. {_joined(said)}</div>'
        f'<div class="shutten-place">{_joined(place)} · {escape(confidence)}</div>'
        f'<div class="shutten-text">{_text(hit, texts)}</div>'
    )


def _text(hit: Hit, texts: Texts) -> str:
    """The passage with its quote marked, and what no one meant to write underlined, as HTML."""
    text, start = hit.passage.text, hit.passage.start
    parts = {(hit.quote.start, hit.quote.end): "<mark>{}</mark>"}
    for one in hit.passage.sentences:
        if one.flaw:
            says = escape(texts.flaws[one.flaw], quote=True)
            parts[one.span.start, one.span.end] = f'<span class="flawed" title="{says}">{{}}</span>'
    html, at = "", start
    for (begins, ends), frame in sorted(parts.items()):
        html += escape(text[at - start : begins - start])
        html += frame.format(escape(text[begins - start : ends - start]))
        at = ends
    return html + escape(text[at - start :])


def heading(document: Document) -> str:
    """The document's title, publisher, date and name, as HTML."""
    said = document.metadata
    return _joined([said.title, said.publisher, said.date, document.name])


def marked(document: Document, hit: Hit) -> str:
    """The whole document as HTML, the passage shaded and the quote marked."""
    passage, quote = hit.passage, hit.quote
    text = document.text
    return (
        '<div class="shutten-document shutten-text" tabindex="0">'
        f"{escape(text[: passage.start])}"
        '<span class="passage" id="shutten-passage">'
        f"{escape(text[passage.start : quote.start])}<mark>{escape(quote.text)}</mark>"
        f"{escape(text[quote.end : passage.end])}</span>"
        f"{escape(text[passage.end :])}</div>"
    )


def _place(hit: Hit, texts: Texts) -> str:
    if hit.passage.pages:
        first, last = hit.passage.pages
        return texts.page.format(first if first == last else f"{first}–{last}")
    first, last = hit.passage.lines
    return texts.lines.format(first if first == last else f"{first}–{last}")


def _joined(parts: Sequence[str | None]) -> str:
    return " · ".join(escape(part) for part in parts if part)
