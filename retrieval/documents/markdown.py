"""Markdown, with an optional YAML front matter. The text stays as it is written."""

import re
from collections.abc import Iterator

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from retrieval.documents.blocks import Block, Kind
from retrieval.documents.document import Content, Metadata
from retrieval.documents.encoding import decode
from retrieval.documents.lines import HEADING
from retrieval.errors import UnreadableDocument
from retrieval.spans import trimmed

# a key in front tells a front matter, well written or not, from prose between two rules
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n((?:[ \t]*(?:#[^\n]*)?\n)*[\w\"'-]+[ \t]*:.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_BLOCKS = ("heading_open", "paragraph_open", "tr_open", "fence", "code_block", "html_block")
# blocks alone: what stands inside them is not asked for, and takes most of the time
_PARSER = MarkdownIt("commonmark").enable("table").disable("inline")


class _FrontMatter(BaseModel):
    """The keys that Shutten knows; others are the writer's own and pass. Several authors are one line."""

    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    source_note: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _one_line(cls, value: object) -> object:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return ", ".join(value) or None
        return value or None


def read(data: bytes) -> Content:
    """A .md file's content. Raises UnreadableDocument where a front matter is broken."""
    decoded = decode(data)
    text = decoded.text
    match = _FRONT_MATTER.match(text)
    values = _mapping(match[1]) if match else None
    start = match.end() if match and values is not None else 0
    try:
        front = _FrontMatter.model_validate(values or {})
    except ValidationError as error:
        first = error.errors()[0]
        raise UnreadableDocument(f"front matter, {first['loc'][0]}: {first['msg']}") from None
    return Content(
        text=text,
        blocks=tuple(_blocks(text, start)),
        metadata=Metadata(**front.model_dump()),
        body_start=start,
        encoding=decoded.encoding,
    )


def _blocks(text: str, start: int) -> Iterator[Block]:
    """What Markdown marks as a block, in order, without overlap."""
    body = text[start:]
    line_starts = [start, *(start + match.end() for match in re.finditer("\n", body)), len(text)]
    in_items = 0
    for token in _PARSER.parse(body):
        in_items += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type in _BLOCKS and token.map:
            first, last = token.map
            span = trimmed(text, line_starts[first], line_starts[min(last, len(line_starts) - 1)])
            if start <= span.start < span.end:
                yield _block(text[span.start : span.end], token, span.start, span.end, in_items > 0)
                start = span.end


def _block(own: str, token: Token, start: int, end: int, in_item: bool) -> Block:
    if token.type == "heading_open":
        written = HEADING.fullmatch(own)
        title = written[2] if written else own.split("\n", 1)[0].strip()
        return Block("heading", start, end, level=int(token.tag[1]) - 1, title=title)
    kind: Kind = "row" if token.type == "tr_open" else "item" if in_item else "paragraph"
    return Block(kind, start, end)


def _mapping(source: str) -> dict[object, object] | None:
    """The front matter's keys; None where the text between two rules is no mapping, thus prose."""
    try:
        # every value as it is written: 2026-13-01 is no date, and "no" no truth value
        values = yaml.load(source, Loader=yaml.BaseLoader)
    except RecursionError:
        raise UnreadableDocument("front matter: nested too deeply") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise UnreadableDocument(f"front matter,{line}: {problem}") from None
    return values if isinstance(values, dict) else None
