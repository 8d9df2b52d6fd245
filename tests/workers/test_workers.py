"""The processes that read: the same documents in the same order, and what becomes of those that die."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from retrieval import documents, passages, workers
from retrieval.documents import Document, LeftOut, Limits
from retrieval.errors import ShuttenError
from retrieval.settings import PROJECT
from retrieval.workers import Made, wire, worker

LIMITS = Limits()


def made(folder: Path, limits: Limits = LIMITS) -> list[Made | LeftOut]:
    return [one for file in workers.read(documents.find(folder), limits, 100) for one in file.documents]


def test_the_same_documents_and_passages_in_the_same_order_as_without(seeds: Path) -> None:
    for number in range(40):  # enough for several workers
        (seeds / f"{number % 7}-{number}.txt").write_text(f"題{number}\n" + "犬がいる。" * number, "utf-8")
    (seeds / "c.jsonl").write_text('{"_id": "x", "text": "鳥。"}\n{"text": "魚。"}\n{}', "utf-8")
    expected: list[Made | LeftOut] = []
    for name, path in documents.find(seeds).items():
        for one in documents.read_all(path, name):
            whole = isinstance(one, Document)
            expected.append(Made(one, tuple(passages.split(one, 100))) if whole else one)  # type: ignore[arg-type]
    assert made(seeds) == expected
    assert len(expected) == 46


def test_workers_are_kept(seeds: Path) -> None:
    made(seeds)
    before = list(workers._idle)
    made(seeds)
    assert workers._idle == before != []


def test_they_may_be_started_by_any_thread(seeds: Path) -> None:
    expected = made(seeds)
    found: list[list[Made | LeftOut]] = []
    threads = [threading.Thread(target=lambda: found.append(made(seeds))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_a_worker_that_died_between_two_builds_is_replaced(seeds: Path) -> None:
    expected = made(seeds)
    for one in workers._idle:
        one._process.kill()
        one._process.wait()
    assert made(seeds) == expected


@pytest.mark.parametrize("how", ["SIGKILL", "SIGSEGV", "SIGABRT"])
def test_a_worker_that_dies_costs_its_document_only(
    seeds: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    real = worker.Worker._send

    def send(self: worker.Worker, data: bytes) -> None:
        real(self, data)
        if b"dog.md" in data:
            os.kill(self._process.pid, signal.SIGSTOP)  # before it answers, or in the middle
            os.kill(self._process.pid, signal.Signals[how])
            os.kill(self._process.pid, signal.SIGCONT)

    expected = made(seeds)
    monkeypatch.setattr(worker.Worker, "_send", send)
    found = made(seeds)
    assert [one.document.name for one in found if isinstance(one, Made)][:1] == ["cat.txt"]
    assert found[0] == expected[0]
    assert found[2] == expected[2]
    if isinstance(found[1], LeftOut):
        says = f"the process that read it was ended ({how}), perhaps for want of memory"
        assert found[1] == LeftOut("dog.md", says)


def test_a_worker_that_says_nonsense_is_not_believed(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = worker.Worker._take
    first = True

    def take(self: worker.Worker, size: int, until: float) -> bytes:
        nonlocal first
        data = real(self, size, until)
        if size != wire.HEAD.size and first and b"cat.txt" in data:
            first = False
            return data.replace(b'"kind":"made"', b'"kind":"mad"')
        return data

    monkeypatch.setattr(worker.Worker, "_take", take)
    found = made(seeds)
    assert found[0] == LeftOut("cat.txt", "the process that read it failed; report this file")
    assert all(isinstance(one, Made) for one in found[1:])


def test_no_process_at_all_is_one_line(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workers._end_idle()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ShuttenError, match=r"documents cannot be read: .*doctor"):
        made(seeds)


def test_a_worker_ends_with_its_build(seeds: Path) -> None:
    """Though the build be killed while it reads."""
    script = (
        "import sys, time; from pathlib import Path; from retrieval import documents, workers\n"
        "files = documents.find(Path(sys.argv[1]))\n"
        "list(workers.read(files, documents.Limits(), 400))\n"
        "print(workers._idle[0]._process.pid, flush=True); time.sleep(600)"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", script, str(seeds)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert build.stdout
    pid = int(build.stdout.readline())
    build.kill()
    build.communicate()
    until = time.monotonic() + 60
    while _runs(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    """Whether there is such a process, and it has not ended without its parent's asking yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_it_imports_what_reads_and_nothing_of_the_search() -> None:
    script = "import sys, retrieval.workers.main; import retrieval.documents.pdf; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "pypdf" in loaded
    assert not loaded & {"torch", "faiss", "scipy", "numpy", "retrieval.search", "retrieval.index"}


def test_no_more_is_read_ahead_than_a_few_files(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def read(_: object, request: wire.Request) -> workers.File:
        begun.append(request.name)
        return workers.File(request.name, "", ())

    monkeypatch.setattr(workers, "_file", read)
    files = {f"{number:03}.txt": seeds for number in range(100)}
    names = []
    for one in workers.read(files, LIMITS, 100):
        names.append(one.name)
        time.sleep(0.001)  # they could all be read meanwhile
        assert len(begun) - len(names) <= 2 * (os.cpu_count() or 1)
    assert names == sorted(begun) == list(files)
