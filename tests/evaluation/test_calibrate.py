from dataclasses import replace

import numpy as np
import pytest

from retrieval.errors import UsageError
from retrieval.evaluation.calibrate import _group, calibrate
from retrieval.evaluation.run import Asked
from retrieval.search.confidence import Evidence


def many(asked: list[Asked], *, slope: float, count: int = 240) -> list[Asked]:
    """One-passage questions, right with probability 1 / (1 + exp(-slope * (closeness - 0.5)))."""
    rng = np.random.default_rng(7)
    right, nothing = asked[0], asked[3]
    made = []
    for number in range(count):
        closeness = float(rng.random())
        is_right = rng.random() < 1 / (1 + np.exp(-slope * (closeness - 0.5)))
        one = right if is_right else nothing
        hit = replace(one.answer.hits[0], evidence=Evidence(closeness, *[0.5] * 9))
        question = one.question.model_copy(update={"id": str(number), "question": str(number)})
        document = frozenset({f"{number % 12}"}) if is_right else frozenset()
        made.append(replace(one, question=question, units=document, answer=replace(one.answer, hits=(hit,))))
    return made


def test_the_curve_that_made_the_data_is_found(asked: list[Asked]) -> None:
    found = calibrate([many(asked, slope=10)], "hand")
    assert found.model.weights["closeness"] == pytest.approx(10, rel=0.3)
    assert -found.model.intercept / found.model.weights["closeness"] == pytest.approx(0.5, abs=0.05)
    assert found.model.weights["rest_passage"] == found.model.weights["first"] == 0  # they never vary
    assert found.cross_validated[0].auroc > 0.85
    assert found.cross_validated[0].calibration_error < 0.1


def test_small_talk_is_no_answer_whatever_else_is_known(asked: list[Asked]) -> None:
    known = many(asked, slope=10)
    right = [one for one in known if one.units]
    hits = [replace(one.answer.hits[0], evidence=Evidence(0.9, small_talk=0.99)) for one in right]
    talked = [
        replace(one, units=frozenset(), answer=replace(one.answer, hits=(hit,)))
        for one, hit in zip(right, hits, strict=True)
    ]
    found = calibrate([known, talked], "hand").cross_validated
    assert found[1].refused == 1
    assert found[0].coverage == pytest.approx(0.95, abs=0.01)


def test_the_threshold_still_answers_95_in_100(asked: list[Asked]) -> None:
    found = calibrate([many(asked, slope=10)], "hand")
    assert found.cross_validated[0].coverage == pytest.approx(0.95, abs=0.01)
    assert found.cross_validated[0].refused == pytest.approx(found.cross_validated[0].refused_at_95)


def test_noise_is_not_learnt(asked: list[Asked]) -> None:
    found = calibrate([many(asked, slope=0)], "hand")
    assert abs(found.model.weights["closeness"]) < 1.5
    assert found.cross_validated[0].auroc == pytest.approx(0.5, abs=0.12)


def test_too_little_to_learn_from_is_refused(asked: list[Asked]) -> None:
    with pytest.raises(UsageError, match="too little to fit on"):
        calibrate([asked[:1]], "hand")


def test_each_set_counts_the_same_however_large(asked: list[Asked]) -> None:
    small, large = many(asked, slope=10, count=120), many(asked, slope=0, count=1200)
    alone, both = calibrate([small], "hand"), calibrate([small, large], "hand")
    assert len(both.cross_validated) == 2
    # ten times as many questions on which the sentence says nothing take away half of its weight
    assert both.model.weights["closeness"] == pytest.approx(alone.model.weights["closeness"] / 2, rel=0.35)


def test_a_set_that_nothing_answers_is_fitted_to_and_leaves_the_threshold_to_the_others(
    asked: list[Asked],
) -> None:
    known = many(asked, slope=10)
    elsewhere = [one for one in known if not one.units]
    found = calibrate([known, elsewhere], "hand")
    assert found.cross_validated[0].coverage == pytest.approx(0.95, abs=0.01)
    assert np.isnan(found.cross_validated[1].coverage)
    # wrong passages count twice, so all are thought less likely
    alone = calibrate([known], "hand").model
    middle = Evidence(0.5, *[0.5] * 9)
    assert found.model.of(middle) < alone.of(middle)


def test_a_question_in_two_sets_is_never_in_two_folds(asked: list[Asked]) -> None:
    """What is asked about a document, or without an answer, is in one group, whichever set it is of."""
    questions = many(asked, slope=10)
    answered = [one for one in questions if one.units]
    unanswered = [one for one in questions if not one.units]
    assert [_group(one) for one in answered] == [f"on {min(one.units)}" for one in answered]
    assert [_group(one) for one in unanswered] == [
        f"nothing answers {one.question.question}" for one in unanswered
    ]
