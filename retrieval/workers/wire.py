"""What a build and its workers say to each other: frames of JSON over pipes.

JSON and not pickles: a worker has read a file that nobody has checked, so what it says is checked, too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from retrieval.documents import Document, LeftOut, Limits
from retrieval.passages import Passage

HEAD = struct.Struct("<Q")  # a frame's bytes, before them
IDLE = 60.0  # seconds after which a worker that nobody asks leaves
LARGEST = 1 << 32  # bytes of a frame that anyone believes in


@dataclass(frozen=True, slots=True)
class Request:
    """The file to be read: its path, bytes that are no text as Python writes them (surrogateescape)."""

    path: str
    name: str
    limits: Limits
    passage_size: int


@dataclass(frozen=True, slots=True)
class Made:
    """A document of the file, with its passages."""

    document: Document
    passages: tuple[Passage, ...]
    kind: Literal["made"] = "made"


@dataclass(frozen=True, slots=True)
class Refused:
    """A document of the file that cannot be read."""

    left_out: LeftOut
    kind: Literal["refused"] = "refused"


@dataclass(frozen=True, slots=True)
class Done:
    """The file has been read."""

    kind: Literal["done"] = "done"


Reply = Made | Refused | Done
REPLY: TypeAdapter[Reply] = TypeAdapter(Annotated[Reply, Field(discriminator="kind")])


def frame(data: bytes) -> bytes:
    """The data as it goes over a pipe."""
    return HEAD.pack(len(data)) + data
