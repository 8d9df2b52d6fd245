"""From a Document to its passages: spans of its text, never longer than asked.

A passage is a run of whole sentences from one section, with the section's heading in front of the
first. Together the passages of a document hold every non-blank character of its body; where a
section is divided, the last short sentences of one passage begin the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retrieval import flaws, sentences
from retrieval.documents import dates
from retrieval.documents.blocks import Block
from retrieval.documents.document import Document
from retrieval.spans import Span

_OVERLAP = 0.2  # of a passage's size, at most, begins the next again


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, heading, list item or table row, at its place in the document's text.

    It is `quotable` as an answer unless it is a heading, which announces an answer and is none, a
    rule, or nothing but a date. `flaw` says what is wrong with it, None where nothing is. `header`
    is the header of the table whose row it is.
    """

    span: Span
    quotable: bool = True
    flaw: str | None = None
    header: Span | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote that a passage cites, at its place in the document's text."""

    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document: ``document.text[start:end] == text``, always.

    `section` is the path of headings above it, the outermost first. `lines` are counted from 1,
    `pages` too (None where the format has none); both name the first and the last. `sentences`
    are in order and lie inside the span. `dates` are those that it mentions, in ISO form; `notes`
    the footnotes that its marks point to.
    """

    document: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    lines: tuple[int, int]
    pages: tuple[int, int] | None
    dates: tuple[str, ...]
    notes: tuple[Note, ...]
    sentences: tuple[Sentence, ...]

    def said_at(self, span: Span) -> str:
        """What stands at a span of the document that lies inside the passage."""
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence on its way into a passage. One that `announces` what follows never ends a passage."""

    sentence: Sentence
    announces: bool = False

    @property
    def start(self) -> int:
        return self.sentence.span.start

    @property
    def end(self) -> int:
        return self.sentence.span.end


def split(document: Document, size: int) -> list[Passage]:
    """The document's passages, in order, none longer than `size` characters."""
    return [
        _passage(document, path, run)
        for path, groups in _sections(document, size)
        for run in _pack(groups, size, int(_OVERLAP * size))
    ]


def _sections(document: Document, size: int) -> Iterator[tuple[tuple[str, ...], list[list[_Unit]]]]:
    """Each section's path and groups; a footnote is one of its own, below a heading that is theirs.

    Headings with nothing below them, rules and dates go to what follows them.
    """
    path: list[tuple[int, str]] = []
    titles: tuple[str, ...] = ()
    of_notes: tuple[str, ...] | None = None
    held: list[list[_Unit]] = []
    has_body = False
    for block, group in _groups(document, size):
        if has_body and block.kind in ("heading", "note"):
            yield titles, held
            held, has_body = [], False
        if block.kind == "note":
            if of_notes is None:
                of_notes = titles if any(unit.announces for own in held for unit in own) else ()
            yield of_notes, [*held, group]
            held = []
            continue
        if block.kind == "heading":
            path = [*(above for above in path if above[0] < block.level), (block.level, block.title)]
            titles, of_notes = tuple(title for _, title in path), None
        elif any(unit.sentence.quotable for unit in group):
            has_body, of_notes = True, None
        held.append(group)
    if held:
        yield titles, held


def _groups(document: Document, size: int) -> Iterator[tuple[Block, list[_Unit]]]:
    """What is kept together where it fits, and its first block: a list or a table with what announces it."""
    japanese = flaws.is_japanese(document.text)
    blocks = document.blocks
    first, group = 0, []
    for at, block in enumerate(blocks):
        after = blocks[at + 1].kind if at + 1 < len(blocks) else None
        group += _units(document.text, block, after, size, japanese)
        if block.kind == "heading" or after not in ("item", "row"):
            yield blocks[first], group
            first, group = at + 1, []


def _units(text: str, block: Block, after: str | None, size: int, japanese: bool) -> list[_Unit]:
    """The block's sentences; a table's row is one. `after` is the kind of the next block."""
    found = sentences.split(text, block.start, block.end)
    # a heading that runs on into a sentence can be quoted
    announces = block.kind == "heading" and text[block.end - 1] not in "。．"
    if block.kind in ("heading", "row"):
        found = [Span(block.start, block.end)]
    pieces = [piece for span in found for piece in sentences.cut(text, span, size)]
    # footnotes name sources in their own language
    wrong = flaws.of_all([text[one.start : one.end] for one in pieces], japanese and block.kind != "note")
    header = block.lead if block.kind == "row" else None
    if header and header.end - header.start > size:
        header = None  # what is longer than a passage heads nothing, and would be said with every row
    leads = after in ("item", "row") and (after != block.kind or (after == "row" and header is None))
    return [
        _Unit(
            Sentence(
                piece,
                quotable=not announces and _says_something(text[piece.start : piece.end]),
                flaw=flaw,
                header=header,
            ),
            announces=block.kind == "heading" or (leads and number == len(pieces)),
        )
        for number, (piece, flaw) in enumerate(zip(pieces, wrong, strict=True), start=1)
    ]


def _says_something(own: str) -> bool:
    """Whether it can be an answer: a rule has no words, and a date by itself tells nothing."""
    return any(map(str.isalnum, own)) and dates.of_line(own) is None


def _passage(document: Document, section: tuple[str, ...], run: list[_Unit]) -> Passage:
    start, end = run[0].start, run[-1].end
    text = document.text[start:end]
    cited = {mark.note: mark.label for mark in document.marks_in(start, end) if mark.note.start != mark.start}
    return Passage(
        document=document.name,
        start=start,
        end=end,
        text=text,
        section=section,
        lines=document.lines(start, end),
        pages=document.pages(start, end),
        dates=dates.mentioned(text, document.metadata.date),
        notes=tuple(Note(label, note) for note, label in cited.items()),
        sentences=tuple(unit.sentence for unit in run),
    )


def _pack(groups: Sequence[list[_Unit]], size: int, overlap: int) -> Iterator[list[_Unit]]:
    """Runs of units no longer than `size`: whole groups together as far as they fit.

    A group that does not fit beside the others begins a run of its own; one that is too long for
    any is filled up unit by unit. What announces something goes to the next run with it.
    """
    run: list[_Unit] = []
    for group in groups:
        end = group[-1].end
        if run and end - run[0].start > size and not all(unit.announces for unit in run):
            # a group that fits into a run is not divided for the sake of an overlap
            need = end if end - group[0].start <= size else group[0].end
            whole, run = _closed(run, need, size, overlap)
            yield whole
        for unit in group:
            if run and unit.end - run[0].start > size:
                whole, run = _closed(run, unit.end, size, overlap)
                yield whole
            run.append(unit)
    if run:
        yield run


def _closed(run: list[_Unit], need: int, size: int, overlap: int) -> tuple[list[_Unit], list[_Unit]]:
    """The run as it is finished, and what begins the next one, which has to reach `need`."""
    kept = len(run)
    while kept > 1 and run[kept - 1].announces:
        kept -= 1
    if kept < len(run):
        return (run[:kept], run[kept:]) if need - run[kept].start <= size else (run, [])
    again = kept
    while again > 1 and _repeats(run[again - 1], run[-1].end, overlap, need, size):
        again -= 1
    return run, run[again:]


def _repeats(unit: _Unit, end: int, overlap: int, need: int, size: int) -> bool:
    """Whether the unit is near enough to the run's `end` to begin the next run again."""
    return not unit.announces and end - unit.start <= overlap and need - unit.start <= size
