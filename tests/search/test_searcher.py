import math

import pytest

from retrieval import Searcher, Settings
from retrieval.errors import UsageError
from retrieval.search import confidence


@pytest.fixture
def searcher(built: Settings, words) -> Searcher:
    return Searcher.open(built.index, words)


def test_the_nearest_passage_comes_first_with_its_score(searcher: Searcher) -> None:
    answer = searcher.ask("鳥は?", k=2)
    # the question is (0, 0, 1, 0, 1) / sqrt 2, bird.txt's passage (0, 0, 2, 0, 1) / sqrt 5
    assert answer.hits[0].passage.document == "sub/bird.txt"
    assert [hit.rank for hit in answer.hits] == [1, 2]
    assert answer.hits[0].score == pytest.approx(3 / math.sqrt(10), abs=1e-6)


def test_the_quote_is_the_nearest_sentence_and_no_heading(searcher: Searcher) -> None:
    quote = searcher.ask("犬", k=1).hits[0].quote
    text = searcher.index.catalog.document("dog.md").text  # type: ignore[union-attr]
    assert quote.text == text[quote.start : quote.end] == "犬がいる。"
    # cat.txt: 猫がいる。 has the word, 動物の話 and 犬はいない。 have not
    assert searcher.ask("猫", k=1).hits[0].quote.text == "猫がいる。"


def test_source_and_place_come_with_the_passage(searcher: Searcher) -> None:
    found = searcher.ask("犬", k=1).to_json("q1")
    assert list(found) == ["id", "question", "answered", "confidence", "passages"]
    [passage] = found["passages"]  # type: ignore[misc]
    assert list(passage) == [
        "rank", "score", "confidence", "document", "title", "publisher", "date", "section", "page",
        "lines", "start", "end", "text", "quote",
    ]  # fmt: skip
    assert passage["title"] == "犬の記録"
    assert passage["publisher"] == "動物社"
    assert passage["date"] == "2026-01-19"
    assert passage["section"] == ["犬"]
    assert passage["lines"] == [6, 8]
    assert passage["page"] is None


def test_more_passages_than_there_are(searcher: Searcher) -> None:
    assert len(searcher.ask("犬", k=50).hits) == 3


def test_together_as_one_by_one(searcher: Searcher) -> None:
    asked = ["犬", "猫", "鳥と魚"]
    assert searcher.ask_all(asked, 3) == [searcher.ask(one, 3) for one in asked]
    assert searcher.ask_all([], 3) == []


@pytest.mark.parametrize("blank", ["", "  ", "\n　"])
def test_a_blank_question_is_refused(searcher: Searcher, blank: str) -> None:
    with pytest.raises(UsageError, match="empty"):
        searcher.ask(blank, 3)


def test_confidence_is_a_logistic_curve() -> None:
    model = confidence.Confidence(fitted_by="hand", intercept=-2, similarity=4, threshold=0.5)
    assert model.of(0.5) == 0.5
    assert model.of(1.0) == pytest.approx(1 / (1 + math.exp(-2)))
    assert model.of(0.9) > model.of(0.8)


def test_answered_when_the_best_confidence_reaches_the_threshold(searcher: Searcher) -> None:
    answer = searcher.ask("犬", k=3)
    assert answer.confidence == max(hit.confidence for hit in answer.hits)
    assert answer.answered == (answer.confidence >= confidence.fitted().threshold)
