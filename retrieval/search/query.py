"""A question on its way to an answer."""

from dataclasses import dataclass

from retrieval.index.signals import Signals


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is asked, and what each leg says about its candidates."""

    question: str
    signals: Signals
