"""Builds: collections beside each other in Milvus, each build a whole index; an alias names the current one.

The rule by which machines agree, written down here and nowhere else:

- The collections of a build are called after the index, its number, and a digest of all that its shares
  must have in common: ``docs_4_1c9d2ab3_passages``. Machines with another model, passage size, version or
  number of shares write into another build, never into this one.
- The alias, called as the index, stands for one of the collections of the build that answers. A share that
  is sent belongs to the number after that one's: to the first build, where there is none. So all machines
  that build before the alias is switched build together, in whatever order, and each of them has to, even
  one whose documents are the same: it only sends, and encodes nothing.
- A share is whole when its record is there, which is sent last. One that is sent again before the build is
  whole replaces its own rows, which nobody reads yet. Two machines must not send one share at once: Milvus
  has no transactions. Their rows would be counted, and found too many.
- Whoever finds that all shares are whole switches the alias, which is one call, and then removes all builds
  before it but the last, which readers may still be asking.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from retrieval.cluster import records, tables
from retrieval.cluster.address import Address
from retrieval.cluster.client import Client
from retrieval.cluster.records import Record
from retrieval.cluster.tables import DOCUMENTS, KINDS, PASSAGES, RECORDS, SENTENCES
from retrieval.errors import DamagedIndex, NoIndex, Unreachable, UsageError
from retrieval.index.manifest import FORMAT, MAKING, REBUILD, Manifest
from retrieval.shard import Shard


@dataclass(frozen=True, slots=True, order=True)
class Build:
    """One build: its number, and the digest of what its shares have in common; of the index called `name`."""

    number: int
    agreed: str
    name: str

    @property
    def id(self) -> str:
        """What no other build is called."""
        return f"{self.name}_{self.number}_{self.agreed}"

    def collection(self, kind: str) -> str:
        """Its collection of this kind."""
        return f"{self.id}_{kind}"


def current(client: Client) -> Build:
    """The build that answers. Raises NoIndex, which tells the shares that are missing where one has begun,
    and UsageError where what is called as the index is something else.
    """
    address = client.address
    found = client.named(address.name)
    if found is None and address.name in client.collections():
        raise _taken(address, address.name)
    if found is None:
        if held := newest(client):
            of = next(iter(held.values())).of
            missing = ", ".join(f"{number}/{of}" for number in missing_of(held))
            raise NoIndex(
                f"{address}: not whole yet; build what is missing: "
                f"python -m retrieval build --index {address} --shard {missing}"
            )
        raise none_yet(address)
    for build in _all(client):
        if build.collection(RECORDS) == found:
            return build
    raise _taken(address, found)


def none_yet(address: Address) -> NoIndex:
    """The error that says that nothing was ever built there."""
    return NoIndex(f"{address}: no index yet; build it: python -m retrieval build --index {address}")


def newest(client: Client) -> Mapping[int, Record]:
    """The records of the last build that has any, by the shares' numbers; empty where there is none."""
    begun = sorted(_begun(client).items(), reverse=True)
    return next((held for _, held in begun if held), {})


def following(client: Client, manifest: Manifest, shard: Shard) -> Build:
    """The build that a share with this manifest belongs to."""
    try:
        number = current(client).number + 1
    except NoIndex:
        number = 1
    common = (
        FORMAT, MAKING, tables.FORMAT, manifest.model, manifest.dimension,
        manifest.passage_size, shard.of,
    )  # fmt: skip
    agreed = hashlib.sha256(repr(common).encode()).hexdigest()[:8]
    return Build(number, agreed, client.address.name)


def finish(client: Client, build: Build) -> tuple[int, ...]:
    """Let the build answer if all of its shares are whole; the numbers of those that are missing.

    Raises DamagedIndex where a share does not have the rows that it should.
    """
    held = records.load(client, build.collection(RECORDS))
    if missing := missing_of(held):
        return missing
    for number, record in held.items():
        check(client, build, number, record)
    before = client.named(client.address.name)
    if before == build.collection(RECORDS):
        return ()  # another machine was as quick, and tidies up
    client.name(client.address.name, build.collection(RECORDS))
    for one in _all(client):
        # one of a later number is what another machine sends already
        if one != build and one.number <= build.number and one.collection(RECORDS) != before:
            remove(client, one)
    return ()


def remove(client: Client, build: Build) -> None:
    """Remove all of its collections."""
    there = set(client.collections())
    for kind in KINDS:
        if build.collection(kind) in there:
            client.drop(build.collection(kind))


def missing_of(held: Mapping[int, Record]) -> tuple[int, ...]:
    """The shares that are missing; the only one, where none is there."""
    of = next(iter(held.values())).of if held else 1
    return tuple(number for number in range(1, of + 1) if number not in held)


def _taken(address: Address, collection: str) -> UsageError:
    return UsageError(f"{address}: is the collection {collection}, not one of Shutten's; take another name")


def check(client: Client, build: Build, number: int, record: Record) -> None:
    """Raise DamagedIndex where a share has not the rows that it should."""
    said = record.manifest
    for kind, wanted in ((DOCUMENTS, said.documents), (PASSAGES, said.passages), (SENTENCES, said.sentences)):
        found = client.count(build.collection(kind), tables.of_share(number))
        if found != wanted:
            raise DamagedIndex(
                f"{client.address}: share {number} has {found} {kind}, not {wanted}; was it sent by two at "
                f"once? {REBUILD}"
            )


def _begun(client: Client) -> dict[Build, Mapping[int, Record]]:
    """Every build, with the records of the shares that are whole."""
    return {build: _records(client, build) for build in _all(client)}


def _records(client: Client, build: Build) -> Mapping[int, Record]:
    try:
        return records.load(client, build.collection(RECORDS))
    except (NoIndex, Unreachable):  # not open yet, removed meanwhile, or another version's
        return {}


def _all(client: Client) -> list[Build]:
    """Every build that has begun, whole or not."""
    name = re.escape(client.address.name)
    shape = re.compile(rf"{name}_(\d+)_([0-9a-f]{{8}})_({'|'.join(KINDS)})")
    found = map(shape.fullmatch, client.collections())
    return sorted({Build(int(one[1]), one[2], client.address.name) for one in found if one})
