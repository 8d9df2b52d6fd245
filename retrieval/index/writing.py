"""A new generation, from its first file to the one that ``CURRENT`` names."""

from __future__ import annotations

import datetime
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from retrieval.errors import DamagedIndex, NoIndex
from retrieval.index import arrays, durable, generation, lock
from retrieval.index import manifest as manifests
from retrieval.index.generation import POINTER
from retrieval.index.manifest import Manifest, StoredFile


class Draft:
    """A generation that is being written: a folder that is none until its manifest is there."""

    def __init__(self, index: Path) -> None:
        self._index, self.folder = index, index / _new_id()
        self._names: list[str] = []
        self._own = ExitStack()
        durable.make_folder(self.folder)

    @contextmanager
    def file(self, name: str) -> Iterator[Callable[[bytes | memoryview], None]]:
        """One of its files, by what writes to it. Raises OSError."""
        with durable.new(self.folder / name) as write:
            yield write
        self._names.append(name)

    def arrays(self, name: str, held: Mapping[str, NDArray[Any]]) -> None:
        """One of its files, which has these arrays. Raises OSError."""
        with self.file(name) as write:
            for piece in arrays.pieces(held):
                write(piece)

    def take(self, name: str) -> None:
        """One of its files, which somebody else has written. Raises OSError."""
        durable.settle(self.folder / name)
        self._names.append(name)

    def spool(self) -> BinaryIO:
        """A file without a name, for what comes in pieces; it goes with the draft. Raises OSError."""
        return self._own.enter_context(tempfile.TemporaryFile(dir=self.folder))

    def on_close(self, what: Callable[[], object]) -> None:
        """Have something called when it is let go of, finished or not."""
        self._own.callback(what)

    def close(self) -> None:
        """Let go of what only it needs."""
        self._own.close()

    def finish(self, manifest: Manifest) -> None:
        """Make it the current generation, its files listed in its `manifest`.

        All is read back and opened before ``CURRENT`` names it. Raises OSError.
        """
        listed = manifest.model_copy(update={"files": {name: self._listed(name) for name in self._names}})
        with durable.new(self.folder / manifests.NAME) as write:
            write(listed.to_bytes())
        durable.sync(self.folder)
        _verify(self.folder)
        durable.replace(self._index / POINTER, (self.folder.name + "\n").encode())

    def _listed(self, name: str) -> StoredFile:
        with (self.folder / name).open("rb") as file:
            return StoredFile.of(file)


@contextmanager
def draft(index: Path) -> Iterator[Draft]:
    """A new generation, to be finished; what does not come so far goes again.

    Raises CannotWrite; what was current stays so then. The caller holds the right to build.
    """
    made: Draft | None = None
    try:
        made = Draft(index)
        with closing(made):
            yield made
    except BaseException as error:
        if made and not _is_current(made.folder):
            _remove(made.folder)
        if isinstance(error, OSError):
            raise durable.refused(index, error) from None
        raise
    _remove_old(index, made.folder.name)


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
