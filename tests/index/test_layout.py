"""What is known of all passages and sentences of an index."""

import numpy as np

from retrieval import passages
from retrieval.index.layout import Growing, Layout
from tests.conftest import document_of, markdown_of


def test_where_everything_stands() -> None:
    documents = [markdown_of("# 題\n甲がある。乙がある。\n\n## 次\n丙がある。"), document_of("丁。", "b.txt")]
    growing = Growing()
    found = []
    for number, document in enumerate(documents):
        for passage in passages.split(document, 50):
            growing.add(number, passage)
            found.append((number, passage))
    layout = growing.layout(np.arange(3, dtype=np.int32))
    assert layout.documents.tolist() == [0, 0, 1]
    assert layout.firsts.tolist() == [0, 3, 5, 6]
    assert layout.passages.tolist() == [0, 0, 0, 1, 1, 2]
    said = zip(layout.passages, layout.starts, layout.ends, strict=True)
    texts = [documents[found[passage][0]].text[start:end] for passage, start, end in said]
    assert texts == ["# 題", "甲がある。", "乙がある。", "## 次", "丙がある。", "丁。"]
    # a heading announces an answer, and is none
    assert layout.quotable.tolist() == [False, True, True, False, True, True]
    again = Layout.of(layout.arrays())
    assert [one.tolist() for one in again.arrays().values()] == [
        one.tolist() for one in layout.arrays().values()
    ]


def test_what_cannot_be_quoted_is_where_there_is_nothing_else_but_never_what_is_flawed() -> None:
    growing = Growing()
    for text in ("# 題\n", "停戦した。但是,但是这样的事情。"):
        for passage in passages.split(markdown_of(text), 50):
            growing.add(0, passage)
            flawed = [one.flaw is not None for one in passage.sentences]
    layout = growing.layout(np.arange(2, dtype=np.int32))
    assert flawed == [False, True]
    assert layout.quotable.tolist() == [True, True, False]
