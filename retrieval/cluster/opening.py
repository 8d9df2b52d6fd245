"""An index in Milvus, opened: what `index/generation.py` does in a folder."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from retrieval.cluster import builds, records
from retrieval.cluster.address import Address
from retrieval.cluster.builds import Build
from retrieval.cluster.catalog import ClusterCatalog
from retrieval.cluster.client import Client
from retrieval.cluster.index import ClusterIndex
from retrieval.cluster.tables import RECORDS
from retrieval.errors import DamagedIndex
from retrieval.index import generation
from retrieval.index.manifest import REBUILD, Manifest


@lru_cache(maxsize=4)
def connected(address: Address) -> Client:
    """One connection to each server: it serves all threads, and mends itself."""
    return Client(address)


def asked(address: Address) -> Client:
    """The connection of who only asks: milvus-lite makes a file that is not there. Raises NoIndex then."""
    if address.in_a_file and not Path(address.server).exists():
        raise builds.none_yet(address)
    return connected(address)


def current(address: Address) -> str:
    """The id of the build in use. Raises NoIndex where there is none, Unreachable, as all functions do."""
    return builds.current(asked(address)).id


def opened(address: Address) -> ClusterIndex:
    """The build in use. Raises NoIndex and its kin."""
    client = asked(address)
    return _opened(client, builds.current(client))


@lru_cache(maxsize=2)
def _opened(client: Client, build: Build) -> ClusterIndex:
    """A build never changes, and what is known of its documents serves all who ask."""
    held = records.load(client, build.collection(RECORDS))
    if not held or builds.missing_of(held):
        raise DamagedIndex(f"{client.address}: records of {build.id} are missing; {REBUILD}")
    for number, record in held.items():
        builds.check(client, build, number, record)
    return ClusterIndex(client, build, records.whole(held.values()))


def open_current(address: Address, model: str, dimension: int | None = None) -> ClusterIndex:
    """The build for questions that `model` encodes as vectors of `dimension` values, opened.

    Raises NoIndex and its kin; ForeignIndex where it was built with another model.
    """
    found = opened(address)
    generation.wanted_by(address, model, dimension)(found.manifest)
    return found


def manifest(address: Address) -> Manifest:
    """What all shares of the build in use were built from. Raises NoIndex and its kin."""
    return opened(address).manifest


def catalog(address: Address) -> ClusterCatalog:
    """Its documents, to be read without a model. Raises NoIndex and its kin."""
    return opened(address).catalog
