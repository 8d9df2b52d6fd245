"""A question on its way to an answer."""

from dataclasses import dataclass

from retrieval.index.signals import Signals


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is asked, what each leg says about its candidates, and the probability that it is
    small talk, which asks nothing of documents, 0 to 1."""

    question: str
    signals: Signals
    small_talk: float
