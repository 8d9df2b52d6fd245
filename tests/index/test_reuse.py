"""What is encoded once is not encoded again, and what was damaged is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval import Settings, build
from retrieval.encoder import Batch
from retrieval.index import generation
from tests.conftest import WordEncoder


class Counting(WordEncoder):
    """Gives two vectors at a time, and remembers of which texts; is broken off when it has given so many."""

    def __init__(self, last: float = np.inf) -> None:
        self.last = last
        self.texts: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Iterator[Batch]:
        for start in range(0, len(texts), 2):
            if len(self.texts) >= self.last:
                raise KeyboardInterrupt
            some = texts[start : start + 2]
            self.texts += some
            yield start + np.arange(len(some)), self.encode_queries(some)


def vectors(index: Path) -> dict[str, bytes]:
    found = generation.stored(index)
    return {name: (found.folder / name).read_bytes() for name in (generation.PASSAGES, generation.SENTENCES)}


def unfinished(index: Path) -> list[Path]:
    return list(index.glob("unfinished-*"))


@pytest.fixture
def all_texts(settings: Settings, tmp_path: Path) -> list[str]:
    encoder = Counting()
    build(settings.model_copy(update={"index": tmp_path / "other"}), encoder)
    return encoder.texts


def test_each_text_once_and_then_only_what_is_new(settings: Settings, all_texts: list[str]) -> None:
    assert len(set(all_texts)) == len(all_texts)
    build(settings, Counting())
    before = vectors(settings.index)
    same, changed = Counting(), Counting()
    build(settings, same)
    assert same.texts == []
    assert vectors(settings.index) == before
    (settings.seeds / "new.txt").write_text("題\n\n新しい魚がいる。\n", "utf-8")
    build(settings, changed)
    assert changed.texts
    assert not set(changed.texts) & set(all_texts)


def test_a_build_that_was_broken_off_is_gone_on_with(settings: Settings, all_texts: list[str]) -> None:
    first, second = Counting(last=4), Counting()
    with pytest.raises(KeyboardInterrupt):
        build(settings, first)
    assert len(unfinished(settings.index)) == 1
    build(settings, second)
    assert len(first.texts) == 4
    assert sorted(first.texts + second.texts) == sorted(all_texts)
    assert unfinished(settings.index) == []


@pytest.mark.parametrize("harm", ["torn", "flipped"])
def test_a_damaged_record_is_encoded_again(
    settings: Settings, all_texts: list[str], tmp_path: Path, harm: str
) -> None:
    first, second = Counting(last=4), Counting()
    with pytest.raises(KeyboardInterrupt):
        build(settings, first)
    [path] = unfinished(settings.index)
    data = bytearray(path.read_bytes())
    if harm == "torn":
        del data[-7:]
    else:
        data[-7] ^= 1
    path.write_bytes(data)
    broken_off = Counting(last=2)
    with pytest.raises(KeyboardInterrupt):
        build(settings, broken_off)
    build(settings, second)
    assert first.texts[3] in broken_off.texts + second.texts
    assert sorted(first.texts[:3] + broken_off.texts + second.texts) == sorted(all_texts)
    assert vectors(settings.index) == vectors(tmp_path / "other")


def test_a_model_in_a_folder_may_have_changed(settings: Settings, all_texts: list[str]) -> None:
    first, second = Counting(), Counting()
    first.name = second.name = str(settings.seeds)
    build(settings, first)
    build(settings, second)
    assert sorted(second.texts) == sorted(all_texts)


@pytest.mark.parametrize(("name", "value"), [("name", "other words"), ("numbers", "bfloat16")])
def test_another_models_vectors_are_not_taken(
    settings: Settings, all_texts: list[str], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    build(settings, Counting())
    (settings.seeds / "new.txt").write_text("題\n\n新しい魚がいる。\n", "utf-8")
    with pytest.raises(KeyboardInterrupt):
        build(settings, Counting(last=0))
    other = Counting()
    monkeypatch.setattr(other, name, value, raising=False)
    build(settings, other)
    assert set(other.texts) > set(all_texts)
    assert unfinished(settings.index) == []
