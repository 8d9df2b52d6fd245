import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build
from retrieval.errors import NoIndex, UsageError
from retrieval.index import generation


def test_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="python -m retrieval build"):
        generation.open_current(tmp_path, "words")


def test_a_reader_keeps_its_generation_while_another_is_built(built: Settings, words) -> None:
    old = generation.open_current(built.index, "words")
    (built.seeds / "new.txt").write_text("魚。", encoding="utf-8")
    build(built, words)
    assert len(old.catalog.names()) == 3
    new = generation.open_current(built.index, "words")
    assert len(new.catalog.names()) == 4
    assert new.id != old.id


def test_generations_before_the_last_are_removed(built: Settings, words) -> None:
    for _ in range(3):
        build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) == 2


def test_a_generation_that_is_read_is_not_removed(built: Settings, words) -> None:
    old = generation.open_current(built.index, "words")
    for _ in range(3):
        build(built, words)
    assert (built.index / old.id).is_dir()
    assert len(list(old.catalog.numbered())) == 3
    catalog = old.catalog
    del old
    build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) == 3  # its catalog is still held
    del catalog
    build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) == 2


def test_other_folders_and_files_are_left_alone(built: Settings, words) -> None:
    (built.index / "evaluated" / "x").mkdir(parents=True)
    (built.index / "notes.txt").write_text("mine", "utf-8")
    for _ in range(3):
        build(built, words)
    assert (built.index / "evaluated" / "x").is_dir()
    assert (built.index / "notes.txt").read_text("utf-8") == "mine"


def test_readers_ask_all_the_while_during_20_rebuilds(built: Settings, words) -> None:
    """Never an error, never a mixture of two generations."""
    cat = built.seeds / "cat.txt"
    texts = ["動物の話\n猫がいる。犬はいない。\n", "犬の話\n猫も犬もいる。猫が走る。犬も走る。\n"]
    expected = set()
    for text in texts:
        cat.write_text(text, "utf-8")
        build(built, words)
        expected.add(_said(Searcher.open(built.index, words)))
    assert len(expected) == 2
    done = threading.Event()
    seen: list[set[str]] = [set(), set()]

    def read(own: set[str]) -> None:
        while not done.is_set():
            searcher = Searcher.open(built.index, words)
            own.update({_said(searcher), _said(searcher)})

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read, own) for own in seen]
        for number in range(20):
            cat.write_text(texts[number % 2], "utf-8")
            build(built, words)
        done.set()
    for reader in readers:
        reader.result()  # raises what the reader met
    assert seen[0] | seen[1] == expected
    build(built, words)
    assert sum(path.is_dir() for path in built.index.iterdir()) == 2


def _said(searcher: Searcher) -> str:
    assert searcher.index.trouble is None
    return str([one.to_json() for one in searcher.ask_all(["猫", "犬が走る"], 5)])


def test_a_document_that_is_not_there_is_named_with_those_that_are(built: Settings) -> None:
    with pytest.raises(UsageError, match=r"x\.txt.*cat\.txt, dog\.md"):
        generation.document(generation.catalog(built.index), "x.txt")
