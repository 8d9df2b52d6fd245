"""What comes from documents, file names and questions, as HTML. Everything from outside is escaped.

`st.html` is used for all of it: `st.markdown` would lose tildes, and turn $…$ into mathematics and
:name: into pictures.
"""

import string
from collections.abc import Iterable, Sequence
from html import escape

from retrieval import Hit, flaws
from retrieval.documents import Metadata
from retrieval.evaluation import shelf
from retrieval.index.catalog import Holding
from retrieval.reading import shared_terms
from retrieval.reading.places import Place
from retrieval.search import confidence
from retrieval.search.confidence import Confidence
from retrieval.spans import Span
from ui.texts import Texts

_MARK, _TERM = "<mark>{}</mark>", "<u>{}</u>"
_TELLING = 0.005  # the least chance of small talk that takes anything from a confidence as it is shown


def question(text: str, number: int) -> str:
    """The reader's question; the conversation's `number` makes it a place to scroll to."""
    return f'<h2 class="shutten-question" id="shutten-question-{number}"{_lang(text)}>{escape(text)}</h2>'


def lead(hit: Hit, texts: Texts) -> str:
    """The quoted sentence, large, with its source below it; one that may well be no answer says so."""
    source, level = hit.source, confidence.level(hit.confidence)
    said = [source.publisher, source.date, " › ".join(hit.section), place(hit, texts)]
    title = _joined([source.title or hit.passage.document])
    doubt = f"<footer>{escape(texts.sure_means[level].format(hit.confidence))}</footer>"
    return (
        f'<blockquote class="shutten-lead"><p{_lang(hit.quote.text)}>{escape(hit.quote.text)}</p>'
        f"<footer><b>{title}</b> {_joined(said)}</footer>{doubt if level == 'low' else ''}</blockquote>"
    )


def heading(hit: Hit, texts: Texts, rank: int | None) -> str:
    """Rank, title, publisher and date; below it section, file and lines or page."""
    number = f"{rank}. " if rank else ""
    section = " › ".join(hit.section)
    return (
        f'<h3 class="shutten-source">{number}{_named(hit.source, texts)}</h3>'
        f'<div class="shutten-place">{_joined([section, hit.passage.document, place(hit, texts)])}</div>'
    )


def passage(hit: Hit, asked: str, texts: Texts) -> str:
    """The passage: its quote marked, the question's words underlined, what no one meant to write, too."""
    start = hit.passage.start
    frames = {Span(hit.quote.start, hit.quote.end): _MARK}
    for one in hit.passage.sentences:
        if one.flaw:
            says = escape(texts.flaws[one.flaw], quote=True)
            frames[one.span] = f'<span class="flawed" title="{says}">{{}}</span>'
    terms = shared_terms.find(asked, hit.passage.text)
    words = [Span(start + term.start, start + term.end) for term in terms]
    text = _framed(hit.passage.text, start, frames, words)
    return f'<div class="shutten-text"{_lang(hit.passage.text)}>{text}</div>'


def around(hit: Hit, notes: Sequence[str], texts: Texts) -> str:
    """What stands below a passage: a warning, the footnotes that it cites, who else carries the text."""
    parts = []
    if any(one.flaw for one in hit.passage.sentences):
        parts.append(f'<div class="shutten-warning">⚠ {escape(texts.flawed)}</div>')
    if notes:
        own = "\n".join(map(escape, notes))
        parts.append(f'<div class="shutten-notes"><b>{escape(texts.notes)}</b>\n{own}</div>')
    if hit.twins:
        own = "、".join(f"{_named(source, texts)} ({_joined([one.document])})" for source, one in hit.twins)
        parts.append(f'<div class="shutten-notes"><b>{escape(texts.also)}</b> {own}</div>')
    return "".join(parts)


def evidence(hit: Hit, model: Confidence, texts: Texts) -> str:
    """The parts of the confidence that add anything, and the score that the passage is ranked by, as a
    table."""
    rows = [
        [texts.evidence[name], f"{value:.3f}", f"{weight * value:+.2f}"]
        for name, weight in model.weights.items()
        if weight * (value := getattr(hit.evidence, name))
    ]
    rows.append([texts.base, "", f"{model.intercept:+.2f}"])
    if (talk := hit.evidence.small_talk) >= _TELLING:
        rows.append([texts.small_talk, f"{talk:.3f}", f"× {1 - talk:.2f}"])
    return table(texts.evidence_head, [*rows, [texts.score, f"{hit.score:.3f}", ""]], numbers=(1, 2))


def document(held: Place, texts: Texts) -> str:
    """The whole document, the passage shaded and the sentence marked."""
    text, own = held.document.text, held.passage
    sentence = held.sentence
    title = escape(texts.document, quote=True)
    return (
        f'<div class="shutten-document shutten-text" tabindex="0" role="region" aria-label="{title}"'
        f"{_lang(text)}>{escape(text[: own.start])}"
        f'<span class="passage" id="shutten-passage">{escape(text[own.start : sentence.start])}'
        f"<mark>{escape(text[sentence.start : sentence.end])}</mark>"
        f"{escape(text[sentence.end : own.end])}</span>{escape(text[own.end :])}</div>"
    )


