"""Writing so that it stays written: the only place where the index's files are made or taken away.

A crash between two calls, or a disk that is full or broken, must leave the old state or the new one.
So a file is written and fsynced before anything names it, what names it is replaced by a rename, and
a folder is fsynced when what is in it has changed.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import CannotWrite

PIECE = 1 << 20  # bytes handed to the system at once
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def new(path: Path) -> Iterator[Callable[[bytes | memoryview], None]]:
    """A new file at `path`, by what writes to it; on the disk when this ends. Raises OSError.

    Its folder has to be synced, too, before the file is sure to be found there.
    """
    descriptor = os.open(path, _NEW, 0o666)
    try:
        yield lambda data: _write_whole(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def settle(path: Path) -> None:
    """Put on the disk what the file at `path` has, whoever wrote it. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def append(path: Path, data: bytes) -> None:
    """The file at `path`, made if need be, with these bytes at its end; not sure to be on the disk yet.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        _write_whole(descriptor, data)
    finally:
        os.close(descriptor)


def shorten(path: Path, size: int) -> None:
    """Take away what the file at `path` has behind its first `size` bytes. Raises OSError."""
    os.truncate(path, size)


def replace(path: Path, data: bytes) -> None:
    """The file at `path` with these bytes in place of those it had: all of them or none. Raises OSError."""
    draft = path.with_name(f"{path.name}.draft")
    with new(draft) as write:
        write(data)
    os.rename(draft, path)
    sync(path.parent)


def make_folder(path: Path) -> None:
    """The folder at `path`, and those above it, where they are not there yet. Raises OSError."""
    if path.is_dir():
        return
    make_folder(path.parent)
    os.mkdir(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Put on the disk which files the folder has. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_file(path: Path) -> None:
    """Take a file away. Raises OSError."""
    os.unlink(path)


def remove(folder: Path, first: str) -> None:
    """Take a folder of files away, the file `first` before the others. Raises OSError."""
    for name in sorted(os.listdir(folder), key=lambda name: (name != first, name)):
        os.unlink(folder / name)
    os.rmdir(folder)


def refused(index: Path, error: OSError) -> CannotWrite:
    """The error that says in one line why nothing can be written below `index`."""
    return CannotWrite(
        f"{index}: cannot be written ({error.strerror}); make room there, or name another folder "
        "(--index); nothing that was indexed before is lost"
    )


def _write_whole(descriptor: int, data: bytes | memoryview) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left[:PIECE]) :]
