import json
import math

import pytest

from retrieval import Searcher
from retrieval.evaluation import QuestionSet, summary
from retrieval.evaluation.run import Asked
from retrieval.evaluation.summary import Summary


@pytest.fixture
def found(questions: QuestionSet, asked: list[Asked], searcher: Searcher) -> Summary:
    return summary.of(questions, asked, searcher)


def test_a_summary_says_what_was_measured_with_what(found: Summary, searcher: Searcher) -> None:
    assert (found.set, found.unit, found.questions) == ("small", "passage", 4)
    assert (found.model, found.index) == ("words", searcher.index.id)
    assert (found.passage_size, found.threshold) == (400, searcher.confidence.threshold)
    assert found.commit is None or found.commit.removesuffix("-dirty").isalnum()
    assert list(found.measures) == ["fused", "passage", "sentence", "keyword"]
    # a comes first, b does not, c has one of two
    assert found.value("R@1") == pytest.approx((1 + 0 + 1 / 2) / 3)
    assert found.value("R@3") == 1
    assert list(found.by_question) == ["a", "b", "c"]
    assert found.by_question["c"]["R@1"] == 0.5


def test_groups_are_by_type_and_document_where_there_are_several(found: Summary) -> None:
    assert set(found.groups) == {"type", "document"}  # all answerable ones are in Japanese
    assert found.groups["type"]["factoid"].questions == 2
    assert found.groups["type"]["factoid"].measures["R@1"] == 0.5
    assert found.groups["document"]["cat.txt"].questions == 2


def test_what_cannot_be_measured_is_null(
    questions: QuestionSet, asked: list[Asked], searcher: Searcher
) -> None:
    some = summary.of(questions, asked[:3], searcher)
    assert json.loads(summary.to_json(some))["answering"]["auroc"] is None
    assert summary.figure(math.nan) == "–"
