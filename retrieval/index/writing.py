"""A new generation, from its files in memory to the one that ``CURRENT`` names."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from pathlib import Path

from retrieval.errors import DamagedIndex, NoIndex
from retrieval.index import durable, generation, lock
from retrieval.index import manifest as manifests
from retrieval.index.generation import POINTER
from retrieval.index.manifest import Manifest, StoredFile


def write(index: Path, files: Mapping[str, bytes], manifest: Manifest) -> None:
    """Make a generation of these `files` the current one, listed in its `manifest`.

    It is written, read back and opened before ``CURRENT`` names it. Raises CannotWrite; what was
    current stays so then. The caller holds the right to build.
    """
    folder = index / _new_id()
    try:
        durable.make_folder(folder)
        for name, data in files.items():
            durable.write(folder / name, data)
        listed = manifest.model_copy(
            update={"files": {name: StoredFile.of(data) for name, data in files.items()}}
        )
        durable.write(folder / manifests.NAME, listed.to_bytes())
        durable.sync(folder)
        _verify(folder)
        durable.replace(index / POINTER, (folder.name + "\n").encode())
    except OSError as error:
        if not _is_current(folder):
            _remove(folder)
        raise durable.refused(index, error) from None
    _remove_old(index, folder.name)


def sweep(index: Path) -> None:
    """Remove what builds have left behind that did not come to their end."""
    for folder in generation.all_in(index):
        if not (folder / manifests.NAME).exists():
            _remove(folder)


def _new_id() -> str:
    stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%S%f")
    return f"{stamp}-{uuid.uuid4().hex[:8]}"


def _verify(folder: Path) -> None:
    """Read back what was written, and open it. Raises OSError where it is not the same."""
    held = lock.hold(folder)
    try:
        if held is None:
            raise DamagedIndex("it is gone")
        generation.opened(generation.check(folder, held))
    except DamagedIndex as error:
        raise OSError(0, f"it does not come back as it was written: {error}") from None


def _is_current(folder: Path) -> bool:
    try:
        return generation.current(folder.parent) == folder.name
    except NoIndex:
        return False


def _remove_old(index: Path, new: str) -> None:
    """Remove the generations that nobody reads, but for the last whole one before the `new` one.

    That one stands in where the new one is damaged one day.
    """
    before = generation.newest_whole(index, besides=new)
    for folder in generation.all_in(index):
        if folder.name not in (new, before.id if before else None):
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a generation unless someone reads it; without its manifest, which goes first, it is none."""
    if (lock_ := lock.seize(folder)) is None:
        return
    try:
        durable.remove(folder, first=manifests.NAME)
    except OSError:
        pass  # the next build finds it
    finally:
        lock_.release()
