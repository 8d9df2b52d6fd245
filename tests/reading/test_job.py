import logging
import threading

import pytest

from retrieval.errors import NoDocuments
from retrieval.reading.job import Job, Report

LONG = 30  # seconds; nothing here takes a tenth of one


def test_work_that_ends() -> None:
    go_on = threading.Event()

    def work(report: Report[int]) -> str:
        report(1)
        go_on.wait(LONG)
        report(2)
        return "made"

    job: Job[int, str] = Job(work)
    assert job.running
    assert not job.wait(0)
    go_on.set()
    assert job.wait(LONG)
    assert job.progress == 2
    assert job.outcome is not None
    assert (job.outcome.state, job.outcome.result) == ("done", "made")


def test_work_that_is_stopped_ends_at_its_next_report() -> None:
    asked = threading.Event()
    reached: list[int] = []

    def work(report: Report[int]) -> None:
        asked.wait(LONG)
        report(1)
        reached.append(1)

    job: Job[int, None] = Job(work)
    job.stop()
    assert job.stopping
    asked.set()
    assert job.wait(LONG)
    assert job.outcome is not None
    assert job.outcome.state == "stopped"
    assert not reached


def test_work_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    def refused(_: Report[int]) -> None:
        raise NoDocuments("nothing there")

    def broken(_: Report[int]) -> None:
        raise ZeroDivisionError

    caplog.set_level(logging.ERROR)
    for work, kind in ((refused, NoDocuments), (broken, ZeroDivisionError)):
        job: Job[int, None] = Job(work)
        assert job.wait(LONG)
        assert job.outcome is not None
        assert job.outcome.state == "failed"
        assert isinstance(job.outcome.error, kind)
    # what no one has foreseen goes to the log with its place, what has a message does not need to
    assert [record.exc_info is not None for record in caplog.records] == [True]
