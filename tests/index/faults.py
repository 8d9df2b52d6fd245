"""What may happen to a build: a stand-in for `os` in `durable` that counts its calls and does harm at one."""

import os
import signal
from pathlib import Path
from typing import Any

CALLS = ("write", "fsync", "rename", "mkdir", "unlink", "rmdir", "truncate")


class Faults:
    """`os`, but the call number `at` (from 0) never comes to its end, or goes wrong.

    With `error` it fails with that errno, and with `lasting` all that want room do so afterwards;
    without, the process is killed: before the call, or, where it is `torn`, after half of a write or
    the whole of another call.
    """

    def __init__(self, at: int = -1, error: int = 0, *, lasting: bool = False, torn: bool = False) -> None:
        self.at, self.error, self.lasting, self.torn = at, error, lasting, torn
        self.count = 0

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in CALLS:
            return real

        def call(*arguments: Any) -> Any:
            number, self.count = self.count, self.count + 1
            full = self.lasting and number > self.at >= 0 and name in ("write", "fsync", "mkdir")
            if number != self.at and not full:
                return real(*arguments)
            if self.error:
                raise OSError(self.error, os.strerror(self.error))
            if self.torn and name == "write":
                real(arguments[0], arguments[1][: len(arguments[1]) // 2])
            elif self.torn:
                real(*arguments)
            return os.kill(os.getpid(), signal.SIGKILL)

        return call


class PowerCut:
    """`os`, remembering what would be on the disk if the power went at any moment.

    A file's bytes are on the disk from its last fsync on, a folder's names from its own. `states` has
    two for each moment: one in which nothing else has reached the disk, and one in which all names
    have and no bytes (systems write names and bytes in any order that nobody forbids).
    """

    def __init__(self, root: Path) -> None:
        self.names: dict[Path, dict[str, object]] = {}
        self.bytes: dict[object, bytes] = {}
        self._open: dict[int, Path] = {}
        self.states: list[dict[Path, bytes]] = []
        self.root = root
        for folder in [root, *(path for path in root.rglob("*") if path.is_dir())]:
            self.names[folder] = dict(self._live(folder))
            for path in folder.iterdir():
                if path.is_file():
                    self.bytes[self._id(path)] = path.read_bytes()

    @staticmethod
    def _id(path: Path) -> object:
        return path.stat().st_ino

    def _live(self, folder: Path) -> list[tuple[str, object]]:
        return [(path.name, self._id(path)) for path in folder.iterdir()]

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name == "open":

            def opened(path: Path, *rest: Any) -> int:
                descriptor: int = real(path, *rest)
                self._open[descriptor] = path
                return descriptor

            return opened
        if name not in CALLS:
            return real

        def call(*arguments: Any) -> Any:
            found = real(*arguments)
            if name == "fsync":
                path = self._open[arguments[0]]
                if path.is_dir():
                    self.names[path] = dict(self._live(path))
                else:
                    self.bytes[self._id(path)] = path.read_bytes()
            self.states += [self._state(live=False), self._state(live=True)]
            return found

        return call

    def _state(self, *, live: bool) -> dict[Path, bytes]:
        """The files on the disk; `live` where all names have got there."""
        files: dict[Path, bytes] = {}
        folders = [self.root]
        while folders:
            folder = folders.pop()
            if live:
                names = dict(self._live(folder)) if folder.is_dir() else {}
            else:
                names = self.names.get(folder, {})
            for name, id in names.items():
                path = folder / name
                if path in self.names or (path.is_dir() and self._id(path) == id):
                    folders.append(path)
                else:
                    files[path.relative_to(self.root)] = self.bytes.get(id, b"")
        return files
