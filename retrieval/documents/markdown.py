"""Markdown, with an optional YAML front matter. The text stays as it is written."""

import datetime
import re

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from retrieval.documents import text as plain
from retrieval.documents.document import Content, Metadata
from retrieval.errors import UnreadableDocument

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)


class _FrontMatter(BaseModel):
    """The keys that Shutten knows; others are the writer's own and pass."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    source_note: str | None = None

    @field_validator("date", mode="before")
    @classmethod
    def _iso(cls, value: object) -> object:
        # YAML reads 2026-01-19 as a date of its own
        return value.isoformat() if isinstance(value, datetime.date) else value


def read(data: bytes) -> Content:
    """A .md file's content. Raises UnreadableDocument where a front matter is broken."""
    text = plain.decode(data)
    match = _FRONT_MATTER.match(text)
    values = _mapping(match[1]) if match else None
    if match is None or values is None:
        return Content(text=text, wrapped=True)
    try:
        front = _FrontMatter.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise UnreadableDocument(f"front matter, {first['loc'][0]}: {first['msg']}") from None
    return Content(
        text=text,
        metadata=Metadata(**front.model_dump()),
        body_start=match.end(),
        wrapped=True,
    )


def _mapping(source: str) -> dict[object, object] | None:
    """The front matter's keys; None where the text between two rules is no mapping, thus prose."""
    try:
        values = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 2}" if mark else ""
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise UnreadableDocument(f"front matter,{line}: {problem}") from None
    return values if isinstance(values, dict) else None
