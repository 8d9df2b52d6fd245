"""How long a question takes on a warm index of 1,000 documents, and the parts of it.

    make bench

The documents are made of the digests' sentences, drawn at random, encoded by the default model. The
machine is shared and noisy: compare figures of one run with one another, by their medians.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from retrieval import Encoder, Searcher, Settings, build, documents, load_encoder, passages
from retrieval.encoder import Batch
from retrieval.index.selection import EVERYTHING
from retrieval.index.vectors import Vectors
from retrieval.search import Query
from retrieval.terms import analyse

QUESTION = "平和委員会の議長は誰か"
DOCUMENTS = 1000
VECTORS = 100_000


class Remembering:
    """An encoder that encodes each text once: the documents say the same sentences again and again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}
        self.name, self.dimension, self.numbers = encoder.name, encoder.dimension, encoder.numbers
        self.encode_queries = encoder.encode_queries

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for numbers, rows in self._encoder.encode_passages(new):
            self._known |= zip([new[number] for number in numbers], rows, strict=True)
        yield np.arange(len(texts)), np.stack([self._known[text] for text in texts])


@pytest.fixture(scope="module")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Over the 1,000 documents."""
    seeds = tmp_path_factory.mktemp("seeds")
    _make_documents(seeds)
    encoder = load_encoder(Settings.load().model)
    settings = Settings.load(seeds=seeds, index=tmp_path_factory.mktemp("index"))
    build(settings, Remembering(encoder))
    return Searcher.open(settings.index, encoder)


def _make_documents(folder: Path) -> None:
    """Each with a title and two to five sentences."""
    rng = np.random.default_rng(1)
    digests = [documents.read(path) for path in documents.find(Settings.load().seeds).values()]
    said = [
        digest.text[one.span.start : one.span.end]
        for digest in digests
        for passage in passages.split(digest, 400)
        for one in passage.sentences
        if one.quotable
    ]
    for number in range(DOCUMENTS):
        drawn = rng.choice(said, rng.integers(2, 6), replace=False)
        (folder / f"{number}.txt").write_text(f"記録{number}\n\n{''.join(drawn)}\n", encoding="utf-8")


def test_ask(benchmark: BenchmarkFixture, searcher: Searcher) -> None:
    """All of it."""
    benchmark(searcher.ask, QUESTION, 5)


def test_encode_the_question(benchmark: BenchmarkFixture, searcher: Searcher) -> None:
    """The model's part."""
    benchmark(searcher._encoder.encode_queries, [QUESTION])


def test_all_but_encoding(benchmark: BenchmarkFixture, searcher: Searcher) -> None:
    """Everything else: at most 5 ms are wanted."""
    queries = searcher._encoder.encode_queries([QUESTION])

    def answer() -> None:
        [found] = searcher.index.signals([QUESTION], queries, EVERYTHING)
        query = Query(QUESTION, found, small_talk=0)
        searcher.answer(query, searcher.ranking(query), 5)

    benchmark(answer)


def test_the_questions_terms(benchmark: BenchmarkFixture) -> None:
    """Sudachi's part."""
    benchmark(analyse, QUESTION)


@pytest.fixture(scope="module")
def rows() -> NDArray[np.float32]:
    """100,000 random vectors of unit length: what a search of all costs does not depend on what they say."""
    drawn: NDArray[np.float32] = np.random.default_rng(1).standard_normal((VECTORS, 384), np.float32)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    return drawn


def test_search_all_vectors(benchmark: BenchmarkFixture, rows: NDArray[np.float32]) -> None:
    """As they are kept where they are few."""
    vectors = Vectors(rows.astype(np.float16))
    benchmark(vectors.search, rows[:1], 100, vectors.allowed(np.ones(VECTORS, np.bool_)))


def test_search_all_vectors_in_float32(benchmark: BenchmarkFixture, rows: NDArray[np.float32]) -> None:
    """To compare with."""
    flat = faiss.IndexFlatIP(rows.shape[1])
    flat.add(rows)
    benchmark(flat.search, rows[:1], 100)
