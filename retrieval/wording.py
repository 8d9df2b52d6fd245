"""What is encoded of a document's words: its own, without what is only typography.

Spans are shown as they stand in the source; the encoder and the keyword search get their wording,
without footnote marks, tags and signs, and with lines joined that were only broken.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

from retrieval.documents import Document
from retrieval.documents.document import Metadata
from retrieval.documents.lines import glue
from retrieval.passages import Passage, Sentence
from retrieval.spans import Span

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>|<!--.*?-->", re.DOTALL)
# a raised number behind Japanese is a footnote's mark even where the footnote is missing; m² is none
_RAISED = re.compile(r"(?<=[ぁ-ヿ一-鿿。」』）])(?:<sup>\s*\[?\d{1,3}\]?\s*</sup>|[⁰¹²³⁴-⁹]{1,3})")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
_LEADING = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+•][ \t]+|>[ \t]?)", re.MULTILINE)
_PIPES = re.compile(r"[ \t]*\|[ \t]*")
_BREAK = re.compile(r"[ \t]*\n\s*")
_BLANKS = re.compile(r"[ \t]+")


def of_passages(document: Document, passages: Sequence[Passage]) -> list[str]:
    """What is encoded of a document's passages: their sentences, a line each where the source has it so.

    Flawed ones and rules are left out, as long as there are others. Rows begin with their header. A
    title that is none of the document's headings stands in front of each passage: it tells what the
    text is about, which the text itself may never say.
    """
    title = "" if _says_its_title(document) else f"{document.title}\n"
    return [title + _of_passage(document, passage) for passage in passages]


def _of_passage(document: Document, passage: Passage) -> str:
    worth = {one for one in passage.sentences if not one.flaw and _says_something(document, one)}
    said = ""
    before = passage.start
    for one in passage.sentences:
        if one in worth or not worth:
            gap = document.text[before : one.span.start]
            said += ("\n" if "\n" in gap else gap) + _of(document, one.span)
        before = one.span.end
    header = passage.sentences[0].header
    return f"{_of(document, header)}\n{said.strip()}" if header else said.strip()


def of_sentence(document: Document, sentence: Sentence) -> str:
    """What is encoded of a sentence: with its header in front where it is a table's row."""
    said = _of(document, sentence.span)
    return f"{_of(document, sentence.header)} {said}" if sentence.header else said


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What a reranker reads of a passage: under a head, some of its sentences, from number `first` on."""

    head: str
    first: int
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return self._above + "".join(self.sentences)

    @property
    def starts(self) -> list[int]:
        """Where in the text each sentence starts."""
        return list(accumulate(map(len, self.sentences[:-1]), initial=len(self._above)))

    @property
    def _above(self) -> str:
        return f"{self.head}\n" if self.head else ""


def around(source: Metadata, passage: Passage, sentence: int, reach: int) -> Excerpt:
    """The sentence of that number with as many of its neighbours, on both sides in turn, as `reach`
    characters hold, under the passage's title and heading, a line each. Marks stay, since the document is
    not at hand.
    """
    said = [plain(passage.said_at(one.span)) for one in passage.sentences]
    head = dict.fromkeys([source.title or "", *passage.section[-1:]])
    kept = _grown(list(map(len, said)), sentence, reach)
    return Excerpt("\n".join(filter(None, head)), kept.start, tuple(said[kept]))


def _grown(lengths: Sequence[int], at: int, most: int) -> slice:
    """The one at `at` with those before and behind it, in turn, as long as they are `most` in all."""
    first, end, length = at, at + 1, lengths[at]
    turn_before = True
    while True:
        before = first > 0 and length + lengths[first - 1] <= most
        behind = end < len(lengths) and length + lengths[end] <= most
        if not before and not behind:
            return slice(first, end)
        if before and (turn_before or not behind):
            first -= 1
            length += lengths[first]
        else:
            length += lengths[end]
            end += 1
        turn_before = not turn_before


def plain(text: str) -> str:
    """The words of a text: one line, without tags and signs."""
    text = _AUTOLINK.sub(r"\1", _RAISED.sub("", _LEADING.sub("", text)))
    text = _LINK.sub(r"\1", _TAG.sub("", text))
    text = _PIPES.sub(" ", _EMPHASIS.sub(r"\2", text))
    return _BLANKS.sub(" ", _joined(text)).strip()


def _says_its_title(document: Document) -> bool:
    """Whether the title is one of the text's own, or none at all but the file's name."""
    named = document.title == PurePosixPath(document.name).stem
    headings = (block.title for block in document.blocks if block.kind == "heading")
    return named or document.text.lstrip().startswith(document.title) or document.title in headings


def _says_something(document: Document, sentence: Sentence) -> bool:
    return any(map(str.isalnum, document.text[sentence.span.start : sentence.span.end]))


def _of(document: Document, span: Span) -> str:
    """The words of the span, without footnote marks."""
    kept, at = [], span.start
    for mark in document.marks_in(span.start, span.end):
        kept.append(document.text[at : mark.start])
        at = mark.end
    return plain("".join([*kept, document.text[at : span.end]]))


def _joined(text: str) -> str:
    """One line: what was broken inside Japanese joined without a blank."""

    def between(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        return glue(before, after) if before and after else ""

    return _BREAK.sub(between, text)
