import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.index import arrays, keywords
from retrieval.index.keywords import K1, B, Keywords

PASSAGES = [["猫", "犬", "猫"], ["犬", "鳥"], []]
ALL = np.arange(len(PASSAGES))
TERMS = st.lists(st.sampled_from("猫犬鳥魚"), max_size=8)


def bm25(passages: list[list[str]], asked: list[str]) -> list[float]:
    """Lucene's formula, written out, each term's share of its idf in 255ths."""
    mean = sum(map(len, passages)) / len(passages)

    def idf(term: str) -> float:
        holding = sum(term in own for own in passages)
        return math.log(1 + (len(passages) - holding + 0.5) / (holding + 0.5))

    return [
        sum(
            idf(term) * round(255 * own[term] / (own[term] + K1 * (1 - B + B * own.total() / mean))) / 255
            for term in asked
            if own[term]
        )
        for own in map(Counter, passages)
    ]


def scores(index: Keywords, asked: list[str], numbers: np.ndarray) -> np.ndarray:
    return index.measured(index.asked(asked), numbers)[0]


def coverage(index: Keywords, asked: list[str], numbers: np.ndarray) -> np.ndarray:
    return index.measured(index.asked(asked), numbers)[1]


def test_scores_by_hand() -> None:
    # 猫 is in one passage of three, twice; the passage has 3 terms, the mean is 5/3: it adds to the score
    # 2 / (2 + K1 * (1 - B + B * 3 / (5 / 3))) = 0.627 of its idf, which is 160 of 255 parts
    expected = math.log(1 + 2.5 / 1.5) * 160 / 255
    np.testing.assert_allclose(scores(Keywords.of(PASSAGES), ["猫"], ALL), [expected, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(
        scores(Keywords.of(PASSAGES), ["猫"], np.array([1, 0])), [0, expected], rtol=1e-6
    )


def test_coverage_by_hand() -> None:
    cat, dog, fish = math.log(1 + 2.5 / 1.5), math.log(1 + 1.5 / 2.5), math.log(1 + 3.5 / 0.5)
    covered = coverage(Keywords.of(PASSAGES), ["猫", "犬", "魚", "犬"], ALL)
    total = cat + dog + fish
    np.testing.assert_allclose(covered, [(cat + dog) / total, dog / total, 0], rtol=1e-6)
    np.testing.assert_allclose(coverage(Keywords.of(PASSAGES), ["猫", "犬"], ALL), [1, dog / (cat + dog), 0])


def covered(passages: list[list[str]], asked: list[str]) -> list[float]:
    """The idf of the distinct terms that a passage has, over that of all."""
    holding = {term: sum(term in own for own in passages) for term in asked}
    idf = {term: math.log(1 + (len(passages) - n + 0.5) / (n + 0.5)) for term, n in holding.items()}
    return [sum(idf[term] for term in idf if term in own) / (sum(idf.values()) or 1) for own in passages]


@given(st.lists(TERMS, min_size=1, max_size=8).filter(any), TERMS, st.sampled_from([1, 2, 3, 10]))
def test_both_agree_with_the_formulas_whatever_is_common(
    passages: list[list[str]], asked: list[str], common: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keywords, "COMMON", common)
        index, numbers = Keywords.of(passages), np.arange(len(passages))
        np.testing.assert_allclose(scores(index, asked, numbers), bm25(passages, asked), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(coverage(index, asked, numbers), covered(passages, asked), rtol=1e-5)


@given(
    st.lists(st.tuples(TERMS, st.booleans()), min_size=1, max_size=8).filter(lambda own: any(own[0])),
    TERMS,
    st.integers(1, 5),
)
def test_the_best_are_as_by_sorting_all(
    passages: list[tuple[list[str], bool]], asked: list[str], k: int
) -> None:
    which = np.array([own for _, own in passages])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keywords, "COMMON", 1)
        patch.setattr(keywords, "_BLOCK", 2)
        index = Keywords.of(terms for terms, _ in passages)
        by_all = np.array(bm25([terms for terms, _ in passages], asked), np.float32).round(5)
        expected = [at for at in np.argsort(-by_all, kind="stable") if by_all[at] > 0 and which[at]][:k]
        assert index.best(index.asked(asked), k, which).tolist() == expected


def test_what_a_tenth_of_the_passages_have_is_not_common_yet() -> None:
    tenth, more = Keywords.of([["猫"], *[["犬"]] * 9]), Keywords.of([["猫"], *[["犬"]] * 8])
    assert (len(tenth.asked(["猫"]).common.numbers), len(more.asked(["猫"]).common.numbers)) == (0, 1)


def test_what_every_tenth_passage_has_proposes_nothing_where_there_is_more_to_tell() -> None:
    index = Keywords.of([["猫", "犬"], *[["猫", "猫"]] * 8, ["鳥"]])
    every, without = np.ones(10, np.bool_), np.arange(10) > 0
    assert index.best(index.asked(["猫", "犬"]), 1, every).tolist() == [0]
    # but all terms do where the others do not find as many, as where a filter leaves none of theirs
    assert index.best(index.asked(["猫", "犬"]), 3, every).tolist() == [0, 1, 2]
    assert index.best(index.asked(["猫", "犬"]), 3, without).tolist() == [1, 2, 3]
    assert index.best(index.asked(["猫"]), 3, every).tolist() == [1, 2, 3]


def test_to_stand_in_a_passage_is_never_nothing() -> None:
    shares = np.array([0, 1e-9, 0.4 / 255, 1.6 / 255, 1 - 1e-9])
    assert keywords.in_parts(shares).tolist() == [0, 1, 1, 2, 255]


@pytest.mark.parametrize("passages", [PASSAGES, [[], []], [["猫"]]])
def test_through_a_file_and_back(passages: list[list[str]], tmp_path: Path) -> None:
    index, numbers = Keywords.of(passages), np.arange(len(passages))
    (tmp_path / "k").write_bytes(b"".join(arrays.pieces(index.arrays())))
    again = Keywords(arrays.mapped(tmp_path / "k"))
    assert len(again) == len(passages)
    for asked in (["猫"], ["犬", "魚"], []):
        np.testing.assert_array_equal(scores(again, asked, numbers), scores(index, asked, numbers))
        np.testing.assert_array_equal(coverage(again, asked, numbers), coverage(index, asked, numbers))


def test_nothing_asked_and_nothing_held_score_nothing() -> None:
    assert scores(Keywords.of(PASSAGES), [], ALL).tolist() == [0, 0, 0]
    assert coverage(Keywords.of(PASSAGES), [], ALL).tolist() == [0, 0, 0]
    assert scores(Keywords.of([[], []]), ["猫"], ALL[:2]).tolist() == [0, 0]
    nothing = Keywords.of([[], []])
    assert nothing.best(nothing.asked(["猫"]), 3, np.ones(2, np.bool_)).tolist() == []


def test_each_of_many_words_is_found_and_no_other() -> None:
    words = [f"{number:02}" for number in range(0, 20, 2)]
    index = Keywords.of([[word] for word in words])
    assert [scores(index, [word], np.array([at]))[0] > 0 for at, word in enumerate(words)] == [True] * 10
    for missing in ("", "00 ", "01", "03", "17", "19", "2"):
        assert len(index.asked([missing]).common.numbers) == 0
        assert not index.asked([missing]).scores.any()
