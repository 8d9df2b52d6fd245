"""Documents read by processes of their own, so that a file which breaks its reader costs that file only.

Workers are ordinary programs that import what reads documents and nothing else: they may be started
from any thread, in the command line as in the app. They are kept from one file to the next, and for a
minute from one build to the next.
"""

import atexit
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from retrieval.documents import LeftOut, Limits, digest
from retrieval.workers.wire import Made, Request
from retrieval.workers.worker import Worker

__all__ = ["File", "Made", "read"]

_WORTH = 8  # files from which one more worker is worth starting
_AHEAD = 2  # files a worker that have been read or are being read: whoever takes them may be slower
_idle: list[Worker] = []
_changing = Lock()


@dataclass(frozen=True, slots=True)
class File:
    """One file, read: its SHA-256, empty where it cannot be opened, and its documents."""

    name: str
    sha256: str
    documents: tuple[Made | LeftOut, ...]


def read(files: Mapping[str, Path], limits: Limits, passage_size: int) -> Iterator[File]:
    """Every file with its documents, in the files' order. A few are read before they are asked for, no more:
    however many there are, they are never all in memory. A file's documents are, even a collection's.
    """
    workers = max(1, min(os.cpu_count() or 1, len(files) // _WORTH))
    requests = [Request(str(path.absolute()), name, limits, passage_size) for name, path in files.items()]
    busy: set[Worker] = set()
    ahead: deque[Future[File]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for request in requests:
                ahead.append(pool.submit(_file, busy, request))
                if len(ahead) > _AHEAD * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        except BaseException:
            # interrupted: what is being read now is of no use to anyone
            pool.shutdown(wait=False, cancel_futures=True)
            while busy:
                busy.pop().kill()
            raise


def _file(busy: set[Worker], request: Request) -> File:
    sha256 = digest(Path(request.path), request.name)
    worker = _take()
    busy.add(worker)
    found = tuple(worker.read(request))
    if worker.died and worker.served and worker in busy:
        # it may have been dying of the file before: this one is not charged with that
        worker = Worker()
        busy.add(worker)
        found = tuple(worker.read(request))
    busy.discard(worker)
    _give(worker)
    return File(request.name, sha256, found)


def _take() -> Worker:
    """A worker that is alive: one that has nothing to do, or a new one."""
    with _changing:
        while _idle:
            if (worker := _idle.pop()).alive:
                return worker
            worker.end()
    return Worker()


def _give(worker: Worker) -> None:
    if worker.alive:
        with _changing:
            _idle.append(worker)


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().end()


# a copy of this process has no workers of its own yet
os.register_at_fork(after_in_child=_idle.clear)