def named(metadata: Metadata, name: str, texts: Texts) -> str:
    """A document's title, publisher and date; below it the file's name."""
    return (
        f'<div class="shutten-source">{_named(metadata, texts)}</div>'
        f'<div class="shutten-place">{_joined([name])}</div>'
    )


def holding(one: Holding, facts: Sequence[str], texts: Texts) -> str:
    """A document with its size and problems, as a row."""
    return (
        f'<div class="shutten-source">{_named(one.metadata, texts)}</div>'
        f'<div class="shutten-place">{_joined([one.name, *facts])}</div>'
    )


def expected(place: shelf.Place, texts: Texts) -> str:
    """Where an answer is that did not come first."""
    lines = [texts.lines.format("–".join(map(str, sorted({*place.lines}))))] if place.lines else []
    return (
        f'<div class="shutten-place">{_joined([place.document, *lines])}</div>'
        f'<div class="shutten-text">{escape(place.text)}</div>'
    )


def above(one: shelf.Above, texts: Texts) -> str:
    """A wrong passage that stood above, its quote marked."""
    lines = texts.lines.format("–".join(map(str, sorted({*one.lines}))))
    level = texts.sureness.format(texts.levels[confidence.level(one.confidence)])
    return (
        f'<div class="shutten-place">{one.rank}. {_joined([one.document, lines, level])}</div>'
        f'<div class="shutten-text">{escape(one.before)}{_MARK.format(escape(one.quote))}'
        f"{escape(one.behind)}</div>"
    )


def notice(line: str, *, good: bool) -> str:
    """One line that says what became of something."""
    return f'<div class="shutten-notice" role="status">{"✓" if good else "✕"} {escape(line)}</div>'


def text(plain: str) -> str:
    """Plain text inside of HTML."""
    return escape(plain)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table of plain texts; the columns in `numbers` are set to the right."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=number' if at in numbers else ''}>{escape(one)}</{tag}>"
            for at, one in enumerate(row)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    first = f"<thead><tr>{cells('th', head)}</tr></thead>" if head else ""
    return (
        f'<div class="shutten-wide"><table class="shutten-facts">{first}<tbody>{body}</tbody></table></div>'
    )


def listed(lines: Iterable[str]) -> str:
    """A list of plain texts."""
    return f'<ul class="shutten-list">{"".join(f"<li>{escape(line)}</li>" for line in lines)}</ul>'


def folded(label: str, lines: Iterable[str]) -> str:
    """A list that opens at a click."""
    return f'<details class="shutten-list"><summary>{escape(label)}</summary>{listed(lines)}</details>'


def place(hit: Hit, texts: Texts) -> str:
    """The page, or the lines, that the passage stands on; plain text."""
    if hit.passage.pages:
        first, last = hit.passage.pages
        return texts.page.format(first if first == last else f"{first}–{last}")
    first, last = hit.passage.lines
    return texts.lines.format(first if first == last else f"{first}–{last}")


def label(text: str) -> str:
    """Text from outside for a widget's label, which is Markdown: every sign is taken literally."""
    return "".join(f"\\{sign}" if sign in string.punctuation else sign for sign in " ".join(text.split()))


def title_of(metadata: Metadata, name: str) -> str:
    """A source in one plain line: title, publisher, date."""
    return " · ".join(part for part in [metadata.title or name, metadata.publisher, metadata.date] if part)


def _named(source: Metadata, texts: Texts) -> str:
    date = f'<span class="date">{escape(source.date or texts.undated)}</span>'
    return f"{_joined([source.title, source.publisher])} · {date}"


def _framed(text: str, start: int, frames: dict[Span, str], words: Sequence[Span]) -> str:
    """The text with `frames` around their spans, and words underlined inside and outside of them."""
    html, at = "", start
    for span, frame in sorted(frames.items()):
        html += _underlined(text, start, Span(at, span.start), words)
        html += frame.format(_underlined(text, start, span, words))
        at = span.end
    return html + _underlined(text, start, Span(at, start + len(text)), words)


def _underlined(text: str, start: int, within: Span, words: Sequence[Span]) -> str:
    html, at = "", within.start
    for word in words:
        begins, ends = max(word.start, within.start), min(word.end, within.end)
        if begins < ends:
            html += escape(text[at - start : begins - start])
            html += _TERM.format(escape(text[begins - start : ends - start]))
            at = ends
    return html + escape(text[at - start : within.end - start])


def _lang(text: str) -> str:
    """The language of a text as an attribute, so that it is read aloud and set as what it is."""
    return ' lang="ja"' if flaws.is_japanese(text) else ""


def _joined(parts: Sequence[str | None]) -> str:
    """Parts of a line, set apart: one written from right to left must not draw in its neighbours."""
    return " · ".join(f"<bdi>{escape(part)}</bdi>" for part in parts if part)
