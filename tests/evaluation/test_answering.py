import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval import Searcher
from retrieval.evaluation import Question, QuestionSet, answering, run
from retrieval.evaluation.run import Asked


def sure(one: Asked, confidence: float, *, answered: bool) -> Asked:
    """The question with that confidence in its first passage and none in the others."""
    hits = tuple(replace(hit, confidence=confidence if hit.rank == 1 else 0.0) for hit in one.answer.hits)
    return replace(one, answer=replace(one.answer, confidence=confidence, answered=answered, hits=hits))


def test_measures_by_hand(asked: list[Asked]) -> None:
    a, b, c, d = asked  # a and c have a right first passage, b a wrong one, d none
    measured = answering.measure(
        [
            sure(a, 0.95, answered=True),
            sure(b, 0.65, answered=True),
            sure(c, 0.25, answered=False),
            sure(d, 0.35, answered=False),
        ]
    )
    assert (measured.answerable, measured.unanswerable) == (3, 1)
    assert measured.auroc == pytest.approx(2 / 3)  # a and b stand above d, c does not
    assert measured.coverage == pytest.approx(2 / 3)
    assert measured.precision == 1 / 2
    assert measured.refused == 1
    assert measured.refused_at_95 == 0  # to answer c as well, d is answered
    # 0.95, 0.65, 0.25 and 0.35 against right, wrong, right, wrong, one a bin
    assert measured.calibration_error == pytest.approx((0.05 + 0.65 + 0.75 + 0.35) / 4)
    assert [one.count for one in measured.bins] == [1, 1, 1, 1]


def test_without_unanswerable_questions_there_is_no_auroc(asked: list[Asked]) -> None:
    measured = answering.measure(asked[:3])
    assert math.isnan(measured.auroc)
    assert math.isnan(measured.refused)
    assert 0 <= measured.calibration_error <= 1


@pytest.mark.parametrize(
    ("answers", "quoted"),
    [
        ([("犬がいる",)], 1),
        ([("犬が走る",)], 0),  # as near as the one before it, which is quoted
        ([("犬が走る",), ("犬がいる",)], 1),
        ([("犬が走る", "犬がいる")], 1),  # a list whose first entry is quoted
        ([("犬がいる。犬が走る",)], None),  # no sentence has all of it
        ([("いない",)], None),  # no passage of the document is right
        ([()], None),  # judged by document
    ],
)
def test_whether_the_quote_says_the_answer(
    searcher: Searcher, answers: list[tuple[str, ...]], quoted: float | None
) -> None:
    one = Question(id="a", question="犬", document="dog.md", answers=tuple(answers))
    measured = answering.measure(run.evaluate(searcher, QuestionSet("one", (one,))))
    assert measured.quoted == pytest.approx(math.nan if quoted is None else quoted, nan_ok=True)


@pytest.mark.parametrize(
    ("count", "least"),
    [(1, 0), (19, 0), (20, 1), (39, 1), (40, 2), (100, 5)],  # one of 20 may be lost, two of 40
)
def test_the_threshold_keeps_95_in_100(count: int, least: int) -> None:
    sure = np.arange(count)[::-1] / count
    assert answering.least_kept(sure, np.ones(count)) == pytest.approx(least / count)


def test_a_threshold_by_weight() -> None:
    # the least sure has 4% of the weight and can be lost, the next 2% cannot any more
    assert answering.least_kept(np.array([0.1, 0.2, 0.9]), np.array([4.0, 2.0, 94.0])) == 0.2


def test_without_answerable_questions_nothing_is_kept(asked: list[Asked]) -> None:
    measured = answering.measure(asked[3:])
    assert math.isnan(measured.refused_at_95)
    assert math.isnan(measured.coverage)
