"""A generation, made as documents come: what is kept of them in memory is less than what is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval import terms, wording
from retrieval.documents import Document
from retrieval.index import catalog, generation, keywords, layout, reuse, scripts, twins
from retrieval.index.graph import WORTH, Graph, Groups
from retrieval.index.reuse import Keys, Known
from retrieval.index.signals import DEPTH
from retrieval.index.vectors import Rows
from retrieval.index.writing import Draft
from retrieval.passages import Passage

_TOGETHER = 4096  # texts that are encoded in the order of their lengths; more are in memory at no time
_TRIED = 200  # vectors that a graph is tried with

Read = tuple[Document, Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `done` of `total` documents read, texts encoded, vectors linked in graphs, or
    passages sent to Milvus.

    Documents are read while others are encoded: the total of texts is of those that have been read.
    """

    stage: Literal["read", "encode", "link", "send"]
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Made:
    """How much a generation has, and how far a search goes in those of its files that are graphs."""

    documents: int
    passages: int
    sentences: int
    efforts: dict[str, int]


def make(
    read: Iterable[Read], draft: Draft, known: Known, dimension: int, report: Callable[[Progress], None]
) -> Made:
    """Write all files of a generation of these documents but its manifest. Raises OSError."""
    making = _Making(draft, known, dimension, report)
    for together in _windows(read):
        making.add(together)
    return making.finish()


def _windows(read: Iterable[Read]) -> Iterator[list[Read]]:
    """Documents together that have about as many texts as are encoded together."""
    held: list[Read] = []
    count = 0
    for document, own in read:
        held.append((document, own))
        count += len(own) + sum(len(passage.sentences) for passage in own)
        if count >= _TOGETHER:
            yield held
            held, count = [], 0
    if held:
        yield held


class _Making:
    def __init__(
        self, draft: Draft, known: Known, dimension: int, report: Callable[[Progress], None]
    ) -> None:
        self._draft, self._known, self._report = draft, known, report
        self._catalog = catalog.Growing(draft.folder / generation.CATALOG)
        draft.on_close(self._catalog.abandon)
        self._layout, self._twins, self._keywords = layout.Growing(), twins.Growing(), keywords.Growing()
        self._passages, self._sentences = _Texts(draft, dimension), _Texts(draft, dimension)

    def add(self, together: Sequence[Read]) -> None:
        """The next documents."""
        passages: list[str] = []
        sentences: list[str] = []
        for document, own in together:
            number = self._catalog.documents
            self._catalog.add(document, own)
            passages += wording.of_passages(document, own)
            for passage in own:
                self._layout.add(number, passage)
                self._twins.add(passage.text, number)
                sentences += [wording.of_sentence(document, one) for one in passage.sentences]
        for text in passages:
            self._keywords.add(terms.analyse(text))
        texts = [*passages, *sentences]
        before = len(self._passages) + len(self._sentences)
        keys = reuse.keys_of(texts)
        report = partial(self._encoded, before, before + len(texts))
        rows = self._known.rows(texts, keys, report)
        cut = len(passages)
        self._passages.add(passages, keys[:cut], rows[:cut])
        self._sentences.add(sentences, keys[cut:], rows[cut:])

    def finish(self) -> Made:
        """All files, after the last documents."""
        draft = self._draft
        draft.arrays(generation.KEYWORDS, self._keywords.keywords().arrays())
        del self._keywords  # a kilobyte a passage, which the graphs have use for
        twin_of = self._twins.twins(self._catalog.text)
        draft.arrays(generation.LAYOUT, self._layout.layout(twin_of).arrays())
        self._catalog.close(twin_of)
        draft.take(generation.CATALOG)
        self._passages.write(draft, generation.PASSAGES)
        self._sentences.write(draft, generation.SENTENCES)
        return Made(self._catalog.documents, len(self._passages), len(self._sentences), self._efforts())

    def _efforts(self) -> dict[str, int]:
        """Write the graphs that are worth it. Each is tried with vectors of the other kind: those are of
        texts about the same, and hardly one is among the rows themselves."""
        kinds = (
            (generation.PASSAGE_GRAPH, self._passages, self._sentences.some(_TRIED)),
            (generation.SENTENCE_GRAPH, self._sentences, self._passages.some(_TRIED)),
        )
        large = [kind for kind in kinds if len(kind[1].groups) >= WORTH]
        total = sum(len(own.groups) for _, own, _ in large)
        efforts: dict[str, int] = {}
        before = 0
        for name, own, queries in large:
            report = partial(self._linked, before, total)
            graph = Graph.over(own.rows(), own.groups, queries, DEPTH, report)
            before += len(own.groups)
            if graph:
                with self._draft.file(name) as write:
                    graph.write(write)
                efforts[name] = graph.effort
        return efforts

    def _encoded(self, before: int, total: int, done: int) -> None:
        self._report(Progress("encode", before + done, total))

    def _linked(self, before: int, total: int, done: int) -> None:
        self._report(Progress("link", before + done, total))


class _Texts:
    """Passages, or sentences, as they come: their vectors in a file, their keys and scripts in memory."""

    def __init__(self, draft: Draft, dimension: int) -> None:
        self._spool, self._dimension = draft.spool(), dimension
        self._scripts, self._keys = scripts.Growing(dimension), bytearray()

    def __len__(self) -> int:
        return len(self._scripts)

    def add(self, texts: Sequence[str], keys: Keys, rows: Rows) -> None:
        """The next texts, with what they are known by and their vectors."""
        self._spool.write(rows.tobytes())
        self._scripts.add(texts, rows)
        self._keys += keys.tobytes()

    def rows(self) -> Rows:
        """All vectors, mapped."""
        self._spool.flush()
        return np.memmap(self._spool, np.float16, "r", shape=(len(self), self._dimension))

    def some(self, count: int) -> NDArray[np.float32]:
        """About so many of the vectors, from all over: float32."""
        return self.rows()[:: max(1, len(self) // count)].astype(np.float32)

    @cached_property
    def groups(self) -> Groups:
        """Those that are of the same text; to be asked for when all have come."""
        return Groups.by(np.frombuffer(self._keys, np.uint64).reshape(-1, 2))

    def write(self, draft: Draft, name: str) -> None:
        """The file of a generation that has them."""
        keys = np.frombuffer(self._keys, np.uint64).reshape(-1, 2)
        scripts_ = self._scripts.scripts().arrays()
        draft.arrays(name, {"rows": self.rows(), "keys": keys, **scripts_, **self.groups.arrays()})
