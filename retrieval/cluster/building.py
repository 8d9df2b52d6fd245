"""An index in Milvus, built: what `index/build.py` does in a folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from retrieval import documents
from retrieval.cluster import builds, opening, sending
from retrieval.cluster.address import Address
from retrieval.encoder import Encoder
from retrieval.errors import NoIndex
from retrieval.index import build as local
from retrieval.index import generation, lock
from retrieval.index.build import BuildReport, Changes
from retrieval.index.making import Progress
from retrieval.settings import Settings


def changes(settings: Settings, address: Address) -> Changes:
    """What a build of all shares would change. Raises NoIndex."""
    return local.since(opening.manifest(address), settings, documents.find(settings.seeds))


def is_current(settings: Settings, address: Address) -> bool:
    """Whether this machine's share is sent as it would be built now."""
    if not local.is_current(settings):
        return False
    sent = (generation.current(settings.folder), settings.shard.of)
    try:
        client = opening.asked(address)
        held = builds.newest(client)
        own = held.get(settings.shard.number)
        if own is None or (own.generation, own.of) != sent:
            return False
        if not builds.missing_of(held):  # or else the others are waited for
            builds.check(client, builds.current(client), settings.shard.number, own)
    except NoIndex:  # all shares are there and do not answer, or have lost rows
        return False
    return True


def standing(settings: Settings, address: Address) -> BuildReport:
    """What this machine's last build made, and the shares that it waits for yet."""
    made = local.report_of(generation.manifest(settings.folder))
    return replace(made, waits_for=builds.missing_of(builds.newest(opening.asked(address))))


def build(
    settings: Settings, address: Address, encoder: Encoder, report: Callable[[Progress], None]
) -> BuildReport:
    """Build this machine's share in a folder of its own, and send it; the last one to come lets all answer.

    Raises as `index.build` does; the build before answers until then.
    """
    client = opening.connected(address)
    with suppress(NoIndex):  # what is wrong with the server is said before the work
        builds.current(client)
    made = _made(settings, encoder, report)
    with lock.building(settings.folder):
        index = generation.open_current(settings.folder, encoder.name, encoder.dimension)
        new = builds.following(client, index.manifest, settings.shard)
        total = index.manifest.passages
        sending.send(client, new, settings.shard, index, lambda done: report(Progress("send", done, total)))
        return replace(made, waits_for=builds.finish(client, new))


def _made(settings: Settings, encoder: Encoder, report: Callable[[Progress], None]) -> BuildReport:
    if not local.is_current(settings):
        return local.build(settings, encoder, report)
    return local.report_of(generation.manifest(settings.folder))
