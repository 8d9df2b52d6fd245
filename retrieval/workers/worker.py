"""One worker, as the build sees it: asked for a file, waited for, and ended where it takes too long."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from time import monotonic
from typing import IO

from pydantic import ValidationError

from retrieval.documents import LeftOut, Limits
from retrieval.errors import ShuttenError, UnreadableDocument
from retrieval.settings import PROJECT
from retrieval.workers.wire import HEAD, IDLE, LARGEST, REPLY, Done, Made, Refused, Reply, Request, frame

_PIECE = 1 << 20
_START = 120  # seconds, on a machine that has much else to do


class Worker:
    """A process that reads documents. Used by one thread at a time; `alive` says whether it still can be."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "retrieval.workers.main"],
            cwd=PROJECT,  # where -m finds the package
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._last = monotonic()
        self._started = False
        self.served = 0  # files that it has read
        self.died = False  # by itself, and not because it took too long

    @property
    def alive(self) -> bool:
        """Whether it can be asked: it runs, and is not about to leave for want of work."""
        return self._process.poll() is None and monotonic() - self._last < IDLE / 2

    def read(self, request: Request) -> Iterator[Made | LeftOut]:
        """The documents of one file. A worker that dies of it says so as the file's reason."""
        self._start()
        try:
            self._send(frame(json.dumps(asdict(request)).encode()))
            while not isinstance(reply := self._reply(request.limits), Done):
                yield reply.left_out if isinstance(reply, Refused) else reply
            self._last = monotonic()
            self.served += 1
        except UnreadableDocument as error:
            self.end()
            yield LeftOut(request.name, str(error))

    def _start(self) -> None:
        """Wait for the first sign of life, so that no document is charged with the worker's start."""
        if self._started:
            return
        try:
            self._reply(Limits(max_seconds=_START))
        except UnreadableDocument as error:
            self.end()
            raise ShuttenError(
                f"documents cannot be read: {error}; run: python -m retrieval doctor"
            ) from None
        self._started = True

    def kill(self) -> None:
        """End the process from another thread: whoever reads from it hears that it died."""
        self._process.kill()

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _there(pipe).close()

    def _send(self, data: bytes) -> None:
        try:
            _there(self._process.stdin).write(data)
            _there(self._process.stdin).flush()
        except BrokenPipeError:
            raise self._died() from None

    def _reply(self, limits: Limits) -> Reply:
        """The next reply. Raises UnreadableDocument where it takes too long, or the worker died."""
        until = monotonic() + limits.max_seconds
        try:
            (size,) = HEAD.unpack(self._take(HEAD.size, until))
            if size > LARGEST:
                raise UnreadableDocument("the process that read it failed; report this file")
            return REPLY.validate_json(self._take(size, until))
        except TimeoutError:
            raise limits.exceeded(
                "max_seconds", f"takes longer than {limits.max_seconds:,} seconds to read"
            ) from None
        except ValidationError:
            raise UnreadableDocument("the process that read it failed; report this file") from None

    def _take(self, size: int, until: float) -> bytes:
        pipe = _there(self._process.stdout).fileno()
        data = bytearray()
        while len(data) < size:
            if not select.select([pipe], [], [], max(0.0, until - monotonic()))[0]:
                raise TimeoutError
            more = os.read(pipe, min(_PIECE, size - len(data)))
            if not more:
                raise self._died()
            data += more
        return bytes(data)

    def _died(self) -> UnreadableDocument:
        self.died = True
        code = self._process.wait()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return UnreadableDocument(f"the process that read it was ended ({how}), perhaps for want of memory")


def _there(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # all of them are pipes
    return pipe
