"""Long work in the background: how far it is, whether it is to stop, how it ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from retrieval.errors import ShuttenError

Result = TypeVar("Result")
Step = TypeVar("Step")
Report = Callable[[Step], None]
log = logging.getLogger(__name__)


class _Stopped(Exception):
    """Raised inside the work, at its next report, once it was asked to stop."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """How the work ended. `error` is set where it failed, `result` where it is done."""

    state: Literal["done", "failed", "stopped"]
    result: Result | None = None
    error: Exception | None = None


class Job(Generic[Step, Result]):
    """Work in a thread of its own. Any thread may look at it, or ask it to stop."""

    def __init__(self, work: Callable[[Report[Step]], Result]) -> None:
        """Start `work`, which is given the function that it reports its progress to."""
        self._work = work
        self._stop = threading.Event()
        self.progress: Step | None = None
        self.outcome: Outcome[Result] | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.outcome is None

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask it to stop at its next report; what it had made is dropped."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for its end, at most so long; whether it has ended."""
        self._thread.join(seconds)
        return not self.running

    def _report(self, progress: Step) -> None:
        self.progress = progress
        if self._stop.is_set():
            raise _Stopped

    def _run(self) -> None:
        try:
            self.outcome = Outcome("done", self._work(self._report))
        except _Stopped:
            self.outcome = Outcome("stopped")
        except ShuttenError as error:
            self.outcome = Outcome("failed", error=error)
        except Exception as error:  # whatever it is, the page has to hear of the end
            log.exception("background work failed")
            self.outcome = Outcome("failed", error=error)
