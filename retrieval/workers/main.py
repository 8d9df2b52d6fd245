"""A worker: a process that reads documents, one after the other, and may die of one.

    python -m retrieval.workers.main

It takes requests from stdin, answers on stdout, and leaves when stdin ends, or when nobody has wanted
anything of it for a minute. It may use a certain time and memory, and write no file.
"""

import json
import os
import resource
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from retrieval import documents, passages
from retrieval.documents import Document, LeftOut, Limits
from retrieval.documents.document import writable
from retrieval.errors import UnreadableDocument
from retrieval.workers.wire import HEAD, IDLE, REPLY, Done, Made, Refused, Reply, frame

_GRACE = 10  # seconds that the build has to end a worker itself


def main() -> None:
    """Answer requests until there are no more."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # what a parser prints is no reply
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    requests = os.fdopen(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    base = _confined()
    _say(replies, Done())  # that it has started
    while (request := _next(requests)) is not None:
        limits = Limits(**request["limits"])
        _allow(limits, base)
        for reply in read(Path(request["path"]), request["name"], limits, request["passage_size"]):
            _say(replies, reply)
            _allow(limits, base)  # the next document of a collection, too


def _say(replies: BinaryIO, reply: Reply) -> None:
    replies.write(frame(REPLY.dump_json(reply)))
    replies.flush()


def read(path: Path, name: str, limits: Limits, passage_size: int) -> Iterator[Reply]:
    """Everything that is to be said of one file."""
    try:
        yield from _made(path, name, limits, passage_size)
    except UnreadableDocument as error:
        yield Refused(LeftOut(name, writable(str(error))))
    yield Done()


def _made(path: Path, name: str, limits: Limits, passage_size: int) -> Iterator[Reply]:
    try:
        for one in documents.read_all(path, name, limits):
            if isinstance(one, Document):
                yield Made(one, tuple(passages.split(one, passage_size)))
            else:
                yield Refused(one)
    except MemoryError:
        says = f"needs more memory than {limits.max_memory:,} MiB"
        raise limits.exceeded("max_memory", says) from None
    except RecursionError:
        raise UnreadableDocument("nested too deeply to be read") from None
    except Exception as error:  # the file decides what a parser stumbles over
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise UnreadableDocument(f"not a readable {path.suffix or 'file'} ({reason:.200})") from error


def _next(requests: BinaryIO) -> dict[str, Any] | None:
    """The next request; None where there is none."""
    if not select.select([requests], [], [], IDLE)[0]:
        return None
    head = _exactly(requests, HEAD.size)
    if not head:
        return None
    request: dict[str, Any] = json.loads(_exactly(requests, HEAD.unpack(head)[0]))
    return request


def _exactly(requests: BinaryIO, size: int) -> bytes:
    data = b""
    while len(data) < size and (more := requests.read(size - len(data))):
        data += more
    return data if len(data) == size else b""


def _confined() -> int:
    """No file is written from here on, and no core. Returns the bytes that the program itself takes."""
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))
    statm = Path("/proc/self/statm")
    return int(statm.read_text("ascii").split()[0]) * resource.getpagesize() if statm.exists() else 0


def _allow(limits: Limits, base: int) -> None:
    """The memory and the time that one document may take.

    The build ends a worker that takes too long; the processor's time limit is for one whose build has
    ended before it.
    """
    own = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(own.ru_utime + own.ru_stime) + 2 * limits.max_seconds + _GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    if base:  # elsewhere than on Linux the system takes this limit for a hint, or refuses it
        size = base + limits.max_memory * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
