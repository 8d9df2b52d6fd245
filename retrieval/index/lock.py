"""Who builds, and who reads: locks of the kernel's, which it lets go when their owner ends.

No file has to be tidied up after a crash, and no process number guessed at: a lock that is held has
a living owner.
"""

import datetime
import fcntl
import os
import socket
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import BeingBuilt
from retrieval.index import durable

_BUILD = "LOCK"  # its text only tells people who builds; the lock itself is the kernel's
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Lock:
    """Held until it is released or forgotten, or its process ends."""

    def __init__(self, descriptor: int) -> None:
        self._close = weakref.finalize(self, os.close, descriptor)

    def release(self) -> None:
        """Let go; a second time does nothing."""
        self._close()


def hold(folder: Path) -> Lock | None:
    """A reader's lock on a generation, which nobody removes meanwhile; None where it is gone."""
    return _on(folder, fcntl.LOCK_SH)


def seize(folder: Path) -> Lock | None:
    """The right to remove a generation; None where someone reads it, or it is gone."""
    return _on(folder, fcntl.LOCK_EX)


def _on(folder: Path, kind: int) -> Lock | None:
    try:
        descriptor = os.open(folder, _FOLDER)
    except OSError:
        return None
    lock = Lock(descriptor)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        # it may have been removed between the two calls
        return lock if os.path.samestat(os.fstat(descriptor), folder.stat()) else None
    except OSError:
        lock.release()
        return None


@contextmanager
def building(index: Path) -> Iterator[None]:
    """The right to build below `index`. Raises BeingBuilt, saying who builds; CannotWrite."""
    try:
        durable.make_folder(index)
        descriptor = os.open(index / _BUILD, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise durable.refused(index, error) from None
    try:
        _claim(index, descriptor)
        yield
    finally:
        os.close(descriptor)


def _claim(index: Path, descriptor: int) -> None:
    since = datetime.datetime.now().strftime("%Y-%m-%d %H:%M")
    owner = f"process {os.getpid()} on {socket.gethostname()} (since {since})"
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, owner.encode(), 0)
    except BlockingIOError:
        builder = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another process"
        raise BeingBuilt(f"{index}: {builder} is building it; wait until it has finished") from None
    except OSError as error:
        raise durable.refused(index, error) from None
