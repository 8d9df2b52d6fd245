from pathlib import Path

import pytest

from retrieval import passages
from retrieval.index import catalog
from retrieval.index.catalog import Holding
from retrieval.index.selection import Selection
from tests.conftest import catalog_of, document_of, markdown_of


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    documents = [
        markdown_of(
            "---\ntitle: 題\ndate: 2026-01-19\n---\n# 題\n甲[1]。昨年11月。\n\n"
            "| a | b |\n|---|---|\n| c | d |\n\n[1] 注。"
        ),
        document_of(
            "停戦した。但是,但是这样的事情。\n二頁。", "b.txt", page_starts=(0, 21), encoding="cp932"
        ),
    ]
    read = [(document, passages.split(document, 50)) for document in documents]
    found = [passage for _, own in read for passage in own]
    opened = catalog_of(tmp_path, read, [0, 1, 0])
    assert [opened.document(one.name) for one in documents] == documents
    assert list(opened.numbered()) == list(enumerate(found))
    assert list(opened.passages("b.txt")) == read[1][1]
    assert [opened.passage(number) for number in range(3)] == [
        (documents[0].metadata, found[0]),
        (documents[0].metadata, found[1]),
        (documents[1].metadata, found[2]),
    ]
    assert opened.twins(0) == [2]
    assert opened.twins(1) == []


def test_what_a_reader_chooses_from(tmp_path: Path) -> None:
    documents = [
        markdown_of("---\ntitle: 題\ndate: 2026-01-19\n---\n# 題\n甲がある。\n\n## 乙\n乙がある。"),
        document_of("停戦した。但是,但是这样的事情。", "b.txt"),
    ]
    read = [(document, passages.split(document, 50)) for document in documents]
    count = sum(len(own) for _, own in read)
    opened = catalog_of(tmp_path, read, range(count))
    assert opened.sources() == [(one.name, one.metadata) for one in documents]
    assert opened.sources(Selection(since="2026")) == [("a.md", documents[0].metadata)]
    assert opened.sections("a.md") == [passage.section for passage in read[0][1]]
    assert opened.sections("none.md") == []
    assert opened.holdings() == [
        Holding("a.md", documents[0].metadata, len(documents[0].text), len(read[0][1]), 0),
        Holding("b.txt", documents[1].metadata, len(documents[1].text), 1, 1),
    ]


def test_a_full_disk_is_the_systems_error_not_sqlites(tmp_path: Path) -> None:
    growing = catalog.Growing(tmp_path / "c.sqlite")
    growing._connection.execute("PRAGMA cache_size = 2")
    growing._connection.execute("PRAGMA max_page_count = 20")
    document = document_of("停戦した。" * 10_000)
    with pytest.raises(OSError, match="full"):
        growing.add(document, passages.split(document, 400))
