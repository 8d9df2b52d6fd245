"""A place in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open run of characters, counted in a document's text."""

    start: int
    end: int


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the blanks at its ends; empty where there is nothing else."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
