"""A share of a build, sent from the generation that this machine has made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from retrieval import documents, terms, wording
from retrieval.cluster import records, tables
from retrieval.cluster.builds import Build
from retrieval.cluster.client import Client, Row
from retrieval.cluster.records import Record
from retrieval.cluster.tables import DOCUMENTS, KINDS, NOWHERE, PASSAGES, PIECES, RECORDS, SENTENCES, TERMS
from retrieval.documents import Document
from retrieval.index.catalog import Holding
from retrieval.index.generation import Generation
from retrieval.passages import Passage
from retrieval.shard import Shard

_TOGETHER = 64  # documents whose rows are made before they are sent


def send(
    client: Client, build: Build, shard: Shard, index: Generation, report: Callable[[int], None]
) -> None:
    """Send all rows of a share, in place of those that were sent of it before, and its record in the end.

    `report` hears how many passages have been sent.
    """
    _prepare(client, build, shard, index)
    sent = _Share(client, build, shard.number, index)
    held = {one.name: one for one in index.catalog.holdings()}
    together: list[tuple[Document, Holding]] = []
    for name in index.catalog.names():
        document = index.catalog.document(name)
        assert document is not None
        together.append((document, held[name]))
        if len(together) == _TOGETHER:
            sent.add(together)
            together = []
            report(sent.passages)
    sent.add(together)
    report(sent.passages)
    sent.finish(shard)


def _prepare(client: Client, build: Build, shard: Shard, index: Generation) -> None:
    said = index.manifest
    expected = {PASSAGES: said.passages * shard.of, SENTENCES: said.sentences * shard.of}
    for kind in KINDS:
        name = build.collection(kind)
        tables.create(client, name, kind, said.dimension, expected.get(kind, 0))
        if kind == RECORDS:
            records.forget(client, name, shard.number)
        else:
            client.delete(name, tables.of_share(shard.number))


class _Share:
    """What has been sent of a share so far; its terms are counted on the way."""

    def __init__(self, client: Client, build: Build, number: int, index: Generation) -> None:
        self._client, self._build, self._number, self._index = client, build, number, index
        self.passages, self._documents, self._pieces = 0, 0, 0
        self._terms: Counter[str] = Counter()
        self._length = 0

    def add(self, together: list[tuple[Document, Holding]]) -> None:
        """The next documents."""
        pieces: list[Row] = []
        documents: list[Row] = []
        passages: list[Row] = []
        sentences: list[Row] = []
        for document, held in together:
            own = list(self._index.catalog.passages(document.name))
            number = tables.number(self._number, self._documents)
            documents.append(self._of_document(number, held))
            pieces += self._of_pieces(number, document)
            for passage, text in zip(own, wording.of_passages(document, own), strict=True):
                chosen = tables.chosen(document.name, document.metadata, passage.section)
                sentences += self._of_sentences(chosen)
                passages.append(self._of_passage(number, passage, text, chosen))
                self.passages += 1
            self._documents += 1
        for kind, rows in (
            (PIECES, pieces), (DOCUMENTS, documents), (PASSAGES, passages), (SENTENCES, sentences),
        ):  # fmt: skip
            self._client.insert(self._build.collection(kind), rows)

    def finish(self, shard: Shard) -> None:
        """The terms, and the record, after all documents."""
        self._client.insert(self._build.collection(TERMS), self._of_terms())
        for kind in KINDS:
            self._client.settle(self._build.collection(kind))
        legs, index = self._index.legs, self._index
        record = Record(
            of=shard.of,
            generation=index.id,
            manifest=index.manifest,
            passages=legs.passages.scripts,
            sentences=legs.sentences.scripts,
            terms=self._length,
        )
        collection = self._build.collection(RECORDS)
        records.store(self._client, collection, shard.number, record)
        self._client.settle(collection)

    def _of_document(self, number: int, held: Holding) -> Row:
        chosen = tables.chosen(held.name, held.metadata, ())
        return {
            "id": number,
            "name": held.name,
            "publisher": chosen["publisher"],
            "date": chosen["date"],
            "file": documents.file_of(held.name, self._index.manifest.sources),
            "metadata": tables.of_metadata(held.metadata),
            "size": held.size,
            "passages": held.passages,
            "flawed": held.flawed,
            "vector": NOWHERE,
        }

    def _of_pieces(self, document: int, held: Document) -> Iterator[Row]:
        for data in tables.pieces(tables.of_document(held)):
            number = tables.number(self._number, self._pieces)
            yield {"id": number, "document": document, "data": data, "vector": NOWHERE}
            self._pieces += 1

    def _of_passage(self, document: int, passage: Passage, text: str, chosen: Row) -> Row:
        legs, own = self._index.legs, self.passages
        bag = tables.bag(terms.analyse(text))
        said = bag.split()
        self._terms.update(set(said))
        self._length += len(said)
        first, end = legs.layout.firsts[own : own + 2].tolist()
        return {
            **chosen,
            "id": tables.number(self._number, own),
            "document": document,
            "script": int(legs.passages.scripts.codes[own]),
            "twin_of": tables.number(self._number, int(legs.layout.twin_of[own])),
            "first": tables.number(self._number, first),
            "end": tables.number(self._number, end),
            "own": tables.of_passage(passage),
            "terms": bag,
            "vector": legs.passages.vectors.rows(np.array([own]))[0],
        }

    def _of_sentences(self, chosen: Row) -> Iterator[Row]:
        """Those of the next passage."""
        legs = self._index.legs
        layout = legs.layout
        numbers = np.arange(*layout.firsts[self.passages : self.passages + 2])
        for own, vector in zip(numbers.tolist(), legs.sentences.vectors.rows(numbers), strict=True):
            yield {
                **chosen,
                "id": tables.number(self._number, own),
                "passage": tables.number(self._number, self.passages),
                "script": int(legs.sentences.scripts.codes[own]),
                "quotable": int(layout.quotable[own]),
                "starts": int(layout.starts[own]),
                "ends": int(layout.ends[own]),
                "vector": vector,
            }

    def _of_terms(self) -> Iterator[Row]:
        for own, (term, passages) in enumerate(self._terms.items()):
            number = tables.number(self._number, own)
            yield {"id": number, "term": term, "passages": passages, "vector": NOWHERE}
