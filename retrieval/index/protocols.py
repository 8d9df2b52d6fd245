"""What is asked of an index, wherever it is: what `index/generation.py` and `cluster/` both have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.documents import Document
from retrieval.documents.document import Metadata
from retrieval.index.catalog import Holding
from retrieval.index.manifest import Manifest
from retrieval.index.selection import EVERYTHING, Selection
from retrieval.index.signals import Signals
from retrieval.passages import Passage


class Documents(Protocol):
    """The documents of an index and their passages, which are known by numbers, each a document's in order.

    What each method gives, `catalog.Catalog` says.
    """

    @property
    def trouble(self) -> str | None:
        """Why they are not the current ones, None where they are."""

    def names(self) -> list[str]: ...

    def sources(self, selection: Selection = EVERYTHING) -> list[tuple[str, Metadata]]: ...

    def holdings(self) -> list[Holding]: ...

    def sections(self, document: str) -> list[tuple[str, ...]]: ...

    def document(self, name: str) -> Document | None: ...

    def passage(self, number: int) -> tuple[Metadata, Passage]: ...

    def passages(self, document: str) -> Iterator[Passage]: ...

    def numbered(self) -> Iterator[tuple[int, Passage]]: ...

    def twins(self, number: int) -> list[int]: ...


class Index(Protocol):
    """An opened index, which is never changed."""

    @property
    def id(self) -> str:
        """Its name, which no other build has."""

    @property
    def manifest(self) -> Manifest:
        """What it was built from."""

    @property
    def trouble(self) -> str | None:
        """Why it is not the current one, None where it is."""

    @property
    def catalog(self) -> Documents:
        """What is in it."""

    def signals(
        self, questions: Sequence[str], queries: NDArray[np.float32], selection: Selection
    ) -> list[Signals]:
        """What each leg says about each question's candidates, as Legs.signals has it."""
