"""What a generation was built from, and its files: ``manifest.json``.

The file is exactly what `Manifest.to_bytes` writes, with a digest of itself in it, so that no byte of
it changes unseen. Its first field says which format it has, before anything else is asked of it.
"""

from __future__ import annotations

import datetime
import hashlib
from io import BufferedReader
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from retrieval.documents import LeftOut, Limits
from retrieval.errors import DamagedIndex, ForeignIndex, one_line
from retrieval.precision import Numbers

FORMAT = 11  # of the files
MAKING = 1  # of what is made of documents: raised when passages, terms or wording come out differently
NAME = "manifest.json"
REBUILD = "build it again: python -m retrieval build"

# a name inside the generation's folder, nothing else
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(\.[a-z0-9]+)+$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class StoredFile(_Model):
    """One file of a generation: bytes and hexadecimal digest."""

    size: int = Field(ge=0)
    sha256: Digest

    @classmethod
    def of(cls, file: BufferedReader) -> StoredFile:
        """What an open file is listed as. Raises OSError."""
        digest = hashlib.file_digest(file, "sha256")
        return cls(size=file.tell(), sha256=digest.hexdigest())


class _Version(BaseModel):
    format: int
    making: int = 0


class Manifest(_Model):
    """What a generation was built from, and its files.

    `numbers` are what the model computed with. `sources` has the SHA-256 of every file by its name
    relative to the seeds, empty where it could not be read. `stale` are documents that could not be
    read again, and are here as they were before. `efforts` has, for each file that is a graph, how far
    a search in it goes.
    """

    format: int = FORMAT
    making: int = MAKING
    built_at: datetime.datetime
    model: str
    dimension: int = Field(ge=1)
    numbers: Numbers
    passage_size: int = Field(ge=1)
    limits: Limits
    sources: dict[str, str]
    left_out: tuple[LeftOut, ...]
    stale: tuple[LeftOut, ...]
    documents: int = Field(ge=1)
    passages: int = Field(ge=1)
    sentences: int = Field(ge=1)
    efforts: dict[FileName, int]
    files: dict[FileName, StoredFile]
    seal: str = ""

    def to_bytes(self) -> bytes:
        """The file's bytes, sealed with the digest of the same bytes without a seal."""
        bare = self.model_copy(update={"seal": ""}).model_dump_json(indent=1).encode()
        sealed = self.model_copy(update={"seal": hashlib.sha256(bare).hexdigest()})
        return sealed.model_dump_json(indent=1).encode() + b"\n"


def parse(data: bytes, path: object) -> Manifest:
    """The manifest that `to_bytes` gave; `path`, where it is, is named in messages.

    Raises DamagedIndex, ForeignIndex.
    """
    try:
        version = _Version.model_validate_json(data)
        for what, found, read in (
            ("format", version.format, FORMAT),
            ("making of passages", version.making, MAKING),
        ):
            if found != read:
                raise ForeignIndex(f"{path}: {what} {found}, this version has {read}; {REBUILD}")
        manifest = Manifest.model_validate_json(data)
    except ValidationError as error:
        raise damaged(path, error) from None
    if manifest.to_bytes() != data:
        raise DamagedIndex(f"{path}: not as it was written; {REBUILD}")
    return manifest


def damaged(path: object, error: ValidationError) -> DamagedIndex:
    """The error that names the first field which is not what it has to be."""
    first = error.errors()[0]
    field = one_line(".".join(map(str, first["loc"])))  # a damaged one may be called anything
    return DamagedIndex(f"{path}: {field} {first['msg']}; {REBUILD}")
