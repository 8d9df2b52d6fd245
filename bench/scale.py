"""Large indexes: what they cost to build, to open, to hold and to search.

    PYTHONPATH=. python bench/scale.py BEIR_FOLDER MORE.jsonl.gz --passages 100000 --work FOLDER

The project itself builds the index, of documents that are made of sentences, drawn anew for each and
altered by a number, so that none is another's twin and no sentence is twice the same. To encode that many
would take hours, and is measured elsewhere: a text's vector is that of a sentence that was encoded, turned
by what two others differ in, and a little at random. Sentences are the folder's, which has the questions,
too, and those of other corpora: a million passages want some 50,000, or around each there are so many that
no corpus has the like, and no graph leads from one to another. The index is kept in --work, and is built
where it is not there yet.
"""

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from retrieval import Encoder, Searcher, Settings, build, evaluation, load_encoder, sentences
from retrieval.encoder import Batch, in_order
from retrieval.index import generation
from retrieval.index.selection import EVERYTHING
from retrieval.index.signals import DEPTH
from retrieval.index.vectors import Allowed, Vectors
from retrieval.search import Query

MIXED, TURNED = 0.35, 0.2  # how much is added of the difference, and at random, to a vector of unit length
SENTENCES = (3, 7)  # of a document, which is a passage then
IN_A_FILE = 2000  # documents
ASKED = 200
K = 5


class Turned:
    """An encoder that gives a text one of the vectors, turned at random, and always the same."""

    def __init__(self, encoder: Encoder, encoded: NDArray[np.float32]) -> None:
        self.name, self.dimension, self.numbers = encoder.name, encoder.dimension, encoder.numbers
        self.encode_queries = encoder.encode_queries
        self._encoded = encoded

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        """All at once."""
        rows = np.stack([self._one(text) for text in texts])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        yield np.arange(len(texts)), rows.astype(np.float32)

    def _one(self, text: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
        chance = np.random.default_rng(seed)
        added = chance.standard_normal(self.dimension)
        own, one, other = self._encoded[chance.integers(len(self._encoded), size=3)]
        return np.asarray(own + MIXED * (one - other) + TURNED * added / np.linalg.norm(added))


def main(
    folder: Path,
    more: Annotated[
        list[Path] | None, typer.Argument(help="JSON Lines, perhaps gzipped, with `text`")
    ] = None,
    *,
    work: Annotated[Path, typer.Option(help="where documents and index are kept")],
    passages: int = 100_000,
) -> None:
    """Print the figures."""
    said = [one for corpus in (folder / "corpus.jsonl", *(more or ())) for one in _sentences(corpus)]
    encoder = load_encoder(Settings.load().model)
    settings = Settings.load(seeds=work / f"{passages}" / "seeds", index=work / f"{passages}" / "index")
    if not settings.folder.exists():
        _write_documents(settings.seeds, said, passages)
        turned = Turned(encoder, in_order(encoder.encode_passages(said), len(said), encoder.dimension))
        with _timed("build, without encoding"):
            build(settings, turned)
    questions = [one.question for one in evaluation.load(folder).questions[:ASKED]]
    queries = encoder.encode_queries(questions)
    before = np.array(_resident())
    with _timed("open"):
        index = generation.open_current(settings.folder, encoder.name, encoder.dimension)
        searcher = Searcher(index, encoder)
    counts = index.manifest
    print(f"{counts.passages:,} passages, {counts.sentences:,} sentences, {_size(settings.folder):,.0f} MiB")
    asked = dict(zip(map(bytes, queries), questions, strict=True))

    def answer(query: NDArray[np.float32]) -> None:
        question = asked[bytes(query)]
        [found] = searcher.index.signals([question], query[None], EVERYTHING)
        asked_for = Query(question, found, small_talk=0)
        searcher.answer(asked_for, searcher.ranking(asked_for), K)

    _each("all but encoding", queries, answer)
    legs = index.legs
    for what, encoded in (("passages", legs.passages), ("sentences", legs.sentences)):
        every = encoded.vectors.allowed(np.ones(len(encoded.vectors), np.bool_))
        _each(f"nearest {what}", queries, partial(_nearest, encoded.vectors, every))
    own, mapped = np.array(_resident()) - before
    print(f"memory: {own:,.0f} MiB, and {mapped:,.0f} MiB of its files, which the system may have back")


def _nearest(vectors: Vectors, every: Allowed, query: NDArray[np.float32]) -> object:
    return vectors.search(query[None], DEPTH, every)


def _sentences(corpus: Path) -> list[str]:
    opened = gzip.open if corpus.suffix == ".gz" else open
    with opened(corpus, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    return [text[span.start : span.end] for text in texts for span in sentences.split(text, 0, len(text))]


def _write_documents(seeds: Path, said: Sequence[str], count: int) -> None:
    seeds.mkdir(parents=True)
    chance = np.random.default_rng(1)
    for start in range(0, count, IN_A_FILE):
        with (seeds / f"{start}.jsonl").open("w", encoding="utf-8") as file:
            for number in range(start, min(start + IN_A_FILE, count)):
                drawn = chance.choice(len(said), chance.integers(*SENTENCES), replace=False)
                text = "".join(f"{said[at][:-1]}({number}){said[at][-1]}" for at in drawn)
                record = {"_id": str(number), "title": f"記録{number}", "text": text}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


@contextmanager
def _timed(what: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - start:.1f} s", flush=True)


def _each(what: str, queries: NDArray[np.float32], work: Callable[[NDArray[np.float32]], object]) -> None:
    """Median and 95th percentile over the queries, each once before that."""
    took = []
    for at, query in enumerate([*queries, *queries]):
        start = time.perf_counter()
        work(query)
        if at >= len(queries):
            took.append(1000 * (time.perf_counter() - start))
    print(f"{what}: p50 {np.median(took):.1f} ms, p95 {np.percentile(took, 95):.1f} ms", flush=True)


def _resident() -> tuple[float, float]:
    """MiB of this process in memory, its own and of mapped files: Linux only."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    held = dict(line.split(":", 1) for line in lines)
    own, mapped = (int(held[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, mapped


def _size(index: Path) -> float:
    """MiB of the current generation on the disk."""
    return sum(path.stat().st_size for path in (index / generation.current(index)).iterdir()) / 2**20


if __name__ == "__main__":
    typer.run(main)
