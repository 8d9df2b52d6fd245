"""Five-line sets, worked out by hand."""

import math

import numpy as np
import pytest

from retrieval.evaluation import measures
from retrieval.evaluation.measures import NAMES

RIGHT = {
    "first": ["a"],
    "third": ["a"],
    "two": ["a", "b"],
    "deep": ["a"],
    "missing": ["a"],
}
RANKINGS = {
    "first": {"a": 0.9, "x": 0.8},
    "third": {"x": 0.9, "y": 0.8, "a": 0.7},
    "two": {"a": 0.9, "x": 0.8, "y": 0.7, "b": 0.6},
    "deep": {f"x{n}": 1 - n / 100 for n in range(10)} | {"a": 0.1},
    "missing": {},
}


def test_names_are_the_fields() -> None:
    assert NAMES == ("R@1", "R@3", "R@5", "R@10", "RR@10", "nDCG@10")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("R@1", [1, 0, 1 / 2, 0, 0]),
        ("R@3", [1, 1, 1 / 2, 0, 0]),
        ("R@5", [1, 1, 1, 0, 0]),
        ("R@10", [1, 1, 1, 0, 0]),  # the eleventh is not among ten
        ("RR@10", [1, 1 / 3, 1, 0, 0]),
        (
            "nDCG@10",
            [1, 1 / math.log2(4), (1 + 1 / math.log2(5)) / (1 + 1 / math.log2(3)), 0, 0],
        ),
    ],
)
def test_measures_by_hand(name: str, expected: list[float]) -> None:
    # the question without results counts, with 0
    np.testing.assert_allclose(measures.by_question(RIGHT, RANKINGS)[name], expected, atol=1e-7)


def test_a_question_that_no_ranking_is_given_for_counts_too() -> None:
    values = measures.by_question({"a": ["x"], "b": ["x"]}, {"b": {"x": 1.0}})
    assert values["R@1"].tolist() == [0, 1]


def test_an_estimate_is_the_mean_with_an_interval_around_it() -> None:
    values = np.array([0.0, 1.0, 1.0, 1.0] * 25)
    found = measures.estimate(values)
    assert found.value == 0.75
    # the standard error is sqrt(0.75 * 0.25 / 100) = 0.0433, so the interval about 0.75 ± 0.085
    assert found.low == pytest.approx(0.665, abs=0.02)
    assert found.high == pytest.approx(0.835, abs=0.02)
    assert measures.estimate(values) == found
    assert measures.estimate(np.ones(5)) == measures.Estimate(1, 1, 1)


def test_nothing_to_measure_is_nan() -> None:
    assert math.isnan(measures.estimate(np.array([])).value)
