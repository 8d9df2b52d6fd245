"""What the tests share: an encoder that can be worked out by hand, the real one, and where things lie."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval import Searcher, Settings, build
from retrieval.documents import Content, Document, markdown
from retrieval.encoder import Batch, Encoder, load
from retrieval.index import catalog, lock
from retrieval.index.catalog import Catalog
from retrieval.passages import Passage
from retrieval.precision import Numbers

ROOT = Path(__file__).parent.parent
# the one setting by which tests find the originals; they are not part of the project
SHARED = Path(os.environ.get("SHUTTEN_SHARED", ROOT.parent / "shared"))


class WordEncoder:
    """A text's vector counts four words and, always, one more thing; scaled to unit length.

    With n of one word a text is (n, 0, 0, 0, 1, 0) / sqrt(n² + 1). The last value is always 0: with
    AVX-512, OpenBLAS multiplies rows of exactly 5 values by reading what its stack last held, which
    changes no product, but now and then is "invalid", a warning.
    """

    name = "words"
    dimension = 6
    numbers: Numbers = "float32"
    words = ("猫", "犬", "鳥", "魚")

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        yield np.arange(len(texts)), self.encode_queries(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.array([[*(text.count(word) for word in self.words), 1, 0] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def document_of(text: str, name: str = "a.txt", **content: object) -> Document:
    """A document with this text and nothing but what is inferred from it, unless `content` says more."""
    return Document.of(name, "", Content(text=text, **content))  # type: ignore[arg-type]


def markdown_of(text: str) -> Document:
    """The document that a Markdown file with this text is."""
    return Document.of("a.md", "", markdown.read(text.encode()))


def catalog_of(
    folder: Path, read: Sequence[tuple[Document, Sequence[Passage]]], twin_of: Sequence[int]
) -> Catalog:
    """A catalog of these documents, in that folder."""
    growing = catalog.Growing(folder / "c.sqlite")
    for document, own in read:
        growing.add(document, own)
    growing.close(np.array(twin_of, np.int32))
    held = lock.hold(folder)
    assert held is not None
    return Catalog(folder / "c.sqlite", held)


@pytest.fixture
def words() -> WordEncoder:
    return WordEncoder()


@pytest.fixture(scope="session")
def e5() -> Encoder:
    """The default model, loaded once."""
    return load(Settings().model)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Three documents, one of them in a sub-folder."""
    folder = tmp_path / "seeds"
    (folder / "sub").mkdir(parents=True)
    (folder / "cat.txt").write_text("動物の話\n猫がいる。犬はいない。\n", encoding="utf-8")
    (folder / "dog.md").write_text(
        "---\ntitle: 犬の記録\npublisher: 動物社\ndate: 2026-01-19\n---\n# 犬\n\n犬がいる。犬が走る。\n",
        encoding="utf-8",
    )
    (folder / "sub" / "bird.txt").write_text("鳥の話\n鳥が鳴く。\n", encoding="utf-8")
    return folder


@pytest.fixture
def settings(seeds: Path, tmp_path: Path) -> Settings:
    return Settings(
        seeds=seeds, index=tmp_path / "index", model="words", feedback=tmp_path / "feedback.jsonl"
    )


@pytest.fixture
def built(settings: Settings, words: WordEncoder) -> Settings:
    """The settings of an index that has been built over `seeds`."""
    build(settings, words)
    return settings


@pytest.fixture
def searcher(built: Settings, words: WordEncoder) -> Searcher:
    """Over the small index."""
    return Searcher.open(built.index, words)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the originals and the question sets; a test that needs it is skipped without."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip(f"no originals at {SHARED} (SHUTTEN_SHARED names their folder)")
    return SHARED
