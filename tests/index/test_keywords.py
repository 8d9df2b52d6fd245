import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index.keywords import K1, B, Keywords

PASSAGES = [["猫", "犬", "猫"], ["犬", "鳥"], []]
TERMS = st.lists(st.sampled_from("猫犬鳥魚"), max_size=8)


def bm25(passages: list[list[str]], asked: list[str]) -> list[float]:
    """Lucene's formula, written out."""
    mean = sum(map(len, passages)) / len(passages)

    def idf(term: str) -> float:
        holding = sum(term in own for own in passages)
        return math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))

    return [
        sum(
            idf(term) * own[term] / (own[term] + K1 * (1 - B + B * own.total() / mean))
            for term in asked
            if own[term]
        )
        for own in map(Counter, passages)
    ]


def test_scores_by_hand() -> None:
    # 猫 is in one passage of three, twice; the passage has 3 terms, the mean is 5/3
    expected = math.log(1 + 2.5 / 1.5) * 2 / (2 + K1 * (1 - B + B * 3 / (5 / 3)))
    np.testing.assert_allclose(Keywords.of(PASSAGES).scores(["猫"]), [expected, 0, 0], rtol=1e-6)


def test_coverage_by_hand() -> None:
    cat, dog, fish = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5), math.log(1 + 3.5 / 0.5)
    covered = Keywords.of(PASSAGES).coverage(["猫", "犬", "魚", "犬"])
    total = cat + dog + fish
    np.testing.assert_allclose(covered, [(cat + dog) / total, dog / total, 0], rtol=1e-6)
    np.testing.assert_allclose(Keywords.of(PASSAGES).coverage(["猫", "犬"]), [1, dog / (cat + dog), 0])


@given(st.lists(TERMS, min_size=1, max_size=6).filter(any), TERMS)
def test_scores_agree_with_the_formula(passages: list[list[str]], asked: list[str]) -> None:
    found = Keywords.of(passages).scores(asked)
    np.testing.assert_allclose(found, bm25(passages, asked), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("passages", [PASSAGES, [[], []], [["猫"]]])
def test_bytes_and_back(passages: list[list[str]]) -> None:
    index = Keywords.of(passages)
    again = Keywords.from_bytes(index.to_bytes())
    assert len(again) == len(passages)
    for asked in (["猫"], ["犬", "魚"], []):
        np.testing.assert_array_equal(again.scores(asked), index.scores(asked))
        np.testing.assert_array_equal(again.coverage(asked), index.coverage(asked))


def test_nothing_asked_and_nothing_held_score_nothing() -> None:
    assert Keywords.of(PASSAGES).scores([]).tolist() == [0, 0, 0]
    assert Keywords.of(PASSAGES).coverage([]).tolist() == [0, 0, 0]
    assert Keywords.of([[], []]).scores(["猫"]).tolist() == [0, 0]
