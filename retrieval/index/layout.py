"""Where each passage and each sentence of an index stands: what a search needs to know of all of them."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.passages import Passage, Sentence


@dataclass(frozen=True, slots=True)
class Layout:
    """Which sentences are in which passage, and which passages in which document, by number.

    For each passage: `documents` (int32) its document, `twin_of` (int32) the first passage that says
    the same, its own number where none before it does, and `firsts` (int64, one more than there are
    passages) its first sentence; its last is the one before the next passage's first.

    For each sentence: `passages` (int32) its passage, `starts` and `ends` (int32) where it stands in its
    document, and `quotable` (bool), False for a flawed one; for a heading, too, which announces an
    answer and is none, unless its passage has nothing else.
    """

    documents: NDArray[np.int32]
    twin_of: NDArray[np.int32]
    firsts: NDArray[np.int64]
    passages: NDArray[np.int32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    quotable: NDArray[np.bool_]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for a file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Layout:
        """The layout that `arrays` gave."""
        return cls(**arrays)


class Growing:
    """A layout that is made passage by passage."""

    def __init__(self) -> None:
        self.documents, self._firsts = array("i"), array("q", [0])
        self._passages, self._starts, self._ends = array("i"), array("i"), array("i")
        self._quotable = array("b")

    def add(self, document: int, own: Passage) -> None:
        """The next passage, with its sentences."""
        number = len(self.documents)
        self.documents.append(document)
        for one in own.sentences:
            self._passages.append(number)
            self._starts.append(one.span.start)
            self._ends.append(one.span.end)
        self._quotable.extend(_quotable(own.sentences))
        self._firsts.append(len(self._passages))

    def layout(self, twin_of: NDArray[np.int32]) -> Layout:
        """The whole of it."""
        return Layout(
            documents=np.frombuffer(self.documents, np.int32),
            twin_of=twin_of,
            firsts=np.frombuffer(self._firsts, np.int64),
            passages=np.frombuffer(self._passages, np.int32),
            starts=np.frombuffer(self._starts, np.int32),
            ends=np.frombuffer(self._ends, np.int32),
            quotable=np.frombuffer(self._quotable, np.bool_),
        )


def _quotable(sentences: Sequence[Sentence]) -> list[bool]:
    sound = [one.flaw is None for one in sentences]
    worth = [one.quotable and whole for one, whole in zip(sentences, sound, strict=True)]
    return worth if any(worth) else sound
