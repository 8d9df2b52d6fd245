"""The index that the settings name, to be asked: in a folder, or in Milvus. Who asks need not know which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.cluster import opening
from retrieval.cluster.address import Address
from retrieval.index import generation
from retrieval.index.manifest import Manifest
from retrieval.index.protocols import Documents, Index


@dataclass(frozen=True, slots=True)
class State:
    """An index that was looked at: `trouble` says why it is not the current one, None where it is."""

    id: str
    manifest: Manifest
    trouble: str | None


def current(index: Path | Address) -> str:
    """The id of what answers now. Raises NoIndex and its kin, Unreachable."""
    return opening.current(index) if isinstance(index, Address) else generation.current(index)


def state(index: Path | Address, model: str | None = None) -> State:
    """What answers, all of its files checked; with a `model`, to questions that this encodes.

    Raises NoIndex and its kin, Unreachable.
    """
    if isinstance(index, Address):
        found = opening.open_current(index, model) if model else opening.opened(index)
        return State(found.id, found.manifest, None)
    wanted = generation.wanted_by(index, model) if model else lambda _: None
    stored = generation.stored(index, wanted=wanted)
    return State(stored.id, stored.manifest, stored.trouble)


def manifest(index: Path | Address) -> Manifest:
    """What the current index was built from; its files unchecked. Raises NoIndex and its kin, Unreachable."""
    return opening.manifest(index) if isinstance(index, Address) else generation.manifest(index)


def manifest_for(index: Path | Address, model: str) -> Manifest:
    """What the index was built from that answers questions which `model` encodes; its files unchecked.

    Raises NoIndex and its kin, Unreachable.
    """
    if isinstance(index, Address):
        return opening.open_current(index, model).manifest
    return generation.manifest_for(index, model)


def open_current(index: Path | Address, model: str, dimension: int | None = None) -> Index:
    """The index for questions that `model` encodes as vectors of `dimension` values, opened.

    Raises NoIndex and its kin, Unreachable.
    """
    if isinstance(index, Address):
        return opening.open_current(index, model, dimension)
    return generation.open_current(index, model, dimension)


def catalog(index: Path | Address) -> Documents:
    """The documents alone, to be read without a model. Raises NoIndex and its kin, Unreachable."""
    return opening.catalog(index) if isinstance(index, Address) else generation.catalog(index)
