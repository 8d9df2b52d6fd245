"""JSON Lines: a line a document. BEIR's ``corpus.jsonl`` is such a file."""

import json
import re
from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from retrieval.documents.document import Content, Metadata
from retrieval.documents.encoding import decode
from retrieval.errors import UnreadableDocument

# JSON can spell halves of a character, which no encoding can write
_HALF = re.compile("[\ud800-\udfff]")


class _Line(BaseModel):
    """The fields that Shutten knows; others are the writer's own and pass."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str | None = Field(None, alias="_id")
    text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        return _HALF.sub("\ufffd", value) if isinstance(value, str) else value


def read(data: bytes) -> Iterator[tuple[str, Content | UnreadableDocument]]:
    """A .jsonl file's documents, or why a line is none, each with what to put behind the file's name.

    That is ``#`` and the line's `_id` (its number where it has none), or the line's number where
    there is no document. Raises UnreadableDocument where the file's encoding is uncertain.
    """
    seen: set[str] = set()
    decoded = decode(data)
    # not splitlines: a U+2028 inside a string ends no line
    for number, line in enumerate(decoded.text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = _Line.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            yield f" line {number}", UnreadableDocument(f"not JSON ({error.msg})")
            continue
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"]))
            reason = f"{field}: {first['msg']}" if field else "not a JSON object"
            yield f" line {number}", UnreadableDocument(reason)
            continue
        except RecursionError:
            yield f" line {number}", UnreadableDocument("not JSON (nested too deeply)")
            continue
        except ValueError as error:  # numbers of thousands of digits
            yield f" line {number}", UnreadableDocument(f"not JSON that can be read ({error})")
            continue
        id = fields.id or str(number)
        if id in seen:
            yield f" line {number}", UnreadableDocument(f"_id: {id} stands there twice")
            continue
        seen.add(id)
        metadata = Metadata(**fields.model_dump(exclude={"id", "text"}))
        text = fields.text.replace("\r\n", "\n").replace("\r", "\n")
        yield f"#{id}", Content(text=text, metadata=metadata, encoding=decoded.encoding)
