"""The files below a folder: their names, and opening them, whatever lies there."""

import hashlib
import os
import stat
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from retrieval.errors import UnreadableDocument


def below(folder: Path) -> dict[str, Path]:
    """What lies below `folder`, by its name relative to it (with ``/``), in the names' order.

    Hidden files and folders (a leading dot) are passed over. A folder is named only where it is not
    looked into, a link or one that may not be opened: whoever opens it hears why.
    """
    found: dict[str, Path] = {}
    for path in sorted(_walk(folder)):
        name = readable(path.relative_to(folder).as_posix())
        while name in found:  # two names may read the same once their bytes are made text
            name += "'"
        found[name] = path
    return dict(sorted(found.items()))


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            visible = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        yield folder
        return
    for entry in visible:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path))
        else:
            yield Path(entry.path)


def readable(name: str) -> str:
    r"""A name as text: bytes that are none are written as ``\xff``."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def load(path: Path, root: Path) -> bytes:
    """The bytes of a file below `root`. Raises UnreadableDocument with the reason."""
    try:
        with _opened(path, root) as file:
            return file.read()
    except OSError as error:
        raise _closed(error) from None


def digest(path: Path, root: Path) -> str:
    """The SHA-256 of a file below `root`, hexadecimal. Raises UnreadableDocument with the reason."""
    try:
        with _opened(path, root) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _closed(error) from None


def _closed(error: OSError) -> UnreadableDocument:
    return UnreadableDocument(f"cannot be opened ({error.strerror})")


def _opened(path: Path, root: Path) -> BufferedReader:
    if path.is_symlink():
        if path.is_dir():
            raise UnreadableDocument("a link to a folder, which is not followed; put its files there")
        # not Path.resolve, which has an error of its own for loops
        if not Path(os.path.realpath(path, strict=True)).is_relative_to(root.resolve()):
            raise UnreadableDocument("a link out of the folder, which is not followed; put the file there")
    # a pipe without a writer must not be waited for
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableDocument("not a file but a folder, a pipe, a socket or a device")
    return os.fdopen(descriptor, "rb")
