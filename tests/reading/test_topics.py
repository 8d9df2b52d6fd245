from pathlib import Path

import pytest

from retrieval import Searcher, Settings, build
from retrieval.reading import findings, topics

TEXT = """# 動物の暮らし

## 1. 森にすむ犬の群れ

犬がいる。犬が走る。

## 🔹2. 川を泳ぐ魚はどこへ行くのか?

魚がいる。魚が泳ぐ。

## ③ 空の鳥

鳥がいる。
"""


@pytest.fixture
def searcher(settings: Settings, words, seeds: Path) -> Searcher:
    (seeds / "life.md").write_text(TEXT, encoding="utf-8")
    build(settings, words)
    return Searcher.open(settings.index, words)


def test_openings_take_turns_and_lose_their_numbers(searcher: Searcher) -> None:
    # 犬 and 空の鳥 are too short to be subjects; a document without others has its title, 鳥の話 is none
    assert topics.openings(searcher.index.catalog, 9) == (
        "動物の話",
        "犬の記録",
        "森にすむ犬の群れ",
        "川を泳ぐ魚はどこへ行くのか?",
    )
    assert topics.openings(searcher.index.catalog, 1) == ("動物の話",)


def test_what_follows_is_near_and_new(searcher: Searcher) -> None:
    found = findings.find(searcher, "森にすむ犬の群れ", 1)
    assert found.answer.hits[0].passage.document == "life.md"
    following = topics.following(searcher.index.catalog, found, 3)
    assert following[0] == "川を泳ぐ魚はどこへ行くのか?"
    assert "森にすむ犬の群れ" not in following


@pytest.mark.parametrize(
    ("subject", "asks"), [("誰が勝つのか", True), ("勝つのは誰?", True), ("勝者", False)]
)
def test_a_heading_that_asks(subject: str, asks: bool) -> None:
    assert topics.is_question(subject) == asks
