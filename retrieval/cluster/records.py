"""What a share says of itself, sent when all of its rows are there: without its record it is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from retrieval.cluster import tables
from retrieval.cluster.client import Client
from retrieval.errors import ForeignIndex
from retrieval.index import manifest
from retrieval.index.manifest import REBUILD, Manifest
from retrieval.index.scripts import Means

_PIECES = 1 << 20  # more than a record has


class _Means(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    counts: list[int]
    centres: list[list[float]]

    @classmethod
    def of(cls, held: Means) -> _Means:
        return cls(counts=held.counts.tolist(), centres=held.centres.tolist())

    def held(self) -> Means:
        return Means(np.array(self.counts, np.int64), np.array(self.centres, np.float32))


class _Version(BaseModel):
    format: int


class _Written(BaseModel):
    """A record as it is sent; which format it has, is asked first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    of: int
    generation: str
    manifest: str
    passages: _Means
    sentences: _Means
    terms: int


@dataclass(frozen=True, slots=True)
class Record:
    """One of the `of` shares of a build: which of the sender's generations it is, and what that has.

    `terms` is how many terms all of its passages have together.
    """

    of: int
    generation: str
    manifest: Manifest
    passages: Means
    sentences: Means
    terms: int

    def to_json(self) -> str:
        """What `parse` makes it of again."""
        written = _Written(
            format=tables.FORMAT,
            of=self.of,
            generation=self.generation,
            manifest=self.manifest.to_bytes().decode(),
            passages=_Means.of(self.passages),
            sentences=_Means.of(self.sentences),
            terms=self.terms,
        )
        return written.model_dump_json()


def parse(data: str, where: object) -> Record:
    """The record that `to_json` wrote; `where` is named in messages. Raises DamagedIndex, ForeignIndex."""
    try:
        found = _Version.model_validate_json(data).format
        if found != tables.FORMAT:
            raise ForeignIndex(
                f"{where}: format {found} of collections, this version has {tables.FORMAT}; {REBUILD}"
            )
        written = _Written.model_validate_json(data)
    except ValidationError as error:
        raise manifest.damaged(where, error) from None
    return Record(
        of=written.of,
        generation=written.generation,
        manifest=manifest.parse(written.manifest.encode(), where),
        passages=written.passages.held(),
        sentences=written.sentences.held(),
        terms=written.terms,
    )


def store(client: Client, collection: str, share: int, record: Record) -> None:
    """Send a share's record. It is whole with its last piece, or none."""
    cut = list(tables.pieces(record.to_json()))
    found = [
        {
            "id": share * _PIECES + number,
            "share": share,
            "last": len(cut) - 1,
            "data": piece,
            "vector": tables.NOWHERE,
        }
        for number, piece in enumerate(cut)
    ]
    client.insert(collection, found)


def forget(client: Client, collection: str, share: int) -> None:
    """Remove a share's record, if it has one."""
    client.delete(collection, f"id >= {share * _PIECES} and id < {(share + 1) * _PIECES}")


def load(client: Client, collection: str) -> Mapping[int, Record]:
    """The records of the shares that are whole, by their numbers. Raises DamagedIndex, ForeignIndex."""
    cut: dict[int, list[str]] = {}
    last: dict[int, int] = {}
    for row in client.rows(collection, "id >= 0", ("share", "last", "data")):
        cut.setdefault(row["share"], []).append(row["data"])
        last[row["share"]] = row["last"]
    return {
        share: parse("".join(own), f"{client.address}, {collection}")
        for share, own in cut.items()
        if len(own) == last[share] + 1
    }


@dataclass(frozen=True)
class Whole:
    """What all shares of a build say together."""

    shares: tuple[Record, ...]

    @cached_property
    def manifest(self) -> Manifest:
        """As of one index."""
        said = [one.manifest for one in self.shares]
        return said[0].model_copy(
            update={
                "built_at": max(one.built_at for one in said),
                "sources": dict(chain.from_iterable(one.sources.items() for one in said)),
                "left_out": tuple(chain.from_iterable(one.left_out for one in said)),
                "stale": tuple(chain.from_iterable(one.stale for one in said)),
                "documents": sum(one.documents for one in said),
                "passages": sum(one.passages for one in said),
                "sentences": sum(one.sentences for one in said),
            }
        )

    @cached_property
    def passages(self) -> Means:
        """Of all passages."""
        return Means.together([one.passages for one in self.shares])

    @cached_property
    def sentences(self) -> Means:
        """Of all sentences."""
        return Means.together([one.sentences for one in self.shares])

    @cached_property
    def length(self) -> float:
        """How many terms a passage has on average."""
        return sum(one.terms for one in self.shares) / self.manifest.passages


def whole(held: Iterable[Record]) -> Whole:
    """All shares of a build, one at least."""
    return Whole(tuple(held))
