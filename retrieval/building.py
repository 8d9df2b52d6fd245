"""The index that the settings name, to be built: in a folder, or in Milvus."""

from __future__ import annotations

from collections.abc import Callable

from retrieval.cluster import building as there
from retrieval.cluster.address import Address
from retrieval.encoder import Encoder
from retrieval.index import build as here
from retrieval.index import generation
from retrieval.index.build import BuildReport, Changes
from retrieval.index.making import Progress
from retrieval.settings import Settings


def changes(settings: Settings) -> Changes:
    """What a build would change. Raises NoIndex where there is no index to compare with, Unreachable."""
    index = settings.index
    return there.changes(settings, index) if isinstance(index, Address) else here.changes(settings)


def is_current(settings: Settings) -> bool:
    """Whether a build would change nothing; what is damaged it would mend. Raises Unreachable."""
    index = settings.index
    return there.is_current(settings, index) if isinstance(index, Address) else here.is_current(settings)


def standing(settings: Settings) -> BuildReport:
    """What the last build made. Raises NoIndex where there was none, Unreachable."""
    index = settings.index
    if isinstance(index, Address):
        return there.standing(settings, index)
    return here.report_of(generation.manifest(index))


def build(
    settings: Settings, encoder: Encoder, report: Callable[[Progress], None] = lambda _: None
) -> BuildReport:
    """Read, split and encode every document of `settings.seeds` into a new index, or this machine's share.

    A document that cannot be read is left out and reported, or stays as it was indexed before. Raises
    NoDocuments when none can be, BeingBuilt, CannotWrite, Unreachable; the index before stays as it was then.
    """
    index = settings.index
    if isinstance(index, Address):
        return there.build(settings, index, encoder, report)
    return here.build(settings, encoder, report)
